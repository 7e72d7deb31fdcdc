"""The app: pages in a browser, served from this machine and from nowhere else."""
