"""Figures: honest pictures of runs, with the band of runs wherever there is a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from batiksim.i18n.texts import text
from batiksim.present.numbers import interval, number, percent, quantity
from batiksim.present.palette import INDIGO, INK, PALE, PAPER, SOGA
from batiksim.recording.bands import BANDS
from batiksim.report import style
from batiksim.report.style import drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LOW, _HIGH = BANDS["90"]
_QUANTILES = (_LOW, 0.5, _HIGH)
_YEAR = 12
_DPI = 150

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Runs:
    """Indicators of one place by run and month: name -> f8 (runs, months); NaN where undefined."""

    months: Sequence[str]
    values: Mapping[str, Floats]

    @property
    def years(self) -> Floats:
        """The months as years with decimals: the middle of 2011-01 is 2011.04."""
        return style.years(self.months)


def of_region(tables: Sequence[pa.Table]) -> Runs:
    """The indicators of the whole region from the rows of `series.parquet`, one table a run."""
    regions = [table.filter(pc.equal(table["place"], "all")) for table in tables]
    names = [field.name for field in regions[0].schema if pa.types.is_floating(field.type)]
    values = {name: np.array([region[name].to_numpy() for region in regions]) for name in names}
    return Runs(regions[0]["month"].to_pylist(), values)


@drawing()
def overview(runs: Runs, *, title: str, now: str, source: str) -> Figure:
    """The workforce, its ages and its pay over time: three panels, median and 90 % of runs.

    `now` is the month up to which the drivers are history; `source` the line under the picture.
    """
    from matplotlib.figure import Figure  # no pyplot: no global state, no window, no backend to choose

    figure = Figure(figsize=(11, 6.6), dpi=_DPI, facecolor=PAPER)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.5, 1), hspace=0.5, wspace=0.4)
    grid.update(left=0.065, right=0.9, top=0.79, bottom=0.115)
    _workers(figure.add_subplot(grid[:, 0]), runs)
    _ages(figure.add_subplot(grid[0, 1]), runs)
    _pay(figure.add_subplot(grid[1, 1]), runs)
    for axes in figure.axes:
        _finish(axes, runs, now)
    _say_where_history_ends(figure.axes[0], runs, now)
    count = len(next(iter(runs.values.values())))
    for height, size, line in (
        (0.945, 19, title),
        (0.893, 10.5, text("figure.subtitle", runs=count)),
        (0.862, 10.5, text("figure.caution")),
        (0.025, 7.5, source),
    ):
        weight = "bold" if line is title else "normal"
        colour = PALE if line is source else INK
        figure.text(0.03, height, line, fontsize=size, fontweight=weight, color=colour, va="center")
    return figure


@drawing()
def save(figure: Figure, file: Path) -> None:
    """Write a picture as PNG."""
    figure.savefig(file, format="png", facecolor=figure.get_facecolor())


def _say_where_history_ends(axes: Axes, runs: Runs, now: str) -> None:
    """Name the two sides of the dashed line."""
    here, top = style.years([now])[0], axes.get_ylim()[1]
    if runs.years[0] < here < runs.years[-1]:
        look: dict[str, Any] = {"fontsize": 8, "color": PALE, "va": "top"}
        axes.text(here - 0.3, top, text("figure.history"), ha="right", **look)
        axes.text(here + 0.3, top, text("picture.assumed"), ha="left", **look)


def _workers(axes: Axes, runs: Runs) -> None:
    """How many people work in batik, and how many of them are young."""
    for name, label, colour in (
        ("batik.workers", text("figure.all_ages"), INDIGO),
        ("batik.workers_under_30", text("figure.under_30"), SOGA),
    ):
        middle = _fan(axes, runs, runs.values[name], "people", label, colour)
        start = (runs.years[0], middle[0])
        axes.annotate(
            number(middle[0]), start, (5, 9), textcoords="offset points", color=colour, fontweight="bold"
        )
    axes.set_title(text("figure.workers"))
    axes.set_ylim(top=1.1 * axes.get_ylim()[1])
    axes.yaxis.set_major_formatter(lambda value, _: number(value))


def _ages(axes: Axes, runs: Runs) -> None:
    """The shares of the young and of the old among batik workers."""
    for name, label, colour in (
        ("batik.share_over_50", text("figure.over_50"), INDIGO),
        ("batik.share_under_30", text("figure.under_30"), SOGA),
    ):
        _fan(axes, runs, runs.values[name], "share", label, colour)
    axes.set_title(text("figure.ages"))
    axes.yaxis.set_major_formatter(lambda value, _: percent(value))


def _pay(axes: Axes, runs: Runs) -> None:
    """What batik pays beside the minimum wage that factories pay; the distance is the gap.

    Orders peak before Lebaran, so months are drawn thin and the mean of twelve months thick; tables by year
    hold that mean.
    """
    pay = runs.values["pay.batik_over_umk"]
    if runs.months[0][:4] == runs.months[min(1, len(runs.months) - 1)][:4]:
        axes.plot(runs.years, np.nanmedian(pay, axis=0), color=INDIGO, linewidth=0.6, alpha=0.55)
        pay = _year_mean(pay)
    middle = _fan(axes, runs, pay, "ratio", text("figure.batik_pay"), INDIGO)
    axes.axhline(1, color=SOGA, linewidth=1.8)
    axes.fill_between(runs.years, middle, 1, color=SOGA, alpha=0.09, linewidth=0)
    style.end_label(axes, runs.years[-1], 1, text("figure.umk"), SOGA)
    axes.set_ylim(0, 1.12)
    axes.set_title(text("figure.pay"))
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 1))


def _year_mean(values: Floats) -> Floats:
    """The mean over the year around each month, f8 (runs, months); NaN in the first and last half-year."""
    mean = np.full(values.shape, np.nan)
    if values.shape[1] >= _YEAR:
        windows = np.lib.stride_tricks.sliding_window_view(values, _YEAR, axis=1)
        mean[:, _YEAR // 2 : _YEAR // 2 + windows.shape[1]] = windows.mean(axis=2)
    return mean


def _fan(axes: Axes, runs: Runs, values: Floats, unit: str, label: str, colour: str) -> Floats:
    """Draw the median of runs, their 90 % band and a label with the last numbers; returns the median."""
    known = ~np.isnan(values).all(axis=0)
    if not known.any():
        return np.full(values.shape[1], np.nan)
    low, middle, high = (np.full(values.shape[1], np.nan) for _ in range(3))
    low[known], middle[known], high[known] = np.nanquantile(values[:, known], _QUANTILES, axis=0)
    axes.fill_between(runs.years, low, high, color=colour, alpha=0.22, linewidth=0)
    axes.plot(runs.years, middle, color=colour, linewidth=1.8)
    last = np.flatnonzero(known)[-1]
    numbers = f"{quantity(middle[last], unit)}\n({interval(low[last], high[last], unit)})"
    style.end_label(axes, runs.years[-1], middle[last], f"{label}\n{numbers}", colour)
    return middle


def _finish(axes: Axes, runs: Runs, now: str) -> None:
    """What all panels share: a quiet frame, the grid, and where history ends."""
    first, last = runs.years[0], runs.years[-1]
    style.quiet(axes)
    axes.tick_params(labelsize=8.5)
    axes.set_xlim(first, last)
    axes.set_ylim(bottom=0)
    axes.set_title(axes.get_title(), loc="left", fontsize=10.5, fontweight="bold", color=INK, pad=8)
    axes.set_title("", loc="center")
    axes.xaxis.set_major_formatter("{x:.0f}")
    style.move_apart(style.end_labels(axes), _DPI)
    style.mark_future(axes, now, first, last)
