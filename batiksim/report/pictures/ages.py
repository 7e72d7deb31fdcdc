"""Age pyramids: men to the left, women to the right, then and at the end, baseline and policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.numbers import number, quantity
from batiksim.recording.bands import BANDS
from batiksim.report import style
from batiksim.report.pictures.panels import Margins, panels
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import WORKFORCE, ReportContext
from batiksim.runs.store import AGES
from batiksim.studies.study.data import read_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT = 214
_FILL = palette.COTTON
_OPEN = 75
_YOUNG, _OLD = 30, 50
_LOW, _HIGH = BANDS["90"]
_SIDE = {"man": -1, "woman": 1}


def ages(context: ReportContext) -> Iterator[Picture]:
    """One picture: a row a policy, a column a regime."""
    months = list(dict.fromkeys((context.months[0], context.last)))
    table = _table(context, months)
    if len(table):
        yield _picture(context, table, months[0])


def _table(context: ReportContext, months: list[str]) -> pd.DataFrame:
    """Medians of the runs: regime, scenario, month, sex, age, count, low_90, high_90, runs."""
    keys = ["regime", "scenario", "month", "sex", "age"]
    where = [("place", "=", "all"), ("month", "in", months)]
    frame = read_rows(context.study.folder / AGES, [*keys, "count"], where)
    groups = frame.groupby(keys, sort=True)["count"]
    low, middle, high = (groups.quantile(share) for share in (_LOW, 0.5, _HIGH))
    table = pd.DataFrame(
        {"count": middle, "low_90": low, "high_90": high, "runs": groups.size()}
    ).reset_index()
    table.loc[table["runs"] < 2, ["low_90", "high_90"]] = np.nan
    return table


def _picture(context: ReportContext, table: pd.DataFrame, start: str) -> Picture:
    policies = context.policies or [context.study.baseline]
    names = [context.regime(regime) for regime in context.regimes]
    figure, grid = panels(len(policies), names, _HEIGHT, Margins(left=46, right=30, top=40, bottom=24))
    reach = 1.12 * float(table["count"].max() or 1.0)
    for row, policy in zip(grid, policies, strict=True):
        for axes, regime in zip(row, context.regimes, strict=True):
            _pyramid(axes, context, table[table["regime"] == regime], policy, start)
            axes.set_xlim(-reach, reach)
    title = _title(context, table, start)
    caption = text("picture.ages_caption", start=start[:4], year=context.last[:4])
    rests = ("batik.workers", "batik.mean_age", *WORKFORCE)
    return Picture(
        "age-pyramids",
        "ages",
        title,
        context.read(caption),
        f"{title}. {_told(context, table)}",
        figure,
        table,
        rests,
    )


def _pyramid(axes: Axes, context: ReportContext, table: pd.DataFrame, policy: str, start: str) -> None:
    base = context.study.baseline
    first = table[(table["month"] == start) & (table["scenario"] == base)]
    for sex, side in _SIDE.items():
        mine = first[first["sex"] == sex]
        axes.barh(mine["age"] + 2.5, side * mine["count"], height=5, color=_FILL, linewidth=0)
        for scenario, colour, width in ((base, "#8a8a8a", 2.6), (policy, context.colour(policy), 1.6)):
            keep = (table["month"] == context.last) & (table["scenario"] == scenario) & (table["sex"] == sex)
            line = table[keep].sort_values("age")
            _outline(axes, line, side, colour, width, "solid")
    _frame(axes, context, table, policy, start)


def _outline(axes: Axes, line: pd.DataFrame, side: int, colour: str, width: float, dash: str) -> None:
    """The edge of one side, in steps."""
    edges = np.repeat(line["age"].to_numpy(), 2).astype(float)
    edges[1::2] += 5
    counts = np.repeat(line["count"].to_numpy(), 2) * side
    if len(edges):
        edges, counts = np.r_[edges[0], edges, edges[-1]], np.r_[0, counts, 0]
    axes.plot(counts, edges, color=colour, linewidth=width, linestyle=dash, solid_joinstyle="miter")


def _frame(axes: Axes, context: ReportContext, table: pd.DataFrame, policy: str, start: str) -> None:
    style.quiet(axes, "x")
    axes.axvline(0, color=palette.PAPER, linewidth=1.5)
    axes.axhline(_YOUNG, color=palette.PALE, linewidth=0.8, linestyle=(0, (2, 3)))
    axes.axhline(_OLD, color=palette.PALE, linewidth=0.8, linestyle=(0, (2, 3)))
    bands = sorted(set(table["age"]))
    axes.set_ylim(min(bands, default=15), max(bands, default=75) + 5)
    shown = [age for age in bands if age % 10 == 0 or age == _OPEN]
    axes.set_yticks(shown)
    axes.set_yticklabels([text("picture.open_age") if age == _OPEN else str(age) for age in shown])
    axes.locator_params(axis="x", nbins=5, integer=True)
    axes.xaxis.set_major_formatter(lambda value, _: number(abs(value)))
    axes.tick_params(labelsize=9)
    before = quantity(_sum(table, start, context.study.baseline), "people")
    then = text("picture.count_in", count=before, year=start[:4])
    end = [
        f"{context.name(name, 22)} {quantity(_sum(table, context.last, name), 'people')}"
        for name in dict.fromkeys((context.study.baseline, policy))
    ]
    look: Any = {
        "textcoords": "offset points",
        "xycoords": "axes fraction",
        "va": "center",
        "annotation_clip": False,
    }
    axes.annotate(context.name(policy, 44), (0, 1), (0, 25), fontsize=10.5, fontweight="bold",
                  color=context.colour(policy), **look)  # fmt: skip
    axes.annotate(f"{then}; {context.last[:4]}: {', '.join(end)}", (0, 1), (0, 10), fontsize=8.5,
                  color=palette.INK, **look)  # fmt: skip
    for side, words, anchor in (
        (0.02, text("who.men"), "left"),
        (0.98, text("who.women"), "right"),
    ):
        axes.text(side, 0.93, words, transform=axes.transAxes, fontsize=9.5, color=palette.PALE, ha=anchor)


def _sum(table: pd.DataFrame, month: str, scenario: str, low: int = 0, high: int = 200) -> float:
    """Workers of some ages, from medians of bands."""
    keep = (table["month"] == month) & (table["scenario"] == scenario) & table["age"].between(low, high - 1)
    return float(table.loc[keep, "count"].sum())


def _title(context: ReportContext, table: pd.DataFrame, start: str) -> str:
    regime = context.regimes[0]
    mine, base = table[table["regime"] == regime], context.study.baseline
    numbers = {}
    for suffix, month in (("", context.last), ("_start", start)):
        for name, limits in (("young", (0, _YOUNG)), ("old", (_OLD, 200))):
            numbers[name + suffix] = quantity(_sum(mine, month, base, *limits), "people")
    facts = {"year": context.last[:4], "start": start[:4], "where": context.where(regime)}
    return text("picture.ages_title", **facts, **numbers)


def _told(context: ReportContext, table: pd.DataFrame) -> str:
    told = []
    for regime, scenario in context.study.cases:
        mine = table[table["regime"] == regime]
        young, old = (
            quantity(_sum(mine, context.last, scenario, *limits), "people")
            for limits in ((0, _YOUNG), (_OLD, 200))
        )
        told.append(f"{context.name(scenario)}{context.where(regime)}: < {_YOUNG}: {young}, ≥ {_OLD}: {old}")
    return "; ".join(told) + "."
