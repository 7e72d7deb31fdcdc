"""What stands between batiksim and the disk: files are made beside their place, flushed and moved into it.

Whoever is stopped or killed at any moment leaves the old file or the new one; what fails is told with the
file and what helps.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from batiksim.errors import UsageError
from batiksim.i18n.texts import text

# Everything that is ours for a moment only begins like this.
PASSING = ".batiksim-"
_DRAFT = f"{PASSING}draft-"


def named(place: str | os.PathLike[str]) -> Path:
    """The path of that name. Raises UsageError for an empty one, which would mean the current folder."""
    name = os.fspath(place)
    if not name.strip():
        raise UsageError(text("folder.unnamed"))
    # Arrow takes a name like `c:1` for an address and `~` for somebody's home.
    return Path(name).absolute() if ":" in name or name.startswith("~") else Path(name)


def no_folder(place: Path) -> str:
    """What to say where a folder was wanted and there is none."""
    return text("folder.is_file" if place.exists() else "folder.missing", folder=place)


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, without what a process leaves that was killed."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(PASSING))


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

    The file called `last` is removed first and moved last: it says that the others belong together. After an
    exception nothing of the draft is left. Raises UsageError where it cannot be written.
    """
    with writing(folder):
        place = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
        try:
            yield place
            names = sorted(os.listdir(place), key=lambda name: (name == last, name))
            for name in names:
                _flush(place / name)
            if last in names:
                (folder / last).unlink(missing_ok=True)
                _flush_folder(folder)
            for name in names:
                if name == last:
                    _flush_folder(folder)
                os.replace(place / name, folder / name)
            _flush_folder(folder)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def write(file: Path, content: bytes | str, *, new: bool = False) -> None:
    """Write one file, whole or not at all; text as UTF-8 with plain line ends.

    Raises OSError, FileExistsError where it should be `new` and is there.
    """
    place = file.with_name(f"{_DRAFT}{secrets.token_hex(8)}")
    if new:
        open(file, "xb").close()  # the name is ours from now on
    try:
        with open(place, "xb") as draft:
            draft.write(content.encode() if isinstance(content, str) else content)
            draft.flush()
            os.fsync(draft.fileno())
        os.replace(place, file)
    except BaseException:
        for mine in (place, file) if new else (place,):
            with suppress(OSError):
                mine.unlink(missing_ok=True)
        raise
    _flush_folder(file.parent)


def clear_drafts(folder: Path) -> None:
    """Remove the drafts of processes that were killed."""
    for left_over in folder.glob(f"{_DRAFT}*"):
        if left_over.is_dir() and not left_over.is_symlink():
            shutil.rmtree(left_over, ignore_errors=True)
        else:
            with suppress(OSError):
                left_over.unlink()


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with plain line ends into a draft, the same bytes on every system."""
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def write_json(path: Path, value: Any) -> None:
    """Write a value as indented JSON into a draft."""
    write_text(path, as_json(value))


def as_json(value: Any) -> str:
    """A value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _flush(path: Path) -> None:
    """See to it that a file, or what a folder holds, is on the disk and not only on its way there."""
    if path.is_dir():
        for entry in path.iterdir():
            _flush(entry)
        _flush_folder(path)
        return
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """The same for the names in a folder, where the system can do that."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # some network disks know no such thing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
