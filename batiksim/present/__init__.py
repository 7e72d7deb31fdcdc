"""Numbers, names, sentences and colours shared by terminal, report and app."""
