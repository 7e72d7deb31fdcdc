"""An intervention added in Python is read by the rules of the file: the same values, the same refusals."""

from __future__ import annotations

import pytest

from batiksim.errors import InputError, ScenarioError
from batiksim.scenario import Scenario


def from_file(kind: str, body: str, parent: str = "baseline") -> Scenario:
    return Scenario.parse(f"extends: {parent}\ninterventions:\n  - {kind}: {{{body}}}\n", "mine")


@pytest.mark.parametrize(
    ("kind", "options", "body"),
    [
        ("training", {"since": "2026-01"}, "from: 2026-01"),
        (
            "training",
            {
                "since": "2026-01", "until": "2030-06", "where": ["jenggot", "city"], "who": "casual",
                "coverage": 0.5, "seats": 1000, "budget": "2 billion IDR/year", "ramp": "12 months",
                "by": "private", "strength": 0.2,
            },
            "from: 2026-01, to: 2030-06, where: [jenggot, city], who: casual, coverage: 0.5, seats: 1000, "
            "budget: 2 billion IDR/year, ramp: 12 months, by: private, strength: 0.2",
        ),
        ("cooperative", {"since": "2027-03", "where": "regency"}, "from: 2027-03, where: regency"),
    ],
)  # fmt: skip
def test_it_is_what_the_file_says(kind: str, options: dict[str, object], body: str) -> None:
    base = Scenario.load("wage-floor")
    got = base.with_intervention(kind, **options)
    assert got.hash == from_file(kind, body, "wage-floor").hash
    assert got.interventions[:-1] == base.interventions and got.parent is base
    assert base.hash == Scenario.load("wage-floor").hash != got.hash
    assert got.interventions[-1].origin == base.stem
    assert Scenario.parse(got.to_yaml()).hash == got.hash


@pytest.mark.parametrize(
    ("kind", "options", "body"),
    [
        ("trainin", {"since": "2026-01"}, "from: 2026-01"),
        ("training", {"since": "2026-01", "seat": 3}, "from: 2026-01, seat: 3"),
        ("training", {"since": "2026-01", "coverage": 1.5}, "from: 2026-01, coverage: 1.5"),
        ("training", {"since": "2026-01", "strength": 90}, "from: 2026-01, strength: 90"),
        ("training", {"since": "2026-01", "where": "kaumann"}, "from: 2026-01, where: kaumann"),
        ("training", {"since": "2026-01", "budget": "2 bags"}, "from: 2026-01, budget: 2 bags"),
        ("training", {"since": "2026-13"}, "from: 2026-13"),
        ("training", {"since": "1999-01"}, "from: 1999-01"),
        ("training", {"since": "2026-05", "until": "2026-01"}, "from: 2026-05, to: 2026-01"),
    ],
)
def test_what_the_file_may_not_say_is_refused_in_the_same_words(
    kind: str, options: dict[str, object], body: str
) -> None:
    with pytest.raises(ScenarioError) as ours:
        Scenario.default().with_intervention(kind, **options)
    with pytest.raises(InputError) as theirs:
        from_file(kind, body)
    assert ours.value.message == theirs.value.message
    assert ours.value.line is None


def test_months_have_one_name_each() -> None:
    with pytest.raises(ScenarioError, match="from"):
        Scenario.default().with_intervention("training", since="2026-01", **{"from": "2027-01"})
    with pytest.raises(ScenarioError, match="to"):
        Scenario.default().with_intervention("training", since="2026-01", to="2027-01")


def test_several_can_be_put_on_top_of_each_other() -> None:
    base = Scenario.default()
    training = base.with_intervention("training", since="2026-01")
    cooperative = base.with_intervention("cooperative", since="2026-01")
    both = training.with_intervention("cooperative", since="2026-01")
    other = cooperative.with_intervention("training", since="2026-01")
    assert [one.kind for one in both.interventions] == ["training", "cooperative"]
    assert set(both.interventions) == set(other.interventions)
    named = both.but({}, title="Courses and cooperative")
    assert named.stem == "courses-and-cooperative" and named.interventions == both.interventions
