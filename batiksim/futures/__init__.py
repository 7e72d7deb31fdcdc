"""Whole futures with every person's life, as bytes that a browser plays (docs/app.md)."""
