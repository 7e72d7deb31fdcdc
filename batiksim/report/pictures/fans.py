"""Fans: the baseline and a policy over time, median and the bands of 50 and 90 % of runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.numbers import interval, number, percent, quantity
from batiksim.report import style
from batiksim.report.pictures.panels import Margins, flat, panels
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import CHAIN, WORKFORCE, ReportContext

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Indicator -> file name and section, in reading order.
SHOWN = {
    "batik.workers_under_30": ("fan-workers-under-30", "headline"),
    "batik.workers": ("fan-workers", "workforce"),
    "batik.share_under_30": ("fan-share-under-30", "workforce"),
    "batik.share_over_50": ("fan-share-over-50", "workforce"),
    "pay.batik_over_umk": ("fan-pay-over-umk", "workforce"),
}
_HEIGHT = 168
BASE = "#9a9a9a"
_BANDS = (("90", 0.16), ("50", 0.26))


def fans(context: ReportContext) -> Iterator[Picture]:
    """A picture for each indicator of `SHOWN` that has numbers."""
    for indicator in SHOWN:
        if context.fan(indicator)["median"].notna().any():
            yield _picture(context, indicator)


def _picture(context: ReportContext, indicator: str) -> Picture:
    name, section = SHOWN[indicator]
    table = context.fan(indicator)
    policies = context.policies or [context.study.baseline]
    regimes = [context.regime(regime) for regime in context.regimes]
    figure, grid = panels(len(policies), regimes, _HEIGHT, Margins())
    with_bands = table["high_90"].fillna(table["median"])
    top = 1.12 * float(np.nanmax([with_bands.max(), 1.0 if indicator.startswith("pay.") else 0.0]))
    for row, policy in zip(grid, policies, strict=True):
        for axes, regime in zip(row, context.regimes, strict=True):
            _panel(axes, context, indicator, regime, policy, top)
    if style.mark_future(grid[0][0], style.known_until(), context.years[0], context.years[-1]):
        _say_future(grid[0][0], context)
    for axes in list(flat(grid))[1:]:
        style.mark_future(axes, style.known_until(), context.years[0], context.years[-1])
    label = context.label(indicator)
    title = text("picture.fan_title", label=label, values=_list(context, indicator, context.study.baseline))
    said = context.how("fan", unit=context.unit(indicator))
    if context.yearly and context.indicator(indicator).kind == "ratio":
        said = f"{said} {text('picture.year_means')}"
    elif indicator.startswith("pay."):
        said = f"{said} {text('picture.fan_lebaran')}"
    caption = context.read(said)
    more = CHAIN[:3] if indicator.startswith("pay.") else ()
    return Picture(
        name, section, title, caption, f"{title}. {_all_values(context, indicator)}", figure, table,
        (indicator, *WORKFORCE, *more), context.indicator(indicator).unit,
    )  # fmt: skip


def _all_values(context: ReportContext, indicator: str) -> str:
    parts = [f"{context.name(policy)}: {_list(context, indicator, policy)}" for policy in context.policies]
    return "; ".join(parts) + "." if parts else ""


def _list(context: ReportContext, indicator: str, scenario: str) -> str:
    unit = context.indicator(indicator).unit
    told = []
    for regime in context.regimes:
        rows = context.rows(indicator, regime, scenario)
        known = rows[rows["median"].notna()]
        if known.empty:
            continue
        first, last = known.iloc[0], known.iloc[-1]
        told.append(
            text(
                "picture.from_to",
                first=quantity(first["median"], unit),
                year=first["month"][:4],
                last=context.value(last, unit),
                end=last["month"][:4],
                where=context.where(regime),
            )
        )
    return "; ".join(told)


def _panel(axes: Axes, context: ReportContext, indicator: str, regime: str, policy: str, top: float) -> None:
    unit, first, last = context.indicator(indicator).unit, context.years[0], context.years[-1]
    for scenario in dict.fromkeys((context.study.baseline, policy)):
        _fan(axes, context, context.rows(indicator, regime, scenario), unit, scenario)
    style.quiet(axes)
    axes.set_xlim(first - 0.3, last)
    axes.set_ylim(0, top)
    years_below(axes, first, last)
    axes.yaxis.set_major_formatter(lambda value, _: tick(value, unit))
    axes.locator_params(axis="y", nbins=4)
    if indicator.startswith("pay."):
        axes.axhline(1, color=palette.INK, linewidth=0.9)
        axes.text(first, 1.01, text("picture.umk"), fontsize=9, color=palette.INK, va="bottom")
    head = context.name(policy, 44 if len(context.regimes) > 1 else 90)
    axes.set_title(head, loc="left", fontsize=10.5, fontweight="bold", color=context.colour(policy), pad=7)
    mark_policy(axes, context, regime, policy)
    style.move_apart(style.end_labels(axes), style.POINTS)


def _fan(axes: Axes, context: ReportContext, rows: pd.DataFrame, unit: str, scenario: str) -> None:
    known = rows[rows["median"].notna()]
    if known.empty:
        return
    colour, years = context.colour(scenario), style.years(known["month"])
    base = scenario == context.study.baseline
    for band, alpha in _BANDS:
        low, high = (known[f"{side}_{band}"].to_numpy() for side in ("low", "high"))
        if not np.isnan(low).all():
            axes.fill_between(years, low, high, color=colour, alpha=alpha * (0.8 if base else 1), linewidth=0)
    # The baseline is broad and lies below, so that it is seen where the policy changes nothing.
    axes.plot(
        years, known["median"], color=BASE if base else colour, linewidth=4 if base else 1.8,
        marker="o" if len(known) == 1 else "", solid_capstyle="butt",
    )  # fmt: skip
    last = known.iloc[-1]
    lines = [context.folded(scenario, 16), quantity(last["median"], unit)]
    if not pd.isna(last["low_90"]):
        lines.append(f"({interval(last['low_90'], last['high_90'], unit)})")
    style.end_label(axes, years[-1], last["median"], "\n".join(lines), colour, fontsize=9, linespacing=1.2)


def years_below(axes: Axes, first: float, last: float) -> None:
    """Few whole years on the axis below."""
    span = last - first
    step = next((step for step in (1, 2, 5, 10, 20) if span / step <= 4.5), 50)
    start = int(-(-(first - 0.99) // step) * step)
    axes.set_xticks([year + 0.5 for year in range(start, int(last) + 1, step)])
    axes.xaxis.set_major_formatter(lambda value, _: f"{int(value)}")


def tick(value: float, unit: str) -> str:
    """A number beside the axis."""
    if unit == "share":
        return percent(value)
    return number(value, 0 if unit != "ratio" else 1)


def mark_policy(axes: Axes, context: ReportContext, regime: str, policy: str, height: float = 0.04) -> None:
    """Thin lines where a policy starts and ends, and the year beside the first."""
    first, last = context.start(regime, policy)
    colour = context.colour(policy)
    for month in (first, last):
        if month is not None:
            axes.axvline(style.years([month])[0], color=colour, linewidth=0.9, alpha=0.8)
    if first is not None:
        key = "picture.policy_from" if last is None else "picture.policy_from_to"
        label = text(key, first=first[:4], last=(last or "")[:4])
        here = style.years([first])[0]
        left, right = axes.get_xlim()
        late = here > left + 0.3 * (right - left)
        axes.annotate(
            label, (here, height), (-4 if late else 4, 0), xycoords=("data", "axes fraction"),
            textcoords="offset points", fontsize=8.5, color=colour, va="bottom",
            ha="right" if late else "left",
        )  # fmt: skip


def _say_future(axes: Axes, context: ReportContext) -> None:
    here = style.years([style.known_until()])[0]
    axes.annotate(
        text("picture.assumed"), (here, 0.985), (4, 0), xycoords=("data", "axes fraction"),
        textcoords="offset points", fontsize=8.5, color=palette.PALE, va="top",
    )  # fmt: skip
