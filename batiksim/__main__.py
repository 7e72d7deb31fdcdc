"""`python -m batiksim` is the same as `batiksim`."""

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

try:
    from batiksim.cli import main as obey
except KeyboardInterrupt:  # so early that nobody could answer it
    sys.exit(130)


def main() -> NoReturn:
    """Obey the command line of the process and end it.

    Threads of libraries that are still beginning would now and then abort a process that has done its work
    ("terminate called without an active exception"): so they are left where they are.
    """
    code = obey()
    with suppress(Exception):
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
