"""What Covid leaves if it is deeper, over the sample's core: the last tables of docs/start.md.

    python -m tools.shock --work DIR [--scale .1] [--seeds 4] [--jobs 2]

Prints these tables only; `python -m tools.start` writes them. Some ten minutes on two cores; what was run is
kept in DIR, where the same command goes on. Runs of a draw and seed are the same until 2020, so depths are
compared in pairs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np

from batiksim.arrays import Floats
from batiksim.codes import Presence, Stage
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import jobs
from batiksim.runs.branching import let_go
from batiksim.runs.executors import default_jobs, workers
from batiksim.scenario import Scenario
from batiksim.state.state import State
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import Member, load_core
from batiksim.world.drivers import covid
from tools.kept import Kept
from tools.paired import FRESH, SEEDS_A_DRAW, mean_error, table, told

SCALE, SEEDS = 0.1, 4
DROP = "covid.drop"
BEFORE, SEEN, UNTIL = "2020-01", "2028-12", "2035-12"
INDICATORS = {"workers": "batik.workers", "under 30": "batik.workers_under_30"}
YEARS = ((2020, 2022), (2026, 2035))
WORLDS = (ORDERS_SHORT, HANDS_SHORT)
# Ages in years at which the bands of those begin who had batik jobs before the shock.
BANDS = (15, 25, 35)
# A difference is told from none where it is so many standard errors from it.
CLEAR = 2.0


@dataclass(frozen=True)
class Pair:
    """Two depths of the shock, the share of orders that April 2020 takes; `home` where firms send people home
    for want of orders, as they do in the model, and not only cease to hire.
    """

    shallow: float
    deep: float
    home: bool = True

    def key(self, depth: float) -> str:
        """What the runs of one of the two depths are called."""
        return f"{depth:g}" if self.home else f"{depth:g}, nobody sent home"


# The ends of the prior, none and the baseline, and what the pause in hiring does alone.
PAIRS = (Pair(0.5, 0.8), Pair(0.0, 0.65), Pair(0.5, 0.8, home=False))
Row = Mapping[str, Any]


def kept_in(folder: Path, members: Sequence[Member], scale: float) -> Kept:
    """What was run, kept in a folder. Raises UsageError where that is of other draws or another model."""
    about = {one.id: dict(one.values) for one in members}
    what = {"years": YEARS, "seen": [BEFORE, SEEN, *BANDS], "pairs": repr(PAIRS)}
    return Kept(folder, {"draws": about, "scale": scale, **what})


@contextmanager
def nobody_sent_home() -> Iterator[None]:
    """Let firms keep whom they cannot give work; they hire nobody meanwhile."""

    def keep(state: State) -> None:
        pass

    own, jobs.lay_off_slack = jobs.lay_off_slack, keep
    try:
        yield
    finally:
        jobs.lay_off_slack = own


def go_on(past: BatikModel, depth: float) -> dict[str, list[list[float]]]:
    """The same past with a shock of this depth, at full scale: `means` of indicators, in spans of years, and
    `seen`, how many of those who had batik jobs before, by band of age, and of all others have batik jobs and
    factory jobs some years later.
    """
    model = past.branch()
    there = covid(model.last + 1, depth, model.now["covid.lasting"])
    model.drivers = replace(model.drivers, covid=there)
    seen = whereabouts(past, model.run(SEEN))
    found = model.run().results(since=f"{YEARS[0][0]}-01")
    let_go(model)
    region = found[found["place"] == "all"].set_index("month")
    spans = [region.loc[f"{first}-01" : f"{last}-12"] for first, last in YEARS]
    means = [[float(span[name].mean()) for span in spans] for name in INDICATORS.values()]
    return {"means": means, "seen": seen}


def whereabouts(past: BatikModel, model: BatikModel) -> list[list[float]]:
    """Batik and factory jobs of those who had batik jobs at `past`, a row a band of age, and of others."""
    people, had = model.people, past.batik[past.people.employer[past.batik] >= 0]
    band = np.full(people.n, len(BANDS))
    band[had] = np.digitize((past.month - people.birth[had]) / 12.0, BANDS) - 1
    batik = (people.stage == Stage.BATIK) & (people.employer >= 0)
    factory = (people.stage == Stage.GARMENT) & (people.presence == Presence.SIMULATED)
    counts = [np.bincount(band[some], minlength=len(BANDS) + 1) / model.scale
              for some in (batik, factory)]  # fmt: skip
    return np.stack(counts, axis=1).tolist()


def follow(task: tuple[Member, int], *, scale: float) -> dict[str, Any]:
    """A draw and seed with every shock that the pairs need."""
    member, seed = task
    past = BatikModel(Scenario.default().but(member.values), seed=seed, scale=scale, until=UNTIL).run(BEFORE)
    found: dict[str, dict[str, list[list[float]]]] = {}
    for pair, depth in ((one, depth) for one in PAIRS for depth in (one.shallow, one.deep)):
        if pair.home:
            found[pair.key(depth)] = go_on(past, depth)
        else:
            with nobody_sent_home():
                found[pair.key(depth)] = go_on(past, depth)
    let_go(past)
    return {"draw": member.id, "seed": seed, **found}


def measure(kept: Kept, members: Sequence[Member], seeds: int, scale: float, jobs: int | None = None) -> None:
    """Run and keep what is missing of so many seeds a draw; each draw has its own."""
    there = {(one["draw"], one["seed"]) for one in kept.rows}
    tasks = [
        (member, FRESH + SEEDS_A_DRAW * number + seed)
        for seed, (number, member) in product(range(seeds), enumerate(members, 1))
    ]
    tasks = [(member, seed) for member, seed in tasks if (member.id, seed) not in there]
    with workers(jobs or default_jobs(max(len(tasks), 1))) as pool:
        for future in as_completed([pool.submit(partial(follow, scale=scale), task) for task in tasks]):
            kept.add(future.result())
            print(f"{len(kept.rows)} of {len(members) * seeds} pasts followed", flush=True)


def differences(rows: Sequence[Row], members: Sequence[Member], pair: Pair, what: str = "means") -> Floats:
    """What the deeper shock leaves more, mean over the seeds of a draw.

    Of `means` (draws, indicators, spans), of `seen` (draws, bands and others, kinds of jobs).
    """
    return np.array([
        np.mean([
            np.subtract(one[pair.key(pair.deep)][what], one[pair.key(pair.shallow)][what])
            for one in rows
            if one["draw"] == member.id
        ], axis=0)
        for member in members
    ])  # fmt: skip


def difference_table(found: Floats, members: Sequence[Member], pair: Pair) -> str:
    """The differences of a pair by world, mean and standard error over draws."""
    heads = [f"{name} {first}-{last % 100}" for name, (first, last) in product(INDICATORS, YEARS)]
    lines = []
    for world in (None, *WORLDS):
        mine = found[[world in (None, one.world) for one in members]]
        name = "all" if world is None else world.replace("-", " ")
        lines.append([f"{name}: {len(mine)}", *(told(mine[:, i, j]) for i, j in np.ndindex(mine.shape[1:]))])
    what = f"`{DROP}` {pair.shallow:g} to {pair.deep:g}{'' if pair.home else ', nobody sent home'}"
    return table([what, *heads], lines)


def verdict(found: Floats, pair: Pair) -> str:
    """Whether the deeper shock leaves fewer workers and no more young ones, in each span of years."""
    said = []
    for j, (first, last) in enumerate(YEARS):
        (number, error), (young, doubt) = mean_error(found[:, 0, j]), mean_error(found[:, 1, j])
        fewer = "fewer workers" if number < -CLEAR * error else "**not clearly fewer workers**"
        more = "no more young ones" if young <= CLEAR * doubt else "**more young ones**"
        said.append(f"{first}-{last % 100} {fewer} and {more}")
    return f"A drop of {pair.deep:g} instead of {pair.shallow:g} leaves in {', in '.join(said)}.\n"


def seen_table(rows: Sequence[Row], members: Sequence[Member]) -> str:
    """Who has the posts years after the deeper shock, and who has them if nobody is sent home."""
    own, pause = (differences(rows, members, pair, "seen") for pair in (PAIRS[0], PAIRS[-1]))
    names = [f"{low}-{after - 1}" for low, after in pairwise(BANDS)]
    names = [*names, f"{BANDS[-1]} and more", "no batik job then"]
    lines = [
        [name, *(told(values[:, k]) for values in (own[..., 0], pause[..., 0], own[..., 1]))]
        for k, name in enumerate(names)
    ]
    heads = ["in batik", "in batik, nobody sent home", "in factories"]
    return table([f"age in {BEFORE[:4]}, where in {SEEN[:4]}", *heads], lines)


def told_of(rows: Sequence[Row], members: Sequence[Member]) -> str:
    """The table of each pair with a sentence on it, and how much of the first is the pause in hiring."""
    found = [differences(rows, members, pair) for pair in PAIRS]
    parts = [
        f"{difference_table(one, members, pair)}\n{verdict(one, pair)}"
        for pair, one in zip(PAIRS, found, strict=True)
    ]
    young = told(found[0][:, 1, -1] - found[-1][:, 1, -1])
    parts.append(f"Sending people home adds {young} under 30 in {YEARS[-1][0]}-{YEARS[-1][1] % 100} to what "
                 "the pause in hiring does alone. Who has the posts then, the first pair again:\n\n"
                 f"{seen_table(rows, members)}")  # fmt: skip
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.shock", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps what was run")
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds a draw")
    parser.add_argument("--jobs", type=int, default=None)
    given = parser.parse_args(arguments)
    members = load_core()
    kept = kept_in(given.work, members, given.scale)
    measure(kept, members, given.seeds, given.scale, given.jobs)
    print(told_of(kept.rows, members))


if __name__ == "__main__":
    main()
