"""The picture of docs/uncertainty.md: the hand example in the three marks of the report, in a language."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pandas as pd

from batiksim.arrays import Floats
from batiksim.i18n.texts import speaking
from batiksim.present.palette import INDIGO, PALE, PAPER
from batiksim.report import style
from batiksim.report.pictures.overview import frame, marks
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.statistics import Effect, effect, luck, lucky
from batiksim.studies.study.answers import TOO_FEW

# Four sets of assumptions (draws) with two seeds each, and four pairs of the whole region under one of them.
PAIRS = ((10.0, 14.0), (2.0, 6.0), (-4.0, 0.0), (8.0, 4.0))
WORLDS = (HANDS_SHORT, ORDERS_SHORT, ORDERS_SHORT, HANDS_SHORT)
WHOLE = (4.0, 6.0, 7.0, 3.0)
WORDS = {
    "en": (
        "expected effect, with its 95 % interval",
        "doubt: a set of assumptions each; full: hands short",
        "luck: nine of ten",
    ),
    "id": (
        "perkiraan pengaruh, dengan selang 95 %",
        "ketidakpastian asumsi (penuh: kekurangan tenaga kerja)",
        "faktor kebetulan: sembilan dari sepuluh",
    ),
}
_LINE, _TOP, _HEIGHT = 40, 26, 150


def example(world: str | None = None) -> Effect:
    """The effect of the example, over all draws or those of one world."""
    return effect([np.array(one) for one, of in zip(PAIRS, WORLDS, strict=True) if world in (None, of)])


def lucky_range() -> tuple[float, float]:
    """Where nine of ten courses of events of the example end."""
    whole: Sequence[Floats] = [np.array(WHOLE)]
    return lucky(example().expected, *luck(whole))


def picture(lang: str) -> str:
    """The example as SVG, the same bytes whenever it is drawn."""
    found = example()
    low, high = lucky_range()
    row = {
        "expected": found.expected, "low": found.low, "high": found.high, "luck_low": low, "luck_high": high,
        "verdict": TOO_FEW,
    }  # fmt: skip
    dots = pd.DataFrame({"shrunk": found.shrunk, "regime": WORLDS})
    with speaking(lang), style.drawing():
        figure = style.canvas(_HEIGHT + 20)
        axes = style.place(figure, 8, 0, style.WIDTH - 16, _HEIGHT)
        marks(axes, row, dots, INDIGO, _TOP, _LINE)
        for k, words in enumerate(WORDS[lang]):
            under = {"facecolor": PAPER, "linewidth": 0, "pad": 1}
            style.write(figure, 12, _TOP - 12 + k * _LINE, words, fontsize=9.5, color=PALE, bbox=under)
        frame(axes, _HEIGHT)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
