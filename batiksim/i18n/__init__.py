"""User-facing sentences, unit names and numbers, in English and Bahasa Indonesia."""
