"""A plan of the 21 places: how many young people work there under a policy, and what it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.data import rows
from batiksim.i18n.texts import text
from batiksim.present import palette
from batiksim.present.numbers import quantity, signed
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import WORKFORCE, ReportContext
from batiksim.runs.store import PLACES
from batiksim.studies.study.data import YOUNG
from batiksim.world.geography import KM_PER_DEGREE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEFT, _MAP, _HEIGHT, _HEAD, _FOOT = 196, 320, 352, 32, 34
_LARGEST, _LINE = 17, 16
_SCALE_KM = 5
_NOTHING = "#d8d2c4"


def places(context: ReportContext) -> Iterator[Picture]:
    """A picture a policy, a plan a regime, from the runs of the whole region; none without these."""
    if not (context.study.folder / PLACES).exists():
        return
    found = context.study.by_place(YOUNG)
    facts = pd.DataFrame(rows("places.csv"))[["id", "name", "region", "lat", "lon"]]
    table = found.merge(facts, left_on="place", right_on="id").drop(columns="id")
    table[["lat", "lon"]] = table[["lat", "lon"]].astype(float)
    for number, policy in enumerate(context.policies, start=1):
        mine = table[(table["scenario"] == policy) & table["value"].notna()]
        if len(mine):
            yield _picture(context, policy, number, mine.reset_index(drop=True))


def _picture(context: ReportContext, policy: str, number: int, table: pd.DataFrame) -> Picture:
    regimes = [regime for regime in context.regimes if (table["regime"] == regime).any()]
    step = _HEAD + _HEIGHT
    figure = style.canvas(step * len(regimes) + _FOOT)
    largest = float(table["value"].max()) or 1.0
    change = float(table["difference"].abs().max())
    change = change if change > 0 else 1.0
    for k, regime in enumerate(regimes):
        axes = _plain(style.place(figure, 0, k * step + _HEAD, style.WIDTH, _HEIGHT), _HEIGHT)
        if len(context.regimes) > 1:
            style.write(figure, 6, k * step + 15, context.regime(regime), fontsize=11.5, fontweight="bold")
        _plan(axes, context, table[table["regime"] == regime], largest, change)
        _compass(axes, context)
    key = _plain(style.place(figure, 0, step * len(regimes), style.WIDTH, _FOOT), _FOOT)
    _key(key, context, largest, change)
    title = _title(context, policy, table)
    caption = text("picture.map_caption", year=context.last[:4])
    alt = f"{title}. {_told(context, table)}"
    return Picture(f"map-{number}", "places", title, caption, alt, figure, table, (YOUNG, *WORKFORCE))


def _plain(axes: Axes, height: float) -> Axes:
    """Axes of which a unit is a pixel, downwards."""
    axes.set_axis_off()
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(height, 0)
    return axes


def _pixels(table: pd.DataFrame) -> tuple[style.Floats, style.Floats, float]:
    """Where the places stand, and how many px a kilometre has."""
    north = table["lat"].to_numpy() * KM_PER_DEGREE
    east = table["lon"].to_numpy() * KM_PER_DEGREE * np.cos(np.radians(table["lat"].mean()))
    room_x, room_y = _MAP - 2 * _LARGEST - 16, _HEIGHT - 2 * _LARGEST - 8
    scale = float(min(room_x / max(np.ptp(east), 0.1), room_y / max(np.ptp(north), 0.1)))
    x = _LEFT + _MAP / 2 + (east - (east.min() + east.max()) / 2) * scale
    y = _HEIGHT / 2 - (north - (north.min() + north.max()) / 2) * scale
    return x, y, scale


def _plan(axes: Axes, context: ReportContext, table: pd.DataFrame, largest: float, change: float) -> None:
    from matplotlib.patches import Circle

    x, y, _ = _pixels(table)
    order = np.argsort(-table["value"].to_numpy(), kind="stable")
    for k in order:
        row = table.iloc[int(k)]
        city = row["region"] == "city"
        radius = max(2.0, _LARGEST * float(np.sqrt(row["value"] / largest)))
        axes.add_patch(
            Circle(
                (x[k], y[k]), radius, facecolor=_colour(row["difference"], change),
                edgecolor=palette.INK, linewidth=1.1, linestyle="solid" if city else (0, (2, 1.5)),
            )
        )  # fmt: skip
    middle = float(np.median(x))
    for right in (False, True):
        _labels(axes, context, table, (x, y), np.flatnonzero((x > middle) == right), right)


def _labels(
    axes: Axes, context: ReportContext, table: pd.DataFrame, where: tuple[Any, Any], chosen: Any, right: bool
) -> None:
    """Names and numbers in a column beside the plan, each with a line to its place."""
    x, y = where
    chosen = chosen[np.argsort(y[chosen], kind="stable")]
    heights = style.spaced([float(y[k]) for k in chosen], [_LINE] * len(chosen), 0.0, _HEIGHT)
    edge = _LEFT + _MAP if right else _LEFT
    for k, height in zip(chosen, heights, strict=True):
        row = table.iloc[int(k)]
        side = 1 if right else -1
        bend = edge - side * 12
        axes.plot(
            [x[k], bend, edge],
            [y[k], height, height],
            color=palette.PALE,
            linewidth=0.6,
            alpha=0.8,
        )
        words = f"{_name(context, table, row)}  {_numbers(context, row)}"
        axes.text(
            edge + side * 4, height, words, ha="left" if right else "right", va="center", fontsize=9.5,
            color=_ink(row["difference"]),
        )  # fmt: skip


def _name(context: ReportContext, table: pd.DataFrame, row: Any) -> str:
    """The name of a place; Buaran and Tirto are in the city and in the regency."""
    if Counter(table["name"])[row["name"]] == 1 or table["regime"].nunique() > 1:
        return str(row["name"])
    region = text(f"region.{row['region']}")
    return f"{row['name']} ({region})"


def _numbers(context: ReportContext, row: Any) -> str:
    value = quantity(row["value"], "people")
    if pd.isna(row["difference"]):
        return value
    return f"{value} ({signed(row['difference'], 'people')})"


def _ink(difference: float) -> str:
    if pd.isna(difference) or difference == 0:
        return palette.INK
    return palette.INDIGO if difference > 0 else "#8f4313"


def _colour(difference: float, change: float) -> Any:
    """From grey to indigo for more, to soga for fewer."""
    from matplotlib.colors import to_rgb

    if pd.isna(difference):
        return _NOTHING
    end = np.array(to_rgb(palette.INDIGO if difference > 0 else palette.SOGA))
    share = min(1.0, abs(difference) / change)
    return tuple(np.array(to_rgb(_NOTHING)) * (1 - share) + end * share)


def _compass(axes: Axes, context: ReportContext) -> None:
    """North."""
    x, y = _LEFT + 24, 34
    axes.annotate(
        "", (x, y - 18), (x, y + 6), arrowprops={"arrowstyle": "-|>", "color": palette.INK, "lw": 1}
    )
    axes.text(x, y - 25, text("picture.north"), ha="center", va="center", fontsize=9, color=palette.INK)


def _key(axes: Axes, context: ReportContext, largest: float, change: float) -> None:
    """The scale in km, the size of circles, the colours."""
    from matplotlib.patches import Circle, Rectangle

    facts = pd.DataFrame(rows("places.csv"))[["lat", "lon"]].astype(float)
    length, y = _pixels(facts)[2] * _SCALE_KM, 17
    axes.plot([10, 10 + length], [y, y], color=palette.INK, linewidth=1.6, solid_capstyle="butt")
    for x in (10, 10 + length):
        axes.plot([x, x], [y - 3, y + 3], color=palette.INK, linewidth=1.2)
    look: dict[str, Any] = {"va": "center", "fontsize": 9, "color": palette.INK}
    axes.text(16 + length, y, text("picture.km", count=_SCALE_KM), **look)
    size = _round(largest)
    axes.add_patch(
        Circle(
            (_LEFT + 74, y),
            _LARGEST * float(np.sqrt(size / largest)),
            facecolor="none",
            edgecolor=palette.INK,
        )
    )
    count = quantity(size, "people")
    axes.text(_LEFT + 74 + _LARGEST + 5, y, text("picture.workers_size", count=count), **look)
    left, cell = 446.0, 16.0
    for k, share in enumerate(np.linspace(-1, 1, 9)):
        axes.add_patch(
            Rectangle(
                (left + k * cell, y - 6), cell, 12, facecolor=_colour(share * change, change), linewidth=0
            )
        )
    low, high = (signed(sign * change, "people") for sign in (-1, 1))
    axes.text(left - 5, y, low, ha="right", **look)
    axes.text(left + 9 * cell + 5, y, high, **look)


def _round(value: float) -> float:
    """The nearest 1, 2 or 5 times a power of ten that is not larger."""
    power = 10.0 ** np.floor(np.log10(max(value, 1.0)))
    return float(power * max(step for step in (1, 2, 5) if step * power <= max(value, 1.0)))


def _title(context: ReportContext, policy: str, table: pd.DataFrame) -> str:
    year, regime = context.last[:4], table["regime"].iloc[0]
    mine = table[table["regime"] == regime]
    known = mine[mine["difference"].notna()]
    if known.empty or not table["difference"].fillna(0).any():
        return text("picture.map_same", policy=context.name(policy), year=year)
    most, least = known.loc[known["difference"].idxmax()], known.loc[known["difference"].idxmin()]
    facts: Mapping[str, str] = {
        "most": _name(context, mine, most),
        "gain": signed(most["difference"], "people"),
        "least": _name(context, mine, least),
        "loss": signed(least["difference"], "people"),
    }
    return text(
        "picture.map_title",
        policy=context.name(policy),
        year=year,
        where=context.where(regime),
        **facts,
    )


def _told(context: ReportContext, table: pd.DataFrame) -> str:
    told = []
    for regime in dict.fromkeys(table["regime"]):
        mine = table[table["regime"] == regime]
        each = [f"{_name(context, mine, row)} {_numbers(context, row)}" for _, row in mine.iterrows()]
        told.append(f"{context.regime(regime)}: {', '.join(each)}.")
    return " ".join(told)
