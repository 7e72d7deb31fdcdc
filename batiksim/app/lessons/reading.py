"""The strict reader of lessons: every mistake with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import as_file, files
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from batiksim.app.lessons.content import (
    BASELINE,
    Bet,
    Case,
    Chart,
    Claim,
    Goal,
    Label,
    Lesson,
    Lever,
    Life,
    Measure,
    Off,
    Puzzle,
    Years,
)  # fmt: skip
from batiksim.codes import CHANNELS
from batiksim.config import fields
from batiksim.config.mistakes import Mistakes
from batiksim.config.parameters import WORLDS
from batiksim.config.yaml_file import Node, Source, read_file
from batiksim.errors import InputError, UsageError
from batiksim.i18n.texts import LANGUAGES, suggestion, text
from batiksim.recording.indicators import load_indicators
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import kinds
from batiksim.world.places import GROUPS, regions

SHOWS = ("people", "percent", "points", "billions", "rupiah", "index")
FIRST_YEAR, LAST_YEAR = 2011, 2040
LONGEST = 1500  # characters of one text
_NAMED = re.compile(r"\{([\w-]+)(?:\.(?:low|high))?\}")

KEYS = (
    "number", "minutes", "title", "question", "story", "cases", "off", "numbers", "claims", "chart", "second",
    "bet", "why", "life", "puzzle", "doubt", "teacher",
)  # fmt: skip

Value = TypeVar("Value")


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons, in their order."""
    folder = files("batiksim.app.lessons")
    found = []
    for entry in folder.iterdir():
        if entry.name.endswith(".yaml"):
            with as_file(entry) as path:
                found.append(read_lesson(path))
    return tuple(sorted(found, key=lambda one: one.number))


def lesson(name: str) -> Lesson:
    """The lesson of this name; raises UsageError, with those there are."""
    found = {one.name: one for one in lessons()}
    if name not in found:
        known = ", ".join(found)
        raise UsageError(
            text("app.lessons.unknown", name=name[:40], known=known, near=suggestion(name, found))
        )
    return found[name]


def read_lesson(path: str | PathLike[str]) -> Lesson:
    """A lesson file; raises UsageError with all mistakes in it."""
    source = Source(file=str(path), error=UsageError, language="en")
    return _Reader(read_file(path, source), Path(path).stem).lesson()


def both(node: Node, name: str, most: int = LONGEST) -> Label:
    """A text in both languages: neither may be missing, since no reader should meet the other one's."""
    fields.mapping(node, name)
    for lang in LANGUAGES:
        if node.get(lang) is None:
            raise node.fail("app.lessons.one_language", name=name, lang=lang)
    return fields.label(node, name, most)


def years(node: Node, name: str) -> Years:
    """One year, or two as [first, last]."""
    read = [fields.integer(one, name, bounds=(FIRST_YEAR, LAST_YEAR)) for one in fields.items(node, name, 2)]
    if read[0] > read[-1]:
        raise node.fail("app.lessons.years", name=name)
    return read[0], read[-1]


class _Reader:
    """Reads one tree; what is wrong in one part does not keep the others from being read."""

    def __init__(self, root: Node, name: str) -> None:
        self.root, self.name, self.wrong = root, name, Mistakes()
        self.cases: dict[str, Case] = {}
        self.offs: dict[str, Off] = {}
        self.measures: dict[str, Measure] = {}
        parts = (root.get("numbers"), root.get("claims"))
        self.named = {key.text: None for part in parts if part for key, _ in part.entries}

    def lesson(self) -> Lesson:
        root = self.root
        fields.mapping(root, "lesson")
        fields.known_keys(root, KEYS, self.name)
        for key in KEYS:
            if root.get(key) is None and key not in ("second", "numbers"):
                with self.wrong:
                    raise root.fail("app.lessons.missing", name=key)
        self.wrong.tell()
        get = self._get
        self._each("cases", self.cases, self._case)
        self._each("off", self.offs, self._off)
        self.wrong.tell()
        self._each("numbers", self.measures, self._measure)
        self._each("claims", self.measures, self._claim)
        teacher = get("teacher")
        parts: dict[str, Any] = {}
        readers: dict[str, Callable[[], Any]] = {
            "number": lambda: fields.integer(get("number"), "number", bounds=(1, 99)),
            "minutes": lambda: fields.integer(get("minutes"), "minutes", bounds=(5, 60)),
            "title": lambda: self._said(get("title"), "title"),
            "question": lambda: self._said(get("question"), "question"),
            "story": lambda: self._texts(get("story"), "story", 6),
            "chart": lambda: self._chart(get("chart"), "chart"),
            "second": lambda: self._chart(root.get("second"), "second") if root.get("second") else None,
            "bet": lambda: self._bet(get("bet")),
            "why": lambda: self._texts(get("why"), "why", 3, least=3),
            "life": lambda: self._life(get("life")),
            "puzzle": lambda: self._puzzle(get("puzzle")),
            "doubt": lambda: self._said(get("doubt"), "doubt"),
            "aim": lambda: self._said(self._in(teacher, "aim"), "aim"),
            "curriculum": lambda: self._texts(self._in(teacher, "curriculum"), "curriculum", 8),
            "answers": lambda: self._texts(self._in(teacher, "answers"), "answers", 8),
            "discuss": lambda: self._texts(self._in(teacher, "discuss"), "discuss", 8),
        }
        with self.wrong:
            fields.known_keys(teacher, ("aim", "curriculum", "answers", "discuss"), "teacher")
        for name, read in readers.items():
            with self.wrong:
                parts[name] = read()
        self.wrong.tell()
        return Lesson(name=self.name, cases=self.cases, offs=self.offs, measures=self.measures, **parts)

    def _get(self, name: str) -> Node:
        return self._in(self.root, name)

    def _in(self, node: Node, name: str) -> Node:
        found = node.get(name)
        if found is None:
            raise node.fail("app.lessons.missing", name=name)
        return found

    def _each(self, key: str, into: dict[str, Any], read: Callable[[Node, str], Any]) -> None:
        node = self.root.get(key)
        if node is None:
            return
        with self.wrong:
            for name, value in fields.mapping(node, key):
                with self.wrong:
                    if name.text in into:
                        raise name.fail("app.lessons.twice", name=name.shown)
                    into[name.text] = read(value, name.text)

    # texts

    def _said(self, node: Node, name: str) -> Label:
        """A text in both languages whose {names} are measures of this lesson."""
        said = both(node, name)
        for lang in LANGUAGES:
            for used in _NAMED.findall(said[lang]):
                if used not in self.named:
                    near = suggestion(used, self.named)
                    raise node.fail("app.lessons.no_measure", name=name, measure=used, near=near)
        return said

    def _texts(self, node: Node, name: str, most: int, least: int = 1) -> tuple[Label, ...]:
        found = fields.items(node, name, most)
        if len(found) < least:
            raise node.fail("app.lessons.few", name=name, least=least)
        return tuple(self._said(one, name) for one in found)

    # what is run

    def _case(self, node: Node, name: str) -> Case:
        fields.known_keys(node, ("label", "world", "until", "parameters", "interventions"), name)
        until = node.get("until")
        return Case(
            name=name,
            label=both(self._in(node, "label"), "label", 120),
            world=fields.word(self._in(node, "world"), "world", WORLDS),
            until=fields.integer(until, "until", bounds=(FIRST_YEAR, LAST_YEAR)) if until else 2035,
            scenario=self._scenario(node),
        )

    def _scenario(self, node: Node) -> Mapping[str, Any]:
        """What a scenario file would hold; the reader of scenarios says what is wrong, placed here."""
        content: dict[str, Any] = {"extends": BASELINE}
        for key in ("parameters", "interventions"):
            if (part := node.get(key)) is not None:
                content[key] = plain(part)
        try:
            Scenario.of(content)
        except InputError as error:
            raise node.fail("app.lessons.scenario", why=error.message) from None
        return content

    def _off(self, node: Node, name: str) -> Off:
        fields.known_keys(node, ("label", "parameters", "world", "without"), name)
        parameters, world, without = (node.get(key) for key in ("parameters", "world", "without"))
        if not (parameters or world or without):
            raise node.fail("app.lessons.nothing_off", name=name)
        if parameters:
            self._scenario(node)
        closed = fields.items(without, "without", 20) if without else ()
        return Off(
            name=name,
            label=both(self._in(node, "label"), "label", 200),
            parameters=plain(parameters) if parameters else {},
            world=fields.word(world, "world", WORLDS) if world else None,
            without=tuple(fields.word(one, "without", CHANNELS) for one in closed),
        )

    def _known(self, node: Node, name: str, known: Mapping[str, Any]) -> str:
        return fields.word(node, name, tuple(known))

    def _measured(self, node: Node, name: str) -> dict[str, Any]:
        than, before, relative = (node.get(key) for key in ("than", "before", "relative"))
        place = node.get("place")
        read: dict[str, Any] = {
            "name": name,
            "case": self._known(self._in(node, "case"), "case", self.cases),
            "indicator": self._known(self._in(node, "indicator"), "indicator", load_indicators()),
            "place": fields.word(place, "place", (*GROUPS, *regions())) if place else "all",
            "years": years(self._in(node, "years"), "years"),
            "than": self._known(than, "than", self.cases) if than else None,
            "before": years(before, "before") if before else None,
            "relative": fields.switch(relative, "relative") if relative else False,
            "show": fields.word(self._in(node, "show"), "show", SHOWS),
        }
        case = self.cases[read["case"]]
        others = [self.cases[read["than"]]] if read["than"] else []
        if any(read["years"][1] > one.until for one in (case, *others)):
            raise node.fail("app.lessons.too_late", name=name, until=case.until)
        against = [read["than"], read["before"]]
        if all(against) or (read["relative"] and not any(against)):
            raise node.fail("app.lessons.against", name=name)
        return read

    _MEASURE = ("case", "than", "before", "relative", "indicator", "place", "years", "show")

    def _measure(self, node: Node, name: str) -> Measure:
        fields.known_keys(node, self._MEASURE, name)
        return Measure(**self._measured(node, name))

    def _claim(self, node: Node, name: str) -> Claim:
        fields.known_keys(node, (*self._MEASURE, "at_least", "at_most", "tolerance", "off"), name)
        low, high = self._bounds(node, name)
        tolerance = fields.number(self._in(node, "tolerance"), "tolerance", bounds=(0, 1e15))
        off = self._known(self._in(node, "off"), "off", self.offs)
        return Claim(**self._measured(node, name), at_least=low, at_most=high, tolerance=tolerance, off=off)

    def _bounds(self, node: Node, name: str) -> tuple[float | None, float | None]:
        low, high = (node.get(key) for key in ("at_least", "at_most"))
        if not (low or high):
            raise node.fail("app.lessons.no_bound", name=name)
        return (
            fields.number(low, "at_least") if low else None,
            fields.number(high, "at_most") if high else None,
        )

    # what is shown and asked

    def _chart(self, node: Node | None, name: str) -> Chart:
        assert node is not None
        fields.known_keys(node, ("indicator", "cases", "since", "show"), name)
        cases = fields.items(self._in(node, "cases"), "cases", 3)
        return Chart(
            indicator=self._known(self._in(node, "indicator"), "indicator", load_indicators()),
            cases=tuple(self._known(one, "cases", self.cases) for one in cases),
            since=fields.integer(self._in(node, "since"), "since", bounds=(FIRST_YEAR, LAST_YEAR)),
            show=fields.word(self._in(node, "show"), "show", SHOWS),
        )

    def _bet(self, node: Node) -> Bet:
        fields.known_keys(node, ("ask", "draw", "since", "options", "right", "reveal"), "bet")
        draw, options = node.get("draw"), node.get("options")
        if (draw is None) == (options is None):
            raise node.fail("app.lessons.bet")
        found = {}
        if options is not None:
            entries = fields.mapping(options, "options")
            found = {key.text: both(value, key.text, 200) for key, value in entries}
        return Bet(
            ask=self._said(self._in(node, "ask"), "ask"),
            draw=self._known(draw, "draw", self.cases) if draw else None,
            since=fields.integer(self._in(node, "since"), "since", bounds=(FIRST_YEAR, LAST_YEAR))
            if draw
            else 0,
            options=found,
            right=self._known(self._in(node, "right"), "right", found) if found else None,
            reveal=self._said(self._in(node, "reveal"), "reveal"),
        )

    def _life(self, node: Node) -> Life:
        fields.known_keys(node, ("case", "person", "intro"), "life")
        return Life(
            case=self._known(self._in(node, "case"), "case", self.cases),
            person=fields.integer(self._in(node, "person"), "person", bounds=(1, 1e15)),
            intro=self._said(self._in(node, "intro"), "intro"),
        )

    def _puzzle(self, node: Node) -> Puzzle:
        keys = (
            "text", "worlds", "parameters", "budget", "years", "until", "goals", "levers", "solution", "trap",
            "hint",
        )  # fmt: skip
        fields.known_keys(node, keys, "puzzle")
        parameters, get = node.get("parameters"), partial(self._in, node)
        if parameters:
            self._scenario(node)
        levers = tuple(self._lever(value, key.text) for key, value in fields.mapping(get("levers"), "levers"))
        puzzle = Puzzle(
            text=self._said(get("text"), "text"),
            worlds=tuple(
                fields.word(one, "worlds", WORLDS) for one in fields.items(get("worlds"), "worlds", 2)
            ),
            parameters=plain(parameters) if parameters else {},
            budget=fields.number(get("budget"), "budget", "IDR/year", (0, 1e13)),
            years=years(get("years"), "years"),
            until=fields.integer(get("until"), "until", bounds=(FIRST_YEAR, LAST_YEAR)),
            goals=tuple(self._goal(one) for one in fields.items(get("goals"), "goals", 3)),
            levers=levers,
            solution=self._choice(get("solution"), "solution", levers),
            trap=self._choice(get("trap"), "trap", levers),
            hint=self._said(get("hint"), "hint"),
        )
        for name, chosen in (("solution", puzzle.solution), ("trap", puzzle.trap)):
            try:
                Scenario.of(puzzle.scenario(chosen))
            except InputError as error:
                raise get(name).fail("app.lessons.scenario", why=error.message) from None
        return puzzle

    def _goal(self, node: Node) -> Goal:
        fields.known_keys(
            node, ("label", "indicator", "years", "level", "at_least", "at_most", "show"), "goals"
        )
        low, high = self._bounds(node, "goals")
        level = node.get("level")
        return Goal(
            label=self._said(self._in(node, "label"), "label"),
            indicator=self._known(self._in(node, "indicator"), "indicator", load_indicators()),
            years=years(self._in(node, "years"), "years"),
            level=fields.switch(level, "level") if level else False,
            at_least=low,
            at_most=high,
            show=fields.word(self._in(node, "show"), "show", SHOWS),
        )

    def _lever(self, node: Node, name: str) -> Lever:
        fields.known_keys(node, ("label", "kind", "setting", "values", "unit", "places", "fixed"), name)
        fixed, places, unit = (node.get(key) for key in ("fixed", "places", "unit"))
        chosen = fields.items(places, "places", len(regions())) if places else ()
        values = () if chosen else fields.items(self._in(node, "values"), "values", 6)
        return Lever(
            name=name,
            kind=self._known(self._in(node, "kind"), "kind", kinds()),
            label=both(self._in(node, "label"), "label", 200),
            setting="where" if chosen else fields.line(self._in(node, "setting"), "setting", 40),
            values=tuple(fields.number(one, "values") for one in values),
            unit=fields.word(unit, "unit", SHOWS) if unit else "people",
            places=tuple(fields.word(one, "places", tuple(regions())) for one in chosen),
            fixed=plain(fixed) if fixed else {},
        )

    def _choice(self, node: Node, name: str, levers: tuple[Lever, ...]) -> Mapping[str, Any]:
        known = {one.name: one for one in levers}
        chosen: dict[str, Any] = {}
        fields.known_keys(node, known, name)
        for key, value in fields.mapping(node, name):
            lever = known[key.text]
            if lever.places:
                some = fields.items(value, name, len(lever.places))
                chosen[key.text] = [fields.word(one, name, lever.places) for one in some]
            else:
                number = fields.number(value, key.text)
                if number not in lever.values:
                    raise value.fail("app.lessons.not_offered", name=key.text)
                chosen[key.text] = number
        return chosen


def plain(node: Node) -> Any:
    """A tree as what JSON can hold; scalars stay the text they are, which the reader of scenarios takes."""
    if node.kind == "mapping":
        return {key.text: plain(value) for key, value in node.entries}
    if node.kind == "list":
        return [plain(one) for one in node.items]
    return node.text
