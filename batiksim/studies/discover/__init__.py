"""`discover`: under which assumptions an answer lies above or below a value, as a box that can be read aloud.

    bs.discover(study, "batik.workers_under_30", below=800, year=2035).limits
    bs.discover(study, "batik.workers_under_30", of="effect", below=0).limits

It looks at means over the seeds of each set, or at an emulator of them, never at single runs: in the noise of
those there is always a box.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from batiksim.config.dated_values import Value
from batiksim.config.parameters import load_parameters
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs.folder import read_scenarios
from batiksim.runs.sample_table import SampleTable
from batiksim.studies.discover.prim import Box, chance, find_box
from batiksim.studies.sampling.designs import LHS, SOBOL, STEPPED, points_of
from batiksim.studies.sampling.space import space_of
from batiksim.studies.sensitivity import Asked, asked_of, means_of, sample_of
from batiksim.studies.sensitivity.emulator import BEST, FOLDS, LASSO, fit, predictor
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from batiksim.studies.study.sets import LEVEL

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MEANS, EMULATOR = "means", "emulator"
ON = (MEANS, EMULATOR)
LEAST_HITS = 8
_SHUFFLE, _ASKED = 2012, 1024
_CHANCE = 0.05


@dataclass(frozen=True)
class Discovery:
    """The box in which an answer is `above` or below a `threshold`: `limits`, one row a limited parameter.

    Columns: parameter, low, high (None: no limit on that side; of a choice the first and last word), and
    chance, the probability of as many hits if that limit did nothing. Of `sets` with results `hits` meet the
    condition, and `inside` lie in the box, `inside_hits` of them hits. `held_inside` and `held_hits` are the
    same of sets that were held out while a box was found without them, over five folds. `score` is that of
    the emulator, if one was asked.
    """

    asked: Asked
    above: bool
    threshold: float
    on: str
    limits: pd.DataFrame
    sets: int
    hits: int
    inside: int
    inside_hits: int
    held_inside: int
    held_hits: int
    score: float = np.nan

    @property
    def base(self) -> float:
        """The share of hits among all sets."""
        return self.hits / self.sets

    @property
    def density(self) -> float:
        """The share of hits in the box."""
        return self.inside_hits / self.inside if self.inside else np.nan

    @property
    def coverage(self) -> float:
        """The share of all hits that lie in the box."""
        return self.inside_hits / self.hits

    @property
    def held_density(self) -> float:
        """Density on sets held out."""
        return self.held_hits / self.held_inside if self.held_inside else np.nan

    @property
    def held_coverage(self) -> float:
        """Coverage on sets held out."""
        return self.held_hits / self.hits

    @property
    def stands(self) -> bool:
        """Whether sets held out are hits more often in the box than chance explains (5 %)."""
        lucky = float(binom.sf(self.held_hits - 1, self.held_inside, self.base))
        return bool(len(self.limits)) and self.held_inside > 0 and lucky < _CHANCE


def discover(
    study: Study | str | os.PathLike[str],
    indicator: str = YOUNG,
    *,
    above: float | None = None,
    below: float | None = None,
    year: int | None = None,
    of: str = LEVEL,
    scenario: str | None = None,
    on: str = MEANS,
) -> Discovery:
    """The assumptions under which an indicator, or a policy's effect on it, is `above` or `below` a value.

    `year`, `of` and `scenario` are as in `sensitivity`; `on` is "means" of the sets, or "emulator": what an
    emulator of them says at 1,024 further sets. Held-out numbers are always of set means. Raises UsageError
    for a sweep whose draws do not fill the space, and where nearly all sets or nearly none meet the
    condition.
    """
    found = study if isinstance(study, Study) else Study.load(study)
    given = [float(one) for one in (above, below) if one is not None]
    if len(given) != 1 or not math.isfinite(given[0]):
        raise UsageError(text("discover.one"))
    threshold = given[0]
    if on not in ON:
        raise UsageError(text("discover.on", on=on, allowed=", ".join(ON)))
    asked = asked_of(found, indicator, year, of, scenario)
    table = sample_of(found)
    if table.about["design"] in STEPPED:
        raise UsageError(text("discover.design", design=table.about["design"], designs=f"{SOBOL}, {LHS}"))
    means = means_of(asked)
    rows = {draw.number: k for k, draw in enumerate(table.draws)}
    values = [dict(table.draws[rows[number]].values) for number in means.numbers.tolist()]
    points = value_places(table, values)
    hits = _hits(means.means, above is not None, threshold)
    if not LEAST_HITS <= hits.sum() <= hits.size - LEAST_HITS:
        low, middle, high = np.quantile(means.means, [0.1, 0.5, 0.9])
        about = {"low": f"{low:.6g}", "middle": f"{middle:.6g}", "high": f"{high:.6g}", "least": LEAST_HITS}
        raise UsageError(text("discover.hits", hits=int(hits.sum()), sets=hits.size, **about))
    finder = _Finder(above is not None, threshold, None, LASSO)
    score = np.nan
    if on == EMULATOR:
        emulator = fit(points, means.means, BEST)
        score = emulator.score
        finder = _Finder(above is not None, threshold, _further(found, table), emulator.kind)
    box = finder.box(points, means.means)
    held = _held_out(finder, points, means.means)
    inside = box.holds(points)
    return Discovery(
        asked,
        above is not None,
        threshold,
        on,
        _limits(table, box, points, hits),
        hits.size,
        int(hits.sum()),
        int(inside.sum()),
        int(hits[inside].sum()),
        int(held.sum()),
        int(hits[held].sum()),
        score,
    )


def _hits(means: Floats, above: bool, threshold: float) -> Bools:
    return np.asarray(means > threshold if above else means < threshold)


@dataclass(frozen=True)
class _Finder:
    """Finds a box from set means: in them, or in what an emulator says at `further` places."""

    above: bool
    threshold: float
    further: Floats | None
    kind: str

    def box(self, points: Floats, means: Floats) -> Box:
        if self.further is None:
            return find_box(points, _hits(means, self.above, self.threshold))
        told = predictor(points, means, self.kind)(self.further)
        return find_box(self.further, _hits(told, self.above, self.threshold))


def _held_out(finder: _Finder, points: Floats, means: Floats) -> Bools:
    """Which sets lie in the box that was found without them and the others of their fold."""
    order = np.random.default_rng(_SHUFFLE).permutation(means.size)
    inside = np.zeros(means.size, dtype=bool)
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        rest = np.setdiff1d(order, out)
        inside[out] = finder.box(points[rest], means[rest]).holds(points[out])
    return inside


def value_places(table: SampleTable, values: list[dict[str, Value]]) -> Floats:
    """Where values stand between the ends of their priors, (draws, parameters), 0 to 1; of words the
    middle.
    """
    found = np.full((len(values), len(table.names)), np.nan)
    for k, name in enumerate(table.names):
        ends = table.about["ranges"][name]
        if load_parameters()[name].type == "choice":
            found[:, k] = [(ends.index(row[name]) + 0.5) / len(ends) for row in values]
        else:
            low, high = (float(end) for end in ends)
            found[:, k] = [(float(row[name]) - low) / (high - low) for row in values]
    return found


def _further(study: Study, table: SampleTable) -> Floats:
    """Places of further sets, drawn over the same priors."""
    space = space_of(table.names, read_scenarios(study.folder, study.about))
    return value_places(table, space.values(points_of(LHS, _ASKED, len(table.names))))


def _limits(table: SampleTable, box: Box, points: Floats, hits: Bools) -> pd.DataFrame:
    """The limits of a box in the units of the parameters, the surest first."""
    rows = []
    for k in box.limited:
        name, ends = table.names[k], table.about["ranges"][table.names[k]]
        low, high = float(box.low[k]), float(box.high[k])
        row: dict[str, object] = {"parameter": name, "low": None, "high": None}
        if load_parameters()[name].type == "choice":
            words = [word for w, word in enumerate(ends) if low <= (w + 0.5) / len(ends) <= high]
            row |= {"low": words[0], "high": words[-1]}
        else:
            first, last = (float(end) for end in ends)
            row["low"] = float(f"{first + low * (last - first):.4g}") if low > 0.0 else None
            row["high"] = float(f"{first + high * (last - first):.4g}") if high < 1.0 else None
        rows.append(row | {"chance": float(f"{chance(box, k, points, hits):.3g}")})
    frame = pd.DataFrame(rows, columns=["parameter", "low", "high", "chance"])
    return frame.sort_values(["chance", "parameter"]).reset_index(drop=True)
