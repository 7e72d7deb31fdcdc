"""How fast batiksim is, measured against an ordinary Mesa model of the same region in the same run."""
