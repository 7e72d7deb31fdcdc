"""The levers: words, bounds and levels of every kind of intervention."""

from __future__ import annotations

import pytest

from batiksim.app.levers import groups, levels, levers, places, usual_costs
from batiksim.futures.settings import shown
from batiksim.i18n.texts import LANGUAGES, speaking
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import Option, kinds


def test_every_kind_is_a_lever_those_of_the_data_first() -> None:
    found = levers()
    assert [one["kind"] for one in found if one["first"]] == list(shown().levers)
    assert {one["kind"] for one in found} == {name for name, kind in kinds().items() if kind.strength}
    assert [one["first"] for one in found] == sorted((one["first"] for one in found), reverse=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_are_there_and_free_of_equations(lang: str) -> None:
    with speaking(lang):
        for one in levers():
            assert all(one[part] for part in ("label", "channel", "payer", "cost_per", "cost_source")), one
            assert "(E" not in one["channel"] and "(l" not in one["channel"]
            assert "IDR" not in one["cost_per"] and not one["cost_per"].startswith("Rp")
            for option in (one["strength"], *one["options"]):
                assert option["label"] and "share" not in option["unit"] and "bagian" not in option["unit"]
                assert option["share"] == option["unit"].startswith("%")


def test_five_levels_within_bounds_the_usual_strength_among_them() -> None:
    for one in levers():
        strength = one["strength"]
        found = strength["levels"]
        assert len(set(found)) == 5 and found == sorted(found) and found[0] == 0
        assert strength["default"] in found
        assert found[-1] <= strength["high"]
        for level in found[1:]:
            Scenario.default().with_intervention(one["kind"], since="2026-01", strength=level)


@pytest.mark.parametrize(
    ("usual", "high", "expected"),
    [
        (0.05, 1, [0, 0.025, 0.05, 0.1, 0.2]),
        (0.5, 1, [0, 0.25, 0.5, 0.75, 1]),
        (0.3, 1, [0, 0.15, 0.3, 0.65, 1]),
        (0.25, 1, [0, 0.125, 0.25, 0.5, 1]),
    ],
)
def test_levels(usual: float, high: float, expected: list[float]) -> None:
    words = dict.fromkeys(LANGUAGES, "")
    assert levels(Option(usual, 0, high, "share", words), (0.5, 1, 2, 4)) == expected


def test_places_and_groups() -> None:
    assert len(places()) == 21
    assert {one["region"] for one in places()} == {"city", "regency"}
    assert [one["id"] for one in groups()] == ["all", "city", "regency"]


def test_every_lever_says_what_it_costs_a_year() -> None:
    assert set(usual_costs()) >= {lever["kind"] for lever in levers()}
    for name, row in usual_costs().items():
        strength = kinds()[name].strength
        assert strength is not None and float(row["strength"]) == strength.default, "run tools.levers again"
        assert int(row["public"]) >= 0 and int(row["private"]) >= 0
