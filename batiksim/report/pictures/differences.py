"""Paired differences: a policy less the baseline under the same luck, over time and at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import style
from batiksim.present.numbers import signed
from batiksim.report.pictures.fans import mark_policy, tick, years_below
from batiksim.report.pictures.panels import Margins, panels
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import CHAIN, WORKFORCE, Subject
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


def differences(subject: Subject) -> Iterator[Picture]:
    """The overview of the last month, then the course of each difference."""
    if not subject.study.policies:
        return
    yield _forest(subject)
    for indicator, name in OVER_TIME.items():
        if _something(subject.fan(indicator)):
            yield _over_time(subject, indicator, name)


def _something(fan: pd.DataFrame) -> bool:
    """Whether any pair differs from the baseline in any month."""
    names = [name for name in fan.columns if name.startswith("difference")]
    return bool(fan[names].fillna(0.0).to_numpy().any())


def last_rows(subject: Subject, indicator: str) -> pd.DataFrame:
    """Policies in the last month."""
    fan = subject.fan(indicator)
    keep = (fan["month"] == subject.last) & (fan["scenario"] != subject.study.baseline)
    return fan[keep & fan["difference"].notna()]


def finding(subject: Subject, indicator: str) -> str:
    """Whether a policy can be told apart from the baseline in the last month, and by how much."""
    rows, label = last_rows(subject, indicator), subject.label(indicator)
    if rows.empty:
        return text("picture.unknown_difference", subject.lang, label=label)
    if not _something(rows):
        return text("picture.no_difference", subject.lang, label=label, year=subject.last[:4])
    clear = (rows["difference_low_90"] > 0) | (rows["difference_high_90"] < 0)
    chosen = rows[clear] if clear.any() else rows
    best = chosen.loc[chosen["difference"].abs().idxmax()]
    key = "picture.clear" if clear.any() else "picture.none_clear"
    return text(
        key, subject.lang, label=label, year=subject.last[:4], policy=subject.name(best["scenario"]),
        difference=subject.difference(best, subject.indicator(indicator).unit),
        where=subject.where(best["regime"]),
    )  # fmt: skip


def _told(subject: Subject, indicator: str) -> str:
    """All differences of the last month, as a sentence."""
    unit = subject.indicator(indicator).unit
    told = [
        text(
            "picture.each_difference", subject.lang, policy=subject.name(row["scenario"]),
            difference=subject.difference(row, unit), where=subject.where(row["regime"]),
        )
        for _, row in last_rows(subject, indicator).iterrows()
    ]  # fmt: skip
    return "; ".join(told) + "."


def _unit(subject: Subject, indicator: str) -> str:
    unit = subject.indicator(indicator).unit
    if unit == "share":
        return text("picture.unit_of_share", subject.lang)
    return text(f"picture.unit.{unit}", subject.lang)


def _rests(*indicators: str) -> tuple[str, ...]:
    pay = any(name.startswith("pay.") for name in indicators)
    return (*indicators, *WORKFORCE, *(CHAIN[:3] if pay else ()))


# --- over time


def _over_time(subject: Subject, indicator: str, name: str) -> Picture:
    fan = subject.fan(indicator)
    table = fan[fan["scenario"] != subject.study.baseline].reset_index(drop=True)
    names = [subject.regime(regime) for regime in subject.regimes]
    figure, grid = panels(len(subject.policies), names, _HEIGHT, Margins(right=112))
    low, high = _reach(table)
    for row, policy in zip(grid, subject.policies, strict=True):
        for axes, regime in zip(row, subject.regimes, strict=True):
            _course(axes, subject, indicator, (regime, policy), (low, high))
    title = finding(subject, indicator)
    caption = subject.read(subject.how("difference", unit=_unit(subject, indicator)))
    alt = f"{title}. {_told(subject, indicator)}"
    return Picture(
        name,
        "differences",
        title,
        caption,
        alt,
        figure,
        table,
        _rests(indicator),
        subject.indicator(indicator).unit,
    )


def _reach(table: pd.DataFrame) -> tuple[float, float]:
    """Limits that hold all bands and 0, with some air; not nothing where nothing differs."""
    names = ["difference", *(c for c in table.columns if c.startswith(("difference_low", "difference_high")))]
    numbers = table[names].to_numpy(dtype=float)
    low, high = min(0.0, float(np.nanmin(numbers))), max(0.0, float(np.nanmax(numbers)))
    air = 0.08 * (high - low) or 1.0
    return low - air, high + air


def _course(
    axes: Axes, subject: Subject, indicator: str, case: tuple[str, str], reach: tuple[float, float]
) -> None:
    (regime, policy), unit = case, subject.indicator(indicator).unit
    rows = subject.rows(indicator, regime, policy)
    rows = rows[rows["difference"].notna()]
    colour, years = subject.colour(policy), style.years(rows["month"])
    for share, alpha in (("90", 0.18), ("50", 0.3)):
        low, high = (rows[f"difference_{side}_{share}"] for side in ("low", "high"))
        if low.notna().any():
            axes.fill_between(years, low, high, color=colour, alpha=alpha, linewidth=0)
    style.quiet(axes)
    axes.axhline(0, color=style.INK, linewidth=0.9)
    axes.plot(years, rows["difference"], color=colour, linewidth=1.8, marker="o" if len(rows) == 1 else "")
    axes.set_xlim(subject.years[0] - 0.3, subject.years[-1])
    axes.set_ylim(*reach)
    axes.locator_params(axis="y", nbins=4, integer=unit == "people")
    axes.spines["bottom"].set_visible(False)
    years_below(axes, subject.years[0], subject.years[-1])
    axes.yaxis.set_major_formatter(lambda value, _: _plus(value, unit, subject.lang, axes.get_ylim()))
    head = subject.name(policy, 44 if len(subject.regimes) > 1 else 90)
    axes.set_title(head, loc="left", fontsize=10.5, fontweight="bold", color=colour, pad=7)
    mark_policy(axes, subject, regime, policy, 0.04 if reach[0] < -0.35 * reach[1] else 0.86)
    style.mark_future(axes, style.known_until(), subject.years[0], subject.years[-1])
    if len(rows):
        last = rows.iloc[-1]
        middle, *band = subject.difference(last, unit).split(" (")
        lines = [middle, *(f"({part}" for part in band), _wins(subject, last)]
        style.end_label(axes, years[-1], last["difference"], "\n".join(lines), colour, fontsize=9)


def _plus(value: float, unit: str, lang: str, limits: tuple[float, float]) -> str:
    if unit == "share" and limits[1] - limits[0] < 0.05:
        return signed(value, unit, lang)
    if unit == "ratio":
        return signed(value, unit, lang)
    return f"+{tick(value, unit, lang)}" if value > 0 else tick(value, unit, lang)


def _wins(subject: Subject, row: Any) -> str:
    if pd.isna(row["wins"]):
        return text("picture.higher", subject.lang, pairs=int(row["pairs"]))
    return text("picture.better", subject.lang, wins=int(row["wins"]), pairs=int(row["pairs"]))


# --- the last month


def _forest(subject: Subject) -> Picture:
    found = {name: last_rows(subject, name) for name in AT_END}
    found = {name: rows for name, rows in found.items() if not rows.empty}
    heights = [_BLOCK_HEAD + _ROW * len(list(subject.changed())) + _BLOCK_FOOT for _ in found]
    figure = style.canvas(sum(heights) + 6)
    top = 0.0
    for (indicator, rows), height in zip(found.items(), heights, strict=True):
        _block(figure, subject, indicator, rows, top)
        top += height
    table = pd.concat([rows.assign(indicator=name) for name, rows in found.items()], ignore_index=True)
    table.insert(0, "indicator", table.pop("indicator"))
    year = subject.last[:4]
    title = finding(subject, YOUNG if YOUNG in found else next(iter(found)))
    caption = subject.read(subject.how("forest", year=year))
    alt = ". ".join([title, *(f"{subject.label(name)}: {_told(subject, name)}" for name in found)])
    return Picture("differences-overview", "headline", title, caption, alt, figure, table, _rests(*found))


def _block(figure: Figure, subject: Subject, indicator: str, rows: pd.DataFrame, top: float) -> None:
    """One indicator: a line a policy and regime."""
    unit = subject.indicator(indicator).unit
    cases = list(subject.changed())
    style.write(figure, 6, top + 16, subject.label(indicator), fontsize=11.5, fontweight="bold")
    axes = style.place(figure, _LEFT, top + _BLOCK_HEAD, _MIDDLE, _ROW * len(cases))
    for k, (regime, policy) in enumerate(cases):
        here = rows[(rows["regime"] == regime) & (rows["scenario"] == policy)]
        y = top + _BLOCK_HEAD + _ROW * (k + 0.5)
        if k == 0 or cases[k - 1][1] != policy:
            lines, rows_of = subject.folded(policy, 24), [name for _, name in cases].count(policy)
            middle, colour = y + _ROW * (rows_of - 1) / 2, subject.colour(policy)
            style.write(
                figure, 6, middle, lines, fontsize=9.5, fontweight="bold", color=colour, linespacing=1.1
            )
        if len(subject.regimes) > 1:
            style.write(
                figure, _LEFT - 12, y, subject.short(regime), fontsize=9.5, ha="right", color=style.PALE
            )
        if len(here):
            row = here.iloc[0]
            _interval(axes, row, k, subject.colour(policy), subject.mark(policy))
            words = subject.difference(row, unit)
            style.write(figure, _LEFT + _MIDDLE + 12, y - 5.5, words, fontsize=9.5, color=style.INK)
            style.write(
                figure, _LEFT + _MIDDLE + 12, y + 5.5, _wins(subject, row), fontsize=8.5, color=style.PALE
            )
    style.quiet(axes, "x")
    axes.axvline(0, color=style.INK, linewidth=0.9)
    axes.set_xlim(*_reach(rows))
    axes.set_ylim(len(cases) - 0.5, -0.5)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5, integer=unit == "people")
    axes.xaxis.set_major_formatter(lambda value, _: _plus(value, unit, subject.lang, axes.get_xlim()))


def _interval(axes: Axes, row: Any, y: float, colour: str, mark: str) -> None:
    low, high = row["difference_low_90"], row["difference_high_90"]
    clear = bool(low > 0 or high < 0)
    if not pd.isna(low):
        axes.plot([low, high], [y, y], color=colour, linewidth=1.4)
        axes.plot([row["difference_low_50"], row["difference_high_50"]], [y, y], color=colour, linewidth=4.5,
                  solid_capstyle="butt", alpha=0.75)  # fmt: skip
    fill = colour if clear else style.PAPER
    axes.plot(
        [row["difference"]], [y], mark, color=colour, markerfacecolor=fill, markersize=7, markeredgewidth=1.6
    )
