"""Libraries that only the research bench needs: the extra `[bench]`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from batiksim.errors import UsageError
from batiksim.i18n.texts import text


@contextmanager
def needed(package: str) -> Iterator[None]:
    """Import a package inside; raises UsageError with the command that installs it where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        command = 'python -m pip install "batiksim[bench]"'
        raise UsageError(text("bench.missing", package=package, command=command)) from error


def installed(package: str) -> bool:
    """Whether a package is there."""
    return find_spec(package) is not None
