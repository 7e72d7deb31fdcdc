"""How much a fact would narrow an answer, and what that is worth for a choice: pure functions of arrays.

An answer is `y` (sets, seeds), a fact `x` of the same shape as the runs have it, and what a survey gets to
see is the fact of its set with a variance of its own, `error2`. The expected value of sample information is
read off a regression over sets (Strong, Oakley & Brennan 2014), linear or a natural spline, whichever has the
smaller generalised cross-validation. Four things keep noise from being sold as information:

* a fact is read in other runs than the answer: row (i, s) holds y_is and the mean of x over the other seeds
  of set i, so that what both owe to the luck of one run has no part in it;
* what a regression explains of its own residuals, by having terms to fit, is taken off;
* the best of all facts is held against the best of as many where there is nothing to find: answers of sets,
  all runs of a set together, are turned about their mean at random (a wild bootstrap; Wu 1986), which leaves
  the luck that facts and answers share as it is;
* the variance of the answer is that between sets, with the luck of runs taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

TURNS = 499
_KEY = 2011
_BLOCKS = 20  # of sets that are left out together for a standard error
_KNOTS = (0.05, 0.35, 0.65, 0.95)  # Harrell 2001, four knots
_MOST_VALUES = 4_000_000
_DUST = 1e-9  # what rounding leaves of a gain


@dataclass(frozen=True)
class Parts:
    """What values (sets, seeds) are made of: their mean, and the variance between sets (`doubt2`) and of one
    run within its set (`noise2`)."""

    mean: float
    doubt2: float
    noise2: float
    seeds: int

    @property
    def shrinkage(self) -> float:
        """The share of the variance of set means that is doubt."""
        whole = self.doubt2 + self.noise2 / self.seeds
        return self.doubt2 / whole if whole > 0.0 else 0.0


def parts(values: Floats, weights: Floats) -> Parts:
    """The parts of values (sets, seeds) with weights (sets,) of sum 1, as `statistics.effect` has them."""
    seeds = values.shape[1]
    means = values.mean(axis=1)
    noise2 = float(((values - means[:, None]) ** 2).sum()) / (len(values) * (seeds - 1))
    mean = float(weights @ means)
    between = float(weights @ (means - mean) ** 2) / (1.0 - float(weights @ weights))
    return Parts(mean, max(0.0, between - noise2 / seeds), noise2, seeds)


@dataclass(frozen=True)
class Measured:
    """A fact: `x` (sets, seeds) as runs have it, and the variance `error2` with which it would be known.

    `yes_or_no`: x are chances of an answer that is one or the other; the variance is that of such an answer.
    """

    x: Floats
    error2: float
    yes_or_no: bool = False


@dataclass(frozen=True)
class Information:
    """What facts (facts,) say of an answer: `share` of its doubt that would vanish, with standard `error`;
    `held`, the same of sets that the regression has not seen; `chance`, how often the best of all facts does
    as well where there is nothing to find. `worth` of each for the choice whether y is above 0, `perfect`
    that of knowing y itself, both in the unit of y, with standard errors.
    """

    share: Floats
    error: Floats
    held: Floats
    chance: Floats
    worth: Floats
    worth_error: Floats
    perfect: float
    perfect_error: float


def information(y: Floats, facts: Sequence[Measured], weights: Floats) -> Information:
    """What `facts` say of answers y (sets, seeds), seeds >= 2, with weights (sets,) of sum 1.

    Nothing, where the sets do not differ by more than luck. The same numbers give the same bytes: what is
    random is drawn by a key.
    """
    whole = parts(y, weights)
    blocks = _blocks(len(y))
    perfect = [perfect_worth(y[keep], _whole(weights[keep])) for keep in blocks]
    about = (perfect_worth(y, weights), _jackknife(perfect))
    count = len(facts)
    nothing = np.zeros(count)
    if whole.doubt2 == 0.0 or not count:
        return Information(nothing, nothing, nothing, nothing + 1.0, nothing, nothing, *about)
    fits = [_Fit(_design(fact), weights) for fact in facts]
    chosen, chance = _against_chance(y, fits, weights)
    found = {key: np.zeros(count) for key in ("share", "error", "held", "worth", "worth_error")}
    for k, (fact, fit) in enumerate(zip(facts, fits, strict=True)):
        form = int(chosen[k])
        if not fit.bases:
            continue
        share, worth = _told(y, fact, fit.designs[form], weights)
        found["share"][k], found["worth"][k] = share, min(worth, about[0])
        found["held"][k] = fit.held(y, form) * _scaled(y, fact, weights)
        left = [
            _told(y[keep], _some(fact, keep), fit.designs[form][keep], _whole(weights[keep]))
            for keep in blocks
        ]
        found["error"][k] = _jackknife([one for one, _ in left])
        found["worth_error"][k] = _jackknife([one for _, one in left])
    found["held"] = np.clip(found["held"], 0.0, 1.0)
    return Information(
        found["share"], found["error"], found["held"], chance, found["worth"], found["worth_error"], *about
    )


def perfect_worth(y: Floats, weights: Floats) -> float:
    """What it is worth to know whether the mean of a set lies above 0: E max(theta, 0) - max(E theta, 0).

    What is thought of set i is normal around its shrunk mean, with variance B sigma^2 / S, so that all sets
    together have the variance between sets and not that of their noisy means.
    """
    found = parts(y, weights)
    b = found.shrinkage
    middle = found.mean + b * (y.mean(axis=1) - found.mean)
    spread = np.sqrt(b * found.noise2 / found.seeds)
    if spread > 0.0:
        above = middle * ndtr(middle / spread)
        above += spread * np.exp(-((middle / spread) ** 2) / 2.0) / np.sqrt(2.0 * np.pi)
    else:
        above = np.maximum(middle, 0.0)
    return max(0.0, float(weights @ above) - max(found.mean, 0.0))


# --- one fact


def _others(x: Floats) -> Floats:
    """Of each run the mean over the other seeds of its set, (sets, seeds)."""
    return np.asarray((x.sum(axis=1, keepdims=True) - x) / (x.shape[1] - 1))


def _design(fact: Measured) -> list[Floats]:
    """Terms of a fact, (sets, seeds, terms): linear, and where it has values enough a natural cubic spline;
    none for one that is the same everywhere."""
    x = _others(fact.x)
    middle, spread = float(x.mean()), float(x.std())
    if not spread > 1e-9 * max(1.0, abs(middle)):
        return []
    z = (x - middle) / spread
    knots = np.quantile(z, _KNOTS)
    found = [z[..., None]]
    if not fact.yes_or_no and np.diff(knots).min() > 1e-3:
        found.append(np.stack([z, *_bends(z, knots)], axis=-1))
    return found


def _bends(z: Floats, knots: Floats) -> list[Floats]:
    """The terms of a natural cubic spline beside the linear one: straight beyond the outer knots."""

    def cube(knot: float) -> Floats:
        return np.asarray(np.maximum(z - knot, 0.0) ** 3)

    *inner, before, last = knots.tolist()
    return [
        (
            cube(knot)
            - cube(before) * (last - knot) / (last - before)
            + cube(last) * (before - knot) / (last - before)
        )
        / (last - knots[0]) ** 2
        for knot in inner
    ]


def _basis(design: Floats, weights: Floats) -> Floats:
    """Orthonormal columns (runs, terms) of a design under the weights, without its mean."""
    sets, seeds, terms = design.shape
    w = np.repeat(weights / seeds, seeds)
    rows = design.reshape(sets * seeds, terms)
    rows = (rows - w @ rows) * np.sqrt(w)[:, None]
    q, r = np.linalg.qr(rows)
    size = np.abs(np.diag(r))
    return np.asarray(q[:, size > 1e-9 * max(float(size.max(initial=0.0)), 1e-300)])


def _centred(y: Floats, weights: Floats) -> Floats:
    """Answers (..., sets, seeds) as rows (..., runs), less their mean, by the roots of the weights."""
    seeds = y.shape[-1]
    w = np.repeat(weights / seeds, seeds)
    rows = y.reshape(*y.shape[:-2], -1)
    return np.asarray((rows - (rows @ w)[..., None]) * np.sqrt(w))


class _Fit:
    """The regressions on one fact: a basis for each form."""

    def __init__(self, designs: list[Floats], weights: Floats) -> None:
        self.designs, self.weights = designs, weights
        self.bases = [_basis(one, weights) for one in designs]

    def explained(self, rows: Floats) -> Floats:
        """The sum of squares of rows (answers, runs) that each form explains, (forms, answers)."""
        return np.array([((rows @ q) ** 2).sum(axis=1) for q in self.bases])

    def held(self, y: Floats, form: int) -> float:
        """R2 over sets of which each was foretold without it, all its runs left out at once."""
        sets, seeds = y.shape
        root = np.sqrt(np.repeat(self.weights / seeds, seeds))
        rows = y.ravel() * root

        def missed(q: Floats) -> float:
            rest = (rows - q @ (q.T @ rows)).reshape(sets, seeds, 1)
            own = q.reshape(sets, seeds, -1)
            left = np.eye(seeds) - own @ own.transpose(0, 2, 1)
            return float((np.linalg.solve(left, rest) ** 2).sum())

        mean = root[:, None]
        return 1.0 - missed(np.hstack([mean, self.bases[form]])) / missed(mean)


def _scaled(y: Floats, fact: Measured, weights: Floats) -> float:
    """What turns a share of the variance of runs into one of the doubt, if the fact is known as a survey
    knows it and not as the other runs of its set do."""
    of_y, of_x = parts(y, weights), parts(fact.x, weights)
    if of_y.doubt2 == 0.0 or of_x.doubt2 == 0.0:
        return 0.0
    had = of_x.doubt2 + of_x.noise2 / (of_x.seeds - 1)
    known = max(of_x.doubt2 + fact.error2, of_x.doubt2)
    return (of_y.doubt2 + of_y.noise2) / of_y.doubt2 * had / known


def _told(y: Floats, fact: Measured, design: Floats, weights: Floats) -> tuple[float, float]:
    """Share of the doubt of y that a fact would take, and its worth for the choice whether y is above 0.

    With the answer expected after the survey spread as the fitted values are, around the same mean and with
    the variance that the share says: E max(m, 0) - max(E m, 0).
    """
    q = _basis(design, weights)
    rows = _centred(y, weights)
    told = q.T @ rows
    # What turning the residuals of whole sets would give on average: sum over sets of (sum over runs q e)^2.
    left = (q * (rows - q @ told)[:, None]).reshape(*y.shape, -1).sum(axis=1)
    share = (float(told @ told) - float((left**2).sum())) / float(rows @ rows)
    share = min(max(share * _scaled(y, fact, weights), 0.0), 1.0)
    whole = parts(y, weights)
    w = np.repeat(weights / y.shape[1], y.shape[1])
    fitted = (q @ told) / np.sqrt(w)
    spread = float(np.sqrt(w @ fitted**2))
    if share == 0.0 or spread == 0.0:
        return share, 0.0
    after = whole.mean + fitted * np.sqrt(share * whole.doubt2) / spread
    gain = float(w @ np.maximum(after, 0.0)) - max(whole.mean, 0.0)
    return share, gain if gain > _DUST * np.sqrt(whole.doubt2) else 0.0


# --- chance


def _against_chance(y: Floats, fits: Sequence[_Fit], weights: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Of each fact the form chosen, and how often the best of all facts does as well by chance, (facts,): the
    same sets are turned about their mean for all facts.
    """
    rng = np.random.default_rng([_KEY, len(y)])
    turns = np.vstack([np.ones(len(y)), rng.choice([-1.0, 1.0], (TURNS, len(y)))])
    shares, forms = np.zeros((len(fits), len(turns))), np.zeros(len(fits), dtype=np.int64)
    about, free = y - parts(y, weights).mean, 1.0 / float(weights @ weights)
    step = max(1, _MOST_VALUES // y.size)
    for first in range(0, len(turns), step):
        some = slice(first, first + step)
        rows = _centred(turns[some, :, None] * about, weights)
        whole = (rows**2).sum(axis=1)
        for k, fit in enumerate(fits):
            if not fit.bases:
                continue
            told = np.minimum(fit.explained(rows) / whole, 1.0 - 1e-12)
            terms = np.array([[q.shape[1] + 1.0] for q in fit.bases])
            gcv = np.log1p(-told) - 2.0 * np.log1p(-np.minimum(terms / free, 0.99))
            best = gcv.argmin(axis=0)
            shares[k, some] = told[best, np.arange(told.shape[1])]
            if first == 0:
                forms[k] = best[0]
    lucky = shares[:, 1:].mean(axis=1)
    beyond = (shares - lucky[:, None]) / (1.0 - lucky[:, None])
    most = beyond[:, 1:].max(axis=0)
    chance = (1.0 + (most[None, :] >= beyond[:, :1]).sum(axis=1)) / (1.0 + TURNS)
    return forms, chance


def _blocks(sets: int) -> list[NDArray[np.int64]]:
    """Of each block of sets the others."""
    order = np.random.default_rng([_KEY, sets, 1]).permutation(sets)
    count = min(_BLOCKS, sets)
    return [np.sort(np.delete(order, np.arange(first, sets, count))) for first in range(count)]


def _jackknife(values: Sequence[float]) -> float:
    """The standard error from values without each block."""
    some = np.array(values)
    return float(np.sqrt((some.size - 1) / some.size * ((some - some.mean()) ** 2).sum()))


def _some(fact: Measured, keep: NDArray[np.int64]) -> Measured:
    return Measured(fact.x[keep], fact.error2, fact.yes_or_no)


def _whole(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())
