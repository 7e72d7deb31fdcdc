"""Where the parts of a folder stand: one file each as they come, in chunks of many when they are many.

A chunk is a zip archive of parts as they were saved. A file system copes badly with a hundred thousand small
files; a chunk is written whole before the files in it are removed, so that every part is there at any moment.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from batiksim.runs import atomic_files, parts
from batiksim.runs.parts import Part

CHUNK = 100
# With no more files than these a folder is easy to look at, and nothing is packed.
MANY = 200
_CHUNK = "chunk-"
# Chunks kept open while parts are read in an order of their own.
_OPEN = 32


class Shelf:
    """The parts of one folder, found once; parts saved later through the same shelf are found too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / parts.FOLDER
        self._loose: set[str] = set()
        self._waiting: list[str] = []  # to be packed, in the order they came
        self._packed: dict[str, Path] = {}
        self._chunks = 0
        self._open = lru_cache(maxsize=_OPEN)(zipfile.ZipFile)
        self.refresh()

    def refresh(self) -> None:
        """Look what is there now."""
        self._open.cache_clear()
        for path in sorted(self._folder.glob(f"*{parts.ENDING}")):
            if not path.name.startswith(_CHUNK):
                self.came(path.stem)
                continue
            self._chunks = max(self._chunks, int(path.stem.removeprefix(_CHUNK)))
            with suppress(OSError, zipfile.BadZipFile):  # a damaged chunk: its parts are computed again
                self._packed |= dict.fromkeys(self._open(path).namelist(), path)

    @property
    def names(self) -> set[str]:
        """Names of the parts that are there, whole or not."""
        return {*self._loose, *self._packed}

    def came(self, name: str) -> None:
        """Note that a part was saved, here or by a worker process."""
        if name not in self._loose:
            self._loose.add(name)
            self._waiting.append(name)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, None if it is not there. Raises OSError and BadZipFile."""
        if name in self._loose:
            with suppress(FileNotFoundError):  # packed meanwhile by the process that computes
                return (self._folder / f"{name}{parts.ENDING}").read_bytes()
            self._loose.discard(name)
            self.refresh()
        if name not in self._packed:
            return None
        return self._open(self._packed[name]).read(name)

    def load(self, name: str) -> Part | None:
        """A part; None if it is not there or damaged."""
        content = self.content(name)
        return None if content is None else parts.unpack(name, content)

    def content(self, name: str) -> bytes | None:
        """The bytes of a part; None if it is not there or its chunk is damaged."""
        try:
            return self.read(name)
        except (OSError, zipfile.BadZipFile):
            return None

    def finished(self, names: Iterable[str]) -> set[str]:
        """Which of these parts are there, whole and without an error."""
        there = self.names  # most are not, when we begin
        found = set()
        for name in names:
            if name in there:
                content = self.content(name)
                if content is not None and parts.is_good(content):
                    found.add(name)
        return found

    def pack(self, keep: int = MANY) -> None:
        """Put loose parts into chunks while there are more than `keep`; those that failed stay."""
        while len(self._waiting) >= keep + CHUNK:
            now, self._waiting = self._waiting[:CHUNK], self._waiting[CHUNK:]
            chunk, held = io.BytesIO(), []
            with zipfile.ZipFile(chunk, "w", zipfile.ZIP_STORED) as archive:
                for name in now:
                    content = self.content(name)
                    if content is not None and parts.is_good(content):
                        archive.writestr(zipfile.ZipInfo(name), content)
                        held.append(name)
            if not held:
                continue
            self._chunks += 1
            file = self._folder / f"{_CHUNK}{self._chunks:06d}{parts.ENDING}"
            atomic_files.write(file, chunk.getvalue())
            self._packed |= dict.fromkeys(held, file)
            for name in held:
                self._loose.discard(name)
                (self._folder / f"{name}{parts.ENDING}").unlink(missing_ok=True)
