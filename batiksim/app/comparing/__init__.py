"""Comparisons of the app: asked by a page, run by a process of their own, followed by any page."""
