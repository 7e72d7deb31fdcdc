"""A lesson as its page is sent it: one language, numbers filled in, the lines of its charts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from batiksim.app.lessons.content import Chart, Goal, Label, Lesson, Lever
from batiksim.app.lessons.results import filled, results
from batiksim.i18n.texts import language
from batiksim.recording.indicators import find_indicator

_APART = re.compile(r"(?<=\bRp) (?=\d)|(?<=\d) (?=%)")


def told(lesson: Lesson, *, brief: bool = False) -> dict[str, Any]:
    """What JSON can hold, in the language that is spoken; `brief` for the list."""
    lang = language()

    def say(said: Label) -> str:
        return together(filled(said, lesson, lang))

    head = {
        "name": lesson.name,
        "number": lesson.number,
        "minutes": lesson.minutes,
        "title": say(lesson.title),
        "question": say(lesson.question),
    }
    if brief:
        return head
    kept = results()["lessons"][lesson.name]
    bet = lesson.bet
    run = lesson.cases[lesson.life.case]
    return {
        **head,
        "seeds": len(results()["seeds"]),
        "story": [say(one) for one in lesson.story],
        "bet": {
            "ask": say(bet.ask),
            "draw": bet.draw,
            "since": bet.since,
            "options": [{"name": name, "label": said[lang]} for name, said in bet.options.items()],
            "right": bet.right,
            "reveal": say(bet.reveal),
        },
        "charts": [
            _chart(lesson, chart, lines, lang)
            for chart, lines in zip(lesson.charts, kept["series"], strict=True)
        ],
        "run": {"case": run.name, "label": run.label[lang], "world": run.world, "until": run.until}
        | {"scenario": None if set(run.scenario) == {"extends"} else dict(run.scenario)},
        "why": [say(one) for one in lesson.why],
        "life": {
            "intro": say(lesson.life.intro),
            "lines": [together(one) for one in _without_id(kept["life"].get(lang, kept["life"]["en"]))],
        },
        "puzzle": _puzzle(lesson, say, lang),
        "doubt": say(lesson.doubt),
        "teacher": {
            "aim": say(lesson.aim),
            "curriculum": [say(one) for one in lesson.curriculum],
            "answers": [say(one) for one in lesson.answers],
            "discuss": [say(one) for one in lesson.discuss],
        },
    }


def together(said: str) -> str:
    """A text in which no line ends between a number and what it counts in."""
    return _APART.sub("\u00a0", said)


def _chart(lesson: Lesson, chart: Chart, lines: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Values by seed and year; `now` marks the cases in which something is decided."""
    return {
        "indicator": chart.indicator,
        "label": find_indicator(chart.indicator).label[lang],
        "kind": find_indicator(chart.indicator).kind,
        "show": chart.show,
        "since": chart.since,
        "lines": [
            {"case": name, "label": lesson.cases[name].label[lang], "seeds": lines[name]}
            for name in chart.cases
        ],
    }


def _puzzle(lesson: Lesson, say: Any, lang: str) -> dict[str, Any]:
    puzzle = lesson.puzzle
    return {
        "text": say(puzzle.text),
        "hint": say(puzzle.hint),
        "worlds": list(puzzle.worlds),
        "parameters": dict(puzzle.parameters),
        "budget": puzzle.budget,
        "years": list(puzzle.years),
        "goals": [_goal(goal, say) for goal in puzzle.goals],
        "levers": [_lever(lever, lang) for lever in puzzle.levers],
    }


def _goal(goal: Goal, say: Any) -> dict[str, Any]:
    kind = find_indicator(goal.indicator).kind
    named = ("indicator", "level", "at_least", "at_most", "show")
    return {name: getattr(goal, name) for name in named} | {
        "label": say(goal.label),
        "years": list(goal.years),
        "kind": kind,
    }


def _lever(lever: Lever, lang: str) -> dict[str, Any]:
    named = ("name", "kind", "setting", "values", "unit", "places", "fixed")
    return {name: getattr(lever, name) for name in named} | {"label": lever.label[lang]}


def _without_id(lines: list[str]) -> list[str]:
    """A story without the number the model knows the person by."""
    first = lines[0].partition(": ")[2]
    return [first[:1].upper() + first[1:], *lines[1:]]
