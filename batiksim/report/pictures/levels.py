"""The model without the policies beside what was observed: a line a set of assumptions, a dot a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from batiksim.data import rows
from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.names import area
from batiksim.present.numbers import percent, quantity
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import CHAIN, WORKFORCE, ReportContext
from batiksim.studies.binding import HANDS_SHORT
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = (
    ("batik.workers", "city"), (YOUNG, "all"), ("pay.batik_over_umk", "city"), ("unemployment.all", "city"),
)  # fmt: skip
_HEIGHT, _TOP, _LEFT, _RIGHT, _FOOT = 104, 8, 52, 10, 20
_DASH = (0, (4, 1.6))
_LEAST_SETS = 10  # of which 5 and 95 % can be told


def levels(context: ReportContext) -> Iterator[Picture]:
    """A picture for each of a few indicators that has numbers."""
    for number, (indicator, place) in enumerate(SHOWN, start=1):
        table = _table(context, indicator, place)
        if table["value"].notna().any():
            yield _picture(context, indicator, place, table, number)


def _table(context: ReportContext, indicator: str, place: str) -> pd.DataFrame:
    """The mean of each draw of the baseline: regime, draw, month, value."""
    study = context.study
    wide = study.numbers.indicator(indicator, place)
    frames = [pd.DataFrame(columns=["regime", "draw", "month", "value"])]
    for regime, name in study.cases:
        if name == study.baseline:
            mine = wide.loc[(regime, name)].groupby(level="draw").mean().reset_index()
            frames.append(mine.melt(id_vars="draw", var_name="month").assign(regime=regime))
    return pd.concat([one for one in frames if len(one)] or frames, ignore_index=True)


def observed(indicator: str, place: str) -> list[tuple[float, float, float, float]]:
    """(year, value, low, high) of what was recorded outside the model; NaN where there is none."""
    found = []
    if (indicator, place) == ("batik.workers", "city"):
        for row in rows("city_counts.csv"):
            years = [float(year) for year in row["year"].split("-")]
            found.append((sum(years) / len(years) + 0.5, float(row["workers"]), float("nan"), float("nan")))
    for row in rows("targets.csv"):
        if (row["indicator"], row["place"], row["statistic"]) == (indicator, place, "mean"):
            value, low, high = (float(row[key] or "nan") for key in ("value", "low", "high"))
            found.append((float(style.years([row["month"]])[0]), value, low, high))
    return found


def _picture(
    context: ReportContext, indicator: str, place: str, table: pd.DataFrame, number: int
) -> Picture:  # fmt: skip
    unit = context.indicator(indicator).unit
    figure = style.canvas(_TOP + _HEIGHT + _FOOT)
    axes = style.place(figure, _LEFT, _TOP, style.WIDTH - _LEFT - _RIGHT, _HEIGHT)
    for (regime, _), mine in table.groupby(["regime", "draw"], sort=False):
        dash: Any = "solid" if regime == HANDS_SHORT else _DASH
        axes.plot(
            style.years(mine["month"]), mine["value"], color=palette.PALE, linewidth=0.9, alpha=0.55,
            linestyle=dash,
        )  # fmt: skip
    mean = table.groupby("month")["value"].mean()
    axes.plot(style.years(mean.index), mean, color=palette.INK, linewidth=2.2)
    _dots(axes, indicator, place)
    style.quiet(axes)
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="y", nbins=5)
    axes.yaxis.set_major_formatter(
        lambda value, _: percent(value) if unit == "share" else quantity(value, unit)
    )
    style.whole_years(axes)
    known = mean.dropna()
    title = f"{context.label(indicator)}, {area(place)}"
    ends = {"first": known.index[0][:4], "last": known.index[-1][:4]}
    note = text(
        "levels.said", start=quantity(known.iloc[0], unit), end=quantity(known.iloc[-1], unit), **ends
    )
    if unit == "people":
        note = f"{note}; {_against_first(table)}"
    rests = (indicator, *WORKFORCE, *(CHAIN if indicator.startswith("pay.") else ()))
    return Picture(
        f"level-{number}", "levels", title, text("levels.caption"), f"{title}. {note}.", figure, table, rests,
        unit, note=note,
    )  # fmt: skip


def _against_first(table: pd.DataFrame) -> str:
    """What is left of the first month, each set of assumptions against itself: the size then is no doubt."""
    wide = table.pivot_table(index=["regime", "draw"], columns="month", values="value")
    left = (wide.iloc[:, -1] / wide.iloc[:, 0].where(wide.iloc[:, 0] > 0.0)).dropna()
    names = {"first": wide.columns[0][:4], "left": percent(float(left.mean()))}
    if len(left) < _LEAST_SETS:
        return text("levels.index", **names)
    low, high = (percent(float(left.quantile(end))) for end in (0.05, 0.95))
    return text("levels.index_range", low=low, high=high, **names)


def _dots(axes: Axes, indicator: str, place: str) -> None:
    for year, value, low, high in observed(indicator, place):
        axes.plot(
            [year, year], [low, high], color=palette.SOGA, linewidth=3, alpha=0.55, solid_capstyle="butt"
        )
        axes.plot([year], [value], "o", color=palette.SOGA, markersize=6, markeredgecolor=palette.PAPER)
