"""Files that save time and nothing else, in the user's cache folder: one that is damaged is made anew.

Several processes may use the shelf at once: a file is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files

# Megabytes of all files: the pasts of a comparison under fifty draws, with room for others. The variable
# says another number, 0 to keep nothing.
LARGEST = 1024
VARIABLE = "BATIKSIM_CACHE_MB"
_DIGEST = hashlib.sha256().digest_size


class Cache:
    """Contents by name, the least recently used ones removed beyond `largest` bytes.

    `folder` is by default the user's cache folder, `largest` what the variable BATIKSIM_CACHE_MB says. A
    folder that cannot be made, or that others may write in, is not used: nothing is found then and nothing
    kept.
    """

    def __init__(self, folder: Path | None = None, largest: int | None = None) -> None:
        self.folder, self.largest = folder or _usual(), _allowed() if largest is None else largest
        self.usable = False
        if not self.largest:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_files.clear_drafts(self.folder)
        self.usable = _ours(self.folder)

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return sum(size for _, size, _ in self._there()) if self.usable else 0

    def load(self, name: str) -> bytes | None:
        """What was kept under a name, None for what is not there or damaged."""
        if not self.usable:
            return None
        file = self.folder / name
        try:
            content = atomic_files.read(file, self.largest)
            os.utime(file)
        except (OSError, ValueError):
            return None
        kept = content[_DIGEST:]
        return kept if hashlib.sha256(kept).digest() == content[:_DIGEST] else None

    def store(self, name: str, content: bytes) -> None:
        """Keep something under a name, if the disk lets us."""
        if not self.usable or len(content) > self.largest:
            return
        with suppress(OSError):
            atomic_files.write(self.folder / name, hashlib.sha256(content).digest() + content)
            self._clear()

    def _clear(self) -> None:
        """Remove the files that were not used for longest, as far as there are too many."""
        found = self._there()
        there = sum(size for _, size, _ in found)
        for _, size, file in sorted(found, key=lambda one: one[0]):
            if there <= self.largest:
                return
            with suppress(OSError):
                file.unlink()
            there -= size

    def _there(self) -> list[tuple[float, int, Path]]:
        """(last use, bytes, file) of everything kept."""
        found = []
        for file in atomic_files.entries(self.folder):
            with suppress(OSError):  # another process has removed it
                about = file.stat()
                found.append((about.st_mtime, about.st_size, file))
        return found


def _allowed() -> int:
    """The bytes that may be kept; raises UsageError where the variable says no number."""
    said = os.environ.get(VARIABLE, "")
    if said and not (said.isascii() and said.isdigit()):
        raise UsageError(text("cache.size", name=VARIABLE, value=said))
    return (int(said) if said else LARGEST) << 20


def _usual() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("batiksim", appauthor=False) / "pasts"


def _ours(folder: Path) -> bool:
    """Whether a folder is the user's own, as pickles are opened from it."""
    try:
        about = folder.stat()
    except OSError:
        return False
    if sys.platform == "win32":
        return os.access(folder, os.W_OK)
    return about.st_uid == os.getuid() and not about.st_mode & 0o022 and os.access(folder, os.W_OK)
