"""People and owners as Mesa agents on rows of columns."""
