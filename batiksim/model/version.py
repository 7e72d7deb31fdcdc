"""Which code and which numbers results are made of."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
# Rooms above the model, and texts: they can change without anything changing that a month leaves.
_ABOVE_THE_MODEL = ("app", "cli", "futures", "i18n", "present", "report", "runs", "studies")


def code_version() -> str:
    """A hash of the model's source and data files: two that agree run the same."""
    return hash_of(".py", ".yaml", ".csv", without=_ABOVE_THE_MODEL)


@cache
def hash_of(*endings: str, without: tuple[str, ...]) -> str:
    """One hash (sha256, hexadecimal) of the names and contents of the package's files with these endings.

    `without` names rooms of the package, or files in it, that do not count. Worked out once a process.
    """
    found = {
        name: path
        for ending in endings
        for path in _PACKAGE.rglob(f"*{ending}")
        if not {name := path.relative_to(_PACKAGE).as_posix(), name.partition("/")[0]} & {*without}
    }
    told = hashlib.sha256()
    for name, path in sorted(found.items()):
        told.update(f"{name}\0".encode() + hashlib.sha256(plain(path)).digest())
    return told.hexdigest()


def plain(path: Path) -> bytes:
    """The content of a file with plain line ends: a copy from Windows says the same."""
    return path.read_bytes().replace(b"\r\n", b"\n")
