"""Who gains and who loses: groups of people and the public purse, bars to both sides of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.numbers import rupiah, signed
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import CHAIN, WORKFORCE, ReportContext, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _LEFT, _NUMBERS = 21, 182, 82
_HEAD, _BLOCK, _FOOT = 30, 30, 24
_INCOME, _PEOPLE = ("income", "purse"), ("people",)


def winners(context: ReportContext) -> Iterator[Picture]:
    """A picture a policy."""
    if not context.study.policies:
        return
    table = context.study.winners()
    for number, policy in enumerate(context.policies, start=1):
        mine = table[table["scenario"] == policy]
        mine = mine[mine["expected"].notna()]
        # A group that has nothing in any run is no news.
        something = (mine["baseline"] != 0) | (mine["expected"] != 0) | (mine["high"] > 0)
        if (mine["verdict"] != "unchanged").any():
            yield _picture(context, policy, number, mine[something].reset_index(drop=True))


def years(table: pd.DataFrame) -> str:
    """The years that a table of winners is about: 2026, or 2026–2030."""
    first, last = (int(table[end].iloc[0]) for end in ("first", "last"))
    return str(first) if first == last else f"{first}–{last}"


def _name(context: ReportContext, group: str) -> str:
    return text(f"picture.group.{group.removeprefix('workers_')}")


def _picture(context: ReportContext, policy: str, number: int, table: pd.DataFrame) -> Picture:
    blocks = [table[table["what"].isin(kinds)] for kinds in (_INCOME, _PEOPLE)]
    groups = [list(dict.fromkeys(zip(block["group"], block["what"], strict=True))) for block in blocks]
    heights = [_BLOCK + _ROW * len(names) + _FOOT for names in groups]
    head = _HEAD if len(context.regimes) > 1 else 4
    figure = style.canvas(head + sum(heights))
    across = (style.WIDTH - _LEFT) / len(context.regimes)
    if head == _HEAD:
        for k, regime in enumerate(context.regimes):
            style.write(
                figure, _LEFT + k * across, 15, context.regime(regime), fontsize=11.5, fontweight="bold"
            )
    year, top = years(table), float(head)
    titles = ("picture.winners_income", "picture.winners_people")
    for block, names, height, key in zip(blocks, groups, heights, titles, strict=True):
        style.write(figure, 6, top + 15, text(key, year=year), fontsize=10.5, color=palette.PALE)
        _block(figure, context, block, names, top + _BLOCK, across)
        top += height
    return _say(context, policy, number, table, year, figure)


def _block(
    figure: Figure,
    context: ReportContext,
    block: pd.DataFrame,
    names: list[tuple[str, str]],
    top: float,
    across: float,
) -> None:
    """The groups of one kind, a column for each regime, on one scale."""
    for k, (group, _) in enumerate(names):
        label = _name(context, group)
        style.write(figure, 6, top + _ROW * (k + 0.5), label, fontsize=10)
    if not names:
        return
    reach = _reach(block)
    for column, regime in enumerate(context.regimes):
        left = _LEFT + column * across
        axes = style.place(figure, left, top, across - _NUMBERS - 12, _ROW * len(names))
        _frame(axes, context, len(names), reach, names[0][1] in _PEOPLE)
        for k, (group, what) in enumerate(names):
            keep = (block["regime"] == regime) & (block["group"] == group) & (block["what"] == what)
            for _, row in block[keep].iterrows():
                _bar(axes, row, k)
                written, colour = _amount(context, row["expected"], what), _colour(row)
                y = top + _ROW * (k + 0.5)
                look: dict[str, Any] = {"fontsize": 9, "color": colour if _clear(row) else palette.PALE}
                style.write(figure, left + across - _NUMBERS - 4, y, written, **look)


def _frame(axes: Axes, context: ReportContext, rows: int, reach: tuple[float, float], people: bool) -> None:
    """Nothing in the middle, a scale for people; rupiah stand beside each bar."""
    style.quiet(axes, "x")
    axes.set_xlim(*reach)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.axvline(0, color=palette.INK, linewidth=0.9)
    axes.locator_params(axis="x", nbins=4, integer=people)
    axes.xaxis.set_major_formatter(lambda value, _: _amount(context, value, "people") if people else "")
    axes.tick_params(labelsize=9)


def _reach(block: pd.DataFrame) -> tuple[float, float]:
    ends = block[["expected", "low", "high"]].to_numpy(dtype=float)
    low, high = min(0.0, float(np.nanmin(ends))), max(0.0, float(np.nanmax(ends)))
    air = 0.06 * (high - low) or 1.0
    return low - air, high + air


def _clear(row: Any) -> bool:
    return str(row["verdict"]) in ("gains", "loses")


def _colour(row: Any) -> str:
    return palette.SOGA if row["expected"] < 0 else palette.INDIGO


def _bar(axes: Axes, row: Any, y: int) -> None:
    colour, alpha = _colour(row), 0.9 if _clear(row) else 0.32
    axes.barh([y], [row["expected"]], height=0.56, color=colour, alpha=alpha, linewidth=0)
    if not pd.isna(row["low"]):
        limits = [row["low"], row["high"]]
        axes.plot(limits, [y, y], color=palette.INK, linewidth=1.1, marker="|", markersize=5)


def _amount(context: ReportContext, value: float, what: str) -> str:
    if what == "people":
        return signed(value, "people")
    written = rupiah(abs(value))
    return f"+{written}" if value > 0 else f"\N{MINUS SIGN}{written}" if value < 0 else "0"


def _say(
    context: ReportContext, policy: str, number: int, table: pd.DataFrame, year: str, figure: Figure
) -> Picture:
    gains, losses = (_most(context, table, verdict) for verdict in ("gains", "loses"))
    title = text(
        "picture.winners_title",
        policy=context.name(policy),
        year=year,
        gains=gains,
        losses=losses,
    )
    told = [_group(context, row) + context.where(row["regime"]) for _, row in table.iterrows() if _clear(row)]
    alt = f"{title}. {'; '.join(told)}."
    rests = tuple(name for name in table["group"] if name.startswith("workers_"))
    indicators = tuple(dict.fromkeys(f"batik.{name}" for name in rests))
    caption = context.read(text("picture.winners_caption"))
    return Picture(
        f"winners-{number}", "winners", title, caption, alt, figure, table,
        (*indicators, "public.cost", *CHAIN, *WORKFORCE),
    )  # fmt: skip


def _most(context: ReportContext, table: pd.DataFrame, verdict: str) -> str:
    """Who gains or loses the most rupiah among those for whom it is clear."""
    found = table[(table["verdict"] == verdict) & table["what"].isin(_INCOME)]
    if found.empty:
        return text("picture.gain_none" if verdict == "gains" else "picture.loses_none")
    row = found.loc[found["expected"].abs().idxmax()]
    key = "picture.gain_more" if verdict == "gains" else "picture.loses_more"
    group = _name(context, row["group"])
    return text(key, group=group, difference=_range(context, row), where=context.where(row["regime"]))


def _group(context: ReportContext, row: Any) -> str:
    return f"{_name(context, row['group'])}: {_range(context, row)}"


def _range(context: ReportContext, row: Any) -> str:
    middle = _amount(context, row["expected"], row["what"])
    if pd.isna(row["low"]):
        return middle
    ends = (_amount(context, row[side], row["what"]) for side in ("low", "high"))
    return f"{middle} ({span(*ends)})"
