"""What is checked against known answers: oracles, and the model agent by agent in plain Mesa."""
