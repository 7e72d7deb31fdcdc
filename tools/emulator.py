"""What draws that were run say of those that were not: a guess at each fit row, to refuse hopeless ones.

A row of a stage is guessed by ridge regression on where a draw stands in each prior and the squares of that.
How wrong guesses are is known by leaving each draw out in turn. A draw is refused if a guess lies further
from the band than three such standard deviations; some refused draws are run all the same (tools/sample.py),
so that it is known how many the guesses cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.screening import Stage

Floats = NDArray[np.float64]

FEWEST, MOST = 200, 4000
PENALTIES = (1.0, 10.0, 100.0)
FAR = 3.0


@dataclass(frozen=True)
class Guess:
    """One row: coefficients (features,), standard deviation of what they miss, and the band."""

    target: str
    weights: Floats
    error: float
    band: tuple[float, float]

    def misses(self, features: Floats) -> bool:
        """Whether the draw with these features would surely miss the band."""
        value, (low, high) = float(features @ self.weights), self.band
        return not low - FAR * self.error <= value <= high + FAR * self.error


def features(points: Floats) -> Floats:
    """Of points (draws, parameters) of the cube: one, place from the middle, and its square."""
    middle = 2.0 * points - 1.0
    return np.concatenate((np.ones((len(points), 1)), middle, middle**2 - 1.0 / 3.0), axis=1)


def learn(rows: Sequence[Mapping[str, Any]], points: Floats, stages: Sequence[Stage]) -> list[Guess]:
    """Guesses from rows that were screened; `points` (numbers, parameters) of all numbers they can have."""
    seen: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        for stage, found in row["found"].items():
            for target, value in found.items():
                if np.isfinite(value):
                    seen[stage, target].append((row["number"], value))
    guesses = []
    for stage in stages:
        for target, band in stage.bands.items():
            known = sorted(seen[stage.name, target])[-MOST:]
            if len(known) >= FEWEST:
                numbers, values = zip(*known, strict=True)
                weights, error = _ridge(features(points[list(numbers)]), np.array(values))
                guesses.append(Guess(target, weights, error, band))
    return guesses


def _ridge(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Coefficients and the standard deviation of what is missed, each left out, at the best penalty."""
    left, scale, right = np.linalg.svd(x, full_matrices=False)
    best: tuple[Floats, float] = (np.zeros(x.shape[1]), np.inf)
    for penalty in PENALTIES:
        shrunk = scale**2 / (scale**2 + penalty)
        own = ((left**2) * shrunk).sum(axis=1)
        missed = (y - left @ (shrunk * (left.T @ y))) / (1.0 - own)
        error = float(np.sqrt((missed**2).mean()))
        if error < best[1]:
            best = right.T @ (shrunk / scale * (left.T @ y)), error
    return best


def refused(guesses: Sequence[Guess], point: Floats) -> list[str]:
    """The rows a draw would surely miss."""
    its = features(point[None, :])[0]
    return list(dict.fromkeys(guess.target for guess in guesses if guess.misses(its)))
