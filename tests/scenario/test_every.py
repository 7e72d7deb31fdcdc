"""Months of the year in which an intervention acts: read, written, told, and a policy's own years."""

from __future__ import annotations

import pytest

from batiksim.calendar import month_index, month_name
from batiksim.config.dated_values import LAST
from batiksim.errors import ScenarioError
from batiksim.i18n.texts import text
from batiksim.report.page import policies
from batiksim.runs.design import Design, regime_pairs
from batiksim.scenario import Scenario
from batiksim.scenario.differences import differing_months
from batiksim.scenario.ineffective import idle
from batiksim.scenario.interventions import Intervention
from batiksim.scenario.json_schema import schema
from batiksim.scenario.overlaps import overlaps
from batiksim.studies.sizes import for_years, starts

CONTENT = "interventions:\n  - cooperative: {from: 2026-01, every: %s}\n"


def one(every: str, more: str = "") -> Intervention:
    return Scenario.parse(CONTENT % (every + more)).interventions[0]


@pytest.mark.parametrize(
    ("written", "months"),
    [
        ("October", (10,)),
        ("oktober", (10,)),
        ("10", (10,)),
        ("[September, MARET, 1, maret]", (1, 3, 9)),
        ("[]", None),
    ],
)
def test_months_are_written_in_either_language_or_as_numbers(written: str, months: tuple[int, ...]) -> None:
    if months is None:
        with pytest.raises(ScenarioError, match="must be a list"):
            one(written)
    else:
        assert one(written).every == months


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Octobre", r"line 2:41: cooperative\.every = Octobre is no month .*did you mean October\?"),
        ("Agustsu", r"did you mean Agustus\?"),
        ("13", r"cooperative\.every = 13 is no month of the year; .*1\.\.12"),
        ("0", "is no month"),
        ("[March, {a: 1}]", "is no month"),
        ("October, to: 2026-09", r"every: none of these months lies between 2026-01 and 2026-09"),
    ],
)
def test_other_words_are_refused_with_the_nearest_month(written: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        one(written)


def test_it_acts_in_its_months_between_first_and_last() -> None:
    measure = one("[October, March]", ", to: 2028-06, ramp: 24")
    acts = [month_name(month) for month in range(LAST) if measure.acts(month)]
    assert acts == ["2026-03", "2026-10", "2027-03", "2027-10", "2028-03"]
    assert [measure.dose(month_index(month)) for month in acts] == [3 / 24, 10 / 24, 15 / 24, 22 / 24, 1.0]
    assert measure.dose(month_index("2026-04")) == 0.0
    assert (month_name(measure.first), measure.months_a_year) == ("2026-03", 2)
    assert (month_name(one("10").first), Intervention("cooperative", 7, 9).months_a_year) == ("2026-10", 12)


def test_it_is_written_back_told_and_known_to_editors() -> None:
    scenario = Scenario.parse(CONTENT % "[oktober, 3]")
    assert "every: [March, October]" in scenario.to_yaml() or "- March" in scenario.to_yaml()
    for written in (scenario.to_yaml(), scenario.draft("mine", "en"), scenario.draft("mine", "id")):
        assert Scenario.parse(written).interventions == scenario.interventions
    assert Scenario.parse(CONTENT % "[3, 10]").hash == scenario.hash
    assert "every March and October" in scenario.explain("en")
    assert "setiap Maret dan Oktober" in scenario.explain("id")
    assert ("Every", "March and October") in list(policies._intervention(scenario.interventions[0]))
    kinds = schema("id")["properties"]["interventions"]["items"]["properties"]
    names = kinds["cooperative"]["properties"]["every"]["anyOf"][0]["enum"]
    assert {"October", "Oktober", 10} < {*names}
    assert "every" not in Scenario.parse("interventions: [cooperative: {from: 2026-01}]").to_yaml()


def test_scenarios_differ_in_these_months_only() -> None:
    base = Scenario.parse("{}")
    policy, longer = (Scenario.parse(CONTENT % f"10, to: {end}") for end in ("2028-09", "2029-12"))
    months = [month_name(month) for month in differing_months(base, policy, LAST).nonzero()[0]]
    assert months == ["2026-10", "2027-10"]
    months = [month_name(month) for month in differing_months(policy, longer, LAST).nonzero()[0]]
    assert months == ["2028-10", "2029-10"]


@pytest.mark.parametrize(("end", "last"), [("2030-12", "2030-10"), ("2060-12", None), ("2041-09", "2040-10")])
def test_its_own_years_run_from_the_first_to_the_last_month_it_acts(end: str, last: str | None) -> None:
    policy = Scenario.parse(CONTENT % f"10, to: {end}")
    base = Scenario.load("baseline")
    pairs = regime_pairs(["orders-short"], [1])
    plan = Design((base, policy), pairs, 0.01, "2011-01", "2040-12", "month")
    (start, until) = plan.periods["orders-short", policy.stem]
    assert start == month_index("2026-10")
    assert until == (None if last is None else month_index(last))


def test_for_some_years_it_comes_as_often() -> None:
    base, policy = Scenario.parse("{}"), Scenario.parse(CONTENT % "10")
    assert starts(policy, base) == [month_index("2026-10")]
    (short,) = for_years(policy, base, 3).interventions
    assert sum(map(short.acts, range(LAST))) == 3


def test_notes_heed_the_months() -> None:
    spring, autumn, always = one("3"), one("10"), one("[10, 3]")
    assert not overlaps((spring, autumn)) and overlaps((spring, always))
    late = Scenario.parse("interventions:\n  - cooperative: {from: 2040-11, every: 10}").interventions
    assert "2041-10" in idle(late, {}, "en")[0]


def test_what_every_was_in_the_first_edition_is_still_understood() -> None:
    content = "interventions:\n  - %s: {from: 2026-01, every: %s}"
    for kind, option in (("training", "lasts"), ("young_entrepreneurs", "again")):
        (old,) = Scenario.parse(content % (kind, "36.0")).interventions
        assert (old.options[option], old.every) == (36.0, ())
        (old,) = Scenario.parse(content % (kind, "6 months")).interventions
        assert old.options[option] == 6.0
        assert Scenario.parse(content % (kind, "October")).interventions[0].every == (10,)
        with pytest.raises(ScenarioError, match=rf"write every: October, or {option}: 10"):
            Scenario.parse(content % (kind, "10"))


def test_every_message_has_both_languages() -> None:
    assert text("explain.every", "id", value="Oktober") == "setiap Oktober"
