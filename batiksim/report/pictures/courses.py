"""What policies change over time, on its own scale: a thin line for each plausible set of assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.names import area
from batiksim.present.numbers import change
from batiksim.present.sentences import effect_notes
from batiksim.recording.indicators import GROUPS
from batiksim.report import style
from batiksim.report.aims import Focus
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import WORKFORCE, ReportContext
from batiksim.runs.store import PLACES, SERIES
from batiksim.studies.binding import HANDS_SHORT
from batiksim.studies.study import answers
from batiksim.studies.study.answers import SHOWN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT, _TOP, _RIGHT, _FOOT = 104, 8, 10, 20
# Room for the numbers beside the axis; rupiah are long.
_LEFT, _LEFT_MONEY = 52, 84
_BEFORE = 3
_DASH = (0, (4, 1.6))


def courses(context: ReportContext) -> Iterator[Picture]:
    """A picture for each result that a policy aims at, or that somebody named."""
    for scenario, wanted in context.aims.items():
        for number, (indicator, place) in enumerate(wanted, start=1):
            picture = _course(context, scenario, indicator, place, number)
            if picture is not None:
                yield picture


def _course(
    context: ReportContext, scenario: str, indicator: str, place: str, number: int
) -> Picture | None:  # fmt: skip
    file = SERIES if place in GROUPS or context.study.about["scale"] >= 1.0 else PLACES
    wide = context.study.numbers.indicator(indicator, place, file)
    table, row = _differences(context, scenario, wide), _row(context, scenario, wide)
    if row is None or table.empty:
        return None
    if not table["difference"].fillna(0.0).any() and context.focus == Focus():
        return None  # nobody asked for what does not change
    unit = context.indicator(indicator).unit.partition("/")[0]
    figure = style.canvas(_TOP + _HEIGHT + _FOOT)
    left = _LEFT_MONEY if unit == "IDR" else _LEFT
    axes = style.place(figure, left, _TOP, style.WIDTH - left - _RIGHT, _HEIGHT)
    _lines(axes, context, scenario, table)
    _frame(axes, context, scenario, unit)
    title = f"{context.label(indicator)}, {area(place)}"
    span = row["first"][:4] if row["first"] == row["last"] else f"{row['first'][:4]}–{row['last'][:4]}"
    words = text("course.said", effect=change(row["expected"], unit), years=span)
    note = f"{words} ({'; '.join(effect_notes(row, unit, luck=False))})"
    rests = (indicator, *WORKFORCE)
    slot = context.study.scenarios.index(scenario)
    return Picture(
        f"course-{slot}-{number}", "results", title, text("course.caption"), f"{title}. {note}.", figure,
        table, rests, unit, group=scenario, note=note, sure=row["verdict"] == SHOWN,
    )  # fmt: skip


def _row(context: ReportContext, scenario: str, wide: pd.DataFrame) -> dict[str, Any] | None:
    """The effect over the policy's own years, or in the year that was chosen, over all worlds."""
    own = next(iter(answers.periods(context.study, scenario)), None)
    if own is None:
        return None
    year = context.focus.year
    months = own.months if year is None else [one for one in context.study.months if one[:4] == str(year)]
    found = answers.effect_of(context.study, scenario, wide, months)
    if not found.pairs:
        return None
    return {**asdict(found), "verdict": answers.verdict(found), "first": months[0], "last": months[-1]}


def _differences(context: ReportContext, scenario: str, wide: pd.DataFrame) -> pd.DataFrame:
    """Mean differences of each draw: regime, draw, month, difference; of a single place of each course."""
    study, frames = context.study, []
    for regime, name in study.policies:
        if name == scenario and (regime, name) in wide.index.droplevel([2, 3]):
            mine = study.pairs(regime, name, wide).groupby(level="draw").mean()
            long = mine.reset_index().melt(id_vars="draw", var_name="month", value_name="difference")
            frames.append(long.assign(regime=regime))
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["month", "difference"])
    return found[found["month"] >= _since(context, scenario)]


def _since(context: ReportContext, scenario: str) -> str:
    """A little before the policy starts: before that nothing differs."""
    first = context.start(scenario)[0]
    return "" if first is None else f"{int(first[:4]) - _BEFORE}-01"


def _lines(axes: Axes, context: ReportContext, scenario: str, table: pd.DataFrame) -> None:
    colour = context.colour(scenario)
    for (regime, _), mine in table.groupby(["regime", "draw"], sort=False):
        dash = "solid" if regime == HANDS_SHORT else _DASH
        axes.plot(
            style.years(mine["month"]), mine["difference"], color=colour, linewidth=0.9, alpha=0.55,
            linestyle=dash,
        )  # fmt: skip
    mean = table.groupby("month")["difference"].mean()
    axes.plot(style.years(mean.index), mean, color=palette.INK, linewidth=2.2)


def _frame(axes: Axes, context: ReportContext, scenario: str, unit: str) -> None:
    style.quiet(axes)
    axes.axhline(0, color=palette.INK, linewidth=0.9)
    axes.locator_params(axis="y", nbins=5, integer=unit == "people")
    points = f" {text('number.points')}"
    axes.yaxis.set_major_formatter(lambda value, _: change(value, unit).removesuffix(points))
    axes.spines["bottom"].set_visible(False)
    style.whole_years(axes)
    for month in context.start(scenario):
        if month is not None:
            axes.axvline(style.years([month])[0], color=context.colour(scenario), linewidth=0.9, alpha=0.6)
