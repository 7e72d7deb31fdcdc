"""Parts of a study: what one finished run left, written whole or not at all.

A part is a zip archive of parquet tables and `about.json`: seconds, error, and what it is bound to, the run
it is of and the code and data that made it. Its last bytes are a checksum of all before. Parts are taken up
again when a study goes on after it was stopped; when it is finished, the folder of parts may be deleted.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.i18n.texts import text
from batiksim.runs import atomic_files

FOLDER = "parts"
ENDING = ".zip"
_ABOUT = "about.json"
_SHA256 = 64  # hexadecimal digits, the comment of the archive
# What a part may hold: more is nothing of ours, and a small file could unfold to fill the memory.
_ENTRIES, _CELLS, _UNFOLDED = 32, 1 << 28, 1 << 32
_DAMAGE = (
    ValueError, LookupError, TypeError, AttributeError, RuntimeError, OSError,
    zipfile.BadZipFile, pa.ArrowException,
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What one run left: its tables by name, or the error that stopped it.

    `notes` are anything ready for JSON; the lives of people are kept there. `bound` is what the part is bound
    to, see `Design.bound`; empty in the first edition.
    """

    name: str
    seconds: float
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    notes: Any = None
    error: str = ""
    trace: str = ""
    bound: Mapping[str, str] = field(default_factory=dict)

    def pack(self) -> bytes:
        """The part as the bytes of its file."""
        about = {
            "seconds": self.seconds, "error": self.error, "trace": self.trace, "notes": self.notes,
            "part": self.name, "bound": dict(self.bound),
        }  # fmt: skip
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            add(archive, _ABOUT, json.dumps(about, ensure_ascii=False, allow_nan=False).encode())
            for name, table in self.tables.items():
                sink = io.BytesIO()
                pq.write_table(table, sink, compression="zstd")
                add(archive, name, sink.getvalue())
            archive.comment = bytes(_SHA256)
        content = packed.getvalue()[:-_SHA256]
        return content + _checksum(content)


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file to an archive, dated alike whatever the clock says: zip knows no year before 1980."""
    archive.writestr(zipfile.ZipInfo(name), content)


def save(folder: Path, name: str, content: bytes) -> None:
    """Write a packed part into the folder of a study; a stop at any moment leaves the old state."""
    atomic_files.write(folder / FOLDER / f"{name}{ENDING}", content)


def unpack(name: str, content: bytes) -> Part | None:
    """A part from the bytes of its file; None if they are damaged or of another part."""
    try:
        with _opened(content) as archive:
            about = _about(archive, name)
            tables = {entry: _table(archive.read(entry)) for entry in archive.namelist() if entry != _ABOUT}
        return Part(
            name, about["seconds"], tables, about["notes"], about["error"], about["trace"],
            about.get("bound", {}),
        )  # fmt: skip
    except _DAMAGE:
        return None


def outline(name: str, content: bytes) -> Part | None:
    """The same without its tables and notes, but as surely whole."""
    try:
        with _opened(content) as archive:
            about = _about(archive, name)
        return Part(name, about["seconds"], {}, None, about["error"], "", about.get("bound", {}))
    except _DAMAGE:
        return None


def check_archive(archive: zipfile.ZipFile, size: int, entries: int) -> None:
    """Raise ValueError for an archive that would unfold to more than its `size`, or has too many entries."""
    found = archive.infolist()
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in found)
    if packed or len(found) > entries or sum(entry.file_size for entry in found) > size:
        raise ValueError(text("folder.unfolds"))


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _opened(content: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(content))
    check_archive(archive, len(content), _ENTRIES)
    return archive


def _about(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """What a part says of itself; raises ValueError if any byte of it has changed, or it was renamed."""
    about = dict(json.loads(archive.read(_ABOUT)))
    assert archive.fp is not None
    archive.fp.seek(0)
    content = archive.fp.read()
    if _checksum(content[:-_SHA256]) == content[-_SHA256:]:
        whole = about["part"] == name
    else:  # the first edition has no checksum of the whole, and none of its parts is bound to anything
        whole = "bound" not in about and archive.testzip() is None
    if not whole:
        raise ValueError(text("folder.checksum"))
    return about


def _table(content: bytes) -> pa.Table:
    with pq.ParquetFile(io.BytesIO(content)) as file:
        about = file.metadata
        unfolded = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        if about.num_rows * about.num_columns > _CELLS or unfolded > _UNFOLDED:
            raise ValueError(text("folder.unfolds"))
        return file.read()
