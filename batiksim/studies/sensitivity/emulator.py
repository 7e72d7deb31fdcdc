"""An emulator: a cheap function fitted to set means, and how well it foretells sets it has not seen.

Inputs are places 0 to 1 in the priors. Two kinds: `lasso`, polynomials up to the second degree (Legendre, so
that terms have nothing in common over the cube) chosen along the lasso's path by the extended information
criterion (Chen & Chen 2008), which survives more terms than sets; `gp`, a Gaussian process with a length for
each input. Where there are many parameters for the sets, they are screened first by the same criterion.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.studies.enough import LEAST_SETS
from batiksim.studies.extra import needed

Floats = NDArray[np.float64]
Columns = tuple[int, ...]
Predict = Callable[[Floats], Floats]

LASSO, GP, BEST = "lasso", "gp", "best"
KINDS = (LASSO, GP, BEST)
FOLDS = 5
_SHUFFLE = 2011  # which sets are held out together
# So many sets a parameter are enough to leave the choice to the emulator; beyond these a process is too slow.
_ENOUGH_SETS = 10
_MOST_SETS, _MOST_INPUTS = 600, 25
_GOOD = 0.98
_ALPHAS, _LEAST_ALPHA = 80, 1e-3
_FIRST, _SECOND = np.sqrt(3.0), np.sqrt(5.0) / 2.0


@dataclass(frozen=True)
class Emulator:
    """`predict` takes places (sets, parameters) to means (sets,); `active` are the columns it looks at.

    `score` is R2 on sets that were held out, the choice of terms and parameters included, which can be below
    0.
    """

    kind: str
    predict: Predict
    active: Columns
    score: float


def fit(points: Floats, means: Floats, kind: str = BEST) -> Emulator:
    """The emulator of means (sets,) at points (sets, parameters).

    `best` is the kind with the higher score; a process is only tried where polynomials leave something to
    explain.

    Raises UsageError with fewer than 20 sets, or where all of them have the same mean.
    """
    if means.size < LEAST_SETS:
        raise UsageError(text("emulator.few", sets=means.size, least=LEAST_SETS))
    if np.ptp(means) == 0.0:
        raise UsageError(text("emulator.constant"))
    if kind not in KINDS:
        raise UsageError(text("emulator.kind", kind=kind, kinds=", ".join(KINDS)))
    with one_thread():
        chosen = LASSO if kind == BEST else kind
        score = _held_out(points, means, chosen)
        if kind == BEST and score < _GOOD and means.size <= _MOST_SETS:
            score, chosen = max((score, LASSO), (_held_out(points, means, GP), GP))
        predict, active = _FITS[chosen](points, means)
    return Emulator(chosen, predict, active, score)


def predictor(points: Floats, means: Floats, kind: str) -> Predict:
    """The same of one kind without a score, for sets that somebody else holds out."""
    with one_thread():
        return _FITS[kind](points, means)[0]


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra in one thread inside: its last digits depend on how many there are, and matrices as
    small as these are slower with more.
    """
    with needed("threadpoolctl"):
        from threadpoolctl import threadpool_limits
    with threadpool_limits(1):
        yield


def _held_out(points: Floats, means: Floats, kind: str) -> float:
    """R2 over sets of which each was foretold without it: everything is fitted anew for each fold."""
    order = np.random.default_rng(_SHUFFLE).permutation(means.size)
    told = np.empty_like(means)
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        rest = np.setdiff1d(order, out)
        told[out] = _FITS[kind](points[rest], means[rest])[0](points[out])
    return float(1.0 - ((means - told) ** 2).sum() / ((means - means.mean()) ** 2).sum())


# --- polynomials


def _polynomials(points: Floats, params: Sequence[int], crossed: bool) -> tuple[Floats, list[Columns]]:
    """Terms (sets, terms) and the parameters each is made of: first and second degree, if `crossed` products
    of two.
    """
    z = 2.0 * points - 1.0
    terms = [_FIRST * z[:, k] for k in params] + [_SECOND * (3.0 * z[:, k] ** 2 - 1.0) for k in params]
    made: list[Columns] = [(k,) for k in (*params, *params)]
    if crossed:
        for place, j in enumerate(params):
            for k in params[place + 1 :]:
                terms.append(3.0 * z[:, j] * z[:, k])
                made.append((j, k))
    return np.array(terms).reshape(len(terms), len(points)).T, made


def _choose(terms: Floats, means: Floats) -> NDArray[np.int64]:
    """Columns of the terms on the lasso's path with the least extended information criterion (gamma 1)."""
    with needed("sklearn"):
        from sklearn.linear_model import lasso_path
    n, p = terms.shape
    y = means - means.mean()
    x = terms - terms.mean(axis=0)
    spread = x.std(axis=0)
    x = x / np.where(spread > 1e-12, spread, 1.0)
    largest = float(np.abs(x.T @ y).max()) / n
    if largest <= 0.0:
        return np.array([], dtype=np.int64)
    alphas = largest * np.geomspace(1.0, _LEAST_ALPHA, _ALPHAS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, path, _ = lasso_path(x, y, alphas=alphas, max_iter=2000)
    best, least = np.array([], dtype=np.int64), n * np.log(float(y @ y) / n)
    seen = set()
    for weights in path.T:
        some = np.flatnonzero(weights)
        if not 0 < some.size <= n // 3:
            continue
        if (key := tuple(some.tolist())) in seen:
            continue
        seen.add(key)
        rest = y - x[:, some] @ np.linalg.lstsq(x[:, some], y, rcond=None)[0]
        k = some.size
        combinations = gammaln(p + 1) - gammaln(k + 1) - gammaln(p - k + 1)
        told = n * np.log(max(float(rest @ rest) / n, 1e-300)) + k * np.log(n) + 2.0 * combinations
        if told < least:
            best, least = some, told
    return best


def _screened(points: Floats, means: Floats) -> list[int]:
    """The parameters of which a term of first or second degree is chosen."""
    terms, made = _polynomials(points, range(points.shape[1]), False)
    return sorted({k for term in _choose(terms, means) for k in made[term]})


def _lasso(points: Floats, means: Floats) -> tuple[Predict, Columns]:
    params = _screened(points, means)
    if points.shape[1] * _ENOUGH_SETS <= means.size:
        params = list(range(points.shape[1]))
    terms, made = _polynomials(points, params, True)
    some = _choose(terms, means) if terms.size else np.array([], dtype=np.int64)
    design = np.column_stack([np.ones(means.size), terms[:, some]]) if some.size else np.ones((means.size, 1))
    weights = np.linalg.lstsq(design, means, rcond=None)[0]

    def predict(places: Floats) -> Floats:
        if not some.size:
            return np.full(len(places), weights[0])
        return np.asarray(weights[0] + _polynomials(places, params, True)[0][:, some] @ weights[1:])

    return predict, tuple(sorted({k for term in some for k in made[term]}))


# --- a Gaussian process


def _process(points: Floats, means: Floats) -> tuple[Predict, Columns]:
    with needed("sklearn"):
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
    enough = points.shape[1] * _ENOUGH_SETS <= means.size and points.shape[1] <= _MOST_INPUTS
    active = list(range(points.shape[1])) if enough else _screened(points, means)[:_MOST_INPUTS]
    if not active or means.size > _MOST_SETS:
        return (lambda places: np.full(len(places), means.mean())), ()
    kernel = ConstantKernel(1.0, (1e-2, 1e3)) * RBF([0.5] * len(active), (5e-2, 1e2)) + WhiteKernel(
        0.1, (1e-8, 1e1)
    )
    process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lengths at their bounds: an input that does nothing
        process.fit(points[:, active], means)
    return (lambda places: np.asarray(process.predict(places[:, active]))), tuple(active)


_FITS: dict[str, Callable[[Floats, Floats], tuple[Predict, Columns]]] = {LASSO: _lasso, GP: _process}
