"""What stands between batiksim and the disk: who may write in a folder, and what is said when files fail us.

Files are made in a draft folder and moved into place; one process at a time writes in a folder.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from batiksim.errors import UsageError
from batiksim.i18n.texts import text

# Everything that is ours for a moment only begins like this.
_PASSING = ".batiksim-"
_DRAFT, _LOCK = f"{_PASSING}draft-", f"{_PASSING}lock"
# What a system says of a lock that another process holds; one that knows no locks says something else.
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


def named(place: str | os.PathLike[str]) -> Path:
    """The path of that name. Raises UsageError for an empty one, which would mean the current folder."""
    if not os.fspath(place).strip():
        raise UsageError(text("folder.unnamed"))
    return Path(place)


def no_folder(place: Path) -> str:
    """What to say where a folder was wanted and there is none."""
    return text("folder.is_file" if place.exists() else "folder.missing", folder=place)


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, without what a process leaves that was killed."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(_PASSING))


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system has against writing into a UsageError that names the place."""
    try:
        yield
    except OSError as error:
        raise UsageError(text("store.cannot_write", folder=place, why=error.strerror or error)) from error


@contextmanager
def readable(file: Path, remedy: str) -> Iterator[None]:
    """Turn whatever goes wrong with the content of a file into a UsageError that names it and the remedy."""
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise UsageError(text("folder.damaged", file=file, why=why, remedy=remedy)) from error


def make(folder: Path) -> list[Path]:
    """Make a folder and its missing parents; return those that were made, outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()][::-1]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(text("store.cannot_make", folder=folder, why=error.strerror or error)) from error
    return missing


@contextmanager
def draft(folder: Path, last: str = "") -> Iterator[Path]:
    """A draft folder inside `folder`; leaving it without an exception moves its files into place.

    The file called `last` is moved last. After an exception nothing of the draft is left. Raises UsageError
    where it cannot be written.
    """
    with writing(folder):
        place = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
        try:
            yield place
            for name in sorted(os.listdir(place), key=lambda name: (name == last, name)):
                os.replace(place / name, folder / name)
        finally:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes from writing in a folder, and clear away the drafts of those that were killed.

    The system takes the lock back from a process that ends, however it ends. Raises UsageError if another
    process holds it.
    """
    with writing(folder):
        lock = _take(folder)
    try:
        for left_over in folder.glob(f"{_DRAFT}*"):
            shutil.rmtree(left_over, ignore_errors=True)
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
