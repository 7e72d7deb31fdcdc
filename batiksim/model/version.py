"""Which code and which numbers a model is made of."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
KINDS = (".py", ".yaml", ".csv")


@cache
def code_version() -> str:
    """A hash of the package's source and data files (sha256, hexadecimal): two that agree run the same."""
    found = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in KINDS:
            found.update(path.relative_to(PACKAGE).as_posix().encode())
            found.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()
