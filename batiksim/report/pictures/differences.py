"""Paired differences: a policy less the baseline under the same luck, over time and at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.i18n.texts import text
from batiksim.i18n.unit_names import in_words
from batiksim.present import palette
from batiksim.present.numbers import signed
from batiksim.recording.bands import clear
from batiksim.report import style
from batiksim.report.pictures.fans import mark_policy, tick, years_below
from batiksim.report.pictures.panels import Margins, panels
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import CHAIN, WORKFORCE, ReportContext
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OVER_TIME = {
    YOUNG: "difference-workers-under-30",
    "batik.workers": "difference-workers",
    "pay.batik_over_umk": "difference-pay-over-umk",
}
AT_END = (YOUNG, "batik.workers", "batik.share_under_30", "pay.batik_over_umk")
_HEIGHT = 128
_ROW, _LEFT, _MIDDLE, _RIGHT = 23, 236, 300, 184
_BLOCK_HEAD, _BLOCK_FOOT = 30, 30


def differences(context: ReportContext) -> Iterator[Picture]:
    """The overview of the last month, then the course of each difference."""
    if not context.study.policies:
        return
    yield _forest(context)
    for indicator, name in OVER_TIME.items():
        if _something(context.fan(indicator)):
            yield _over_time(context, indicator, name)


def _something(fan: pd.DataFrame) -> bool:
    """Whether any pair differs from the baseline in any month."""
    names = [name for name in fan.columns if name.startswith("difference")]
    return bool(fan[names].fillna(0.0).to_numpy().any())


def last_rows(context: ReportContext, indicator: str) -> pd.DataFrame:
    """Policies in the last month."""
    fan = context.fan(indicator)
    keep = (fan["month"] == context.last) & (fan["scenario"] != context.study.baseline)
    return fan[keep & fan["difference"].notna()]


def finding(context: ReportContext, indicator: str) -> str:
    """Whether a policy can be told apart from the baseline in the last month, and by how much."""
    rows, label = last_rows(context, indicator), context.label(indicator)
    if rows.empty:
        return text("picture.unknown_difference", label=label)
    if not _something(rows):
        return text("picture.no_difference", label=label, year=context.last[:4])
    clear = (rows["difference_low_90"] > 0) | (rows["difference_high_90"] < 0)
    chosen = rows[clear] if clear.any() else rows
    best = chosen.loc[chosen["difference"].abs().idxmax()]
    key = "picture.clear" if clear.any() else "picture.none_clear"
    return text(
        key, label=label, year=context.last[:4], policy=context.name(best["scenario"]),
        difference=context.difference(best, context.indicator(indicator).unit),
        where=context.where(best["regime"]),
    )  # fmt: skip


def _told(context: ReportContext, indicator: str) -> str:
    """All differences of the last month, as a sentence."""
    unit = context.indicator(indicator).unit
    told = [
        text(
            "picture.each_difference", policy=context.name(row["scenario"]),
            difference=context.difference(row, unit), where=context.where(row["regime"]),
        )
        for _, row in last_rows(context, indicator).iterrows()
    ]  # fmt: skip
    return "; ".join(told) + "."


def _unit(context: ReportContext, indicator: str) -> str:
    unit = context.indicator(indicator).unit
    if unit == "share":
        return text("picture.unit_of_share")
    return in_words(unit)


def _rests(*indicators: str) -> tuple[str, ...]:
    pay = any(name.startswith("pay.") for name in indicators)
    return (*indicators, *WORKFORCE, *(CHAIN[:3] if pay else ()))


# --- over time


def _over_time(context: ReportContext, indicator: str, name: str) -> Picture:
    fan = context.fan(indicator)
    table = fan[fan["scenario"] != context.study.baseline].reset_index(drop=True)
    names = [context.regime(regime) for regime in context.regimes]
    figure, grid = panels(len(context.policies), names, _HEIGHT, Margins(right=112))
    low, high = _reach(table)
    for row, policy in zip(grid, context.policies, strict=True):
        for axes, regime in zip(row, context.regimes, strict=True):
            _course(axes, context, indicator, (regime, policy), (low, high))
    title = finding(context, indicator)
    caption = context.read(context.how("difference", unit=_unit(context, indicator)))
    alt = f"{title}. {_told(context, indicator)}"
    return Picture(
        name,
        "differences",
        title,
        caption,
        alt,
        figure,
        table,
        _rests(indicator),
        context.indicator(indicator).unit,
    )


def _reach(table: pd.DataFrame) -> tuple[float, float]:
    """Limits that hold all bands and 0, with some air; not nothing where nothing differs."""
    names = ["difference", *(c for c in table.columns if c.startswith(("difference_low", "difference_high")))]
    numbers = table[names].to_numpy(dtype=float)
    low, high = min(0.0, float(np.nanmin(numbers))), max(0.0, float(np.nanmax(numbers)))
    air = 0.08 * (high - low) or 1.0
    return low - air, high + air


def _course(
    axes: Axes, context: ReportContext, indicator: str, case: tuple[str, str], reach: tuple[float, float]
) -> None:
    (regime, policy), unit = case, context.indicator(indicator).unit
    rows = context.rows(indicator, regime, policy)
    rows = rows[rows["difference"].notna()]
    colour, years = context.colour(policy), style.years(rows["month"])
    for share, alpha in (("90", 0.18), ("50", 0.3)):
        low, high = (rows[f"difference_{side}_{share}"] for side in ("low", "high"))
        if low.notna().any():
            axes.fill_between(years, low, high, color=colour, alpha=alpha, linewidth=0)
    style.quiet(axes)
    axes.axhline(0, color=palette.INK, linewidth=0.9)
    axes.plot(years, rows["difference"], color=colour, linewidth=1.8, marker="o" if len(rows) == 1 else "")
    axes.set_xlim(context.years[0] - 0.3, context.years[-1])
    axes.set_ylim(*reach)
    axes.locator_params(axis="y", nbins=4, integer=unit == "people")
    axes.spines["bottom"].set_visible(False)
    years_below(axes, context.years[0], context.years[-1])
    axes.yaxis.set_major_formatter(lambda value, _: _plus(value, unit, axes.get_ylim()))
    head = context.name(policy, 44 if len(context.regimes) > 1 else 90)
    axes.set_title(head, loc="left", fontsize=10.5, fontweight="bold", color=colour, pad=7)
    mark_policy(axes, context, regime, policy, 0.04 if reach[0] < -0.35 * reach[1] else 0.86)
    style.mark_future(axes, style.known_until(), context.years[0], context.years[-1])
    if len(rows):
        last = rows.iloc[-1]
        middle, *band = context.difference(last, unit).split(" (")
        lines = [middle, *(f"({part}" for part in band), _wins(context, last)]
        style.end_label(axes, years[-1], last["difference"], "\n".join(lines), colour, fontsize=9)


def _plus(value: float, unit: str, limits: tuple[float, float]) -> str:
    if unit == "share" and limits[1] - limits[0] < 0.05:
        return signed(value, unit)
    if unit == "ratio":
        return signed(value, unit)
    return f"+{tick(value, unit)}" if value > 0 else tick(value, unit)


def _wins(context: ReportContext, row: Any) -> str:
    if pd.isna(row["wins"]):
        return text("picture.higher", pairs=int(row["pairs"]))
    return text("picture.better", wins=int(row["wins"]), pairs=int(row["pairs"]))


# --- the last month


def _forest(context: ReportContext) -> Picture:
    found = {name: last_rows(context, name) for name in AT_END}
    found = {name: rows for name, rows in found.items() if not rows.empty}
    heights = [_BLOCK_HEAD + _ROW * len(list(context.changed())) + _BLOCK_FOOT for _ in found]
    figure = style.canvas(sum(heights) + 6)
    top = 0.0
    for (indicator, rows), height in zip(found.items(), heights, strict=True):
        _block(figure, context, indicator, rows, top)
        top += height
    table = pd.concat([rows.assign(indicator=name) for name, rows in found.items()], ignore_index=True)
    table.insert(0, "indicator", table.pop("indicator"))
    year = context.last[:4]
    title = finding(context, YOUNG if YOUNG in found else next(iter(found)))
    caption = context.read(context.how("forest", year=year))
    alt = ". ".join([title, *(f"{context.label(name)}: {_told(context, name)}" for name in found)])
    return Picture("differences-overview", "headline", title, caption, alt, figure, table, _rests(*found))


def _block(figure: Figure, context: ReportContext, indicator: str, rows: pd.DataFrame, top: float) -> None:
    """One indicator: a line a policy and regime."""
    unit = context.indicator(indicator).unit
    cases = list(context.changed())
    style.write(figure, 6, top + 16, context.label(indicator), fontsize=11.5, fontweight="bold")
    axes = style.place(figure, _LEFT, top + _BLOCK_HEAD, _MIDDLE, _ROW * len(cases))
    for k, (regime, policy) in enumerate(cases):
        here = rows[(rows["regime"] == regime) & (rows["scenario"] == policy)]
        y = top + _BLOCK_HEAD + _ROW * (k + 0.5)
        if k == 0 or cases[k - 1][1] != policy:
            lines, rows_of = context.folded(policy, 24), [name for _, name in cases].count(policy)
            middle, colour = y + _ROW * (rows_of - 1) / 2, context.colour(policy)
            style.write(
                figure, 6, middle, lines, fontsize=9.5, fontweight="bold", color=colour, linespacing=1.1
            )
        if len(context.regimes) > 1:
            style.write(
                figure, _LEFT - 12, y, context.short(regime), fontsize=9.5, ha="right", color=palette.PALE
            )
        if len(here):
            row = here.iloc[0]
            _interval(axes, row, k, context.colour(policy), context.mark(policy))
            words = context.difference(row, unit)
            style.write(figure, _LEFT + _MIDDLE + 12, y - 5.5, words, fontsize=9.5, color=palette.INK)
            style.write(
                figure, _LEFT + _MIDDLE + 12, y + 5.5, _wins(context, row), fontsize=8.5, color=palette.PALE
            )
    style.quiet(axes, "x")
    axes.axvline(0, color=palette.INK, linewidth=0.9)
    axes.set_xlim(*_reach(rows))
    axes.set_ylim(len(cases) - 0.5, -0.5)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5, integer=unit == "people")
    axes.xaxis.set_major_formatter(lambda value, _: _plus(value, unit, axes.get_xlim()))


def _interval(axes: Axes, row: Any, y: float, colour: str, mark: str) -> None:
    low, high = row["difference_low_90"], row["difference_high_90"]
    if not pd.isna(low):
        axes.plot([low, high], [y, y], color=colour, linewidth=1.4)
        axes.plot([row["difference_low_50"], row["difference_high_50"]], [y, y], color=colour, linewidth=4.5,
                  solid_capstyle="butt", alpha=0.75)  # fmt: skip
    fill = colour if clear(low, high) else palette.PAPER
    axes.plot(
        [row["difference"]], [y], mark, color=colour, markerfacecolor=fill, markersize=7, markeredgewidth=1.6
    )
