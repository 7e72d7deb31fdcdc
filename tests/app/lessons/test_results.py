"""What lessons say is what runs show, in every seed, and not with the mechanism off."""

from __future__ import annotations

import copy
import re
import statistics
from typing import Any

import pytest

from batiksim.app.lessons import Claim, Lesson, filled, lesson, lessons, results
from batiksim.app.lessons.results import pick, written
from batiksim.app.lessons.shown import told
from batiksim.i18n.texts import LANGUAGES, speaking
from tools.lessons import PAGE, SEEDS, TRIED, broken, computed, dumped

CLAIMS = [(one, claim) for one in lessons() for claim in one.claims]
each_claim = pytest.mark.parametrize(("one", "claim"), CLAIMS, ids=lambda part: part.name)
each_lesson = pytest.mark.parametrize("one", lessons(), ids=lambda one: one.name)


@pytest.fixture(scope="module")
def again() -> dict[str, Any]:
    """The first seed, run now."""
    made: dict[str, Any] = computed(SEEDS[:1])["lessons"]
    return made


@each_claim
def test_a_claim_holds_in_every_seed_and_fails_without_its_mechanism(one: Lesson, claim: Claim) -> None:
    kept = results()["lessons"][one.name]
    assert len(kept["measures"][claim.name]) == len(SEEDS) and len(kept["off"][claim.name]) == TRIED
    assert all(claim.holds(value) for value in kept["measures"][claim.name])
    assert not any(claim.holds(value) for value in kept["off"][claim.name])


@pytest.mark.slow
@each_claim
def test_a_claim_holds_in_a_run_made_now(again: dict[str, Any], one: Lesson, claim: Claim) -> None:
    kept = again[one.name]
    (value,), (off,) = kept["measures"][claim.name], kept["off"][claim.name]
    assert claim.holds(value) and not claim.holds(off)
    assert abs(value - results()["lessons"][one.name]["measures"][claim.name][0]) <= claim.tolerance


@pytest.mark.slow
@each_lesson
def test_what_is_shipped_is_what_a_run_gives(again: dict[str, Any], one: Lesson) -> None:
    kept, new = results()["lessons"][one.name], again[one.name]
    assert {name: values[0] for name, values in kept["measures"].items()} == {
        name: values[0] for name, values in new["measures"].items()
    }
    for shipped, made in zip(kept["series"], new["series"], strict=True):
        assert {name: lines[0] for name, lines in shipped.items()} == {
            name: lines[0] for name, lines in made.items()
        }
    assert new["life"] == kept["life"]


@pytest.mark.slow
@each_lesson
def test_the_puzzle_is_solved_by_its_solution_and_not_by_its_trap(again: dict[str, Any], one: Lesson) -> None:
    for kept in (again[one.name], results()["lessons"][one.name]):
        assert all(all(world["solved"] for world in run) for run in kept["puzzle"]["solution"])
        assert not any(all(world["solved"] for world in run) for run in kept["puzzle"]["trap"])
    assert again[one.name]["puzzle"]["solution"][0] == results()["lessons"][one.name]["puzzle"]["solution"][0]


@each_claim
def test_luck_stays_within_the_tolerance_of_the_mean(one: Lesson, claim: Claim) -> None:
    values = results()["lessons"][one.name]["measures"][claim.name]
    error = statistics.stdev(values) / len(values) ** 0.5
    assert error <= claim.tolerance, "the words of the lesson rest on too few seeds"


def test_what_does_not_hold_is_found() -> None:
    assert not list(broken(lessons(), results()))
    spoilt = copy.deepcopy(dict(results()))
    spoilt["lessons"]["wage-gap"]["measures"]["draws-young"][2] = 10.0
    spoilt["lessons"]["margin"]["off"]["worker-gains"][0] = 0.02
    spoilt["lessons"]["budget"]["puzzle"]["trap"] = spoilt["lessons"]["budget"]["puzzle"]["solution"]
    said = list(broken(lessons(), spoilt))
    assert [words.split(":")[0] for words in said[:2]] == ["wage-gap", "margin"] and len(said) > 2


def test_the_file_is_written_as_it_is_shipped() -> None:
    assert PAGE.read_text("utf-8") == dumped(results())


@each_lesson
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_placeholder_is_left(one: Lesson, lang: str) -> None:
    with speaking(lang):
        sent = str(told(one))
    assert not re.search(r"\{[a-z][\w-]*(\.low|\.high)?\}", sent)


def test_numbers_as_the_language_writes_them() -> None:
    one = lesson("wage-gap")
    said = {
        lang: filled(dict.fromkeys(LANGUAGES, "{young-2011} {umk-rp} {pay}"), one, lang) for lang in LANGUAGES
    }
    assert re.fullmatch(r"\d,\d{3} Rp \d,\d{3},\d{3} \d\d %", said["en"])
    assert said["id"] == said["en"].replace(",", ".").replace("Rp ", "Rp")


def test_sizes_lose_a_sign_that_all_seeds_share() -> None:
    assert pick([-0.2, -0.4], None) == pytest.approx(0.3) and pick([-0.2, -0.4], "low") == 0.2
    assert pick([-1.0, 3.0], None) == 1.0 and pick([-1.0, 3.0], "low") == -1.0


@pytest.mark.parametrize(
    ("value", "show", "said"),
    [
        (1234.0, "people", "1.230"),
        (0.4567, "percent", "46 %"),
        (0.04567, "points", "4,6"),
        (2.345e9, "billions", "Rp2,3 miliar"),
        (1_456_789.0, "rupiah", "Rp1.460.000"),
        (1.234, "index", "1,23"),
    ],
)
def test_values_are_written_with_what_is_known_of_them(value: float, show: str, said: str) -> None:
    assert written(value, show, "id") == said
