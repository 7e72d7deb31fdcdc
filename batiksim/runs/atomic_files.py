"""What stands between batiksim and the disk: files are made beside their place, flushed and moved into it.

Whoever is stopped or killed at any moment leaves the old file or the new one; what fails is told with the
file and what helps.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

from batiksim.errors import UsageError
from batiksim.i18n.texts import shown, text

# Everything that is ours for a moment only begins like this.
PASSING = ".batiksim-"
_DRAFT = f"{PASSING}draft-"
# No file that we read whole is larger: 1 GiB.
LARGEST = 1 << 30
_SEAL = "checksum"


def named(place: str | os.PathLike[str]) -> Path:
    """The path of that name.

    Raises UsageError for an empty one, which would mean the current folder, and for one no system takes.
    """
    name = os.fspath(place)
    if not name.strip():
        raise UsageError(text("folder.unnamed"))
    path = Path(name)
    if "\0" in name or (path.drive and not path.root):
        raise UsageError(text("folder.name", name=shown(name)))
    # Arrow takes a name like `c:1` for an address and `~` for somebody's home.
    return path.absolute() if ":" in name or name.startswith("~") else path


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
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if is_read_error(error):
            why = error.strerror if isinstance(error, OSError) else error
            raise UsageError(text("folder.unreadable", file=file, why=why)) from error
        why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise UsageError(text("folder.damaged", file=file, why=why, remedy=remedy)) from error


def read(file: Path, limit: int = LARGEST) -> bytes:
    """The bytes of a file.

    Raises FileNotFoundError if there is none, ValueError for what is no plain file (a pipe, a device) or
    larger than `limit` bytes, OSError where it cannot be read.
    """
    with open_plain(file) as stream:
        if os.fstat(stream.fileno()).st_size > limit:
            raise ValueError(text("folder.too_large", limit=limit >> 20))
        return stream.read()


def open_plain(file: Path) -> BufferedReader:
    """Open a file to read it; raises ValueError for a pipe or a device, which could let us wait for ever."""
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return open(handle, "rb")
    os.close(handle)
    raise ValueError(text("folder.not_plain"))


def checksum(file: Path) -> str:
    """Size and sha256 of a file. Raises like `open_plain`."""
    with open_plain(file) as stream:
        size = os.fstat(stream.fileno()).st_size
        return f"{size}:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def checksum_of(content: bytes) -> str:
    """The same of a file with this content."""
    return f"{len(content)}:{hashlib.sha256(content).hexdigest()}"


def check(file: Path, kept: str, limit: float = float("inf")) -> None:
    """Raise ValueError for a file with another checksum; of one larger than `limit` bytes the size tells."""
    with open_plain(file) as stream:
        size = os.fstat(stream.fileno()).st_size
    if not kept.startswith(f"{size}:") or (size <= limit and checksum(file) != kept):
        raise ValueError(text("folder.checksum"))


def sealed(content: Mapping[str, Any]) -> str:
    """The JSON of a control file, with a checksum of everything else in it."""
    return as_json({**content, _SEAL: _seal(content)})


def unsealed(content: bytes) -> dict[str, Any]:
    """The content of a control file; raises ValueError if it is not as it was written.

    Those of the first edition have no checksum and are taken as they are.
    """
    try:
        found = json.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError(text("folder.too_deep")) from None
    if not isinstance(found, dict):
        raise ValueError(text("folder.not_json"))
    seal = found.pop(_SEAL, None)
    if seal is not None and seal != _seal(found):
        raise ValueError(text("folder.checksum"))
    return found


def _seal(content: Mapping[str, Any]) -> str:
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(told.encode()).hexdigest()


def subfolder(folder: Path, name: str) -> Path:
    """A folder within a folder, made if it is missing.

    Raises UsageError where it is a link, which would lead out of the folder, OSError where it cannot be made.
    """
    place = folder / name
    if place.is_symlink():
        raise UsageError(text("folder.link", folder=place))
    place.mkdir(parents=True, exist_ok=True)
    return place


def is_read_error(error: BaseException) -> bool:
    """Whether the system could not read what is there: it says nothing of what the file holds."""
    known = isinstance(error, OSError) and error.errno is not None  # Arrow says OSError of a damaged table
    return known and not isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError)


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
