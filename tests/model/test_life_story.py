"""The story of a life gives reasons: whoever takes what pays less is told why, in words of both languages."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from batiksim.calendar import month_name
from batiksim.i18n.texts import LANGUAGES
from batiksim.model.batik_model import BatikModel
from batiksim.model.life_story import deciding
from batiksim.model.steps.choices import TERMS
from batiksim.scenario import Scenario

LIVELY = {"choice.reconsider_youth": 0.2, "choice.reconsider_adult": 0.2, "choice.batik": 0.0}


@cache
def watched(more: float = 0.0) -> BatikModel:
    """A small region in which people think again often, every life of which is written down."""
    settings = Scenario.default().but(LIVELY | {"choice.more_acceptances": more})
    everybody = BatikModel(settings, seed=2, scale=0.01, until="2011-01").people.id
    return BatikModel(settings, seed=2, scale=0.01, until="2012-12", watch=everybody.tolist()).run()


def choices(model: BatikModel) -> list[dict]:
    return [entry for entry in model.diary if entry["event"] == "choice" and sum(entry["available"]) > 1]


def rival_pay(entry: dict) -> float:
    others = [k for k in range(4) if entry["available"][k] and k != entry["chosen"]]
    return max(entry["pay"][k] for k in others)


def test_the_terms_of_an_option_add_up_to_its_utility() -> None:
    for entry in choices(watched()):
        for k in np.flatnonzero(entry["available"]):
            assert np.isclose(sum(entry["terms"][k]), entry["utility"][k])
        thirty = entry["month"] - watched().person(entry["id"]).birth >= 30 * 12
        assert not (thirty and entry["available"][0]) or abs(entry["terms"][0][TERMS.index("image")]) < 1e-9


def test_a_choice_of_lower_pay_always_names_what_decided() -> None:
    found = [entry for entry in choices(watched()) if entry["pay"][entry["chosen"]] < rival_pay(entry)]
    named = {reason for entry in found for reason in deciding(entry)}
    assert all(deciding(entry) for entry in found)
    assert {"luck", "hours", "company", "interest"} <= named
    assert not {"pay", "experiment"} & named


def test_the_reasons_together_outweigh_the_better_pay() -> None:
    for entry in choices(watched()):
        others = [k for k in range(4) if entry["available"][k] and k != entry["chosen"]]
        rival = max(others, key=lambda k: entry["pay"][k])
        ours, theirs = entry["terms"][entry["chosen"]], entry["terms"][rival]
        gains = {name: ours[k] - theirs[k] for k, name in enumerate(TERMS)}
        gains["luck"] = entry["noise"][entry["chosen"]] - entry["noise"][rival]
        if gains["pay"] < 0.0:
            assert sum(gains[name] for name in deciding(entry)) >= -gains["pay"] - 1e-9


def test_an_offer_accepted_after_all_is_called_an_experiment() -> None:
    found = [entry for entry in choices(watched(0.9)) if deciding(entry) == ["experiment"]]
    assert found
    assert all(entry["chosen"] == 0 != entry["present"] for entry in found)


@pytest.mark.slow
def test_every_life_can_be_told_in_both_languages() -> None:
    model = watched(0.9)
    lives = model.young[::7]
    for row in lives:
        person = model.people.view(int(row))
        for lang in LANGUAGES:
            told = model.story_of(person, lang).splitlines()
            assert not any("story." in line or "{" in line for line in told)
            assert month_name(model.month) in told[-1]


def test_a_life_is_told_from_its_beginning_also_of_whom_one_watched_only_later() -> None:
    model = watched()
    later = BatikModel(model.settings, seed=2, scale=0.01, until="2012-12").run("2012-06")
    ids = model.young[::50]
    later.watch(model.people.id[ids].tolist())
    later.run()
    told = [[one.story_of(one.people.view(int(row))) for row in ids] for one in (model, later)]
    assert told[0] == told[1]
    first, second = (
        [(entry["month"], entry["id"], entry["event"]) for entry in one.diary if entry["id"] in later.watched]
        for one in (model, later)
    )
    assert second == [entry for entry in first if entry[0] > later.diary.since] != first
