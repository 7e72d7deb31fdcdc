"""Readers of strict YAML: places in a file, numbers with units, dated values."""
