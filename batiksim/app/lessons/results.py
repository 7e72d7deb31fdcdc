"""What the runs of the lessons gave, as shipped, and the sentences with their numbers in them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from batiksim.app.lessons.content import Label, Lesson
from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import language, text

FILE = "results.json"
_NAMED = re.compile(r"\{([\w-]+?)(?:\.(low|high))?\}")


@cache
def results() -> Mapping[str, Any]:
    """`{seeds, scale, lessons: {name: {measures, off, series, life, puzzle}}}`; lists hold a value a seed."""
    found: Mapping[str, Any] = json.loads(files("batiksim.app.lessons").joinpath(FILE).read_text("utf-8"))
    return found


def filled(said: Label, lesson: Lesson, lang: str | None = None) -> str:
    """A text with its numbers: {name} is the mean of the seeds, {name.low} and {name.high} are the range.

    Numbers have no sign where all seeds agree on it: the sentence says whether something rose or fell.
    """
    values = results()["lessons"][lesson.name]["measures"]
    lang = language(lang)

    def number_of(found: re.Match[str]) -> str:
        name, which = found.groups()
        return written(pick(values[name], which), lesson.measures[name].show, lang)

    return _NAMED.sub(number_of, said[lang])


def pick(values: Sequence[float], which: str | None) -> float:
    """The mean, the smallest or the largest of the seeds, without sign where it is that of all."""
    same = all(value >= 0.0 for value in values) or all(value <= 0.0 for value in values)
    sizes = [abs(value) for value in values] if same else list(values)
    return {None: math.fsum(sizes) / len(sizes), "low": min(sizes), "high": max(sizes)}[which]


def written(value: float, show: str, lang: str | None = None) -> str:
    """A value as a lesson writes it; people are rounded to tens, as a sample of a tenth can tell no less."""
    if show == "people":
        return number(round(value, -1), 0, lang)
    if show == "percent":
        return percent(value, 0, lang)
    if show == "points":
        return number(100.0 * value, 1, lang)
    if show == "billions":
        return text("app.lessons.billions", lang, value=number(value / 1e9, 1, lang))
    if show == "rupiah":
        return text("app.lessons.rupiah", lang, value=number(round(value, -4), 0, lang))
    return number(value, 2, lang)
