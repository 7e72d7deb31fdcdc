"""Designs: which points of the unit cube a sweep visits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs.sample_table import MOST_DRAWS
from batiksim.studies.extra import needed

Floats = NDArray[np.float64]

SOBOL, LHS, MORRIS, ONE_FACTOR = "sobol", "lhs", "morris", "one-factor"
DESIGNS = (SOBOL, LHS, MORRIS, ONE_FACTOR)
# In these, draws are compared with their neighbours.
STEPPED = (MORRIS, ONE_FACTOR)
SCRAMBLE = 2011  # which of the scrambled sequences
LEVELS = 4  # of the grid that Morris's trajectories walk on
_USUAL_DRAWS = 64
_USUAL_TRAJECTORIES, _USUAL_LEVELS = 10, 5
_LEAST_TRAJECTORIES, _LEAST_LEVELS = 2, 2


def points_of(design: str, draws: int | None, parameters: int) -> Floats:
    """The points of a design, (draws, parameters), NaN where a parameter is left to the scenarios.

    `sobol`: the first draws of a scrambled Sobol sequence; `lhs`: a Latin hypercube; `morris`: as many whole
    trajectories of parameters + 1 draws as there is room for (Morris 1991); `one-factor`: the scenarios as
    they are, then each parameter alone at levels evenly spread over its prior (ten Broeke et al. 2016).
    `draws` None: a usual number. Raises UsageError for a number that the design cannot make anything of.
    """
    if design not in DESIGNS:
        raise UsageError(text("sweep.design", design=design, designs=", ".join(DESIGNS)))
    if draws is None:
        draws = {
            MORRIS: _USUAL_TRAJECTORIES * (parameters + 1), ONE_FACTOR: _USUAL_LEVELS * parameters + 1,
        }.get(design, _USUAL_DRAWS)  # fmt: skip
    least = {
        MORRIS: _LEAST_TRAJECTORIES * (parameters + 1), ONE_FACTOR: _LEAST_LEVELS * parameters + 1,
    }.get(design, 2)  # fmt: skip
    if not least <= draws <= MOST_DRAWS:
        raise UsageError(
            text(
                "sweep.draws", design=design, draws=draws, parameters=parameters, least=least, most=MOST_DRAWS
            )
        )
    if design == SOBOL:  # in powers of two, which the sequence is balanced for, then cut
        engine = qmc.Sobol(parameters, scramble=True, rng=SCRAMBLE)
        return np.asarray(engine.random_base2(math.ceil(math.log2(draws)))[:draws])
    if design == LHS:
        return np.asarray(qmc.LatinHypercube(parameters, rng=SCRAMBLE).random(draws))
    if design == MORRIS:
        return _trajectories(draws // (parameters + 1), parameters)
    levels = np.linspace(0.0, 1.0, (draws - 1) // parameters)
    points = np.full((1 + parameters * levels.size, parameters), np.nan)
    for column in range(parameters):
        first = 1 + column * levels.size
        points[first : first + levels.size, column] = levels
    return points


def _trajectories(count: int, parameters: int) -> Floats:
    """Walks through a grid in which each step moves one parameter, (count * (parameters + 1), parameters)."""
    with needed("SALib"):
        from SALib.sample import morris
    cube = {"num_vars": parameters, "names": list(range(parameters)), "bounds": [[0.0, 1.0]] * parameters}
    return np.asarray(morris.sample(cube, count, num_levels=LEVELS, seed=SCRAMBLE), dtype=np.float64)
