"""`python -m batiksim` is the same as `batiksim`."""

import sys

try:
    from batiksim.cli import main
except KeyboardInterrupt:  # so early that nobody could answer it
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main())
