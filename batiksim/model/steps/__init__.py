"""The steps of a month, one file a subject; `batiksim.model.schedule` puts them in order."""
