"""What pages ask the server for, one file a subject; each has its `ROUTES`."""
