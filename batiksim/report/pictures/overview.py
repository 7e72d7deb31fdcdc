"""The picture of page one: expected effect, doubt and luck of each policy, marks that share no range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.numbers import change, known
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import WORKFORCE, ReportContext
from batiksim.studies.binding import HANDS_SHORT
from batiksim.studies.study import answers
from batiksim.studies.study.answers import EVERY, OWN, SHOWN
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAME, _LINE, _LINES, _FOOT, _SIDE = 14, 12, 3, 20, 8
_GAP = 5


def overview(context: ReportContext) -> Iterator[Picture]:
    """A block a policy: the expected effect, a dot for each plausible set of assumptions, luck."""
    table = context.study.effects(YOUNG)
    if table.empty:
        return
    own = table[(table["period"] == OWN) & (table["pairs"] > 0)]
    rows = [own[own["scenario"] == name] for name in context.policies]
    rows = [mine for mine in rows if len(mine)]
    if not rows:
        return
    dots = {name: _draws(context, name) for name in context.policies}
    lines = [_name_lines(context, str(mine["scenario"].iloc[0])) for mine in rows]
    heights = [_NAME * len(name) + _LINE * _LINES + _GAP for name in lines]
    figure = style.canvas(sum(heights) + _FOOT)
    axes = style.place(figure, _SIDE, 0, style.WIDTH - 2 * _SIDE, sum(heights))
    top = 0.0
    for mine, name, height in zip(rows, lines, heights, strict=True):
        scenario = str(mine["scenario"].iloc[0])
        for k, line in enumerate(name):
            look: Any = {"fontsize": 11, "fontweight": "bold", "color": context.colour(scenario)}
            look["bbox"] = {"facecolor": palette.PAPER, "linewidth": 0, "pad": 1}
            style.write(figure, _SIDE, top + _NAME * (k + 0.5), line, **look)
        _block(axes, context, mine, dots[scenario], top + _NAME * len(name) + 2)
        top += height
    frame(axes, top)
    shown = pd.concat(rows, ignore_index=True)
    title = text("overview.title")
    kept = [
        "scenario", "regime", "expected", "error", "low", "high", "doubt_low_90", "doubt_high_90", "luck_low",
        "luck_high", "draws", "pairs",
    ]  # fmt: skip
    caption = " ".join(key for _, key in keys(context))
    alt = f"{title}. {_told(context, shown)}"
    yield Picture(
        "overview", "front", title, caption, alt, figure, shown[kept], (YOUNG, *WORKFORCE)
    )  # fmt: skip


def keys(context: ReportContext) -> list[tuple[str, str]]:
    """(mark, words) of each mark that the picture has."""
    table = context.study.effects(YOUNG)
    if table.empty:
        return []
    own = table[table["period"] == OWN]
    found = [("expected", text("overview.expected"))]
    if context.sampled and (own["draws"] > 1).any():
        found.append(("doubt", text("overview.doubt", draws=int(own["draws"].max()))))
    if own["luck_low"].notna().any():
        found.append(("luck", text("overview.luck")))
    return found


def _name_lines(context: ReportContext, scenario: str) -> list[str]:
    return context.lines(scenario, 52)


def _draws(context: ReportContext, scenario: str) -> pd.DataFrame:
    """The effect under each plausible set of assumptions, without the noise of runs."""
    own = next(iter(answers.periods(context.study, scenario)), None)
    if own is None or not context.sampled:
        return pd.DataFrame()
    return answers.draws(context.study, scenario, YOUNG, own)


def _block(axes: Axes, context: ReportContext, mine: pd.DataFrame, dots: pd.DataFrame, top: float) -> None:
    whole = mine[mine["regime"] == EVERY]
    row = (whole if len(whole) else mine).iloc[0]
    marks(axes, row, dots, context.colour(str(row["scenario"])), top)


def marks(
    axes: Axes, row: Mapping[str, Any] | pd.Series, dots: pd.DataFrame, colour: str, top: float,
    line: float = _LINE,
) -> None:  # fmt: skip
    """The three marks of one effect, a `line` (px) each from `top` down: a diamond on its interval, a dot a
    draw, luck.

    `row` has expected, low, high, luck_low, luck_high and verdict, `dots` shrunk and regime.
    """
    y = top + _LINE * 0.5
    if known(row["low"]):
        axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=5, solid_capstyle="butt")
    fill = colour if row["verdict"] == SHOWN else palette.PAPER
    axes.plot(
        [row["expected"]], [y], "D", color=colour, markerfacecolor=fill, markersize=9, markeredgewidth=1.8
    )
    for _, one in dots.iterrows():
        filled = one["regime"] == HANDS_SHORT
        axes.plot(
            [one["shrunk"]], [y + line + (-3 if filled else 3)], "o", color=colour, markersize=5,
            markerfacecolor=colour if filled else palette.PAPER, markeredgewidth=1.2, alpha=0.9,
        )  # fmt: skip
    if known(row["luck_low"]):
        ends = [row["luck_low"], row["luck_high"]]
        axes.plot(ends, [y + 2 * line] * 2, color=palette.PALE, linewidth=1.3, linestyle=(0, (4, 2)))
        axes.plot(ends, [y + 2 * line] * 2, "|", color=palette.PALE, markersize=8, markeredgewidth=1.4)


def frame(axes: Axes, height: float) -> None:
    """The axis of people below, and the line of no effect."""
    style.quiet(axes, "x")
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.axvline(0, color=palette.INK, linewidth=1)
    axes.margins(x=0.06)
    low, high = axes.get_xlim()
    air = 0.06 * (high - low)
    axes.set_xlim(min(low, -air), max(high, air))
    axes.locator_params(axis="x", nbins=6, integer=True)
    axes.xaxis.set_major_formatter(lambda value, _: change(value, "people"))


def _told(context: ReportContext, table: pd.DataFrame) -> str:
    """The numbers drawn, as a sentence."""
    whole = table[table["regime"] == EVERY]
    told = []
    for _, row in (whole if len(whole) else table).iterrows():
        size = change(float(np.nan_to_num(row["expected"])), "people")
        told.append(f"{context.name(str(row['scenario']))}: {size}")
    return "; ".join(told) + "."
