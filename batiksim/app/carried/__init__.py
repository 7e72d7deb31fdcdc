"""The page as one file: what it carries, made beforehand, and the file."""
