"""The picture of docs/regimes.md, and the mean field it teaches hysteresis with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from batiksim.present.palette import INDIGO, INK, PALE, PAPER, SOGA
from tools.regimes import Measured, place_name
from verification.oracles_choice import mean_field

PAY_WEIGHT = 2.0
STYLES = ("-", "--")


def resting(kappa: float, log_ratio: float, start: float) -> float:
    """Resting point of the mean field from a start."""
    share = start
    for _ in range(20000):
        after = mean_field(share, PAY_WEIGHT * log_ratio, kappa)
        if abs(after - share) < 1e-13:
            break
        share = after
    return share


def draw(tipping: Measured, baseline: Measured, shown: int, path: Path) -> None:
    """Left the mean field, right the place of the tipping set beside the same place in the baseline."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.4), dpi=150, facecolor=PAPER)
    left, right = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.07, right=0.97, top=0.84, bottom=0.14, wspace=0.22)
    grid = np.linspace(0.6, 1.6, 201)
    for kappa, colour, place in ((3.0, SOGA, (1.24, 0.5)), (1.6, INDIGO, (0.62, 0.3))):
        for start, style in ((1.0, "-"), (0.0, "--")):
            left.plot(
                grid, [resting(kappa, np.log(r), start) for r in grid], style, color=colour, linewidth=1.8
            )
        left.annotate(f"kappa {kappa:g}", place, color=colour, fontweight="bold")
    left.set_title("Two options, everybody compares with everybody", loc="left", fontsize=10)
    for measured, colour, name in (
        (tipping, SOGA, "tipping set"),
        (baseline, INDIGO, "baseline"),
    ):
        x = np.array(measured.case.ratios)
        for start, style in ((0, "-"), (1, "--")):
            y = [measured.shares(r)[0, start, shown] for r in x]
            right.plot(x, y, style, marker="o", markersize=3, color=colour, linewidth=1.5)
        right.annotate(name, (x[-1], y[-1]), (-4, 7), textcoords="offset points", color=colour, ha="right")
    right.set_title(f"The model: {place_name(shown)}, frozen", loc="left", fontsize=10)
    right.set_xlim(0.2, 1.15)
    for axes in (left, right):
        axes.set_facecolor(PAPER)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("pay ratio", color=INK)
        axes.grid(axis="y", color=INK, alpha=0.1)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=0, labelsize=8.5)
    left.set_ylabel("share in batik at rest", color=INK)
    figure.text(
        0.07, 0.94, "Solid: everybody in batik at the start. Dashed: nobody.", color=PALE, fontsize=9.5
    )
    figure.savefig(path)
