"""What ships with the app: the record of the baseline, and figures of places from runs of the whole region.

A page plays the record while the workers get ready. `python -m tools.records` makes all of it anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from batiksim.calendar import FIRST_MONTH, month_index, month_name
from batiksim.futures.frames import unframed
from batiksim.futures.future import case_of, futures
from batiksim.futures.settings import shown
from batiksim.scenario import Scenario

PLACES = "places.json"
# Runs of the whole region: its places are small, so luck is told from a few seeds.
FULL, SEEDS = 1.0, (1, 2, 3)
SHOWN = ("batik.workers", "batik.workers_under_30", "firms.count", "pay.batik_median", "pay.umk")
# Rupiah are told to the thousand, counts and the rest as they are.
STEPS = {"pay.batik_median": 1000, "pay.umk": 1000}


def record_name(world: str) -> str:
    """The file of the record of a world."""
    return f"{world}.future"


@cache
def record(world: str) -> bytes:
    """The baseline from January 2011 to December 2040 in a world, as the frames of a future."""
    return files("batiksim.data").joinpath("records", record_name(world)).read_bytes()


@cache
def place_figures() -> Mapping[str, Any]:
    """Figures of places by year from runs of the whole region: `{version, scale, seeds, years, worlds}`.

    `worlds[world][place][indicator]` holds a list of years for each seed, None where undefined; year as in
    yearly tables.
    """
    found: Mapping[str, Any] = json.loads(
        files("batiksim.data").joinpath("records", PLACES).read_text(encoding="utf-8")
    )
    return found


def make_record(world: str) -> bytes:
    """The same as `record`, computed."""
    show = shown()
    return b"".join(futures(since=0, until=show.until, seed=show.seed, world=world, scale=show.scale))


def payloads(stream: bytes) -> list[tuple[int, bytes]]:
    """What a stream says, whatever deflated it: two libraries that do so need not write the same bytes."""
    return list(unframed([stream]))


def measure_places(world: str, seed: int, until: int) -> dict[str, dict[str, list[float | None]]]:
    """Place -> indicator -> values of the years up to month `until`, of one run of the whole region."""
    from batiksim.runs.runner import run

    case, _ = case_of(Scenario.default(), world)
    table = run(case, seed=seed, scale=FULL, until=month_name(until), record="yearly")
    return {
        str(place): {name: [_rounded(name, value) for value in rows[name]] for name in SHOWN}
        for place, rows in table.groupby("place", sort=False)
    }


def _rounded(name: str, value: float) -> float | None:
    step = STEPS.get(name, 1)
    return None if value != value else round(value / step) * step


def years(until: int) -> list[int]:
    """The years that are complete at the end of month `until`."""
    first = int(FIRST_MONTH[:4])
    return list(range(first, first + (until - month_index(FIRST_MONTH) + 1) // 12))
