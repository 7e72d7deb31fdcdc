"""What carries an effect: one bar a channel that was switched off, then the rest, then the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from batiksim.i18n.texts import language, text
from batiksim.i18n.unit_names import in_words
from batiksim.present import palette
from batiksim.present.numbers import signed
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import WORKFORCE, ReportContext, span
from batiksim.studies.policy_questions import WHY, answered
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ("scenario", "regime", "channel", "label", "effect", "low", "high")
TOTAL, REST = "total", ("together", "rest")
_ROW, _LABEL, _SIDE, _HEAD = 40, 0.3, 10, 8


def why(context: ReportContext) -> Iterator[Picture]:
    """A waterfall for each policy and regime of `why.csv` in the folder of the comparison."""
    table = answered(context.study, WHY)
    if language() == "id" and "label_id" in table:
        table["label"] = table["label_id"]
    if set(COLUMNS) <= set(table.columns):
        cases = table[list(COLUMNS)].groupby(["scenario", "regime"], sort=False)
        for number, (_, rows) in enumerate(cases, start=1):
            if rows["effect"].notna().any():
                yield draw(rows.reset_index(drop=True), number, context)


def draw(table: pd.DataFrame, number: int = 1, context: ReportContext | None = None) -> Picture:
    """The waterfall of one policy in one regime; `context` gives it the policy's title and dye."""
    table = table[table["effect"].notna()].sort_values(
        "channel", key=lambda names: names == TOTAL, kind="stable", ignore_index=True
    )  # the whole comes last, as the sum of what stands above
    figure = style.canvas(_HEAD + _ROW * len(table) + 34)
    axes = style.place(figure, _SIDE, _HEAD, style.WIDTH - 2 * _SIDE, _ROW * len(table))
    edges, before, rows = [0.0], 0.0, list(table.iterrows())
    for k, row in rows:
        y = int(str(k))
        final = row["channel"] == TOTAL
        left = 0.0 if final else before
        edges += _bar(axes, row, y, left)
        after = left + row["effect"]
        if y + 1 < len(rows):
            axes.plot([after, after], [y - 0.3, y + 1.3], color=palette.PALE, linewidth=0.7, zorder=0.5)
        before = after
        middle = _HEAD + _ROW * (y + _LABEL / 2)
        label = " ".join(f"{row['label']}: {_words(row)}".split())
        style.write(figure, _SIDE, middle, label, fontsize=9.5, fontweight="bold" if final else "normal")
    _frame(axes, edges, len(table))
    return _say(table, number, context, figure)


def _bar(axes: Axes, row: Any, y: int, left: float) -> list[float]:
    """One bar and its band; returns how far they reach."""
    final, effect = row["channel"] == TOTAL, float(row["effect"])
    colour = palette.INK if final else palette.PALE if row["channel"] in REST else palette.INDIGO
    if effect < 0 and not final and row["channel"] not in REST:
        colour = palette.SOGA
    axes.barh([y + _LABEL / 2], [effect], left=left, height=0.4, color=colour, alpha=0.88, linewidth=0)
    if pd.isna(row["low"]):
        return [left + effect]
    ends = [left + float(row["low"]), left + float(row["high"])]
    axes.plot(ends, [y + _LABEL / 2] * 2, color="#111111", linewidth=1.1, marker="|", markersize=6)
    return [left + effect, *ends]


def _frame(axes: Axes, edges: list[float], rows: int) -> None:
    style.quiet(axes, "x")
    low, high = min(edges), max(edges)
    air = 0.05 * (high - low) or 1.0
    axes.set_xlim(low - air, high + air)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.axvline(0, color=palette.INK, linewidth=0.9)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda value, _: signed(value, "people"))


def _words(row: Any) -> str:
    middle = signed(row["effect"], "people")
    if pd.isna(row["low"]):
        return middle
    low, high = (signed(row[side], "people") for side in ("low", "high"))
    return f"{middle} ({span(low, high)})"


def _say(table: pd.DataFrame, number: int, context: ReportContext | None, figure: Any) -> Picture:
    scenario, regime = str(table["scenario"].iloc[0]), str(table["regime"].iloc[0])
    policy, where = scenario, text("picture.where", name=regime)
    if context is not None:
        policy, where = context.name(scenario), context.where(regime)
    shown = (table["low"] > 0) | (table["high"] < 0)
    alone = table[shown & ~table["channel"].isin((TOTAL, *REST))]
    if len(alone) and (alone["effect"].abs() > 0).any():
        most = alone.loc[alone["effect"].abs().idxmax()]
        told = {"channel": most["label"], "effect": _words(most)}
        title = text("picture.why_title", policy=policy, where=where, **told)
    else:
        title = text("picture.why_none", policy=policy, where=where)
    caption = text("picture.why_caption", unit=in_words("people"))
    alt = f"{title}. " + "; ".join(f"{row['label']}: {_words(row)}" for _, row in table.iterrows()) + "."
    return Picture(f"why-{number}", "why", title, caption, alt, figure, table, (YOUNG, *WORKFORCE))
