"""docs/reference/cluster.md: a study on a dask cluster whose worker is killed, and what a large one costs.

    python -m tools.cluster_page

starts a scheduler and two workers on this machine, kills one of them while it computes and compares what
comes out with processes here. The costs are lines through `benchmarks/slopes.csv`, which
`python -m benchmarks.slopes` measures.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import batiksim as bs
from batiksim.runs.atomic_files import write
from batiksim.runs.tally import Progress, Tally
from benchmarks.slopes import expected, measured
from tools.dask_cluster import cluster

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cluster.md"
SCENARIOS = ("baseline", "training")
SIZE: dict[str, Any] = {
    "seeds": 6, "sample": "none", "scale": 0.01, "until": "2028-12", "full_scale": 0
}  # fmt: skip
FILES = ("series.parquet", "ages.parquet", "incomes.parquet", "costs.parquet", "life.json", "study.json")
LARGE, RUNS, CORES = 2_000_000, 1_000, 64

HEAD = """\
# A study on a cluster, and what a large one costs

<!-- Written by `python -m tools.cluster_page`. -->

How to use one is said in [the page on clusters](../cluster.md).
"""


def _hash(folder: Path) -> str:
    """One hash of all that must not depend on who computed."""
    told = hashlib.sha256()
    for name in FILES:
        told.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return told.hexdigest()[:16]


def _timed(folder: Path, progress: Progress | None = None, **by: Any) -> tuple[float, str]:
    """Seconds that the study took, and the hash of what it left."""
    began = time.perf_counter()
    bs.compare(list(SCENARIOS), out=folder, progress=progress, **SIZE, **by)
    return time.perf_counter() - began, _hash(folder)


def _killing(kill: Callable[[], None], told: list[str]) -> Progress:
    """Progress that kills a worker when a third of the runs are there, and notes what that was."""

    def progress(tally: Tally) -> None:
        if not told and 3 * tally.done >= tally.runs:
            kill()
            told.append(f"{tally.done} of {tally.runs}")

    return progress


def _run() -> Iterator[str]:
    """The study by processes here, on a cluster, and on one that loses a worker."""
    killed: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        with cluster(work, 2) as dask:
            by: dict[str, Any] = {"executor": bs.Dask(dask.address)}
            _timed(work / "first", **by)  # workers have loaded everything after it
            rows = {
                "two processes here": _timed(work / "here", jobs=2),
                "dask, two workers": _timed(work / "dask", **by),
                "dask, one of two workers killed": _timed(
                    work / "killed", _killing(dask.workers[0].kill, killed), **by
                ),
            }
            dead = dask.workers[0].poll() is not None
    same = len({mark for _, mark in rows.values()}) == 1
    yield "## A worker killed while it computes\n"
    yield (
        f"`{' '.join(SCENARIOS)}`, {SIZE['seeds']} seeds in both worlds, a hundredth of the people, to "
        f"{SIZE['until']}. The worker was killed with {killed[0]} runs there"
        f"{' and was dead at the end' if dead else ''}; the other took over what it had begun. "
        f"Results are {'the same to the byte' if same else '**different**'}.\n"
    )
    yield "| computed by | seconds | hash of all results |\n|---|---:|---|"
    for name, (seconds, mark) in rows.items():
        yield f"| {name} | {seconds:.1f} | `{mark}` |"
    yield (
        "\nWorkers of the cluster had loaded the model before, processes here load it first: of so short a "
        "study, that is most of the time."
    )


def _costs() -> Iterator[str]:
    """What was measured, and what follows for more people and runs."""
    yield "\n## What a large study costs, on paper\n"
    yield "Measured, one run of the baseline from 2011 to 2040 in a process of its own:\n"
    yield "| people | seconds of a core | most memory |\n|---:|---:|---:|"
    for row in measured():
        size, seconds, memory = (float(row[name]) for name in ("people", "cpu_seconds", "peak_mb"))
        yield f"| {size:,.0f} | {seconds:.1f} | {memory:,.0f} MB |"
    yield (
        "\nA straight line through these, in people, gives what a run costs; a study is so many of them. "
        "A worker holds two regions while a policy branches off from the baseline. What a run leaves (its "
        "part, all tables of a comparison) grows with places, months and groups, not with the people.\n"
    )
    yield "| people | runs | hours of a core | hours on 64 | memory a worker | kept by year | kept by month |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for people, runs in ((250_000, RUNS), (1_000_000, RUNS), (LARGE, RUNS), (LARGE, 10 * RUNS)):
        one = expected(people, runs)
        yield (
            f"| {people:,} | {runs:,} | {one.core_hours:,.1f} | {one.core_hours / CORES:,.2f} | "
            f"{one.memory_mb / 1000:.1f} GB | {one.yearly_gb:.2f} GB | {one.monthly_gb:.2f} GB |"
        )
    largest = max(int(row["people"]) for row in measured())
    yield (
        f"\nBeyond {largest:,} people this is extrapolated: nobody has run it, and a region of more people "
        "is not in the data that ship. A policy that starts late shares its past with the baseline and costs "
        "less than a run of its own. Times are of a machine that others used; measure where you will compute."
    )


def main() -> None:
    """Run, kill, compare, and write the page."""
    write(PAGE, "\n".join([HEAD, *_run(), *_costs()]) + "\n")
    print(f"written: {PAGE.name}")


if __name__ == "__main__":
    main()
