"""Hold the baseline against `data/targets.csv` at full scale and write docs/reference/calibration.md.

    python -m tools.calibration [SEEDS]

Rows with role fit were used to choose parameters by hand; rows with role check never were.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from batiksim.calendar import month_index, month_name
from batiksim.config.parameters import WORLDS
from batiksim.data import rows
from batiksim.runs.runner import run
from batiksim.scenario import Scenario

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "calibration.md"
UNTIL = "2023-12"
TWINS = {"covid": {"covid.drop": 0.0}, "flood": {"flood.severity": 0.0}}
Target = Mapping[str, str]


def series(table: pd.DataFrame, target: Target) -> pd.Series:
    """Monthly values of the target's indicator in its place, by month."""
    return table[table.place == target["place"]].set_index("month")[target["indicator"]]


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


def measure(settings: Scenario, seed: int) -> list[float]:
    """Value of every target in one full-scale run of `settings`, in the order of the file."""
    table = run(settings, seed=seed, until=UNTIL)
    twins = {name: run(settings.but(change), seed=seed, until=UNTIL) for name, change in TWINS.items()}
    values = []
    for target in rows("targets.csv"):
        twin = twins.get(target["target"].split("_")[0])
        one = None if twin is None else series(twin, target)
        values.append(STATISTICS[target["statistic"]](series(table, target), target, one))
    return values


def inside(target: Target, value: float) -> bool:
    """Whether a value lies in the band of the target; an empty bound is open."""
    low, high = (
        float(target[bound]) if target[bound] else sign * np.inf for bound, sign in (("low", -1), ("high", 1))
    )
    return bool(low <= value <= high)


def lines(regime: str, role: str, found: np.ndarray) -> list[str]:
    """Table of one role in Markdown: band, median, range over seeds, verdict."""
    table = [
        f"\n### {regime}: {role}\n",
        "| target | place, month | band | median | range over seeds | inside |",
        "|---|---|---|---|---|---|",
    ]
    for target, values in zip(rows("targets.csv"), found.T, strict=True):
        if target["role"] == role:
            middle = float(np.median(values))
            band = f"{target['low'] or '-∞'} .. {target['high'] or '∞'}"
            verdict = "yes" if inside(target, middle) else "**no**"
            table.append(
                f"| {target['target']} | {target['place']}, {target['month']} | {band} | {middle:.4g} |"
                f" {values.min():.4g} .. {values.max():.4g} | {verdict} |"
            )
    return table


def main(seeds: int = 3) -> None:
    """Run both worlds and write the page."""
    page = [
        "# Calibration by hand\n",
        f"Full scale, seeds 1 to {seeds}, shipped parameters, by `python -m tools.calibration {seeds}`.",
        "Rows under *fit* were used to choose parameters by hand; rows under *check* were never used.",
    ]
    for regime in WORLDS:
        settings = Scenario.default().but({"choice.regime": regime})
        found = np.array([measure(settings, seed) for seed in range(1, seeds + 1)])
        page += lines(regime, "fit", found) + lines(regime, "check", found)
    PAGE.write_text("\n".join(page) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(page))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
