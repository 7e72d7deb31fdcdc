"""Measure whether the model tips, and write docs/regimes.md; takes some ten minutes on one core.

    python -m tools.regimes

A case *tips* if, at two neighbouring pay ratios and in the same place, the share of batik at rest differs by
more than 5 points and more than 4 standard errors (5 seeds) between a start with everybody and a start with
nobody in batik. Every ratio is tried with one seed; the two that come closest to tipping get the other four.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from batiksim.scenario import Scenario
from batiksim.world.geography import load_places
from tools.frozen_region import Frozen, Rest, at_pay

Floats = NDArray[np.float64]

SEEDS = range(1, 6)
POINTS = 0.05
ERRORS = 4.0
FEWEST = 300
MANY = 30.0
FINE = (0.28, 0.34, 0.41, 0.5, 0.6, 0.72, 0.86, 1.0)
COARSE = (0.35, 0.5, 0.7, 1.0)
LOOP = (0.41, 0.5, 0.6, 0.7, 0.74, 0.78, 0.86, 1.0)
OWN = {
    "0": {"choice.conformity": 0.0},
    "3 (baseline)": {},
    "8": {"choice.conformity": 8.0},
    "8, less liking for batik (-4)": {"choice.conformity": 8.0, "choice.batik": -4.0},
    "12": {"choice.conformity": 12.0},
}
AMPLE = {
    "3 (baseline)": {},
    "5": {"choice.conformity": 5.0},
    "8": {"choice.conformity": 8.0},
}


@dataclass(frozen=True)
class Case:
    """What is measured: a scenario with `orders` times those of 2011, at some pay ratios and a scale.

    `skills` may move, and nobody may know the craft any more when it begins from nobody (`forgotten`).
    """

    settings: Scenario
    ratios: Sequence[float]
    orders: float = 1.0
    scale: float = 0.05
    pace: float = 20.0
    skills: bool = False
    forgotten: bool = False


@dataclass
class Measured:
    """Rests of a case by ratio, (high start, low start) a seed, and the two ratios looked at closely."""

    case: Case
    rests: dict[float, list[tuple[Rest, Rest]]] = field(default_factory=dict)
    closest: tuple[float, ...] = ()

    def shares(self, ratio: float) -> Floats:
        """Share of batik at rest, (seeds, starts: high and low, places)."""
        return np.array([[start.share for start in pair] for pair in self.rests[ratio]])

    def gaps(self, ratio: float) -> Floats:
        """High start less low start, (seeds, places); nought where too few people are simulated to tell."""
        shares = self.shares(ratio)
        few = self.rests[ratio][0][0].people * self.case.scale < FEWEST
        return np.where(few, 0.0, shares[:, 0] - shares[:, 1])

    def pay(self, ratio: float) -> float:
        """Mean pay of a full month over UMK at this ratio."""
        return float(np.mean([start.pay for pair in self.rests[ratio] for start in pair]))

    @property
    def enough(self) -> NDArray[np.bool_]:
        """Which places differ enough at both ratios, (places,)."""
        verdicts = []
        for ratio in self.closest:
            gaps = self.gaps(ratio)
            error = gaps.std(axis=0, ddof=1) / np.sqrt(len(gaps))
            mean = np.abs(gaps.mean(axis=0))
            verdicts.append((mean > POINTS) & (mean > ERRORS * error))
        return np.all(verdicts, axis=0)

    @property
    def tips(self) -> bool:
        """Whether any place differs enough at both ratios."""
        return bool(self.enough.any())

    @property
    def place(self) -> int:
        """The place with the largest gap at both ratios, among those that tip if any does."""
        least = np.min([np.abs(self.gaps(ratio).mean(axis=0)) for ratio in self.closest], axis=0)
        return int(np.argmax(np.where(self.enough, 1.0, 0.0) + least))

    def gap(self, ratio: float) -> tuple[float, float]:
        """Mean gap of that place and its standard error."""
        gaps = self.gaps(ratio)[:, self.place]
        return float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(gaps.size))

    @property
    def settled(self) -> bool:
        """Whether every run at the two ratios came to rest."""
        return all(start.settled for ratio in self.closest for pair in self.rests[ratio] for start in pair)


Sweep = dict[str, Measured]


def one(case: Case, ratio: float, seed: int) -> tuple[Rest, Rest]:
    """Where the region ends from the high and from the low start."""
    found = []
    for high in (True, False):
        frozen = Frozen(
            at_pay(case.settings, ratio),
            seed=seed,
            scale=case.scale,
            orders=case.orders,
            pace=case.pace,
            skills=case.skills,
        )
        if high:
            frozen.everybody()
        else:
            frozen.nobody(case.forgotten)
        found.append(frozen.rest())
    return found[0], found[1]


def measure(case: Case, name: str) -> Measured:
    """One seed at every ratio, then the others at the two neighbours that come closest to tipping."""
    begun = time.monotonic()
    measured = Measured(case)
    for ratio in case.ratios:
        measured.rests[ratio] = [one(case, ratio, SEEDS[0])]
        _say(f"{name}: ratio {ratio:g}", begun)
    pairs: list[tuple[float, ...]] = list(pairwise(case.ratios)) or [tuple(case.ratios)]
    nearness = [
        float(np.min([np.abs(measured.gaps(ratio)[0]) for ratio in pair], axis=0).max()) for pair in pairs
    ]
    measured.closest = pairs[int(np.argmax(nearness))]
    for seed in SEEDS[1:]:
        for ratio in measured.closest:
            measured.rests[ratio].append(one(case, ratio, seed))
        _say(f"{name}: seed {seed}", begun)
    return measured


def _say(what: str, begun: float) -> None:
    print(f"{what} ({time.monotonic() - begun:.0f} s)", file=sys.stderr, flush=True)


def sweep(changes: Mapping[str, Mapping[str, float]], ratios: Sequence[float], orders: float) -> Sweep:
    """The baseline with other values of choice parameters, by a name for each."""
    base = Scenario.default()
    return {
        name: measure(Case(base.but(change), ratios, orders), f"{name}, {orders:g} times the orders")
        for name, change in changes.items()
    }


def tipping(scale: float, ratios: Sequence[float], pace: float = 20.0) -> Measured:
    """The set of parameters that `choice.regime: tipping` selects."""
    settings = Scenario.default().but({"choice.regime": "tipping"})
    return measure(Case(settings, ratios, scale=scale, pace=pace), f"tipping set at scale {scale:g}")


def skills_move(forgotten: bool) -> Measured:
    """The baseline at its own pace and prices, with skill that is gained and lost."""
    case = Case(Scenario.default(), (1.0,), pace=1.0, skills=True, forgotten=forgotten)
    return measure(case, "skills move" + ", the craft forgotten" * forgotten)


def place_name(number: int) -> str:
    """Id of a place by its number in the model's order."""
    return load_places().id[number]


def main() -> None:
    """Measure everything and write the page."""
    from tools.regimes_page import Findings, write

    begun = time.monotonic()
    loop = tipping(0.2, LOOP)
    write(
        Findings(
            own=sweep(OWN, FINE, 1.0),
            ample=sweep(AMPLE, COARSE, MANY),
            loop=loop,
            check=tipping(0.1, loop.closest, pace=10.0),
            known=skills_move(forgotten=False),
            forgotten=skills_move(forgotten=True),
        )
    )
    _say("docs/regimes.md written", begun)


if __name__ == "__main__":
    main()
