"""The pictures of a comparison, in reading order, each with a sentence, its numbers, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from batiksim.i18n.texts import language, speaking
from batiksim.report.aims import Focus
from batiksim.report.pictures.courses import courses
from batiksim.report.pictures.levels import levels
from batiksim.report.pictures.overview import overview
from batiksim.report.pictures.picture import Picture, save, svg
from batiksim.report.pictures.report_context import ReportContext
from batiksim.report.pictures.why import draw, why
from batiksim.report.style import drawing

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.studies.study import Study

__all__ = ["Picture", "pictures", "save", "svg", "waterfall"]

# In reading order; each leaves out what cannot be drawn.
KINDS: tuple[Callable[[ReportContext], Iterator[Picture]], ...] = (
    overview,
    courses,
    levels,
    why,
)


def pictures(study: Study, lang: str | None = None, focus: Focus | None = None) -> Iterator[Picture]:
    """All pictures of a comparison that can be drawn, in reading order; `lang` is "en" or "id"."""
    context, lang = ReportContext(study, focus or Focus()), language(lang)
    for kind in KINDS:
        with speaking(lang), drawing():
            drawn = list(kind(context))
        yield from drawn


def waterfall(table: pd.DataFrame, lang: str | None = None) -> Picture:
    """How much of an effect each channel carries, for one policy and regime.

    `table` has the columns scenario, regime, channel, label, effect, low, high (people); last come the
    channels "together" or "rest", and "total".
    """
    with speaking(lang), drawing():
        return draw(table)
