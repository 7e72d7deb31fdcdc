"""Measure what the fall of young workers from 2011 to 2020 is made of, and write docs/start.md.

    python -m tools.start [--scale .1] [--seeds 5] [--work DIR]

Some fifteen minutes on two cores at scale .1, two thirds of it for Covid over the sample's core
(tools/shock.py), which DIR keeps. Every run is the baseline with some drivers held: orders that do
not fall, nobody's orders lost, pay that keeps its distance to the minimum wage, no Covid. All runs of a seed
begin alike, so what drivers add up to is compared in pairs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import factorial, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from batiksim.arrays import Bools, Floats, Ints
from batiksim.codes import ENTRY_MONTHS
from batiksim.model.batik_model import BatikModel
from batiksim.model.start import industry
from batiksim.model.start.careers import Careers
from batiksim.rules.lifecycle import triangular
from batiksim.runs.executors import default_jobs, workers
from batiksim.scenario import Scenario
from batiksim.state.state import State
from batiksim.studies.sample import load_core
from tools import shock

SCALE, SEEDS = 0.1, 5
YOUNG, ALL = "batik.workers_under_30", "batik.workers"
SOURCED = tuple(f"fit.{what}_hand_{size}" for what in ("age", "tenure") for size in ("small", "large"))
BANDS = tuple(range(15, 80, 5))
# What drives the fall, and the values that switch it off.
DRIVERS: Mapping[str, Mapping[str, float]] = {
    "trend": {"demand.trend": 0.0},
    "imitation": {"demand.imitation": 0.0},
    "loss": {"demand.loss": 0.0},
    "pay": {"contracts.price_indexation": 1.0, "contracts.outside_indexation": 1.0},
}
DROP = "covid.drop"
NO_COVID = {DROP: 0.0}
DEEP_DROP = 0.8
NOTHING, EVERYTHING = frozenset[str](), frozenset(DRIVERS)
WHOLE, DEEP = "as it is", "deeper Covid"
STEADY = "held, without growth before 2011"
FIRST, FIRST_HELD = "first edition", "first edition, held"


@dataclass(frozen=True)
class Course:
    """One run, people at full scale: workers under 30 in January 2011 and as means of 2020 and 2021-22, all
    workers as means of 2021-22; the sourced ages and tenures of 2011; people at the start by band of age.
    """

    begin: float
    end: float
    young_after: float
    all_after: float
    sourced: Floats
    ages: Floats


Case = frozenset[str] | str
Courses = dict[Case, list[Course]]


def held(acting: frozenset[str]) -> dict[str, float]:
    """Changes of the baseline in which only these drivers act, and there is no Covid."""
    off = [values for name, values in DRIVERS.items() if name not in acting]
    return {name: value for values in (*off, NO_COVID) for name, value in values.items()}


def cases() -> dict[Case, dict[str, float]]:
    """Every combination of drivers, then the runs with Covid, another past, and the start of the first
    edition.
    """
    subsets = [frozenset(some) for size in range(len(DRIVERS) + 1) for some in combinations(DRIVERS, size)]
    return {
        **{some: held(some) for some in subsets},
        WHOLE: {},
        DEEP: {DROP: DEEP_DROP},
        STEADY: held(NOTHING) | {"start.past_growth": 0.0},
        FIRST: {},
        FIRST_HELD: held(NOTHING),
    }


def first_edition(state: State, ids: Ints, large: Bools) -> Careers:
    """How the first edition drew careers: triangular ages around sourced means, exponential tenures.

    Hand work had the means by size, stamp work one of its own; here they are mixed in equal parts.
    """
    hand = state.trait("start.hand", ids) < 0.5
    mean = np.where(hand, np.where(large, 36.0, 44.0), 38.0)
    age = triangular(state.trait("start.age", ids), 16.0, 3.0 * mean - 16.0 - 66.0, 66.0)
    since = np.floor(age * 12).astype(np.int64) - ENTRY_MONTHS
    years = np.where(large, 8.0, 4.0)
    tenure = np.floor(-np.log(state.trait("start.tenure", ids)) * years * 12).astype(np.int64)
    tenure = np.minimum(tenure, since)
    earlier = np.floor(state.trait("start.practice", ids) * (since - tenure)).astype(np.int64)
    return Careers(age, tenure, tenure + earlier)


@contextmanager
def starting_as_in_the_first_edition() -> Iterator[None]:
    """Let models that are made meanwhile begin with the careers of the first edition."""
    own, industry.draw_careers = industry.draw_careers, first_edition
    try:
        yield
    finally:
        industry.draw_careers = own


def follow(task: tuple[Case, int], *, scale: float) -> Course:
    """One run, to 2022."""
    case, seed = task
    settings = Scenario.default().but(cases()[case])
    make = partial(BatikModel, settings, seed=seed, scale=scale, until="2022-12")
    if case in (FIRST, FIRST_HELD):
        with starting_as_in_the_first_edition():
            model = make()
    else:
        model = make()
    ages = np.histogram(-model.people.birth[model.batik] / 12.0, [*BANDS, 150])[0] / scale
    table = model.run().results()
    region, city = (table[table.place == place].set_index("month") for place in ("all", "city"))
    after = region.loc["2021-01":"2022-12"]
    return Course(
        begin=float(region.loc["2011-01", YOUNG]),
        end=float(region.loc["2020-01":"2020-12", YOUNG].mean()),
        young_after=float(after[YOUNG].mean()),
        all_after=float(after[ALL].mean()),
        sourced=city.loc["2011-01":"2011-12", list(SOURCED)].mean().to_numpy(),
        ages=ages,
    )


def measure(scale: float, seeds: Sequence[int]) -> Courses:
    """Every case with every seed, in as many processes as there are cores."""
    tasks = [(case, seed) for seed in seeds for case in cases()]
    with workers(default_jobs(len(tasks))) as pool:
        courses = pool.map(partial(follow, scale=scale), tasks)
        found: Courses = {case: [] for case in cases()}
        for (case, _), course in zip(tasks, courses, strict=True):
            found[case].append(course)
    return found


def shapley(worth: Mapping[frozenset[str], Floats]) -> dict[str, Floats]:
    """What each member adds to `worth`, as the mean over all orders in which they may come.

    `worth` of every set of members, the empty one too, is an array of cases; so is each share.
    """
    members = max(worth, key=len)
    shares = {one: np.zeros(worth[members].shape) for one in members}
    for some, value in worth.items():
        for one in members - some:
            orders = factorial(len(some)) * factorial(len(members) - len(some) - 1)
            shares[one] += orders / factorial(len(members)) * (worth[some | {one}] - value)
    return shares


def falls(courses: Courses, case: Case) -> Floats:
    """Workers under 30 fewer in 2020 than in January 2011, a seed each."""
    return np.array([course.begin - course.end for course in courses[case]])


def split(courses: Courses) -> dict[str, Floats]:
    """The fall of the baseline in parts that add up to it, a seed each: with everything held, what each
    driver adds, what Covid adds.
    """
    worth = {case: falls(courses, case) for case in courses if isinstance(case, frozenset)}
    shares = shapley(worth)
    return {
        "start": worth[NOTHING],
        **{name: shares[name] for name in DRIVERS},
        "Covid": falls(courses, WHOLE) - worth[EVERYTHING],
    }


def spread(values: Floats) -> tuple[float, float]:
    """Mean over seeds and its standard error."""
    return float(values.mean()), float(values.std(ddof=1) / sqrt(values.size))


def main(arguments: Sequence[str] | None = None) -> Any:
    """Measure everything and write the page."""
    from tools.start_page import write

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="two or more")
    parser.add_argument("--work", type=Path, help="folder that keeps what tools/shock.py runs")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory() as passing:
        kept = shock.kept_in(asked.work or Path(passing), load_core(), asked.scale)
        shock.measure(kept, load_core(), shock.SEEDS, asked.scale)
    write(measure(asked.scale, range(1, max(asked.seeds, 2) + 1)), kept.rows, asked.scale)


if __name__ == "__main__":
    main()
