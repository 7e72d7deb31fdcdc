"""Experiments: many runs of the model, on one process or many, and the folder that keeps them."""
