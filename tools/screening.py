"""Draws over all priors, and the stages by which one is held against the fit list: cheap ones first.

A draw is a point of a scrambled Sobol sequence in the cube of the priors, known by its number alone. It is
refused by the first stage it fails:

1. ages and tenures of 2011 as its flows imply them miss the fit list clearly (tools/careers.py);
2. its values contradict each other (config/consistency);
3. a short run of a small region misses a row that can be read early by more than chance explains;
4. two parameters that the fit list pins down cannot meet it within their priors (tools/solving.py);
5. a run misses a fit row at the least scale at which the row may be read: the bands as they stand. After the
   first such run the survey of Kauman is foretold from what its owners have learnt.

Whoever passes is assigned to a world by the reach of each side's far lever (batiksim/studies/binding.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from batiksim.config.dated_values import Value
from batiksim.config.parameters import Parameter
from batiksim.errors import InputError
from batiksim.model.batik_model import BatikModel
from batiksim.rules.survey import answers
from batiksim.runs.branching import let_go, run_cases
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from batiksim.studies import binding
from batiksim.studies.binding import world
from batiksim.studies.sample import Member, uncertain
from batiksim.studies.validation.facts import Fact
from tools import careers, solving
from tools.calibration import fit_rows, read_run

Floats = NDArray[np.float64]

SCRAMBLE = 2011  # which of the scrambled sequences
BLOCK = 256
LIKING, FEW = "choice.batik", 0.25  # the lower quarter of its prior
DIGITS = 6
MOST = 1_000_000  # draws among which the sample is looked for
SAME = 1e-3  # how near a member's quantiles are to its draw, of which values keep six digits
CONSISTENT, CAREERS, SOLVED, ERROR, PASSED = "consistent", "careers", "solved", "error", ""
# Seeds by which the noise of a small region is known, and how many standard deviations of it are forgiven.
NOISE_SEEDS, FORGIVEN = 8, 3.0


def points(first: int) -> Iterator[tuple[int, Floats]]:
    """(number, point of the unit cube) of the sequence, from number `first` on, without end.

    Every second draw lies where few like batik work, so that both worlds come often enough to be chosen from.
    """
    liking = list(uncertain()).index(LIKING)
    engine = qmc.Sobol(len(uncertain()), scramble=True, rng=SCRAMBLE)
    number = first - first % BLOCK
    if number:
        engine.fast_forward(number)
    while True:
        for point in engine.random(BLOCK):
            if number >= first:
                share = point[liking]
                point[liking] = FEW * share if number % 2 == 0 else FEW + (1.0 - FEW) * share
                yield number, point
            number += 1


def values_at(point: Floats) -> dict[str, Value]:
    """The parameter values at a point: each prior is uniform, over its range or its words."""
    return {name: _value(one, u) for (name, one), u in zip(uncertain().items(), point.tolist(), strict=True)}


def _value(parameter: Parameter, u: float) -> Value:
    prior = parameter.prior
    assert prior is not None
    if parameter.type == "choice":
        return prior[min(int(u * len(prior)), len(prior) - 1)]
    low, high = (float(end) for end in prior)
    if parameter.type == "integer":
        return min(int(low + u * (high - low + 1.0)), int(high))
    return min(max(float(f"{low + u * (high - low):.{DIGITS}g}"), low), high)


def quantiles(values: Mapping[str, Value]) -> Floats:
    """Where values stand in their priors, 0 to 1 each, (parameters,)."""
    found = []
    for name, one in uncertain().items():
        assert one.prior is not None
        if one.type == "choice":
            found.append((one.prior.index(values[name]) + 0.5) / len(one.prior))
        else:
            low, high = (float(end) for end in one.prior)
            found.append((float(values[name]) - low) / (high - low))
    return np.array(found)


def numbers_of(members: Sequence[Member], most: int = MOST) -> dict[str, int]:
    """The number of the draw that each member of a sample is, of the first `most`.

    Raises ValueError where a member is none of them. Parameters that are solved for do not tell a draw.
    """
    free = [k for k, (name, one) in enumerate(uncertain().items())
            if name not in (solving.FINE, solving.OFFER) and one.type == "number"]  # fmt: skip
    wanted = {one.id: quantiles(one.values)[free] for one in members}
    found: dict[str, int] = {}
    for number, point in islice(points(0), most):
        for name, where in wanted.items():
            if np.abs(point[free] - where).max() < SAME:
                found[name] = number
        if len(found) == len(wanted):
            return found
    raise ValueError(f"not among the first {most:,} draws: {', '.join(sorted({*wanted} - {*found}))}")


@dataclass(frozen=True)
class Stage:
    """One run, and the bands that targets must lie in: name -> (low, high)."""

    name: str
    scale: float
    until: str
    bands: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Reach:
    """How the world of a draw is measured: at which scale, with how many seeds."""

    scale: float = 0.1
    seeds: int = 4


@dataclass(frozen=True)
class Plan:
    """What every draw goes through; before stage number `solve` two parameters are solved for, at
    `solving_scale`.
    """

    stages: tuple[Stage, ...]
    reach: Reach = field(default_factory=Reach)
    solve: int | None = None
    solving_scale: float = 0.05


def read(table: pd.DataFrame, targets: Sequence[Fact]) -> dict[str, float]:
    """The value of each target in the table of a run, NaN where a small region has nobody to ask."""
    return {one.name: read_run(table, one) for one in targets}


def early(name: str, scale: float, until: str, seeds: int = NOISE_SEEDS) -> Stage:
    """A stage on the fit rows that are known by month `until`, each band widened by what a small region does.

    That is measured on the baseline: three standard deviations over seeds at this scale, and the distance of
    their mean from that at the scale at which the row may be read. Rows that such a region has not are left
    out.
    """
    targets = [one for one in fit_rows().values() if one.month <= until]
    base = Scenario.default()

    def mean(scale: float, some: Sequence[Fact]) -> tuple[Floats, Floats]:
        found = np.array(
            [
                list(read(run(base, seed=seed, scale=scale, until=until), some).values())
                for seed in range(1, seeds + 1)
            ]
        )
        return found.mean(axis=0), found.std(axis=0, ddof=1)

    small, noise = mean(scale, targets)
    bands = {}
    for own in sorted({one.least_scale for one in targets}):
        there = [k for k, one in enumerate(targets) if one.least_scale == own]
        whole, _ = mean(own, [targets[k] for k in there]) if own > scale else (small[there], noise)
        slack = FORGIVEN * noise[there] + np.abs(small[there] - whole)
        for k, more in zip(there, slack.tolist(), strict=True):
            if np.isfinite(more):
                low, high = targets[k].band
                bands[targets[k].name] = (low - more, high + more)
    return Stage(name, scale, until, bands)


def whole_list() -> Iterator[Stage]:
    """The stages of the whole fit list: one for each scale at which rows may be read, the smallest first."""
    fit = fit_rows().values()
    until = max(one.month for one in fit)
    for scale in sorted({one.least_scale for one in fit}):
        bands = {one.name: one.band for one in fit if one.least_scale == scale}
        yield Stage(f"fit at {scale:g}", scale, until, bands)


def survey_missed(model: BatikModel) -> list[str]:
    """The rows of the survey in Kauman that its owners would miss, as a small region tells: what they have
    learnt is much the same at any scale, only their luck is not.
    """
    owners, kauman = model.owners, model.places.id.index("kauman")
    firms = np.flatnonzero((owners.open == 1) & (owners.member == 1) & (owners.place == kauman))
    if not firms.size:
        return []  # too small a region to have any of them
    learnt = owners.learning[firms]
    alone = np.broadcast_to(model.taught_alone[kauman], learnt.shape)
    sure = np.zeros(firms.size)
    yes, no, _ = answers(learnt.T, alone.T, sure, model.now["learning.survey_efficacy"])
    knows = learnt[:, 0]
    said = {"yes": (knows * yes).mean(), "no": (knows * no).mean(), "dont_know": 1.0 - knows.mean()}
    fit, wrong = fit_rows(), []
    for reply, share in said.items():
        low, high = fit[name := f"survey_kauman_{reply}"].band
        if not low <= share <= high:
            wrong.append(name)
    return wrong


def missed(stage: Stage, found: Mapping[str, float]) -> list[str]:
    """The targets that do not lie in the bands of a stage; one that is undefined does not."""
    return [name for name, (low, high) in stage.bands.items() if not low <= found[name] <= high]


def screen(number: int, point: Floats, plan: Plan) -> dict[str, Any]:
    """What becomes of a draw: `failed` is the stage that refuses it, "" if none does.

    `missed` are the targets it misses there; `found` the fit rows as read in each stage it came to; of a
    draw that passes also its `world`, `reaches` (information, orders) and their `errors`.
    The seed of its runs is its number and one.
    """
    told: dict[str, Any] = {"number": number, "failed": PASSED, "missed": [], "found": {}}
    values = values_at(point)
    if plan.solve is not None and (wrong := careers.missed(values)):
        return told | {"failed": CAREERS, "missed": wrong}
    try:
        settings = Scenario.default().but(values)
    except InputError as problem:
        return told | {"failed": CONSISTENT, "missed": [str(problem)]}
    try:
        for place, stage in enumerate(plan.stages):
            if place == plan.solve:
                there = dict(zip(uncertain(), point.tolist(), strict=True))
                told["solved"] = solved = solving.solve(values, there, number + 1, plan.solving_scale)
                if wrong := solving.outside(solved):
                    return told | {"failed": SOLVED, "missed": wrong}
                settings = Scenario.default().but({**values, **solved})
            targets = [fit_rows()[name] for name in stage.bands]
            model = BatikModel(settings, seed=number + 1, scale=stage.scale, until=stage.until).run()
            told["found"][stage.name] = found = read(model.results(record="monthly"), targets)
            wrong = missed(stage, found)
            if not wrong and place == plan.solve:
                wrong = survey_missed(model)
            if wrong:
                return told | {"failed": stage.name, "missed": wrong}
        return told | measure_world(settings, plan.reach, number + 1)
    except Exception as problem:  # values at which the model cannot run are refused, and told
        return told | {"failed": ERROR, "missed": [f"{type(problem).__name__}: {problem}"]}


def measure_world(settings: Scenario, reach: Reach, seed: int) -> dict[str, Any]:
    """Which world these settings are, the reaches it is called after (information, orders), their errors."""
    gains = np.array([_gains(settings, reach, seed + extra) for extra in range(reach.seeds)])
    gap = gains[:, 0] - gains[:, 1]
    means, errors = (one.tolist() for one in (gains.mean(axis=0), _error(gains)))
    return {"world": world(float(gap.mean()), float(_error(gap))), "reaches": means, "errors": errors}


def _error(values: Floats) -> Floats:
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))


def _gains(settings: Scenario, reach: Reach, seed: int) -> list[float]:
    """Workers more by either side's far lever, mean over the years."""
    cases = binding.levers(settings)
    names = [case.stem for case in cases]
    far = [names.index(name) for name in (binding.INFORMATION, binding.FAR_MORE_ORDERS)]
    workers = {}
    for outcome in run_cases(cases, [0, *far], seed=seed, scale=reach.scale, until=binding.UNTIL):
        if outcome.model is None:
            raise RuntimeError(outcome.error)
        table = outcome.model.results(since=binding.SINCE)
        workers[outcome.number] = float(table.loc[table["place"] == "all", binding.WORKERS].mean())
        if not outcome.number:
            let_go(outcome.model)
    return [workers[number] - workers[0] for number in far]


@cache
def standard_plan() -> Plan:
    """The stages of the shipped sample."""
    return Plan((early("early", 0.05, "2013-12"), *whole_list()), solve=1)
