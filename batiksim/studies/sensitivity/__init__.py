"""`sensitivity`: which assumptions move an answer, from the folder of a sweep.

    study = bs.sweep(["baseline", "training"], draws=128, seeds=4, out="sweep")
    bs.sensitivity(study, "batik.workers", year=2035).table
    bs.sensitivity(study, "batik.workers", year=2035, of="effect").table

The level of an indicator and the effect of a policy on it are asked separately: what moves the one need not
move the other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.config.parameters import load_parameters
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.indicators import find_indicator
from batiksim.runs.folder import read_sample
from batiksim.runs.sample_table import SampleTable
from batiksim.studies.sampling.designs import LHS, MORRIS, ONE_FACTOR, SOBOL
from batiksim.studies.sensitivity.emulator import BEST, fit
from batiksim.studies.sensitivity.methods import curve, elementary_effects, sobol_indices
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from batiksim.studies.study.effects import find_month
from batiksim.studies.study.sets import EFFECT, LEAST_PAIRS, LEVEL, OF, SetMeans, run_values, set_means

Floats = NDArray[np.float64]

METHODS = (SOBOL, MORRIS, ONE_FACTOR)
# The method that reads each design.
READS = {SOBOL: SOBOL, LHS: SOBOL, MORRIS: MORRIS, ONE_FACTOR: ONE_FACTOR}
# Below this score on held-out sets nothing is said of what the indices show.
TRUSTED = 0.5


@dataclass(frozen=True)
class Asked:
    """What is asked of a sweep: an indicator in a month under a scenario, its level or the policy's
    effect."""

    study: Study
    indicator: str
    month: str
    scenario: str
    of: str


@dataclass(frozen=True)
class Sensitivity:
    """What moves an answer: `table`, one row a parameter (of one-factor curves, one a value), strongest
    first.

    Columns of all: method, of, scenario, indicator, month, parameter. `sobol`: first, first_error, total,
    total_error (shares of the variance between sets, errors of the integration), change (from the low to the
    high end of the prior). `morris`: mean, size, size_error, spread of elementary effects over a whole prior
    range, luck (the mean size that luck alone could give). `one-factor`: value, place (0 to 1 in the prior),
    level, change from the scenario as it is and its standard error, swing (of the parameter, over all
    values). `sets` with results have `mean` and standard deviation `spread`, of whose variance `not_luck` is
    a share; `score` is R2 of the `emulator` on held-out sets.
    """

    asked: Asked
    method: str
    table: pd.DataFrame
    parameters: int
    sets: int
    seeds: int
    mean: float
    spread: float
    not_luck: float
    emulator: str = ""
    score: float = np.nan
    active: int = 0

    @property
    def trusted(self) -> bool:
        """Whether what is said rests on an emulator that foretells sets it has not seen, or on runs alone."""
        return not self.emulator or self.score >= TRUSTED


def sensitivity(
    study: Study | str | os.PathLike[str],
    indicator: str = YOUNG,
    *,
    year: int | None = None,
    of: str = LEVEL,
    scenario: str | None = None,
    method: str | None = None,
    emulator: str = BEST,
) -> Sensitivity:
    """What moves an indicator at the end of a year (default: the last) in a sweep, or a policy's effect on
    it.

    `of` is "level" (of `scenario`, by default the baseline) or "effect" (of the policy `scenario`, by default
    the only one). Each design has its method: sobol and lhs `sobol` (indices through an `emulator`, "lasso",
    "gp" or the better of both), morris `morris`, one-factor `one-factor`. All rests on means over the seeds
    of each set. Raises UsageError for a folder that holds no sweep, another method, a name or year that is
    not in it, and for the effect where each set has a single pair.
    """
    found = study if isinstance(study, Study) else Study.load(study)
    asked = asked_of(found, indicator, year, of, scenario)
    table = sample_of(found)
    design = str(table.about["design"])
    if method is not None and method != READS[design]:
        raise UsageError(
            text(
                "sensitivity.method",
                method=method,
                methods=", ".join(METHODS),
                design=design,
                reads=READS[design],
            )
        )
    means = means_of(asked)
    told = Sensitivity(
        asked, READS[design], pd.DataFrame(), len(table.names), means.means.size, means.seeds,
        float(means.means.mean()), float(means.means.std(ddof=1)) if means.means.size > 1 else np.nan,
        means.ceiling,
    )  # fmt: skip
    if design == MORRIS:
        return replace(told, table=_morris(asked, table, means))
    if design == ONE_FACTOR:
        return replace(told, table=_curves(asked, table))
    points = places(table, means.numbers)
    fitted = fit(points, means.means, emulator)
    shares = sobol_indices(fitted, len(table.names))
    rows = pd.DataFrame({"parameter": list(table.names), **vars(shares)})
    rows = rows.sort_values(["total", "parameter"], ascending=[False, True])
    return replace(
        told, table=_headed(asked, SOBOL, rows), emulator=fitted.kind, score=fitted.score,
        active=len(fitted.active),
    )  # fmt: skip


def asked_of(study: Study, indicator: str, year: int | None, of: str, scenario: str | None) -> Asked:
    """The question, checked. Raises UsageError."""
    find_indicator(indicator)
    if of not in OF:
        raise UsageError(text("sensitivity.of", of=of, allowed=", ".join(OF)))
    some = study.scenarios[1:] if of == EFFECT else study.scenarios
    if scenario is None:
        if not some:
            raise UsageError(text("sensitivity.no_policy", folder=study.folder))
        if of == EFFECT and len(some) > 1:
            raise UsageError(text("sensitivity.which", names=", ".join(some)))
        scenario = some[0]
    if scenario not in some:
        raise UsageError(text("sensitivity.scenario", name=scenario, names=", ".join(some) or "-"))
    return Asked(study, indicator, find_month(study, None if year is None else f"{year}-12"), scenario, of)


def means_of(asked: Asked) -> SetMeans:
    """The set means that are asked for.

    Raises UsageError where there are none, or effects of single pairs.
    """
    found = set_means(asked.study, asked.indicator, asked.month, asked.scenario, asked.of)
    if not found.means.size:
        raise UsageError(text("sensitivity.nothing", indicator=asked.indicator, month=asked.month))
    if asked.of == EFFECT and found.seeds < LEAST_PAIRS:
        raise UsageError(text("sensitivity.single_pairs", least=LEAST_PAIRS))
    return found


def sample_of(study: Study) -> SampleTable:
    """The sample of a sweep. Raises UsageError for another study."""
    table = read_sample(study.folder, study.about)
    if table is None:
        raise UsageError(text("sensitivity.no_sweep", folder=study.folder))
    return table


def places(table: SampleTable, numbers: NDArray[np.int64]) -> Floats:
    """Where draws stand in the cube, (draws, parameters); of a choice, the middle of its word."""
    row = {draw.number: k for k, draw in enumerate(table.draws)}
    points = table.points[[row[int(number)] for number in numbers]].copy()
    for k, name in enumerate(table.names):
        if load_parameters()[name].type == "choice":
            words = len(table.about["ranges"][name])
            points[:, k] = (np.minimum(np.floor(points[:, k] * words), words - 1) + 0.5) / words
    return points


def _headed(asked: Asked, method: str, rows: pd.DataFrame) -> pd.DataFrame:
    """A tidy table: what was asked in each row, numbers to six digits, the same bytes everywhere."""
    head: Mapping[str, Any] = {
        "method": method, "of": asked.of, "scenario": asked.scenario, "indicator": asked.indicator,
        "month": asked.month,
    }  # fmt: skip
    numbers = rows.select_dtypes("number").columns
    rows = rows.assign(**{name: [float(f"{value:.6g}") for value in rows[name]] for name in numbers})
    return pd.concat([pd.DataFrame([head] * len(rows)), rows.reset_index(drop=True)], axis=1)


def _morris(asked: Asked, table: SampleTable, means: SetMeans) -> pd.DataFrame:
    known = dict(zip(means.numbers.tolist(), means.means.tolist(), strict=True))
    values = np.array([known.get(draw.number, np.nan) for draw in table.draws])
    whole = ~np.isnan(values.reshape(-1, len(table.names) + 1)).any(axis=1)
    if whole.sum() < 2:
        raise UsageError(text("sensitivity.trajectories", count=int(whole.sum())))
    found = elementary_effects(table.points, values, means.noise)
    rows = pd.DataFrame(
        {
            "parameter": list(table.names),
            **{key: getattr(found, key) for key in ("mean", "size", "size_error")},
        }
        | {"spread": found.spread, "luck": found.luck}
    )
    return _headed(asked, MORRIS, rows.sort_values(["size", "parameter"], ascending=[False, True]))


def _curves(asked: Asked, table: SampleTable) -> pd.DataFrame:
    values = run_values(asked.study, asked.indicator, asked.month, asked.scenario, asked.of).unstack("seed")
    base = table.draws[0].number
    if base not in values.index:
        raise UsageError(text("sensitivity.no_base"))
    rows = pd.DataFrame(list(_points_of_curves(table, values, base)))
    swing = rows.groupby("parameter")["change"].agg(lambda some: max(some.max(), 0.0) - min(some.min(), 0.0))
    rows["swing"] = rows["parameter"].map(swing)
    rows = rows.sort_values(["swing", "parameter", "place"], ascending=[False, True, True])
    return _headed(asked, ONE_FACTOR, rows)


def _points_of_curves(table: SampleTable, values: pd.DataFrame, base: int) -> Iterator[dict[str, Any]]:
    """A row a parameter and value; a value without a finished run is left out."""
    start = values.loc[base].to_numpy("float64")
    for draw, point in zip(table.draws[1:], table.points[1:], strict=True):
        if draw.number not in values.index:
            continue
        k = int(np.flatnonzero(~np.isnan(point))[0])
        mine = values.loc[draw.number].to_numpy("float64")
        change, error = curve(mine, start)
        name = table.names[k]
        yield {
            "parameter": name, "value": draw.values[name], "place": float(point[k]),
            "level": float(np.nanmean(mine)), "change": change, "error": error,
        }  # fmt: skip
