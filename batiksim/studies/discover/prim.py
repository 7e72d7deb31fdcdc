"""PRIM, the patient rule induction method (Friedman & Fisher 1999): a box in which hits are dense.

From the whole cube a thin slice is peeled off, again and again, wherever that raises the share of hits most
for what it costs; then edges are moved out again as long as that does no harm (pasting). Of the boxes on the
way the one is taken that gains most, mass times (density - share of hits in all), among those of which chance
explains no limit (the quasi-p-value of Bryant & Lempert 2010).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PEEL, _PASTE = 0.05, 0.05  # shares of the points in the box
_LEAST_MASS, _LEAST_POINTS = 0.05, 8
_CHANCE = 0.05
_MOST_LIMITED = 6


@dataclass(frozen=True)
class Box:
    """A box in the cube: `low` and `high` (inputs,), 0 and 1 where an input has no limit."""

    low: Floats
    high: Floats

    @property
    def limited(self) -> list[int]:
        """The inputs that have a limit."""
        return np.flatnonzero((self.low > 0.0) | (self.high < 1.0)).tolist()

    def holds(self, points: Floats) -> Bools:
        """Which points (points, inputs) lie in it."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=1))

    def without(self, k: int) -> Box:
        """The same without the limits of an input."""
        low, high = self.low.copy(), self.high.copy()
        low[k], high[k] = 0.0, 1.0
        return Box(low, high)

    def moved(self, k: int, end: str, edge: float) -> Box:
        """The same with another edge."""
        low, high = self.low.copy(), self.high.copy()
        (low if end == "low" else high)[k] = edge
        return Box(low, high)


def find_box(points: Floats, hits: Bools) -> Box:
    """The box that gains most at points (points, inputs) in the unit cube; all of it where none gains.

    It is searched in the one input that shows most by itself, in the two, up to six: in all at once, thin
    slices of inputs that do not matter use up what the others could show.
    """
    alone = [_alone(points[:, k], hits) for k in range(points.shape[1])]
    ranked = np.argsort(-np.array(alone), kind="stable").tolist()
    best = Box(np.zeros(points.shape[1]), np.ones(points.shape[1]))
    for count in range(1, min(_MOST_LIMITED, len(ranked)) + 1):
        peeled = _peeled(points, hits, sorted(ranked[:count]))
        sure = [box for box in peeled if _sure(box, points, hits)]
        best = max([best, *sure], key=lambda box: _gain(box, points, hits))
    return _pasted(best, points, hits)


def _sure(box: Box, points: Floats, hits: Bools) -> bool:
    """Whether chance explains none of its limits."""
    return all(chance(box, k, points, hits) <= _CHANCE for k in box.limited)


def _alone(values: Floats, hits: Bools) -> float:
    """What the best limits of one input gain: the largest sum over neighbouring values (Kadane)."""
    _, group = np.unique(values, return_inverse=True)
    sums = np.bincount(group, weights=hits - hits.mean())
    best = running = 0.0
    for more in sums.tolist():
        running = max(0.0, running + more)
        best = max(best, running)
    return best / hits.size


def _gain(box: Box, points: Floats, hits: Bools) -> float:
    inside = box.holds(points)
    return float((hits[inside] - hits.mean()).sum()) / hits.size


def _peeled(points: Floats, hits: Bools, inputs: Sequence[int]) -> Iterator[Box]:
    """The boxes on the way from the whole cube to the smallest, with limits on some inputs.

    A slice is taken also where it raises nothing: what does may lie behind it.
    """
    box = Box(np.zeros(points.shape[1]), np.ones(points.shape[1]))
    least = max(_LEAST_POINTS, _LEAST_MASS * hits.size)
    while True:
        yield box
        inside = box.holds(points)
        count, density = int(inside.sum()), float(hits[inside].mean())
        best, most = None, -np.inf
        for k in inputs:
            for end in ("low", "high"):
                edge = _edge(points[inside, k], end, _PEEL)
                if edge is None:
                    continue
                smaller = box.moved(k, end, edge)
                kept = inside & smaller.holds(points)
                left = int(kept.sum())
                if left < least or left == count:
                    continue
                rise = (float(hits[kept].mean()) - density) / (count - left)
                if rise > most:
                    best, most = smaller, rise
        if best is None:
            return
        box = best


def _edge(values: Floats, end: str, share: float) -> float | None:
    """Where a slice of about a share of the values ends, halfway between what goes and what stays; None where
    they are all the same.
    """
    ordered = np.unique(values) if end == "low" else np.unique(values)[::-1]
    if ordered.size < 2:
        return None
    ranked = np.sort(values) if end == "low" else np.sort(values)[::-1]
    last = ranked[max(int(np.ceil(share * values.size)) - 1, 0)]  # the last value of the slice
    at = int(np.flatnonzero(ordered == last)[0])
    if at + 1 >= ordered.size:
        return None
    return float((ordered[at] + ordered[at + 1]) / 2.0)


def _pasted(box: Box, points: Floats, hits: Bools) -> Box:
    """The box with edges moved out as long as it gains by that and its limits stay sure."""
    while True:
        moved = (box.moved(k, end, edge) for k in box.limited for end, edge in _wider(box, k, points))
        tried = [one for one in moved if _sure(one, points, hits)]
        best = max(tried, key=lambda one: _gain(one, points, hits), default=box)
        if _gain(best, points, hits) <= _gain(box, points, hits):
            return box
        box = best


def _wider(box: Box, k: int, points: Floats) -> Iterator[tuple[str, float]]:
    """Edges of one input a slice further out."""
    others = box.without(k).holds(points)
    size = max(1, int(_PASTE * box.holds(points).sum()))
    below = np.sort(points[others & (points[:, k] < box.low[k]), k])[::-1]
    above = np.sort(points[others & (points[:, k] > box.high[k]), k])
    if below.size:
        yield "low", float(below[size - 1]) if below.size > size else 0.0
    if above.size:
        yield "high", float(above[size - 1]) if above.size > size else 1.0


def chance(box: Box, k: int, points: Floats, hits: Bools) -> float:
    """The probability of as many hits in the box if the limits of an input did nothing."""
    wider, inside = box.without(k).holds(points), box.holds(points)
    return float(binom.sf(hits[inside].sum() - 1, inside.sum(), hits[wider].mean()))
