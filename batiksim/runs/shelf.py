"""Where the parts of a folder stand: one file each as they come, in chunks of many when they are many.

A chunk is a zip archive of parts as they were saved. A file system copes badly with a hundred thousand small
files; a chunk is written whole before the files in it are removed, so that every part is there at any moment.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, parts
from batiksim.runs.fingerprints import reason
from batiksim.runs.parts import Part

CHUNK = 100
# With no more files than these a folder is easy to look at, and nothing is packed.
MANY = 200
_CHUNK = "chunk-"


@dataclass(frozen=True)
class Finished:
    """The parts that are `done`, and why others that are whole must be computed `anew`."""

    done: frozenset[str]
    anew: Mapping[str, str]

    def told(self, runs: Iterable[str]) -> str:
        """How many of these runs are computed anew and why, "" where none is."""
        reasons = [self.anew[name] for name in runs if name in self.anew]
        why = "; ".join(text(f"folder.anew.{reason}") for reason in dict.fromkeys(reasons))
        return text("folder.anew", runs=len(reasons), why=why) if reasons else ""


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Tell what the system has against reading a file that is there. Raises UsageError."""
    try:
        yield
    except OSError as error:
        if not atomic_files.is_read_error(error):
            raise
        raise UsageError(text("folder.unreadable", file=file, why=error.strerror)) from error


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """A chunk, open; raises ValueError and BadZipFile where it is damaged."""
    with atomic_files.open_plain(file) as stream, zipfile.ZipFile(stream) as archive:
        parts.check_archive(archive, file.stat().st_size, CHUNK)
        yield archive


class Shelf:
    """The parts of one folder, found once; parts saved later through the same shelf are found too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / parts.FOLDER
        self._loose: set[str] = set()
        self._waiting: list[str] = []  # to be packed, in the order they came
        self._packed: dict[str, Path] = {}
        self._chunks = 0
        self.refresh()

    def refresh(self) -> None:
        """Look what is there now."""
        for path in sorted(self._folder.glob(f"*{parts.ENDING}")):
            if not path.name.startswith(_CHUNK):
                self.came(path.stem)
                continue
            self._chunks = max(self._chunks, int(path.stem.removeprefix(_CHUNK)))
            # A damaged chunk: its parts are computed again.
            damage = (ValueError, FileNotFoundError, zipfile.BadZipFile)
            with suppress(*damage), _reading(path), _opened(path) as chunk:
                self._packed |= dict.fromkeys(chunk.namelist(), path)

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
        """The bytes of a part, None if it is not there. Raises ValueError and BadZipFile where damaged.

        Raises UsageError where the system cannot read it, which says nothing of the part.
        """
        if name in self._loose:
            file = self._folder / f"{name}{parts.ENDING}"
            with suppress(FileNotFoundError), _reading(file):  # packed meanwhile by the process that computes
                return atomic_files.read(file)
            self._loose.discard(name)
            self.refresh()
        if name not in self._packed:
            return None
        with _reading(self._packed[name]), _opened(self._packed[name]) as chunk:
            return chunk.read(name)

    def load(self, name: str) -> Part | None:
        """A part; None if it is not there or damaged."""
        content = self.content(name)
        return None if content is None else parts.unpack(name, content)

    def content(self, name: str) -> bytes | None:
        """The bytes of a part; None if it is not there or its chunk is damaged."""
        try:
            return self.read(name)
        except (ValueError, LookupError, RuntimeError, zipfile.BadZipFile):
            return None

    def finished(self, bound: Mapping[str, Mapping[str, str]]) -> Finished:
        """Which parts are there, whole, without an error and bound to what `bound` says of each name."""
        there = self.names  # most are not, when we begin
        done, anew = set(), {}
        for name, marks in bound.items():
            part = self._outline(name) if name in there else None
            if part is None or part.error:
                continue
            if why := reason(part.bound, marks):
                anew[name] = why
            else:
                done.add(name)
        return Finished(frozenset(done), anew)

    def _outline(self, name: str) -> Part | None:
        content = self.content(name)
        return None if content is None else parts.outline(name, content)

    def pack(self, keep: int = MANY) -> None:
        """Put loose parts into chunks while there are more than `keep`; those that failed stay."""
        while len(self._waiting) >= keep + CHUNK:
            now, self._waiting = self._waiting[:CHUNK], self._waiting[CHUNK:]
            chunk, held = io.BytesIO(), []
            with zipfile.ZipFile(chunk, "w", zipfile.ZIP_STORED) as archive:
                for name in now:
                    content = self.content(name)
                    part = None if content is None else parts.outline(name, content)
                    if content is not None and part is not None and not part.error:
                        parts.add(archive, name, content)
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
