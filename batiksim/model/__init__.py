"""The model: the month as a list of steps, the start in January 2011, the story of a life."""
