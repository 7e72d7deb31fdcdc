"""Three ways to ask what moves an answer, on numbers alone: points of the unit cube and what came of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.studies.extra import needed
from batiksim.studies.sampling.designs import LEVELS
from batiksim.studies.sensitivity.emulator import Emulator, one_thread

Floats = NDArray[np.float64]

_SEED = 2011
_MEASURES = ("mu", "mu_star", "mu_star_conf", "sigma")
_BASE = 1024  # points at which the emulator is asked, for each parameter and two more
_MOST_VALUES = 4_000_000
_ENDS, _SLICES = (0.05, 0.95), 512


@dataclass(frozen=True)
class Indices:
    """Shares of the variance between sets (parameters,): `first`, by a parameter alone, and `total`, with all
    that it does together with others, each with the 95 % error of the integration; `change` is what a
    parameter does on average from the low end of its prior (5 %) to the high one (95 %).
    """

    first: Floats
    first_error: Floats
    total: Floats
    total_error: Floats
    change: Floats


def sobol_indices(emulator: Emulator, parameters: int) -> Indices:
    """Sobol indices of an emulator (Saltelli et al. 2010, by SALib); 0 for parameters it does not look at."""
    found = {
        name: np.zeros(parameters) for name in ("first", "first_error", "total", "total_error", "change")
    }
    active = list(emulator.active)
    if active:
        with needed("SALib"):
            from SALib.analyze import sobol
            from SALib.sample import sobol as sampled
        cube = {"num_vars": len(active), "names": active, "bounds": [[0.0, 1.0]] * len(active)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            places = sampled.sample(cube, _BASE, calc_second_order=False, seed=_SEED)
        with one_thread():
            told = _ask(emulator, places, active, parameters)
        if np.ptp(told) > 0.0:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                shares = sobol.analyze(cube, told, calc_second_order=False, seed=_SEED)
            names = {"first": "S1", "first_error": "S1_conf", "total": "ST", "total_error": "ST_conf"}
            for name, theirs in names.items():
                found[name][active] = np.asarray(shares[theirs])
        any_ = np.random.default_rng(_SEED).random((_SLICES, len(active)))
        for place, k in enumerate(active):
            ends = []
            for end in _ENDS:
                any_of = any_.copy()
                any_of[:, place] = end
                with one_thread():
                    ends.append(float(_ask(emulator, any_of, active, parameters).mean()))
            found["change"][k] = ends[1] - ends[0]
    return Indices(**found)


def _ask(emulator: Emulator, places: Floats, active: list[int], parameters: int) -> Floats:
    """What the emulator says at places of its active parameters, in pieces that fit the memory."""
    told = []
    step = max(1, _MOST_VALUES // max(parameters, 1))
    for first in range(0, len(places), step):
        some = places[first : first + step]
        whole = np.full((len(some), parameters), 0.5)
        whole[:, active] = some
        told.append(emulator.predict(whole))
    return np.concatenate(told)


@dataclass(frozen=True)
class Effects:
    """Elementary effects of a whole prior range (parameters,): mean, mean size with its 95 % error, spread.

    `trajectories` is how many whole ones there are, `luck` the mean size that luck alone would give.
    """

    mean: Floats
    size: Floats
    size_error: Floats
    spread: Floats
    trajectories: int
    luck: float


def elementary_effects(points: Floats, means: Floats, noise: float) -> Effects:
    """Morris's measures of whole trajectories (by SALib): points (draws, parameters), means (draws,), NaN
    where a set is missing; `noise` is the variance of luck in a mean, taken as of independent sets.
    """
    with needed("SALib"):
        from SALib.analyze import morris
    parameters = points.shape[1]
    rows = parameters + 1
    whole = ~np.isnan(means.reshape(-1, rows)).any(axis=1)
    some = np.repeat(whole, rows)
    cube: dict[str, Any] = {
        "num_vars": parameters, "names": list(range(parameters)), "bounds": [[0.0, 1.0]] * parameters,
        "groups": None,
    }  # fmt: skip
    found = morris.analyze(cube, points[some], means[some], num_levels=LEVELS, seed=_SEED)
    delta = LEVELS / (2.0 * (LEVELS - 1.0))
    luck = float(np.sqrt(2.0 * noise) / delta * np.sqrt(2.0 / np.pi))
    mean, size, error, spread = (np.asarray(found[name], dtype=float) for name in _MEASURES)
    return Effects(mean, size, error, spread, int(whole.sum()), luck)


def curve(values: Floats, base: Floats) -> tuple[float, float]:
    """The mean change from the base in pairs of runs (seeds,) with the same seed, and its standard error."""
    change = values - base
    known = change[~np.isnan(change)]
    if not known.size:
        return np.nan, np.nan
    error = float(known.std(ddof=1) / np.sqrt(known.size)) if known.size > 1 else np.nan
    return float(known.mean()), error
