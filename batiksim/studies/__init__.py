"""Questions put to many runs: comparisons, what carries an effect, the least that is enough."""
