"""The lessons: texts in both languages, what is run for them, and what each run must show.

A lesson is a file `NAME.yaml` in this folder. Its numbers are not written in it: they are read from the runs
in `results.json`, which `python -m tools.lessons` makes and a test makes again.
"""

from __future__ import annotations

from batiksim.app.lessons.content import (
    Bet,
    Case,
    Chart,
    Claim,
    Goal,
    Lesson,
    Lever,
    Life,
    Measure,
    Off,
    Puzzle,
)
from batiksim.app.lessons.reading import lesson, lessons, read_lesson
from batiksim.app.lessons.results import filled, results

__all__ = [
    "Bet",
    "Case",
    "Chart",
    "Claim",
    "Goal",
    "Lesson",
    "Lever",
    "Life",
    "Measure",
    "Off",
    "Puzzle",
    "filled",
    "lesson",
    "lessons",
    "read_lesson",
    "results",
]
