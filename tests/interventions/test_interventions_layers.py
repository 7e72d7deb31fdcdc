"""Interventions in layers: any number, any order; what two of them do to one thing, and what `check` says."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from batiksim.i18n.texts import LANGUAGES, catalogue
from batiksim.interventions import act
from batiksim.scenario.interventions import Intervention, in_order, kinds
from batiksim.scenario.overlaps import RULES, overlaps
from tests.interventions.test_interventions import ALL, differences, measure, run
from tests.interventions.test_interventions_money import decide, waiting

UNTIL = "2012-12"


def usual(kind: str, **more: float) -> Intervention:
    """A measure as a scenario file would have it if it said nothing but when it starts."""
    about = kinds()[kind]
    options = about.usual
    strength = about.strength.default if about.strength else None
    return measure(kind, **({"strength": strength, "options": options, "start": 12} | more))


def everything() -> list[Intervention]:
    """Every kind once, some twice, some for a part of the region."""
    twice = [usual("training", start=14, coverage=0.5), usual("cooperative", strength=0.05)]
    parts = [usual("wage_floor", where=ALL[:5]), usual("certification", who=("women",))]
    return [*map(usual, kinds()), *twice, *parts]


def test_the_order_in_which_policies_are_written_means_nothing() -> None:
    measures = everything()
    one = run(*measures, until=UNTIL)
    luck = random.Random(1)
    for _ in range(2):
        luck.shuffle(measures)
        other = run(*measures, until=UNTIL)
        assert not differences(one, other)
        assert one.results().equals(other.results())
    assert differences(one, run(until=UNTIL))


def test_acting_in_another_order_within_a_month_decides_the_same() -> None:
    """Measures see the month before, not each other: it is not only the sorting that makes them commute."""
    measures = [one for one in everything() if "seats" not in one.options]
    luck = random.Random(2)
    results = []
    for _ in range(2):
        model = decide(waiting(0.05), measures[0])
        for number, one in enumerate(measures[1:], start=1):
            model.decisions.purses.extend([type(model.decisions.purse)()])
            model.decisions.current = number
            act(one.kind)(model, one, 1.0)
        found = {name: array.copy() for name, array in vars(model.levers).items() if name != "places"}
        results.append(found | {"costs": model.costs.copy()})
        luck.shuffle(measures)
    for name, array in results[0].items():
        np.testing.assert_allclose(array, results[1][name], rtol=1e-12, err_msg=name)


def test_additions_add_up_and_audiences_overlap_by_chance() -> None:
    one = decide(waiting(0.05), measure("cooperative", strength=0.1)).levers.bargaining_share.copy()
    two = decide(waiting(0.05), measure("cooperative", strength=0.2)).levers.bargaining_share.copy()
    np.testing.assert_allclose(2.0 * one, two)
    model = decide(waiting(0.05), measure("information", strength=0.3))
    act("information")(model, measure("information", strength=0.5), 1.0)
    np.testing.assert_allclose(model.levers.teaching[:, 0, 0], 1.0 - 0.7 * 0.5)


def test_of_two_wage_floors_the_higher_holds() -> None:
    low, high = (measure("wage_floor", options={"floor": floor}) for floor in (0.5, 1.0))
    alone, both = run(high, until=UNTIL), run(low, high, until=UNTIL)
    assert not differences(alone, both)
    assert differences(alone, run(low, until=UNTIL))


def test_two_policies_of_a_kind_give_nobody_two_seats() -> None:
    model = decide(waiting(0.05), measure("certification", options={"seats": 600.0 * 12}))
    act("certification")(model, measure("certification", options={"seats": 600.0 * 12}), 1.0)
    first, second = model.decisions.taken["certification"]
    assert first.size and second.size and not np.intersect1d(first, second).size


def test_subsidised_materials_are_never_cheaper_than_free() -> None:
    model = run(measure("mori_concession"), measure("mori_concession"), until="2012-02")
    assert not model.market.materials.any()


def test_policies_are_put_in_an_order_of_their_own() -> None:
    measures = tuple(everything())
    assert in_order(measures) == in_order(measures[::-1])
    assert sorted(one.kind for one in measures) == [one.kind for one in in_order(measures)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_check_names_every_pair_that_acts_on_one_thing(lang: str) -> None:
    for one, other in combinations(map(usual, kinds()), 2):
        notes = overlaps((one, other), lang)
        shared = set(kinds()[one.kind].acts_on) & set(kinds()[other.kind].acts_on)
        assert len(notes) >= len(shared)
        assert all(one.kind in note and other.kind in note for note in notes)


@pytest.mark.parametrize(
    "pair",
    [
        (usual("training"), usual("cooperative")),
        (usual("wage_floor", end=20), usual("wage_floor", start=21)),
        (usual("wage_floor", where=ALL[:3]), usual("wage_floor", where=ALL[3:])),
        (usual("training", who=("women",)), usual("training", who=("men", "casual"))),
        (usual("training", who=("direct",)), usual("training", who=("casual", "women"))),
    ],
)
def test_policies_that_meet_nobody_together_are_not_mentioned(pair: tuple[Intervention, ...]) -> None:
    assert not overlaps(pair)


def test_notes_say_what_holds() -> None:
    (note,) = overlaps((usual("wage_floor"), usual("wage_floor", where=("kauman",))), "en")
    assert note == (
        "wage_floor and wage_floor overlap (2012-01..; kauman): "
        "both act on the wage floor; the higher one holds"
    )
    assert "does not count" in overlaps((usual("wage_floor"), usual("wage_subsidy")), "en")[0]
    assert len(overlaps(tuple(usual("training") for _ in range(12)), "en")) == 1  # one note, not sixty-six


def test_everything_a_kind_acts_on_has_a_name_and_a_rule_that_exists() -> None:
    named = {thing for kind in kinds().values() for thing in kind.acts_on}
    assert {f"acts_on.{thing}" for thing in named} <= set(catalogue())
    assert set(RULES) <= named and {f"overlap.{rule}" for rule in RULES.values()} <= set(catalogue())
