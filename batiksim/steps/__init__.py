"""The steps of a month, one file a subject; `batiksim.month` puts them in order."""
