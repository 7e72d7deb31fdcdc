"""The picture of a calibration: prior, plausible and posterior of the parameters that facts narrow most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from batiksim.config.parameters import load_parameters
from batiksim.i18n.numbers import percent
from batiksim.i18n.texts import language, text
from batiksim.present.calibration import narrowed, parameters
from batiksim.present.palette import INDIGO, PALE, SAGE
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.style import drawing
from batiksim.studies.calibration.result import Calibration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST, _ROW, _LABEL, _LETTERS = 16, 24, 190, 34


@drawing()
def picture(found: Calibration) -> Picture:
    """The sixteen narrowest, each in its prior from one end to the other."""
    rows = narrowed(found)[:_MOST]
    return Picture(
        name="calibration-parameters",
        section="results",
        title=text("calibration.picture.title"),
        caption=text("calibration.picture.caption"),
        alt=parameters(found),
        figure=_bands(found, rows),
        table=pd.DataFrame(rows),
        rests_on=tuple(row["parameter"] for row in rows),
        unit="share",
    )


def _bands(found: Calibration, rows: list[dict[str, object]]) -> Figure:
    height = _ROW * len(rows) + 40
    figure = style.canvas(height)
    axes = style.place(figure, _LABEL, 8, style.WIDTH - _LABEL - 14, height - 40)
    style.quiet(axes, "x")
    at = list(range(len(rows) - 1, -1, -1))
    looks = {"prior": (PALE, 1.2), "plausible": (SAGE, 7.0), "posterior": (INDIGO, 3.0)}
    for place, row in zip(at, rows, strict=True):
        low, high = (float(end) for end in found.asked.space.ranges[str(row["parameter"])][:2])
        for name, (colour, width) in looks.items():
            ends = [(float(str(row[f"{name}_{end}"])) - low) / (high - low) for end in ("low", "high")]
            axes.plot(ends, [place, place], color=colour, linewidth=width, solid_capstyle="butt")
        middle = (float(str(row["posterior_median"])) - low) / (high - low)
        axes.plot([middle], [place], "o", color=INDIGO, markersize=4)
    axes.set_yticks(at, [_short(str(row["parameter"])) for row in rows], fontsize=9)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(lambda share, _: percent(share))
    return figure


def _short(name: str) -> str:
    label = load_parameters()[name].label[language()]
    return label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1].rstrip()}…"
