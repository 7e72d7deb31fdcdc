"""What the app shows first, and what of it: the present month, the part that is simulated, the indicators."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ruamel.yaml import YAML

from batiksim.calendar import DEFAULT_UNTIL, month_index
from batiksim.data import text as data_text


@dataclass(frozen=True)
class Shown:
    """What data/app.yaml says; `now` and `until` are month numbers, `snaps` are in usual strengths."""

    now: int
    until: int
    seed: int
    scale: float
    indicators: tuple[str, ...]
    by_place: tuple[str, ...]
    paired: tuple[str, ...]
    levers: tuple[str, ...]
    snaps: tuple[float, ...]


@cache
def shown() -> Shown:
    """What the app shows, read once."""
    said = YAML(typ="safe").load(data_text("app.yaml"))
    return Shown(
        now=month_index(said["now"]),
        until=month_index(DEFAULT_UNTIL),
        seed=said["seed"],
        scale=said["scale"],
        indicators=tuple(said["indicators"]),
        by_place=tuple(said["by_place"]),
        paired=tuple(said["paired"]),
        levers=tuple(said["levers"]),
        snaps=tuple(said["snaps"]),
    )
