"""Parts of a study: what finished runs left, one or many in a file that is written whole or not at all.

A file is a zip archive of `about.json` (of each part: seconds, error, and what it is bound to, the run it is
of and the code and data that made it) and of a parquet table a name, with the rows of all its parts one after
the other. Its last bytes are a checksum of all before. Parts are taken up again when a study goes on after it
was stopped; when it is finished, the folder of parts may be deleted.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.i18n.texts import text
from batiksim.runs import atomic_files
from batiksim.runs.store import encoding

FOLDER = "parts"
ENDING = ".zip"
_ABOUT = "about.json"
_SHA256 = 64  # hexadecimal digits, the comment of the archive
# What a file may hold: more is nothing of ours, and a small one could unfold to fill the memory.
_ENTRIES, _CELLS, _UNFOLDED = 1000, 1 << 28, 1 << 32
DAMAGE = (
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
        return pack([self])

    def _about(self) -> dict[str, Any]:
        return {
            "part": self.name, "seconds": self.seconds, "error": self.error, "trace": self.trace,
            "notes": self.notes, "bound": dict(self.bound),
            "rows": {name: table.num_rows for name, table in self.tables.items()},
        }  # fmt: skip


def pack(parts: Sequence[Part]) -> bytes:
    """Parts as the bytes of one file; tables of one name have the same columns in all of them."""
    names = dict.fromkeys(name for part in parts for name in part.tables)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        about = {"parts": [part._about() for part in parts]}
        _add(archive, _ABOUT, json.dumps(about, ensure_ascii=False, allow_nan=False).encode())
        for name in names:
            sink = io.BytesIO()
            table = pa.concat_tables([part.tables[name] for part in parts if name in part.tables])
            pq.write_table(table, sink, **encoding(table.schema))
            _add(archive, name, sink.getvalue())
        archive.comment = bytes(_SHA256)
    content = packed.getvalue()[:-_SHA256]
    return content + _checksum(content)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file to an archive, dated alike whatever the clock says: zip knows no year before 1980."""
    archive.writestr(zipfile.ZipInfo(name), content)


def save(folder: Path, name: str, content: bytes) -> None:
    """Write a packed part into the folder of a study; a stop at any moment leaves the old state."""
    atomic_files.write(folder / FOLDER / f"{name}{ENDING}", content)


def names_in(file: Path) -> list[str]:
    """The parts in a file of many, whole or not. Raises one of `DAMAGE` where even that cannot be read."""
    with atomic_files.open_plain(file) as stream, zipfile.ZipFile(stream) as archive:
        _check_archive(archive, file.stat().st_size)
        if _ABOUT not in archive.namelist():  # of the former format, a file a part
            return archive.namelist()
        return [about["part"] for about in json.loads(archive.read(_ABOUT))["parts"]]


def unpack(name: str, content: bytes) -> Part | None:
    """A part from the bytes of its file; None if they are damaged or of another part."""
    return unpack_all(content, name).get(name)


def outline(name: str, content: bytes) -> Part | None:
    """The same without its tables and notes, but as surely whole."""
    return unpack_all(content, name, outlines=True).get(name)


def unpack_all(content: bytes, name: str = "", *, outlines: bool = False) -> dict[str, Part]:
    """The parts in the bytes of a file, by name; none if they are damaged.

    `name` is that of the file, if it is of one part. With `outlines` they are as surely whole, but without
    tables, notes and trace.
    """
    try:
        with _opened(content) as archive:
            if _ABOUT not in archive.namelist():  # many, of the former format
                found = (unpack_all(archive.read(one), one, outlines=outlines) for one in archive.namelist())
                return {key: part for one in found for key, part in one.items()}
            abouts = _abouts(archive, name)
            if outlines:
                return {part.name: part for part in (_part(about, {}, outline=True) for about in abouts)}
            tables = {entry: _table(archive.read(entry)) for entry in archive.namelist() if entry != _ABOUT}
        return _divided(abouts, tables)
    except DAMAGE:
        return {}


def _divided(abouts: Sequence[Mapping[str, Any]], tables: Mapping[str, pa.Table]) -> dict[str, Part]:
    """Parts and their rows; raises ValueError where there are more or fewer rows than they say."""
    found, row = {}, dict.fromkeys(tables, 0)
    for about in abouts:
        rows = about.get("rows", {name: table.num_rows for name, table in tables.items()})
        own = {name: tables[name].slice(row[name], count) for name, count in rows.items()}
        found[about["part"]] = _part(about, own)
        row |= {name: row[name] + count for name, count in rows.items()}
    if row != {name: table.num_rows for name, table in tables.items()}:
        raise ValueError(text("folder.checksum"))
    return found


def _part(about: Mapping[str, Any], tables: Mapping[str, pa.Table], *, outline: bool = False) -> Part:
    notes, trace = (None, "") if outline else (about["notes"], about["trace"])
    bound = about.get("bound", {})
    return Part(about["part"], about["seconds"], tables, notes, about["error"], trace, bound)


def _check_archive(archive: zipfile.ZipFile, size: int) -> None:
    """Raise ValueError for an archive that would unfold to more than its `size`, or has too many entries."""
    found = archive.infolist()
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in found)
    if packed or len(found) > _ENTRIES or sum(entry.file_size for entry in found) > size:
        raise ValueError(text("folder.unfolds"))


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _opened(content: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(content))
    _check_archive(archive, len(content))
    return archive


def _abouts(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    """What each part says of itself; raises ValueError if any byte of them has changed."""
    about = dict(json.loads(archive.read(_ABOUT)))
    assert archive.fp is not None
    archive.fp.seek(0)
    content = archive.fp.read()
    if _checksum(content[:-_SHA256]) == content[-_SHA256:]:
        return list(about["parts"]) if "parts" in about else [about]
    # The first edition has no checksum of the whole, and none of its parts is bound to anything.
    if "bound" in about or "parts" in about or archive.testzip() is not None:
        raise ValueError(text("folder.checksum"))
    return [{"part": name, **about}]


def _table(content: bytes) -> pa.Table:
    with pq.ParquetFile(io.BytesIO(content)) as file:
        about = file.metadata
        unfolded = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        if about.num_rows * about.num_columns > _CELLS or unfolded > _UNFOLDED:
            raise ValueError(text("folder.unfolds"))
        return file.read()
