"""Lessons are read strictly: what is wrong is said with its line, and neither language can be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from batiksim.app.lessons import Lesson, lesson, lessons, read_lesson
from batiksim.app.lessons.content import BASELINE
from batiksim.errors import UsageError
from batiksim.i18n.texts import LANGUAGES
from batiksim.scenario import Scenario

SHIPPED = files("batiksim.app.lessons").joinpath("wage-gap.yaml").read_text("utf-8")


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[str, str], str]:
    """`spoilt(old, new)`: what the reader says of the first lesson with this one change."""

    def spoil(old: str, new: str) -> str:
        assert SHIPPED.count(old) >= 1, old
        path = tmp_path / "wage-gap.yaml"
        path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(UsageError) as wrong:
            read_lesson(path)
        return str(wrong.value)

    return spoil


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(SHIPPED.splitlines(), 1) if words in line)


def test_there_are_six_in_order() -> None:
    assert [one.number for one in lessons()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.name)
def test_every_text_is_there_in_both_languages(one: Lesson) -> None:
    said = [one.title, one.question, *one.story, *one.why, *one.curriculum, *one.answers, *one.discuss]
    said += [
        one.bet.ask,
        one.bet.reveal,
        one.life.intro,
        one.puzzle.text,
        one.puzzle.hint,
        one.doubt,
        one.aim,
    ]
    for label in said:
        assert set(label) == set(LANGUAGES)
        assert label["en"] != label["id"]
    assert len(one.why) == 3


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.name)
def test_every_choice_in_a_puzzle_can_be_run(one: Lesson) -> None:
    for lever in one.puzzle.levers:
        for value in [[place] for place in lever.places] or lever.values:
            assert Scenario.of(one.puzzle.scenario({lever.name: value})).interventions or not value


def test_nothing_chosen_is_the_region_as_it_is() -> None:
    puzzle = lesson("wage-gap").puzzle
    assert Scenario.of(puzzle.scenario({"beginners": 0})).hash == Scenario.of(BASELINE).hash


def test_a_lesson_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="margin"):
        lesson("margins")


def test_a_missing_language(spoilt: Callable[[str, str], str]) -> None:
    title = 'title: {id: "Selisih upah", en: "The wage gap"}'
    assert f":{line_of(title)}:" in spoilt(title, 'title: {id: "Selisih upah"}')


def test_a_number_that_nothing_measures(spoilt: Callable[[str, str], str]) -> None:
    said = spoilt("{young-2011} pekerja", "{young-2001} pekerja")
    assert "young-2001" in said and "young-2011" in said


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("off: pay-ignored}", "off: pay}", "pay-ignored"),
        ("at_least: 200, tolerance", "tolerance", "at_least"),
        ("case: stipend, than: baseline", "case: stipendd, than: baseline", "stipendd"),
        ("indicator: batik.workers_under_30, years: 2011", "indicator: batik.yo, years: 2011", "batik.yo"),
        ("years: [2031, 2035], show: billions", "years: [2031, 2039], show: billions", "2035"),
        ("seats: 1000}", "seats: -1}", "seats"),
        ("world: hands-short", "world: hands-shot", "hands-short"),
        ("draw: stipend", "draw: stipend\n  options: {a: {id: a, en: b}}", "options"),
        ("solution: {beginners: 500000}", "solution: {beginners: 123}", "beginners"),
        ("minutes: 15", "minutes: 15\nminute: 3", "minute"),
        ("question:\n", "asked:\n", "question"),
        ("  pay-ignored:\n    label", "  pay-ignored:\n    lable", "lable"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(
    spoilt: Callable[[str, str], str], old: str, new: str, word: str
) -> None:
    said = spoilt(old, new)
    assert word in said
    assert "wage-gap.yaml:" in said and said.split("wage-gap.yaml:")[1].split(":")[0].isdigit()


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    wrong = SHIPPED.replace("minutes: 15", "minutes: 500").replace("show: rupiah}", "show: dollars}", 1)
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(UsageError) as told:
        read_lesson(path)
    assert len([told.value, *told.value.others]) == 2
