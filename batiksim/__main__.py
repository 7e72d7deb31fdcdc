"""`python -m batiksim` is the same as `batiksim`."""

import sys

from batiksim.cli import main

if __name__ == "__main__":
    sys.exit(main())
