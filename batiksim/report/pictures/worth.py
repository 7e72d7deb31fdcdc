"""What a policy costs and brings: the cost-effectiveness plane and acceptability curves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.numbers import percent, rupiah, signed
from batiksim.report import style
from batiksim.report.pictures.panels import Margins, panels
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import MONEY, WORKFORCE, ReportContext, together
from batiksim.studies import statistics
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEARS = 10
_FALLBACK = 5
_NO_PRICE = 1000.0
_PLANE, _CURVES = 236, 190
_RESTS = (YOUNG, "public.cost", "private.cost", *MONEY, *WORKFORCE)


def worth(context: ReportContext) -> Iterator[Picture]:
    """Plane and curves ten years after the start, or five in a short run; nothing where none costs."""
    for years in (YEARS, _FALLBACK):
        points = context.study.plane(years)
        if len(points):
            break
    if points.empty or not points["cost"].to_numpy(dtype=float).any():
        return
    yield _plane(context, points, years)
    curves = context.study.acceptability(years)
    # Where no policy brings young workers for money, no price is at stake and the worths are a few rupiah.
    if curves["probability"].notna().any() and float(curves["worth"].max()) > _NO_PRICE:
        yield _acceptability(context, curves, points, years)


def _plane(context: ReportContext, points: pd.DataFrame, years: int) -> Picture:
    groups = together(context.policies)
    names = [context.regime(regime) for regime in context.regimes]
    figure, grid = panels(len(groups), names, _PLANE, Margins(left=88, right=14, top=38, bottom=46))
    xs, ys = _limits(points["gain"]), _limits(points["cost"])
    told = []
    for row, group in zip(grid, groups, strict=True):
        for axes, regime in zip(row, context.regimes, strict=True):
            _corners(axes, context, xs, ys)
            for policy in group:
                mine = points[(points["regime"] == regime) & (points["scenario"] == policy)]
                if len(mine):
                    _cloud(axes, context, policy, mine)
                    told.append(_cloud_value(context, regime, policy, mine))
            _cloud_names(axes, context, points[points["regime"] == regime], group, ys)
    title = _plane_title(context, points, years)
    caption = context.read(text("picture.plane_caption", years=years))
    return Picture(
        "cost-plane", "costs", title, caption, f"{title}. {'; '.join(told)}.", figure, points, _RESTS
    )


def _limits(values: pd.Series) -> tuple[float, float]:
    """Limits that hold the values and 0, with room beside both for the names of the corners."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = (high - low) or 1.0
    return low - max(0.12 * span, 0.0), high + 0.16 * span


def _cloud(axes: Axes, context: ReportContext, policy: str, mine: pd.DataFrame) -> None:
    colour, mark = context.colour(policy), context.mark(policy)
    axes.plot(mine["gain"], mine["cost"], mark, color=colour, alpha=0.4, markersize=5, markeredgewidth=0)
    axes.plot(
        [mine["gain"].median()], [mine["cost"].median()], mark, color=colour, markersize=10,
        markeredgecolor=palette.PAPER, markeredgewidth=1.5,
    )  # fmt: skip


def _cloud_names(
    axes: Axes, context: ReportContext, points: pd.DataFrame, group: list[str], ys: tuple[float, float]
) -> None:
    """Names of the clouds at the right edge, at the height of their medians and apart."""
    known = [policy for policy in group if (points["scenario"] == policy).any()]
    middle = {policy: float(points.loc[points["scenario"] == policy, "cost"].median()) for policy in known}
    known.sort(key=lambda policy: middle[policy])
    size = 15 / _PLANE * (ys[1] - ys[0])
    places = style.spaced([middle[policy] + 0.9 * size for policy in known], [size] * len(known))
    for policy, y in zip(known, places, strict=True):
        axes.annotate(
            context.name(policy, 34), (1, y), (-4, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", va="center", fontsize=9.5, fontweight="bold",
            color=context.colour(policy),
            bbox={"facecolor": palette.PAPER, "alpha": 0.75, "linewidth": 0, "pad": 1},
        )  # fmt: skip


def _corners(axes: Axes, context: ReportContext, xs: tuple[float, float], ys: tuple[float, float]) -> None:
    style.quiet(axes, "both")
    axes.set_xlim(*xs)
    axes.set_ylim(*ys)
    axes.axhline(0, color=palette.INK, linewidth=0.9)
    axes.axvline(0, color=palette.INK, linewidth=0.9)
    axes.locator_params(nbins=5)
    axes.spines["bottom"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: signed(value, "people"))
    axes.yaxis.set_major_formatter(lambda value, _: rupiah(value) if value else "0")
    axes.tick_params(labelsize=9)
    axes.set_xlabel(text("picture.plane_x"), fontsize=9.5, color=palette.INK, labelpad=5)
    axes.annotate(
        text("picture.plane_y"), (0, 1), (-82, 8), xycoords="axes fraction",
        textcoords="offset points", fontsize=9.5, color=palette.INK, va="center", annotation_clip=False,
    )  # fmt: skip
    for cost in ("dear", "cheap"):
        for gain in ("more", "fewer"):
            _corner(axes, text(f"picture.corner.{cost}_{gain}"), cost, gain)


def _corner(axes: Axes, label: str, cost: str, gain: str) -> None:
    """Say what a corner means, where there is room for it."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    width = right if gain == "more" else -left
    height = high if cost == "dear" else -low
    if width < 0.3 * (right - left) or height < 0.2 * (high - low):
        return
    lines = label.split("\n")
    for k, line in enumerate(lines):
        below = len(lines) - 1 - k
        axes.annotate(
            line, (right if gain == "more" else left, high if cost == "dear" else low),
            (0 if gain == "more" else 2, 8 + 11 * below), textcoords="offset points",
            ha="right" if gain == "more" else "left", va="center",
            fontsize=8.5, color=palette.PALE, fontstyle="italic", annotation_clip=False,
        )  # fmt: skip


def _cloud_value(context: ReportContext, regime: str, policy: str, mine: pd.DataFrame) -> str:
    """Cost and gain of one policy, with the middle 90 % of pairs."""
    cost, gain = (statistics.spread(mine[name].to_numpy(dtype=float)) for name in ("cost", "gain"))
    row = {"difference": gain["median"]} | {f"difference_{name}": value for name, value in gain.items()}
    return text(
        "picture.plane_value", policy=context.name(policy), where=context.where(regime),
        cost=context.money(cost), gain=context.difference(row, "people"),
    )  # fmt: skip


def _plane_title(context: ReportContext, points: pd.DataFrame, years: int) -> str:
    """What the policy with the largest clear gain brings and costs, or that none has one."""
    found = [
        (float(mine["gain"].median()), _cloud_value(context, regime, policy, mine))
        for regime, policy, mine in _clear(points)
    ]
    if found:
        return text("picture.plane_title", years=years, values=max(found)[1])
    costs = points.groupby(["regime", "scenario"])["cost"].median()
    return text(
        "picture.plane_none", years=years,
        cost=context.money({"median": np.nan, "low_90": costs.min(), "high_90": costs.max()}),
    )  # fmt: skip


def _clear(points: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Regime, policy and points of those whose gain can be told from chance."""
    for (regime, policy), mine in points.groupby(["regime", "scenario"], sort=False):
        gains = [one.to_numpy(dtype=float) for _, one in mine.groupby("draw")["gain"]]
        if statistics.effect(gains).low > 0.0:
            yield regime, policy, mine


# --- acceptability


def _acceptability(context: ReportContext, curves: pd.DataFrame, points: pd.DataFrame, years: int) -> Picture:
    groups = together(context.policies)
    names = [context.regime(regime) for regime in context.regimes]
    figure, grid = panels(len(groups), names, _CURVES, Margins(left=48, right=112, top=12, bottom=46))
    told = []
    for row, group in zip(grid, groups, strict=True):
        for axes, regime in zip(row, context.regimes, strict=True):
            _frame(axes, context, curves)
            for policy in group:
                mine = curves[(curves["regime"] == regime) & (curves["scenario"] == policy)]
                if len(mine):
                    _curve(axes, context, policy, mine)
                    told.append(_half(context, regime, policy, mine))
            style.move_apart(style.end_labels(axes), style.POINTS)
    title = _curves_title(context, curves, [(regime, policy) for regime, policy, _ in _clear(points)])
    caption = context.read(text("picture.acceptability_caption", years=years))
    return Picture(
        "acceptability", "costs", title, caption, f"{title}. {'; '.join(told)}.", figure, curves, _RESTS
    )


def _frame(axes: Axes, context: ReportContext, curves: pd.DataFrame) -> None:
    style.quiet(axes)
    axes.set_ylim(-0.02, 1.04)
    axes.set_xlim(0, float(curves["worth"].max()))
    axes.axhline(0.5, color=palette.PALE, linewidth=0.9, linestyle=(0, (3, 3)))
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(lambda value, _: percent(value))
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: rupiah(value) if value else "0")
    axes.tick_params(labelsize=8.5)
    axes.set_xlabel(text("picture.acceptability_x"), fontsize=9.5, color=palette.INK, labelpad=5)


def _curve(axes: Axes, context: ReportContext, policy: str, mine: pd.DataFrame) -> None:
    colour = context.colour(policy)
    axes.plot(
        mine["worth"], mine["probability"], color=colour, linewidth=2, linestyle=context.dash(policy),
        clip_on=False,
    )  # fmt: skip
    last = mine.iloc[-1]
    name = f"{context.folded(policy, 16)}\n{percent(last['probability'])}"
    style.end_label(axes, last["worth"], last["probability"], name, colour, fontsize=9, linespacing=1.15)


def _curves_title(context: ReportContext, curves: pd.DataFrame, clear: list[tuple[str, str]]) -> str:
    """The least worth at which a policy with a clear gain is worth its cost, or why none is named."""
    if not clear:
        return text("picture.acceptability_chance")
    half = curves[curves["probability"] >= 0.5]
    half = half[[case in clear for case in zip(half["regime"], half["scenario"], strict=True)]]
    if half.empty:
        return text("picture.acceptability_none")
    best = half.loc[half["worth"].idxmin()]
    return _half(context, best["regime"], best["scenario"], half.loc[[best.name]])


def _half(context: ReportContext, regime: str, policy: str, mine: pd.DataFrame) -> str:
    above = mine[mine["probability"] >= 0.5]
    key = "picture.acceptability_never" if above.empty else "picture.acceptability_half"
    worth_ = rupiah(None if above.empty else above["worth"].iloc[0])
    return text(key, policy=context.name(policy), worth=worth_, where=context.where(regime))
