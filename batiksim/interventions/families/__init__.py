"""The kinds of interventions that ship with batiksim, one file a family."""
