"""Two parameters that the fit list pins down are solved for in each draw, instead of being drawn blindly.

The share of fine cloth in hand orders decides how much of it finds no master in 2012, and how often other
work is offered decides unemployment. Drawn from their priors they would nearly always miss these rows,
whatever the other parameters are. So where a draw stands in the prior of either says what it aims at within
the band of its rows, and the value that meets the aim is found by two short runs; the draw is refused if that
value lies outside the prior. All other parameters stay where the draw has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from batiksim.config.dated_values import Value
from batiksim.config.parameters import load_parameters
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from tools.calibration import fit_rows

FINE, OFFER = "demand.fine_share", "other.offer"
UNTIL = "2018-12"
# Unemployment falls about so steeply with offers, in logarithms, until two runs say how steeply it does.
STEEPNESS = -0.65
# Aims keep away from the ends of a band by this part of it, since a small region is noisy.
MARGIN = 0.25


@dataclass(frozen=True)
class Aim:
    """Fine orders unfilled in 2012 and unemployment of 2015-18, as shares."""

    fine: float
    unemployment: float


def aim(places: Mapping[str, float]) -> Aim:
    """What a draw aims at that stands at these `places`, 0 to 1, in the priors of the two parameters."""
    fit = fit_rows()
    lows, highs = zip(
        *(row.band for name, row in fit.items() if name.startswith("unemployment")), strict=True
    )
    fine = _within(fit["recruiting_2012"].band, places[FINE])
    return Aim(fine, _within((max(lows), min(highs)), places[OFFER]))


def _within(band: tuple[float, float], place: float) -> float:
    low, high = band
    return low + (high - low) * (MARGIN + (1.0 - 2.0 * MARGIN) * place)


def measured(values: Mapping[str, Value], seed: int, scale: float) -> Aim:
    """What a run of these values has."""
    table = run(Scenario.default().but(values), seed=seed, scale=scale, until=UNTIL)
    everywhere = table[table["place"] == "all"].set_index("month")
    fine = everywhere.loc["2012-01":"2012-12", "market.fine_unfilled"].mean()
    return Aim(float(fine), float(everywhere.loc["2015-01":UNTIL, "unemployment.all"].mean()))


def fine_share(share: float, unfilled: float, wanted: float) -> float:
    """The share of fine cloth at which `wanted` of it is unfilled where at `share` it is `unfilled`.

    Masters make M of the O hand orders placed in 2011, D = (O - M) / (1 - f) stand behind them, and
    1 - unfilled = M / (f D): the odds of f are those of M / O over 1 - unfilled.
    """
    odds = share / (1.0 - share) * (1.0 - unfilled) / (1.0 - wanted)
    return odds / (1.0 + odds)


def solve(
    values: Mapping[str, Value], places: Mapping[str, float], seed: int, scale: float
) -> dict[str, float]:
    """The values of the two parameters that meet what this draw aims at; may lie outside their priors."""
    known, wanted = load_parameters(), aim(places)
    prior = {name: [float(end) for end in known[name].prior or ()] for name in (FINE, OFFER)}
    # Every draw is short of masters at the upper end, so that it tells how many there are.
    first = {FINE: prior[FINE][1], OFFER: float(np.sqrt(prior[OFFER][0] * prior[OFFER][1]))}
    found = measured({**values, **first}, seed, scale)
    fine = fine_share(first[FINE], found.fine, wanted.fine)
    distance = np.log(wanted.unemployment / found.unemployment)
    offer = float(first[OFFER] * np.exp(distance / STEEPNESS))
    offer = min(max(offer, prior[OFFER][0]), prior[OFFER][1])
    second = {FINE: min(max(fine, 0.01), 0.9), OFFER: offer}
    again = measured({**values, **second}, seed, scale)
    if again.fine > 0.0:
        fine = fine_share(second[FINE], again.fine, wanted.fine)
    moved = np.log(offer / first[OFFER])
    steepness = np.log(again.unemployment / found.unemployment) / moved if abs(moved) > 0.02 else STEEPNESS
    steepness = min(steepness, STEEPNESS / 3.0)
    offer = float(offer * np.exp(np.log(wanted.unemployment / again.unemployment) / steepness))
    return {FINE: float(f"{fine:.6g}"), OFFER: float(f"{offer:.6g}")}


def outside(solved: Mapping[str, float]) -> list[str]:
    """The parameters whose solved values lie outside their priors."""
    known = load_parameters()
    ends = {name: [float(end) for end in known[name].prior or ()] for name in solved}
    return [name for name, value in solved.items() if not ends[name][0] <= value <= ends[name][1]]
