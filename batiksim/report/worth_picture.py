"""The picture of what would narrow an answer: a bar a fact, the most first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batiksim.i18n.numbers import percent
from batiksim.i18n.texts import text
from batiksim.present import worth as words
from batiksim.present.palette import INDIGO, INK, SAGE
from batiksim.recording.indicators import load_indicators
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.style import drawing
from batiksim.studies.worth import CHANCE, Answer, Worth

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_BARS = 12
_ROW, _LABEL = 26, 240
_LETTERS = 44  # of a label


@drawing()
def picture(found: Worth, answer: Answer) -> Picture:
    """The facts of an answer, at most twelve, with their standard errors; dark where told from chance."""
    parts = ["worth", answer.of, answer.scenario, *([answer.other] if answer.other else [])]
    return Picture(
        name="-".join(parts),
        section="results",
        title=text("worth.picture.title", what=words.what(found, answer)),
        caption=text("worth.picture.caption"),
        alt=words.paragraph(found, answer),
        figure=_bars(answer),
        table=answer.facts,
        rests_on=tuple(dict.fromkeys(answer.facts["fact_indicator"])),
        unit=load_indicators()[found.indicator].unit,
    )


def _short(label: str) -> str:
    return label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1].rstrip()}…"


def _bars(answer: Answer) -> Figure:
    rows = answer.facts.head(_MOST_BARS)
    height = _ROW * max(len(rows), 1) + 40
    figure = style.canvas(height)
    axes = style.place(figure, _LABEL, 8, style.WIDTH - _LABEL - 14, height - 40)
    style.quiet(axes, "x")
    at = list(range(len(rows) - 1, -1, -1))
    colours = [INDIGO if chance < CHANCE else SAGE for chance in rows["chance"]]
    axes.barh(at, rows["share"], height=0.62, color=colours)
    ends = rows["share_error"]
    axes.errorbar(rows["share"], at, xerr=ends, fmt="none", ecolor=INK, elinewidth=0.8)
    axes.set_yticks(at, [_short(words.named(row)) for row in rows.to_dict("records")], fontsize=8.5)
    axes.xaxis.set_major_formatter(lambda share, _: percent(share))
    top = float((rows["share"] + ends).max()) if len(rows) else 0.0
    axes.set_xlim(0.0, min(max(0.1, top * 1.05), 1.0))
    return figure
