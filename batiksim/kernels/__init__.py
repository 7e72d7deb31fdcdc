"""Compiled passes over people, and what they stand on: keyed random streams, packing, prefetch."""
