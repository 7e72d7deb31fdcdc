"""Runs of the model, on one process or many, and the folder that keeps them."""
