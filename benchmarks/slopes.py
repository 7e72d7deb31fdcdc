"""What a run costs by the number of people, measured, and what a study would cost that nobody has run.

    python -m benchmarks.slopes

measures runs to 2040 of several sizes, each in a process of its own, and keeps them in `slopes.csv` beside
this file; `tools.cluster_page` draws straight lines through them.
"""

from __future__ import annotations

import csv
import json
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.measure import FULL_SCALE_PEOPLE, whole_run

KEPT = Path(__file__).with_name("slopes.csv")
SCALES, UNTIL, ROUNDS = (0.1, 0.3, 1.0, 2.0), "2040-12", 2
COLUMNS = ("people", "cpu_seconds", "peak_mb", "yearly_bytes", "monthly_bytes", "processor")


@dataclass(frozen=True)
class Costs:
    """What a study costs: hours of one core, MB a worker needs, GB of finished runs by year and by month."""

    core_hours: float
    memory_mb: float
    yearly_gb: float
    monthly_gb: float


def kept_bytes(scale: float, record: str) -> int:
    """Bytes that a run of a comparison leaves, in a process of its own."""
    code = f"from benchmarks.slopes import _kept_bytes; _kept_bytes({scale!r}, {record!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(json.loads(done.stdout.splitlines()[-1]))


def _kept_bytes(scale: float, record: str) -> None:
    from batiksim.runs.design import make_design
    from batiksim.runs.tasks import run_task
    from batiksim.scenario import Scenario

    design = make_design(
        [Scenario.default(), Scenario.load("training")], 1, regimes=("orders-short",), baseline=None,
        scale=scale, since="2011-01", until=UNTIL, record=record, full_scale=0,
    )  # fmt: skip
    task = design.tasks({*design.life_parts})[0]
    sizes = [len(part.pack()) for part in run_task(task)]
    print(json.dumps(round(sum(sizes) / len(sizes))))


def measured() -> list[dict[str, str]]:
    """The rows that are kept."""
    with KEPT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(people: float, runs: int) -> Costs:
    """What so many runs to 2040 of so many people cost, by straight lines through what was measured.

    A worker holds two regions at once while a policy branches off from the baseline.
    """
    rows = measured()
    size = np.array([float(row["people"]) for row in rows])

    def at(column: str, regions: int = 1) -> float:
        slope, start = np.polyfit(size, [float(row[column]) for row in rows], 1)
        return float(start + regions * slope * people)

    yearly, monthly = (np.mean([float(row[f"{one}_bytes"]) for row in rows]) for one in ("yearly", "monthly"))
    return Costs(
        runs * at("cpu_seconds") / 3600,
        at("peak_mb", regions=2),
        runs * float(yearly) / 1e9,
        runs * float(monthly) / 1e9,
    )


def main() -> None:
    """Measure and keep; the fastest of a few rounds, as others may use the machine."""
    bytes_of = {record: kept_bytes(SCALES[0], record) for record in ("yearly", "monthly")}
    rows = []
    for scale in SCALES:
        rounds = [whole_run(scale, UNTIL) for _ in range(ROUNDS)]
        rows.append(
            {
                "people": round(scale * FULL_SCALE_PEOPLE),
                "cpu_seconds": round(min(one["seconds"] for one in rounds), 2),
                "peak_mb": round(max(one["peak_mb"] for one in rounds)),
                "yearly_bytes": bytes_of["yearly"],
                "monthly_bytes": bytes_of["monthly"],
                "processor": platform.machine(),
            }
        )
        print(rows[-1], flush=True)
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
