"""Parts of a comparison: one file a finished run, written whole or not at all.

A part is a zip archive of parquet tables and `about.json` (seconds, error). Parts are taken up again when a
comparison goes on after it was stopped; when it is finished, the folder of parts may be deleted.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.runs import atomic_files

FOLDER = "parts"
_ABOUT = "about.json"
_ENDING = ".zip"


@dataclass(frozen=True)
class Part:
    """What one run left: its tables by name, or the error that stopped it.

    `notes` are anything ready for JSON; the lives of people are kept there.
    """

    name: str
    seconds: float
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    notes: Any = None
    error: str = ""
    trace: str = ""

    def pack(self) -> bytes:
        """The part as the bytes of its file."""
        about = {"seconds": self.seconds, "error": self.error, "trace": self.trace, "notes": self.notes}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_ABOUT, json.dumps(about, ensure_ascii=False, allow_nan=False))
            for name, table in self.tables.items():
                sink = io.BytesIO()
                pq.write_table(table, sink, compression="zstd")
                archive.writestr(name, sink.getvalue())
        return packed.getvalue()


def save(folder: Path, name: str, content: bytes) -> None:
    """Write a packed part into the folder of a comparison; a stop at any moment leaves the old state."""
    atomic_files.write(folder / FOLDER / f"{name}{_ENDING}", content)


def load(folder: Path, name: str) -> Part | None:
    """Read a part; None if it is missing or was damaged."""
    try:
        with zipfile.ZipFile(folder / FOLDER / f"{name}{_ENDING}") as archive:
            if archive.testzip() is not None:
                return None
            about = json.loads(archive.read(_ABOUT))
            tables = {
                entry: pq.read_table(io.BytesIO(archive.read(entry)))
                for entry in archive.namelist()
                if entry != _ABOUT
            }
        return Part(name, about["seconds"], tables, about["notes"], about["error"], about["trace"])
    except (OSError, ValueError, LookupError, zipfile.BadZipFile, pa.ArrowException):
        return None


def finished(folder: Path, names: list[str]) -> set[str]:
    """Which of these parts are there, whole and without an error."""
    there = {path.name for path in (folder / FOLDER).glob(f"*{_ENDING}")}  # most are not, when we begin
    return {
        name
        for name in names
        if f"{name}{_ENDING}" in there and _is_good(folder / FOLDER / f"{name}{_ENDING}")
    }


def _is_good(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None and not json.loads(archive.read(_ABOUT))["error"]
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile):
        return False
