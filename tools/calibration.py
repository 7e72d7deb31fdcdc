"""Hold both worlds against `data/targets.csv` at full scale and write docs/reference/calibration.md.

    python -m tools.calibration [SEEDS]
    python -m tools.calibration 1 --scale 0.1 --world hands-short --set choice.batik=-4

Rows with role fit were used to choose parameters by hand; rows with role check never were. The exit code is
1 if a fit row is missed. Beside each check stand four nulls (tools/nulls.py): what is said by whoever knows
nothing of the model. With --scale, --world or --set nothing is written, and rows that the scale is
too small for are left out.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from batiksim.calendar import month_index, month_name
from batiksim.config.parameters import REGIME, WORLDS
from batiksim.data import rows
from batiksim.i18n.texts import catalogue
from batiksim.model.batik_model import BatikModel
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from tools import nulls

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "calibration.md"
FAILED = ROOT / "batiksim" / "data" / "failed_checks.csv"
UNTIL = "2023-12"
TWINS = {"covid": {"covid.drop": 0.0}, "flood": {"flood.severity": 0.0}}
KEPT = ("what", "regime", "target", "place", "month", "low", "high", "model")
Target = Mapping[str, str]


def fit_rows() -> dict[str, Target]:
    """The targets that parameters may be chosen by, by name."""
    return {row["target"]: row for row in rows("targets.csv") if row["role"] == "fit"}


def band(target: Target) -> tuple[float, float]:
    """The band of a target; an empty bound is open."""
    low, high = (float(target[end] or sign) for end, sign in (("low", "-inf"), ("high", "inf")))
    return low, high


def series(table: pd.DataFrame, target: Target) -> pd.Series:
    """Monthly values of the target's indicator, or of one less another, in its place, by month."""
    mine = table[table.place == target["place"]].set_index("month")
    first, *others = target["indicator"].split(" - ")
    return mine[first] - mine[others].sum(axis=1) if others else mine[first]


def mean(values: pd.Series, target: Target, twin: pd.Series | None) -> float:
    """Mean over the window that ends in the month."""
    last = month_index(target["month"])
    months = [month_name(month) for month in range(last - int(target["window"]) + 1, last + 1)]
    return float(values.loc[months].mean())


def max_step(values: pd.Series, target: Target, twin: pd.Series | None) -> float:
    """Largest relative change from month to month within the window."""
    last = month_index(target["month"])
    months = [month_name(month) for month in range(max(last - int(target["window"]) + 1, 0), last + 1)]
    return float(values.loc[months].pct_change().abs().max())


def drop_vs_twin(values: pd.Series, target: Target, twin: pd.Series | None) -> float:
    """Share lost in the month against the same luck without the shock."""
    assert twin is not None
    return 1.0 - float(values[target["month"]] / twin[target["month"]])


def change(values: pd.Series, target: Target, twin: pd.Series | None) -> float:
    """Change over the window that ends in the month."""
    last = month_index(target["month"])
    return float(values[month_name(last)] - values[month_name(last - int(target["window"]))])


STATISTICS: dict[str, Callable[[pd.Series, Target, pd.Series | None], float]] = {
    "mean": mean,
    "max_step": max_step,
    "drop_vs_twin": drop_vs_twin,
    "change": change,
}


@dataclass(frozen=True)
class Measured:
    """What one run, and each null beside it, says of every target; NaN where a null says nothing."""

    model: tuple[float, ...]
    nulls: Mapping[str, tuple[float, ...]]


def targets(scale: float) -> list[Target]:
    """The targets that may be read at this scale."""
    return [target for target in rows("targets.csv") if float(target["least_scale"]) <= scale]


def measure(settings: Scenario, seed: int, scale: float) -> Measured:
    """Run `settings` once, with its twins and nulls, and read every target."""
    wanted = targets(scale)
    model = BatikModel(settings, seed=seed, scale=scale, until=UNTIL).run()
    table = model.results(record="monthly")
    about: dict[str, Any] = {"seed": seed, "scale": scale, "until": UNTIL}
    twins = {name: run(settings.but(changes), **about) for name, changes in TWINS.items()}

    def read(target: Target, said: pd.Series | None, twin: pd.Series | None) -> float:
        return np.nan if said is None else STATISTICS[target["statistic"]](said, target, twin)

    pay_only = run(settings.but(nulls.PAY_ONLY), **about)
    found: list[float] = []
    said: dict[str, list[float]] = {name: [] for name in nulls.NAMES}
    for target in wanted:
        values, twin = series(table, target), twins.get(target["target"].split("_")[0])
        found.append(read(target, values, None if twin is None else series(twin, target)))
        for name in said:
            null = series(pay_only, target) if name == "pay only" else nulls.said(name, values, target, model)
            said[name].append(read(target, null, null))  # a null knows of no shock: it is its own twin
    return Measured(tuple(found), {name: tuple(values) for name, values in said.items()})


def beyond(target: Target, value: float) -> float:
    """How far a value lies outside the band of the target: 0 within."""
    low, high = band(target)
    return max(low - value, value - high, 0.0)


@dataclass(frozen=True)
class Row:
    """A target under one world: the model's median and range over seeds, and the nulls' medians."""

    world: str
    target: Target
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
    mine = [row for row in found if row.target["role"] == role]
    names = list(mine[0].nulls) if mine and role == "check" else []
    head = ["target", "place, month", "band", "median", "range over seeds", "inside", *names]
    yield f"\n### {found[0].world}: {role}\n"
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in mine:
        target, values = row.target, row.values
        cells = [
            target["target"], f"{target['place']}, {target['month']}",
            f"{target['low'] or '-∞'} .. {target['high'] or '∞'}", f"{row.middle:.4g}",
            f"{values.min():.4g} .. {values.max():.4g}", "yes" if row.inside else "**no**",
        ]  # fmt: skip
        cells += [_null(target, row.nulls[name]) for name in names]
        yield f"| {' | '.join(cells)} |"


def _null(target: Target, value: float) -> str:
    if np.isnan(value):
        return "–"
    return f"{value:.3g} {'yes' if beyond(target, value) == 0.0 else 'no'}"


def verdict(found: Sequence[Row]) -> Iterator[str]:
    """How many rows of one world are met, and which the nulls win."""
    world = found[0].world
    for role in ("fit", "check"):
        mine = [row for row in found if row.target["role"] == role]
        yield f"* **{world}**, {role}: {sum(row.inside for row in mine)} of {len(mine)} rows are met."
    checks = [row for row in found if row.target["role"] == "check"]
    for name in checks[0].nulls if checks else ():
        said = [row for row in checks if not np.isnan(row.nulls[name])]
        met = sum(beyond(row.target, row.nulls[name]) == 0.0 for row in said)
        won = [f"`{row.target['target']}`" for row in said if name in row.better_nulls]
        wins = f"it **wins** {', '.join(won)}" if won else "it wins none"
        yield f"* {world}, null *{name}*: meets {met} of the {len(said)} checks it speaks of; {wins}."


def failures(found: Sequence[Row]) -> list[dict[str, str]]:
    """The rows of failed_checks.csv: what a report says of the checks that are missed."""
    known = [key.removeprefix("report.check.") for key in catalogue() if key.startswith("report.check.")]
    failed = []
    for row in found:
        if row.target["role"] == "check" and not row.inside:
            what = max((key for key in known if row.target["target"].startswith(key)), key=len)
            about = {key: row.target[key] for key in ("target", "place", "month", "low", "high")}
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
        "*pay only* (the model, where people choose by pay alone). None of them knows of floods or of Covid.",
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
    missed = [f"{row.world} {row.target['target']}" for world in found for row in world
              if row.target["role"] == "fit" and not row.inside]  # fmt: skip
    if missed:
        print(f"fit rows missed: {', '.join(missed)}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
