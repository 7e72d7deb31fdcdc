"""Mistakes gathered, so that a reader goes on to the next value and all of them can be told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TypeVar

from batiksim.errors import InputError

MOST = 20  # of one file; who has made more sees the rest after mending these

Name = TypeVar("Name")
Value = TypeVar("Value")


class Mistakes:
    """Notes the input errors raised in its `with` blocks; `tell` raises the first, with the others in it.

    After `MOST` of them reading ends.
    """

    def __init__(self) -> None:
        self._found: list[InputError] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, InputError):
            return False
        self._found += (error, *error.others)
        if len(self._found) >= MOST:
            self.tell()
        return True

    def tell(self) -> None:
        """Raise the first mistake in the order of the file, if there is any."""
        if self._found:
            first, *others = sorted(self._found, key=_place)[:MOST]
            first.others = tuple(others)
            raise first from None


def _place(error: InputError) -> tuple[str, int, int]:
    return error.file or "", error.line or 0, error.column or 0


def read_each(readers: Mapping[Name, Callable[[], Value]]) -> dict[Name, Value]:
    """Return what each reader returns, by name; if some raise, the others are read all the same."""
    wrong = Mistakes()
    found = {}
    for name, read in readers.items():
        with wrong:
            found[name] = read()
    wrong.tell()
    return found
