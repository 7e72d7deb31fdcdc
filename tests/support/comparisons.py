"""Small comparisons for tests: scenarios written on the spot, and what of a folder is always the same."""

from __future__ import annotations

import sys
from pathlib import Path

from batiksim.runs import assemble, design, draws
from batiksim.scenario import Scenario

HEAD = "title: {{en: {0}, id: {0}}}\nextends: baseline\n"
TRAINING = "interventions:\n  - training: {from: 2012-01, where: [kauman, jenggot]}\n"
SMALL = {"scale": 0.005, "until": "2012-12", "regimes": ("orders-short",)}
# Everything in the folder that must be the same however it was computed; the rest holds times.
SAME = ("series.parquet", "ages.parquet", "incomes.parquet", "costs.parquet", "places.parquet", "life.json")


def scenario(name: str, rest: str = "") -> Scenario:
    return Scenario.parse(HEAD.format(name) + rest, name)


def two() -> list[Scenario]:
    return [Scenario.default(), scenario("courses", TRAINING)]


def contents(folder: Path) -> dict[str, bytes]:
    names = [*SAME, "study.json", *(str(path.relative_to(folder)) for path in folder.glob("scenarios/*"))]
    return {name: (folder / name).read_bytes() for name in names}


def small_program() -> None:
    """The command line with a small whole region and one regime, for a process of its own."""
    from batiksim.cli import main

    design.FULL = assemble.FULL = 0.01  # type: ignore[misc]
    draws.WORLDS = ("orders-short",)
    sys.exit(main())
