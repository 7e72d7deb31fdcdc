"""Figures: honest pictures of runs, with the band of runs wherever there is a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from batiksim.report.numbers import number, quantity
from batiksim.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Indigo and soga brown, the two old dyes of batik: apart in hue and lightness, also for the colour-blind.
INDIGO, SOGA, INK, PALE = "#1f4e8c", "#b35a1f", "#2b2b2b", "#8a8a8a"
PAPER = "#fffdf8"
_BAND = (0.05, 0.95)


@dataclass(frozen=True)
class Runs:
    """Indicators of one place by run and month: name -> f8 (runs, months); NaN where undefined."""

    months: Sequence[str]
    values: Mapping[str, NDArray[np.float64]]

    @property
    def years(self) -> NDArray[np.float64]:
        """The months as years with decimals: the middle of 2011-01 is 2011.04."""
        return np.array([int(month[:4]) + (int(month[5:]) - 0.5) / 12 for month in self.months])


def of_region(tables: Sequence[pa.Table]) -> Runs:
    """The indicators of the whole region from the rows of `series.parquet`, one table a run."""
    regions = [table.filter(pc.equal(table["place"], "all")) for table in tables]
    names = [field.name for field in regions[0].schema if pa.types.is_floating(field.type)]
    values = {name: np.array([region[name].to_numpy() for region in regions]) for name in names}
    return Runs(regions[0]["month"].to_pylist(), values)


def overview(runs: Runs, *, title: str, now: str, source: str) -> Figure:
    """The workforce, its ages and its pay over time: three panels, median and 90 % of runs.

    `now` is the month up to which the drivers are history; `source` the line under the picture.
    """
    from matplotlib.figure import Figure  # no pyplot: no global state, no window, no backend to choose

    figure = Figure(figsize=(11, 6.6), dpi=150, facecolor=PAPER)
    grid = figure.add_gridspec(
        2,
        2,
        width_ratios=(1.45, 1),
        left=0.065,
        right=0.925,
        top=0.80,
        bottom=0.115,
        hspace=0.48,
        wspace=0.34,
    )
    _workers(figure.add_subplot(grid[:, 0]), runs)
    _ages(figure.add_subplot(grid[0, 1]), runs)
    _pay(figure.add_subplot(grid[1, 1]), runs)
    for axes in figure.axes:
        _finish(axes, runs, now)
    figure.text(0.03, 0.945, title, fontsize=19, fontweight="bold", color=INK, va="center")
    count = len(next(iter(runs.values.values())))
    figure.text(0.03, 0.895, text("figure.subtitle", runs=count), fontsize=10.5, color=INK, va="center")
    figure.text(0.03, 0.025, source, fontsize=7.5, color=PALE, va="center")
    return figure


def _workers(axes: Axes, runs: Runs) -> None:
    """How many people work in batik, and how many of them are young."""
    for name, colour in (("batik.workers", INDIGO), ("batik.workers_under_30", SOGA)):
        low, middle, high = _fan(axes, runs, name, colour)
        axes.annotate(
            text(f"figure.{name}", count=number(middle[0])),
            (runs.years[0], middle[0]),
            xytext=(6, 9),
            textcoords="offset points",
            color=colour,
            fontweight="bold",
        )
        end = f"{number(middle[-1])}\n{number(low[-1])}–{number(high[-1])}"
        _at_the_end(axes, runs, middle[-1], end, colour)
    axes.set_title(text("figure.workers"))
    axes.yaxis.set_major_formatter(lambda value, _: number(value))


def _ages(axes: Axes, runs: Runs) -> None:
    """The shares of the young and of the old among batik workers."""
    for name, colour in (("batik.share_over_50", INDIGO), ("batik.share_under_30", SOGA)):
        _, middle, _ = _fan(axes, runs, name, colour)
        label = f"{text(f'figure.{name}')}\n{quantity(middle[-1], 'share')}"
        _at_the_end(axes, runs, middle[-1], label, colour)
    axes.set_title(text("figure.ages"))
    axes.yaxis.set_major_formatter(lambda value, _: f"{number(100 * value)} %")


def _pay(axes: Axes, runs: Runs) -> None:
    """What batik pays beside the minimum wage that factories pay; the distance is the gap."""
    _, middle, _ = _fan(axes, runs, "pay.batik_over_umk", INDIGO)
    axes.axhline(1, color=SOGA, linewidth=1.6)
    axes.fill_between(runs.years, middle, 1, color=SOGA, alpha=0.10, linewidth=0)
    _at_the_end(axes, runs, 1, text("figure.umk"), SOGA)
    _at_the_end(axes, runs, middle[-1], f"{text('figure.batik')}\n{number(middle[-1], 2)}", INDIGO)
    axes.set_ylim(0, 1.12)
    axes.set_title(text("figure.pay"))
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 1))


def _fan(
    axes: Axes, runs: Runs, name: str, colour: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Draw the median of runs and their 90 % band; returns low, median, high."""
    values = runs.values[name]
    low, high = np.nanquantile(values, _BAND, axis=0)
    middle = np.nanmedian(values, axis=0)
    axes.fill_between(runs.years, low, high, color=colour, alpha=0.22, linewidth=0)
    axes.plot(runs.years, middle, color=colour, linewidth=1.8)
    return low, middle, high


def _at_the_end(axes: Axes, runs: Runs, value: float, label: str, colour: str) -> None:
    """A label right of the last point, instead of a legend."""
    axes.annotate(
        label,
        (runs.years[-1], value),
        xytext=(6, 0),
        textcoords="offset points",
        color=colour,
        va="center",
        linespacing=1.25,
        fontsize=8.5,
        annotation_clip=False,
    )


def _finish(axes: Axes, runs: Runs, now: str) -> None:
    """What all panels share: a quiet frame, the grid, and where history ends."""
    first, last = runs.years[0], runs.years[-1]
    axes.set_facecolor(PAPER)
    axes.set_xlim(first, last)
    axes.set_ylim(bottom=0)
    axes.set_title(axes.get_title(), loc="left", fontsize=10.5, fontweight="bold", color=INK, pad=8)
    axes.set_title("", loc="center")
    axes.grid(axis="y", color=INK, alpha=0.10, linewidth=0.7)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(PALE)
    here = Runs([now], {}).years[0]
    if first < here < last:
        axes.axvline(here, color=PALE, linewidth=0.9, linestyle=(0, (3, 3)))
        axes.axvspan(here, last, color=PALE, alpha=0.07, linewidth=0)
        top = axes.get_ylim()[1]
        axes.text(here + 0.3, top, text("figure.assumed"), fontsize=7.5, color=PALE, va="top")
