"""Where the parts of a folder stand: one file each as they come, in chunks of many when they are many.

A file system copes badly with a hundred thousand small files, and a small file is mostly headers. A chunk is
written whole before the files in it are removed, so that every part is there at any moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, parts
from batiksim.runs.fingerprints import reason
from batiksim.runs.parts import Part

# With no more loose files than these a folder is easy to look at, and nothing is packed.
MANY = 300
# A chunk holds no more parts, and no more bytes of loose files: it is unfolded as a whole.
CHUNK, CHUNK_BYTES = 500, 1 << 24
_CHUNK = "chunk-"
DAMAGED = "damaged"


@dataclass(frozen=True)
class Finished:
    """The parts that are `done`, and why others that are there must be computed `anew`."""

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


class Shelf:
    """The parts of one folder, found once; parts saved later through the same shelf are found too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / parts.FOLDER
        self._loose: set[str] = set()
        self._waiting: list[str] = []  # to be packed, in the order they came
        self._packed: dict[str, Path] = {}
        self._chunks: list[Path] = []
        # Whoever asks for one part asks for its neighbours next.
        self._last: tuple[Path, dict[str, Part]] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Look what is there now."""
        self._packed, self._chunks, self._last = {}, [], None
        there = sorted(self._folder.glob(f"*{parts.ENDING}"))
        self._loose &= {path.stem for path in there}
        for path in there:
            if not path.name.startswith(_CHUNK):
                self.came(path.stem)
                continue
            self._chunks.append(path)
            with suppress(*parts.DAMAGE), _reading(path):  # damaged: its parts are computed again
                self._packed |= dict.fromkeys(parts.names_in(path), path)

    @property
    def names(self) -> set[str]:
        """Names of the parts that are there, whole or not."""
        return {*self._loose, *self._packed}

    def came(self, name: str) -> None:
        """Note that a part was saved, here or by a worker process."""
        if name not in self._loose:
            self._loose.add(name)
            self._waiting.append(name)

    def load(self, name: str) -> Part | None:
        """A part; None if it is not there or damaged.

        Raises UsageError where the system cannot read it, which says nothing of the part.
        """
        return next(self.each([name]))

    def each(self, names: Iterable[str], *, outlines: bool = False) -> Iterator[Part | None]:
        """The parts of these names in this order, as `load` finds them; `outlines` as in `unpack_all`.

        Chunks are read one at a time, each once for so many names as a chunk holds at most.
        """
        left = iter(names)
        while some := list(islice(left, CHUNK)):
            kept = self._from_chunks(some, outlines)
            for name in some:
                yield kept.pop(name, None) or self._loose_part(name, outlines)

    def _from_chunks(self, names: Sequence[str], outlines: bool) -> dict[str, Part]:
        """Those of these parts that stand in chunks, whole."""
        wanted = [name for name in names if name not in self._loose and name in self._packed]
        kept: dict[str, Part] = {}
        for file in dict.fromkeys(self._packed[name] for name in wanted):
            try:
                found = self._chunk(file, outlines)
            except FileNotFoundError:  # packed anew meanwhile by the process that computes
                self.refresh()
                return self._from_chunks(names, outlines)
            own = [name for name in wanted if self._packed[name] == file and name in found]
            kept |= {name: _alone(found[name]) for name in own}
        return kept

    def _chunk(self, file: Path, outlines: bool) -> dict[str, Part]:
        if outlines:
            return self._unpacked(file, outlines=True)
        if self._last is None or self._last[0] != file:
            self._last = None  # two at a time would be one too many
            self._last = file, self._unpacked(file, outlines=False)
        return self._last[1]

    def _loose_part(self, name: str, outlines: bool) -> Part | None:
        if name not in self._loose:
            return None
        file = self._folder / f"{name}{parts.ENDING}"
        with suppress(FileNotFoundError):
            return self._unpacked(file, name, outlines=outlines).get(name)
        self.refresh()  # packed meanwhile by the process that computes, and others with it
        return next(self.each([name], outlines=outlines)) if name in self._packed else None

    def _unpacked(self, file: Path, name: str = "", *, outlines: bool) -> dict[str, Part]:
        """The parts in a file, none if it is damaged. Raises FileNotFoundError where there is none."""
        with _reading(file):
            try:
                content = atomic_files.read(file)
            except ValueError:
                return {}
        return parts.unpack_all(content, name, outlines=outlines)

    def finished(self, bound: Mapping[str, Mapping[str, str]]) -> Finished:
        """Which parts are there, whole, without an error and bound to what `bound` says of each name."""
        there = self.names  # most are not, when we begin
        named = [name for name in bound if name in there]
        done, anew = set(), {}
        for name, part in zip(named, self.each(named, outlines=True), strict=True):
            if part is None:
                anew[name] = DAMAGED
            elif part.error:
                continue
            elif why := reason(part.bound, bound[name]):
                anew[name] = why
            else:
                done.add(name)
        return Finished(frozenset(done), anew)

    def pack(self, keep: int | None = None) -> None:
        """Put loose parts into chunks while there are more than `keep` (`MANY`); those that failed stay."""
        while len(self._waiting) > (MANY if keep is None else keep):
            self._pack(self._next())

    def tidy(self) -> None:
        """Where there are chunks, put all into chunks, and remove those whose parts were all made anew."""
        if self._chunks:
            self._waiting = sorted(self._loose)
            self.pack(keep=0)
        for file in set(self._chunks) - {self._packed[name] for name in self._packed.keys() - self._loose}:
            file.unlink(missing_ok=True)
            self._chunks.remove(file)

    def _next(self) -> list[str]:
        """As many of the parts that wait as make a chunk."""
        size = count = 0
        for name in self._waiting[:CHUNK]:
            with suppress(FileNotFoundError):
                size += (self._folder / f"{name}{parts.ENDING}").stat().st_size
            if count and size > CHUNK_BYTES:
                break
            count += 1
        now, self._waiting = self._waiting[:count], self._waiting[count:]
        return now

    def _pack(self, names: Sequence[str]) -> None:
        found = [part for part in self.each(names) if part is not None and not part.error]
        # What other code made may have other columns; it is made anew before long.
        like = {name: table.schema for part in found for name, table in part.tables.items()}
        held = [part for part in found if all(like[key] == own.schema for key, own in part.tables.items())]
        if not held:
            return
        number = int(self._chunks[-1].stem.removeprefix(_CHUNK)) + 1 if self._chunks else 1
        file = self._folder / f"{_CHUNK}{number:06d}{parts.ENDING}"
        atomic_files.write(file, parts.pack(held))
        self._chunks.append(file)
        for part in held:
            self._packed[part.name] = file
            self._loose.discard(part.name)
            (self._folder / f"{part.name}{parts.ENDING}").unlink(missing_ok=True)


def _alone(part: Part) -> Part:
    """The part with tables of its own, which do not keep those of its chunk in memory."""
    own = {name: table.take(pa.array(range(table.num_rows))) for name, table in part.tables.items()}
    return Part(part.name, part.seconds, own, part.notes, part.error, part.trace, part.bound)
