"""What Covid leaves if it is deeper, over the draws of the sample: the last table of docs/start.md.

    python -m tools.shock --work DIR [--scale .1] [--seeds 4] [--jobs 2]

Prints that table only; `python -m tools.start` writes it. Some fifteen minutes on two cores; runs are kept in
DIR, where the same command goes on. Runs of a draw and seed begin alike, so depths are compared in pairs.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from batiksim.arrays import Floats
from batiksim.runs.executors import default_jobs, workers
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import Member, load_sample
from tools.kept import Kept
from tools.paired import FRESH, SEEDS_A_DRAW, mean_error, table, told

SCALE, SEEDS = 0.1, 4
DROP = "covid.drop"
# Orders that April 2020 takes: none, the ends of the prior, and the baseline.
DEPTHS = (0.0, 0.5, 0.65, 0.8)
PAIRS = ((0.5, 0.8), (0.0, 0.65))
INDICATORS = {"workers": "batik.workers", "under 30": "batik.workers_under_30"}
YEARS = ((2020, 2022), (2026, 2035))
WORLDS = (ORDERS_SHORT, HANDS_SHORT)
# A difference is told from none where it is so many standard errors from it.
CLEAR = 2.0

Row = Mapping[str, Any]
Task = tuple[Member, int, float]


def kept_in(folder: Path, members: Sequence[Member], scale: float) -> Kept:
    """The runs kept in a folder. Raises UsageError where they are of other draws or another model."""
    about = {one.id: dict(one.values) for one in members}
    return Kept(folder, {"draws": about, "scale": scale, "years": YEARS, "what": list(INDICATORS.values())})


def follow(task: Task, *, scale: float) -> dict[str, Any]:
    """One run: means of each indicator over each span of years, people at full scale."""
    member, seed, depth = task
    settings = Scenario.default().but({**member.values, DROP: depth})
    found = run(settings, seed=seed, scale=scale, until=f"{YEARS[-1][1]}-12")
    region = found[found["place"] == "all"].set_index("month")
    spans = [region.loc[f"{first}-01" : f"{last}-12"] for first, last in YEARS]
    means = [[float(span[name].mean()) for span in spans] for name in INDICATORS.values()]
    return {"draw": member.id, "seed": seed, "depth": depth, "means": means}


def measure(kept: Kept, members: Sequence[Member], seeds: int, scale: float, jobs: int | None = None) -> None:
    """Run and keep what is missing: every depth of every draw with so many seeds, each draw with its own."""
    there = {(one["draw"], one["seed"], one["depth"]) for one in kept.rows}
    tasks = [
        (member, FRESH + SEEDS_A_DRAW * number + seed, depth)
        for seed, (number, member), depth in product(range(seeds), enumerate(members, 1), DEPTHS)
    ]
    tasks = [task for task in tasks if (task[0].id, *task[1:]) not in there]
    with workers(jobs or default_jobs(max(len(tasks), 1))) as pool:
        for future in as_completed([pool.submit(partial(follow, scale=scale), task) for task in tasks]):
            kept.add(future.result())


def differences(rows: Sequence[Row], members: Sequence[Member], shallow: float, deep: float) -> Floats:
    """What `deep` leaves more than `shallow`, mean over the seeds of a draw, (draws, indicators, spans)."""
    means = {(one["draw"], one["seed"], one["depth"]): np.array(one["means"]) for one in rows}
    found = []
    for member in members:
        pairs = [
            means[draw, seed, deep] - mine
            for (draw, seed, depth), mine in means.items()
            if draw == member.id and depth == shallow and (draw, seed, deep) in means
        ]
        found.append(np.mean(pairs, axis=0))
    return np.array(found)


def told_of(rows: Sequence[Row], members: Sequence[Member]) -> str:
    """The table for each pair of depths, by world, and a sentence on each."""
    heads = [f"{name} {first}-{last % 100}" for name, (first, last) in product(INDICATORS, YEARS)]
    parts = []
    for shallow, deep in PAIRS:
        found, lines = differences(rows, members, shallow, deep), []
        for world in (None, *WORLDS):
            mine = found[[world in (None, one.world) for one in members]]
            name = f"all {len(mine)}" if world is None else f"{world.replace('-', ' ')}: {len(mine)}"
            lines.append([name, *(told(mine[:, i, j]) for i, j in np.ndindex(mine.shape[1:]))])
        parts.append(table([f"`{DROP}` {shallow:g} to {deep:g}", *heads], lines) + verdict(found, deep))
    return "\n".join(parts)


def verdict(found: Floats, deep: float) -> str:
    """Whether the deeper shock leaves fewer workers and no more young ones, span by span."""
    said = []
    for j, (first, last) in enumerate(YEARS):
        (workers, error), (young, doubt) = mean_error(found[:, 0, j]), mean_error(found[:, 1, j])
        fewer = "fewer workers" if workers < -CLEAR * error else "**not clearly fewer workers**"
        more = "no more young ones" if young <= CLEAR * doubt else "**more young ones**"
        said.append(f"in {first}-{last % 100} {fewer} and {more}")
    return f"\nA drop of {deep:g} leaves {', '.join(said)}.\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.shock", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the runs")
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds a draw")
    parser.add_argument("--jobs", type=int, default=None)
    given = parser.parse_args(arguments)
    members = load_sample()
    kept = kept_in(given.work, members, given.scale)
    measure(kept, members, given.seeds, given.scale, given.jobs)
    print(told_of(kept.rows, members))


if __name__ == "__main__":
    main()
