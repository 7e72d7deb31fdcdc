"""What the shell offers when the tab key is pressed: files, scenarios, and whatever has a name.

Only names without anything a terminal would obey are offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

_ENDINGS = (".yaml", ".yml")


def among(*words: str) -> Callable[[str], list[str]]:
    """An offer of some words."""

    def offer(incomplete: str) -> list[str]:
        return _beginning(incomplete, words)

    return offer


def scenarios(incomplete: str) -> list[str]:
    """Scenarios of the library, and scenario files and folders beside what is written."""
    from batiksim.scenario import library

    return [*_beginning(incomplete, library()), *_beside(incomplete, lambda path: path.suffix in _ENDINGS)]


def folders(incomplete: str) -> list[str]:
    """Folders beside what is written."""
    return _beside(incomplete, lambda path: False)


def parameters(incomplete: str) -> list[str]:
    """Parameters, ready for a value."""
    from batiksim.config.parameters import load_parameters

    return _beginning(incomplete, (f"{name}=" for name in load_parameters()))


def indicators(incomplete: str) -> list[str]:
    """Indicators."""
    from batiksim.recording.indicators import load_indicators

    return _beginning(incomplete, load_indicators())


def everything(incomplete: str) -> list[str]:
    """Whatever `batiksim show` knows."""
    from batiksim.cli import catalogue

    names = [record["name"] for records in catalogue.LISTS.values() for record in records()]
    return _beginning(incomplete, dict.fromkeys(["month", *names]))


def _beginning(incomplete: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _beside(incomplete: str, wanted: Callable[[Path], bool]) -> list[str]:
    """Paths that begin as written: folders, and files that are wanted."""
    folder = incomplete[: incomplete.rfind("/") + 1]
    try:
        paths = sorted(Path(folder or ".").iterdir())
        found = [
            f"{folder}{path.name}{'/' * path.is_dir()}" for path in paths if path.is_dir() or wanted(path)
        ]
    except OSError:
        return []
    hidden = f"{folder}."
    return [
        name
        for name in _beginning(incomplete, found)
        if name.isprintable() and (incomplete.startswith(hidden) or not name.startswith(hidden))
    ]
