"""The picture of what moves an answer: bars, points or curves, whichever the method gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from batiksim.config.parameters import load_parameters
from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import language, text
from batiksim.present import sensitivity as words
from batiksim.present.palette import COLOURS, INDIGO, INK, PALE, SAGE
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.style import drawing
from batiksim.studies.sampling.designs import MORRIS, SOBOL
from batiksim.studies.sensitivity import Sensitivity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_BARS, _MOST_CURVES = 12, 4
_ROW, _LABEL = 26, 190
_LETTERS = 34  # of a label


@drawing()
def picture(found: Sensitivity) -> Picture:
    """The strongest assumptions, at most twelve as bars or points, four as curves."""
    draw = {SOBOL: _bars, MORRIS: _points}.get(found.method, _curves)
    return Picture(
        name=f"sensitivity-{found.asked.of}-{found.asked.scenario}",
        section="results",
        title=text("sensitivity.picture.title", what=words.what(found.asked)),
        caption=text(f"sensitivity.picture.{found.method}", score=number(found.score, 2)),
        alt=words.paragraph(found),
        figure=draw(found),
        table=found.table,
        rests_on=tuple(dict.fromkeys(found.table["parameter"])),
        unit=words.unit(found.asked),
    )


def _short(name: str) -> str:
    label = load_parameters()[name].label[language()]
    return label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1].rstrip()}…"


def _bars(found: Sensitivity) -> Figure:
    rows = found.table.head(_MOST_BARS)
    height = _ROW * len(rows) + 40
    figure = style.canvas(height)
    axes = style.place(figure, _LABEL, 8, style.WIDTH - _LABEL - 14, height - 40)
    style.quiet(axes, "x")
    at = range(len(rows) - 1, -1, -1)
    axes.barh(at, rows["total"].clip(0, 1), height=0.62, color=SAGE)
    axes.barh(at, rows["first"].clip(0, 1), height=0.62, color=INDIGO)
    axes.set_yticks(list(at), [_short(name) for name in rows["parameter"]], fontsize=9)
    axes.xaxis.set_major_formatter(lambda share, _: percent(share))
    axes.set_xlim(0.0, max(0.1, float(rows["total"].clip(0, 1).max()) * 1.05))
    return figure


def _points(found: Sensitivity) -> Figure:
    rows = found.table.head(_MOST_BARS)
    figure = style.canvas(300)
    axes = style.place(figure, 48, 10, style.WIDTH - 160, 250)
    style.quiet(axes, "both")
    axes.errorbar(
        rows["size"],
        rows["spread"],
        xerr=rows["size_error"],
        fmt="o",
        color=INDIGO,
        ecolor=PALE,
        markersize=4,
        elinewidth=0.8,
    )
    luck = float(rows["luck"].iloc[0])
    if luck == luck:
        axes.axvline(luck, color=PALE, linewidth=0.9, linestyle=(0, (3, 3)))
    labels = [
        style.end_label(axes, row.size_, row.spread, _short(row.parameter)[:20], INK)
        for row in rows.head(_MOST_CURVES).rename(columns={"size": "size_"}).itertuples()
    ]
    style.move_apart(labels, figure.dpi)
    return figure


def _curves(found: Sensitivity) -> Figure:
    names = list(dict.fromkeys(found.table["parameter"]))[:_MOST_CURVES]
    figure = style.canvas(270)
    axes = style.place(figure, 60, 10, style.WIDTH - 200, 220)
    style.quiet(axes)
    axes.axhline(0.0, color=PALE, linewidth=0.8)
    axes.set_xticks([0.0, 0.5, 1.0])
    labels = []
    for name, colour in zip(names, COLOURS, strict=False):
        rows: pd.DataFrame = found.table[found.table["parameter"] == name]
        axes.errorbar(
            rows["place"],
            rows["change"],
            yerr=rows["error"].fillna(0.0),
            color=colour,
            marker="o",
            markersize=3,
            linewidth=1.4,
            elinewidth=0.8,
        )
        last = rows.iloc[-1]
        labels.append(style.end_label(axes, last["place"], last["change"], _short(name)[:22], colour))
    style.move_apart(labels, figure.dpi)
    return figure
