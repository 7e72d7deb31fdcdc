"""The pictures of a comparison, in reading order, each with its sentence, its numbers and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from batiksim.report.pictures.differences import differences
from batiksim.report.pictures.fans import fans
from batiksim.report.pictures.picture import Picture, plain_text, save, svg
from batiksim.report.pictures.subject import Subject

if TYPE_CHECKING:
    from batiksim.experiments.study import Study

__all__ = ["Picture", "pictures", "save", "svg"]

# In reading order; each leaves out what cannot be drawn.
KINDS: tuple[Callable[[Subject], Iterator[Picture]], ...] = (fans, differences)


def pictures(study: Study, lang: str) -> Iterator[Picture]:
    """All pictures of a comparison that can be drawn, in reading order; `lang` is "en" or "id"."""
    subject = Subject(study, lang)
    for kind in KINDS:
        with plain_text():
            drawn = list(kind(subject))
        yield from drawn
