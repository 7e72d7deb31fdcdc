"""The value chain: who gets what of the price a buyer pays, five actors in one bar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.numbers import number, quantity
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import CHAIN, ReportContext, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From the cloth to the shop; light and dark alternate, so that neighbours differ without colour too.
ACTORS = {
    "materials": (palette.COTTON, palette.INK),
    "worker": (palette.INDIGO, "white"),
    "broker": ("#e8a765", palette.INK),
    "owner": (palette.SOGA, "white"),
    "trader": (palette.SAGE, palette.INK),
}
_BAR, _GAP, _LEFT, _HEAD = 26, 24, 168, 46
_WIDE = style.WIDTH - _LEFT - 12
_NARROW = 0.045
_SEEN = 0.0005


def actor_name(context: ReportContext, actor: str) -> str:
    """What an actor of the chain is called."""
    return text(f"picture.actor.{actor}")


def chain(context: ReportContext) -> Iterator[Picture]:
    """One picture, a block a regime and a bar a scenario."""
    table = pd.concat([_last(context, actor) for actor in ACTORS], ignore_index=True)
    if table["median"].notna().any():
        yield _picture(context, table)


def _last(context: ReportContext, actor: str) -> pd.DataFrame:
    fan = context.fan(f"chain.share_{actor}")
    last = fan[fan["month"] == context.last].copy()
    last.insert(0, "actor", actor)
    return last


def _picture(context: ReportContext, table: pd.DataFrame) -> Picture:
    blocks = [
        (regime, [name for of, name in context.study.cases if of == regime]) for regime in context.regimes
    ]
    step = _BAR + _GAP
    figure = style.canvas(sum(_HEAD + step * len(names) for _, names in blocks) + 6)
    top = 0.0
    for regime, names in blocks:
        mine = table[table["regime"] == regime]
        if len(blocks) > 1:
            style.write(figure, 6, top + 14, context.regime(regime), fontsize=11.5, fontweight="bold")
        axes = style.place(figure, _LEFT, top + _HEAD - 4, _WIDE, step * len(names))
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(step * len(names), 0)
        _actors(axes, context, mine[mine["scenario"] == names[0]])
        for k, name in enumerate(names):
            _name(figure, context, name, top + _HEAD - 4 + k * step + _BAR / 2)
            _bar(axes, context, mine[mine["scenario"] == name], k * step)
        top += _HEAD + step * len(names)
    year = context.last[:4]
    title = _title(context, table, year)
    caption = context.read(text("picture.chain_caption", year=year))
    alt = f"{title}. {_told(context, table)}"
    rests = (*(f"chain.share_{actor}" for actor in ACTORS), *CHAIN, "contracts.materials_share")
    return Picture("value-chain", "chain", title, caption, alt, figure, table, rests, "share")


def _name(figure: Figure, context: ReportContext, scenario: str, y: float) -> None:
    style.write(
        figure, 6, y, context.folded(scenario, 22), fontsize=9.5, fontweight="bold", linespacing=1.1,
        color=context.colour(scenario),
    )  # fmt: skip


def _actors(axes: Axes, context: ReportContext, rows: pd.DataFrame) -> None:
    """Names of the actors above the first bar, over their parts and apart."""
    parts = _parts(rows)
    names = [actor_name(context, actor) for actor, *_ in parts]
    sizes = [6.6 * len(name) + 10 for name in names]
    middles = [(left + share / 2) * _WIDE for _, left, share, _ in parts]
    places = style.spaced(middles, sizes, 0.0, _WIDE)
    for name, x, (_, left, share, _) in zip(names, places, parts, strict=True):
        axes.text(x / _WIDE, -9, name, ha="center", va="center", fontsize=9.5, color=palette.INK)
        if abs(x - (left + share / 2) * _WIDE) > 6:
            axes.plot(
                [x / _WIDE, left + share / 2],
                [-4, 0],
                color=palette.PALE,
                linewidth=0.7,
                clip_on=False,
            )


def _parts(rows: pd.DataFrame) -> list[tuple[str, float, float, Any]]:
    """(actor, left edge, share, row) of one bar; medians are scaled so that the bar is whole."""
    known = [(actor, row) for actor in ACTORS for _, row in rows[rows["actor"] == actor].iterrows()]
    known = [(actor, row) for actor, row in known if not pd.isna(row["median"])]
    whole = sum(row["median"] for _, row in known) or 1.0
    found, left = [], 0.0
    for actor, row in known:
        share = float(row["median"]) / whole
        found.append((actor, left, share, row))
        left += share
    return found


def _bar(axes: Axes, context: ReportContext, rows: pd.DataFrame, top: float) -> None:
    for actor, left, share, row in _parts(rows):
        fill, ink = ACTORS[actor]
        style.segment(axes, left, share, top, _BAR, fill)
        decimals = 0 if share >= _NARROW else 1
        if share >= 0.02:
            label = f"{number(100 * row['median'], decimals)}"
            size = 10.5 if share >= _NARROW else 8
            axes.text(
                left + share / 2, top + _BAR / 2, label, ha="center", va="center", fontsize=size, color=ink
            )
    _changes(axes, context, rows, top + _BAR)


def _changes(axes: Axes, context: ReportContext, rows: pd.DataFrame, bottom: float) -> None:
    """Changes against the baseline below their parts, with their bands, apart from each other."""
    shown = [
        (
            (left + share / 2) * _WIDE,
            _points(context, {n: 100 * row[n] for n in row.index if n.startswith("diff")}),
        )
        for _, left, share, row in _parts(rows)
        if not pd.isna(row["difference"]) and abs(row["difference"]) >= _SEEN
    ]
    sizes = [5.0 * len(words) + 4 for _, words in shown]
    places = style.spaced([x for x, _ in shown], sizes, -_LEFT / 2, _WIDE + 8)
    for (wanted, words), x in zip(shown, places, strict=True):
        axes.plot([wanted / _WIDE, x / _WIDE], [bottom + 1, bottom + 6], color=palette.PALE, linewidth=0.7)
        axes.text(x / _WIDE, bottom + 12, words, ha="center", va="center", fontsize=8, color=palette.INK)


def _points(context: ReportContext, points: dict[str, float]) -> str:
    def plus(value: float) -> str:
        written = number(value, 1)
        return f"+{written}" if value > 0 and written.strip("0.,") else written

    middle = plus(points["difference"])
    if pd.isna(points["difference_low_90"]):
        return middle
    return f"{middle} ({span(plus(points['difference_low_90']), plus(points['difference_high_90']))})"


def _title(context: ReportContext, table: pd.DataFrame, year: str) -> str:
    regime = context.regimes[0]
    rows = table[(table["actor"] == "worker") & (table["regime"] == regime)]
    base = rows[rows["scenario"] == context.study.baseline]
    share = context.value(base.iloc[0], "share") if len(base) else quantity(None, "share")
    values = [
        text("picture.chain_change", policy=context.name(row["scenario"]),
             difference=context.difference(row, "share"))
        for _, row in rows.iterrows() if not pd.isna(row["difference"])
    ]  # fmt: skip
    title = text(
        "picture.chain_title", share=share, year=year, where=context.where(regime),
        values="; ".join(values),
    )  # fmt: skip
    return title.removesuffix("; ")


def _told(context: ReportContext, table: pd.DataFrame) -> str:
    parts = []
    for regime, scenario in context.study.cases:
        rows = table[(table["regime"] == regime) & (table["scenario"] == scenario)]
        shares = [
            f"{actor_name(context, row['actor'])} {context.value(row, 'share')}" for _, row in rows.iterrows()
        ]
        parts.append(f"{context.name(scenario)}{context.where(regime)}: {', '.join(shares)}.")
    return " ".join(parts)
