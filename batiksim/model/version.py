"""Which code and which numbers a model is made of."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
KINDS = (".py", ".yaml", ".csv")
# Rooms above the model and texts: they can change without anything changing that a month leaves.
ABOVE = ("app", "cli", "i18n", "present", "report", "runs", "studies")


@cache
def code_version() -> str:
    """A hash of the model's source and data files (sha256, hexadecimal): two that agree run the same."""
    found = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE)
        if path.suffix in KINDS and inside.parts[0] not in ABOVE:
            found.update(inside.as_posix().encode() + b"\0")
            found.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()
