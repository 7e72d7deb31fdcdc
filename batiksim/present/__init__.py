"""Numbers and looks shared by terminal, report and app."""
