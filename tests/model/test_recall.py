"""Firms call back whom they laid off, before anybody else has their posts (E7)."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.arrays import Rows
from batiksim.codes import Group, Stage
from batiksim.i18n.texts import speaking
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import jobs
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


def one_firm(month: int, busy: bool = True) -> tuple[BatikModel, Rows]:
    """Twenty people without a batik job whom the first firm laid off in January 2011, and who could all come
    back in this month; nobody who has chosen other work would leave it again.
    """
    model = world({"lifecycle.recall_accept": 0.0, "contracts.brokered": 0.0}, scale=0.05)
    people, owners = model.people, model.owners
    rows = np.flatnonzero((people.stage == Stage.OTHER) & (people.group == Group.HAND))[:20]
    people.laid_off_by[rows], people.laid_off[rows] = 0, 0
    model.month = model.now.month = month
    model.market.load = np.full((owners.n, 2), 1e9 if busy else 0.0)
    owners.wanted[:] = 0.0
    owners.wanted[0, Group.HAND] = owners.staff[0, Group.HAND] + rows.size
    return model, rows


def test_whoever_waits_comes_whatever_she_does_meanwhile() -> None:
    model, rows = one_firm(month=1)
    model.people.stage[rows[:5]], model.people.stage[rows[5:10]] = Stage.HOME, Stage.SEEKING
    jobs.open_posts(model)
    assert model.flows["recalled"].sum() == (model.people.employer[rows] == 0).sum() == rows.size


def test_whoever_chooses_other_work_does_not_wait_any_more() -> None:
    model, rows = one_firm(month=1)
    jobs.take_chosen_work(model, rows[:8])
    jobs.open_posts(model)
    back = model.people.employer[rows] == 0
    assert not back[:8].any() and back[8:].all()


def test_a_search_in_vain_is_no_choice() -> None:
    model, rows = one_firm(month=1)
    model.people.birth[rows[:10]] = 1 - 50 * 12
    model.leave_trade(rows)
    jobs.open_posts(model)
    assert (model.people.employer[rows] == 0).all()


def test_the_months_of_recall_begin_when_orders_are_back() -> None:
    model, rows = one_firm(month=30, busy=False)
    jobs.open_posts(model)
    assert (model.people.laid_off_by[rows] == 0).all() and (model.people.laid_off[rows] == 29).all()
    model, rows = one_firm(month=30)  # they were there for all these months
    jobs.open_posts(model)
    assert (model.people.laid_off_by[rows] == -1).all() and not model.flows["recalled"].sum()


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
