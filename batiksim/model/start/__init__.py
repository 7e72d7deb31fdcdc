"""January 2011: the industry, the people, whom they know, and a state in which nothing jumps."""
