"""Firms call back whom they laid off, before anybody else has their posts (E7)."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.i18n.texts import speaking
from batiksim.model.batik_model import BatikModel
from tests.support.worlds import differences, months, series, world

# Slack between the seasons, posts again with them.
SEASONS = {"demand.days_least": 1.0, "demand.adjustment_months": 1.5}


def seasons(**more: float) -> BatikModel:
    changes = SEASONS | {f"lifecycle.recall_{name}": value for name, value in more.items()}
    return world(changes, scale=0.05, until="2012-12")


def test_without_recall_nobody_is_called() -> None:
    one, other = (seasons(months=0, accept=accept).run() for accept in (0.1, 0.9))
    assert (series(one)["batik.recalled"] == 0).all()
    assert not differences(one, other)


def test_who_is_called_back_begins_where_she_was_laid_off() -> None:
    model, recalled = seasons(), 0
    firm = model.people.laid_off_by.copy()
    for month in months(model):
        people = model.people
        begun = (people.hired == month)[: firm.size] & (firm >= 0)
        employer = people.employer[: firm.size]  # none: the firm closed, or she founds one, in the same month
        back = np.flatnonzero(begun & ((employer == firm) | (employer < 0)))
        assert back.size >= model.flows["recalled"].sum()
        assert (people.laid_off_by[back] == -1).all()
        assert (month - people.laid_off[back] <= 18).all()
        recalled += int(model.flows["recalled"].sum())
        firm = people.laid_off_by.copy()
    assert recalled > 5


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "called back by her former firm"), ("id", "dipanggil kembali")]
)
def test_a_life_tells_of_the_recall(lang: str, words: str) -> None:
    plain = seasons()
    plain.run()
    everybody = plain.people.id[plain.people.laid_off > 0]
    model = world(SEASONS, scale=0.05, until="2012-12", watch=everybody.tolist()).run()
    called = [note["id"] for note in model.diary if note["event"] == "recalled"]
    assert called
    with speaking(lang):
        story = model.person(called[0]).story()
    assert words in story
