"""Libraries that only the research bench needs: the extra `[bench]`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
