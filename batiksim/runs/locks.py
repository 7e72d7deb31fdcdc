"""Who may write in a folder: one process at a time."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs.atomic_files import PASSING, clear_drafts, writing

_LOCK = f"{PASSING}lock"
# What a system says of a lock that another process holds; one that knows no locks says something else.
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes from writing in a folder, and clear away the drafts of those that were killed.

    The system takes the lock back from a process that ends, however it ends. Raises UsageError if another
    process holds it.
    """
    with writing(folder):
        lock = _take(folder)
    try:
        clear_drafts(folder)
        yield
    finally:
        if sys.platform == "win32":
            lock.close()  # an open file cannot be removed there
        with suppress(OSError):
            (folder / _LOCK).unlink()
        lock.close()


def _take(folder: Path) -> IO[bytes]:
    """The lock file of a folder, open and locked."""
    while True:
        lock = open(folder / _LOCK, "ab")  # noqa: SIM115 (open as long as it is held)
        try:
            _lock(lock.fileno())
            there = os.path.samestat(os.fstat(lock.fileno()), os.stat(folder / _LOCK))
        except FileNotFoundError:  # whoever held it before has removed it since
            there = False
        except OSError as error:
            lock.close()
            if error.errno in _HELD:
                raise UsageError(text("folder.busy", folder=folder)) from None
            raise
        if there:
            return lock
        lock.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                raise  # otherwise this disk knows no locks, and we must do without
