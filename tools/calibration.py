"""Hold both worlds against `data/targets.csv` at full scale and write docs/reference/calibration.md.

    python -m tools.calibration [SEEDS]
    python -m tools.calibration 1 --scale 0.1 --world hands-short --set choice.batik=-4

Rows with role fit were used to choose parameters by hand; rows with role check never were. The exit code is
1 if a fit row is missed. Beside each check stand four nulls (batiksim/studies/validation/nulls.py): what
is said by whoever knows nothing of the model. With --scale, --world or --set nothing is written, and rows
that the scale is too small for are left out.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from batiksim.calendar import month_index
from batiksim.config.parameters import REGIME, WORLDS
from batiksim.i18n.texts import catalogue
from batiksim.model.batik_model import BatikModel
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from batiksim.studies.validation import nulls
from batiksim.studies.validation.facts import FIT, Fact, facts_by_name, shipped_facts
from batiksim.studies.validation.readings import Values, difference, read
from batiksim.studies.validation.scoring import shock

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "calibration.md"
FAILED = ROOT / "batiksim" / "data" / "failed_checks.csv"
UNTIL = "2023-12"
KEPT = ("what", "regime", "target", "place", "month", "low", "high", "model")
# Beside the checks of the page: the ablations of `batiksim validate` are left to it.
NULLS = (*nulls.KNOWS, nulls.PAY_ONLY)


def fit_rows() -> Mapping[str, Fact]:
    """The targets that parameters may be chosen by, by name."""
    return facts_by_name(FIT)


def read_run(table: pd.DataFrame, fact: Fact, twin: pd.DataFrame | None = None) -> float:
    """The statistic of a fact in the table of one run, and of its twin without the shock."""
    said = None if twin is None else _values(twin, fact)
    return float(read(fact, _values(table, fact), said)[0])


def _values(table: pd.DataFrame, fact: Fact) -> Values:
    """Monthly values of the indicator of a fact in a run, by place."""

    def values(place: str) -> pd.DataFrame:
        mine = table[table["place"] == place].set_index("month")
        return difference(fact.indicators, lambda name: mine[[name]].T.set_axis([0]))

    return values


@dataclass(frozen=True)
class Measured:
    """What one run, and each null beside it, says of every target; NaN where a null says nothing."""

    model: tuple[float, ...]
    nulls: Mapping[str, tuple[float, ...]]


def targets(scale: float) -> list[Fact]:
    """The targets that may be read at this scale."""
    return [fact for fact in shipped_facts() if fact.least_scale <= scale]


def measure(settings: Scenario, seed: int, scale: float) -> Measured:
    """Run `settings` once, with its twins and nulls, and read every target."""
    model = BatikModel(settings, seed=seed, scale=scale, until=UNTIL).run()
    table = model.results(record="monthly")
    about: dict[str, Any] = {"seed": seed, "scale": scale, "until": UNTIL}
    twins = {name: run(settings.but(changes), **about) for name, changes in nulls.TWINS.items()}
    pay_only = run(settings.but(nulls.RULES[nulls.PAY_ONLY]), **about)
    found: list[float] = []
    said: dict[str, list[float]] = {name: [] for name in NULLS}
    for fact in targets(scale):
        values = _values(table, fact)
        twin = twins.get(shock(fact))
        found.append(read_run(table, fact, twin))
        counts = model.recorder.ages()[month_index(nulls.BASE[1]), model.recorder.rows.index(fact.place)]
        for name in NULLS:
            null = _values(pay_only, fact)(fact.place)
            if name != nulls.PAY_ONLY:
                null = nulls.said(name, values(fact.place), fact.indicator, counts.sum(axis=0)[None, :])
            # A null knows of no shock: it is its own twin.
            own = None if null is None else {fact.place: null}.__getitem__
            said[name].append(np.nan if own is None else float(read(fact, own, own)[0]))
    return Measured(tuple(found), {name: tuple(values) for name, values in said.items()})


def beyond(target: Fact, value: float) -> float:
    """How far a value lies outside the band of the target: 0 within."""
    low, high = target.band
    return max(low - value, value - high, 0.0)


@dataclass(frozen=True)
class Row:
    """A target under one world: the model's median and range over seeds, and the nulls' medians."""

    world: str
    target: Fact
    values: np.ndarray
    nulls: Mapping[str, float]

    @property
    def middle(self) -> float:
        return float(np.median(self.values))

    @property
    def inside(self) -> bool:
        return beyond(self.target, self.middle) == 0.0

    @property
    def better_nulls(self) -> list[str]:
        """The nulls that are nearer to the band than the model."""
        mine = beyond(self.target, self.middle)
        return [name for name, value in self.nulls.items() if beyond(self.target, value) < mine]


def lines(found: Sequence[Row], role: str) -> Iterator[str]:
    """Table of one world and role in Markdown: band, median, range over seeds, verdict; nulls of checks."""
    mine = [row for row in found if row.target.role == role]
    names = list(mine[0].nulls) if mine and role == "check" else []
    head = ["target", "place, month", "band", "median", "range over seeds", "inside", *names]
    yield f"\n### {found[0].world}: {role}\n"
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in mine:
        target, values = row.target, row.values
        cells = [
            target.name, f"{target.place}, {target.month}",
            " .. ".join(_end(end) for end in target.band), f"{row.middle:.4g}",
            f"{values.min():.4g} .. {values.max():.4g}", "yes" if row.inside else "**no**",
        ]  # fmt: skip
        cells += [_null(target, row.nulls[name]) for name in names]
        yield f"| {' | '.join(cells)} |"


def _end(value: float) -> str:
    """An end of a band as the file has it."""
    return f"{value:g}" if np.isfinite(value) else "∞" if value > 0.0 else "-∞"


def _null(target: Fact, value: float) -> str:
    if np.isnan(value):
        return "–"
    return f"{value:.3g} {'yes' if beyond(target, value) == 0.0 else 'no'}"


def verdict(found: Sequence[Row]) -> Iterator[str]:
    """How many rows of one world are met, and which the nulls win."""
    world = found[0].world
    for role in ("fit", "check"):
        mine = [row for row in found if row.target.role == role]
        yield f"* **{world}**, {role}: {sum(row.inside for row in mine)} of {len(mine)} rows are met."
    checks = [row for row in found if row.target.role == "check"]
    for name in checks[0].nulls if checks else ():
        said = [row for row in checks if not np.isnan(row.nulls[name])]
        met = sum(beyond(row.target, row.nulls[name]) == 0.0 for row in said)
        won = [f"`{row.target.name}`" for row in said if name in row.better_nulls]
        wins = f"it **wins** {', '.join(won)}" if won else "it wins none"
        yield f"* {world}, null *{name}*: meets {met} of the {len(said)} checks it speaks of; {wins}."


def failures(found: Sequence[Row]) -> list[dict[str, str]]:
    """The rows of failed_checks.csv: what a report says of the checks that are missed."""
    known = [key.removeprefix("report.check.") for key in catalogue() if key.startswith("report.check.")]
    failed = []
    for row in found:
        if row.target.role == "check" and not row.inside:
            what = max((key for key in known if row.target.name.startswith(key)), key=len)
            low, high = ("" if np.isinf(end) else _end(end) for end in row.target.band)
            about = {"target": row.target.name, "place": row.target.place, "month": row.target.month}
            about |= {"low": low, "high": high}
            failed.append({"what": what, "regime": row.world, **about, "model": f"{row.middle:.4g}"})
    return failed


def write(found: Sequence[Sequence[Row]], seeds: int) -> None:
    """Write the page and the checks that fail, which reports show."""
    page = [
        "# Calibration by hand\n",
        f"Full scale, seeds 1 to {seeds}, shipped parameters, by `python -m tools.calibration {seeds}`.",
        "Rows under *fit* were used to choose parameters by hand; rows under *check* were never used.\n",
        "Four nulls stand beside the checks: *persistence* (what was in 2012 stays), *trend* (the straight",
        "line of 2011-13 goes on), *cohort* (everybody in batik of 2012 grows older, nobody enters) and",
        "*pay-only* (the model, where people choose by pay alone). None of them knows of floods or of Covid.",
        "A null wins a row if it is nearer to the band than the model; a dash is where it says nothing.\n",
        *(line for world in found for line in verdict(world)),
        *(line for world in found for role in ("fit", "check") for line in lines(world, role)),
    ]
    PAGE.write_text("\n".join(page) + "\n", encoding="utf-8", newline="\n")
    with FAILED.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, KEPT, lineterminator="\n")
        table.writeheader()
        table.writerows(row for world in found for row in failures(world))


def look(worlds: Sequence[str], seeds: int, scale: float, changes: Mapping[str, Any]) -> list[list[Row]]:
    """Measure each world with each seed, a process a core."""
    cases = [
        (Scenario.default().but({REGIME: world, **changes}), seed, scale)
        for world in worlds
        for seed in range(1, seeds + 1)
    ]
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(cases)), mp_context=get_context("spawn")) as pool:
        measured = list(pool.map(measure, *zip(*cases, strict=True)))
    found = []
    for number, world in enumerate(worlds):
        mine = measured[number * seeds : (number + 1) * seeds]
        said = {name: np.array([one.nulls[name] for one in mine]) for name in mine[0].nulls}
        found.append([
            Row(
                world, target, np.array([one.model[k] for one in mine]),
                {name: float(np.median(values[:, k])) for name, values in said.items()},
            )
            for k, target in enumerate(targets(scale))
        ])  # fmt: skip
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write or print, and say by the exit code whether every fit row is met."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("seeds", nargs="?", type=int, default=3)
    asked.add_argument("--scale", type=float, help="a sample, to look only")
    asked.add_argument("--world", choices=WORLDS, help="one world, to look only")
    asked.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="other values, to look"
    )
    given = asked.parse_args(arguments)
    if not targets(given.scale or 1.0):
        asked.error("no target can be read at so small a scale")
    changes = dict(one.split("=", 1) for one in given.set)
    looking = bool(given.scale or given.world or changes)
    worlds = (given.world,) if given.world else WORLDS
    found = look(worlds, given.seeds, given.scale or 1.0, changes)
    for world in found:
        print("\n".join((*verdict(world), *lines(world, "fit"), *lines(world, "check"))))
    if not looking:
        write(found, given.seeds)
    missed = [f"{row.world} {row.target.name}" for world in found for row in world
              if row.target.role == "fit" and not row.inside]  # fmt: skip
    if missed:
        print(f"fit rows missed: {', '.join(missed)}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
