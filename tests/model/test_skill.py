"""Skill differs and pays (E4): talent, what a newcomer is told."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.model.steps import choices
from tests.support.worlds import everything, world


def test_talent_is_for_life_and_evenly_spread_above_the_least() -> None:
    model = world({"skill.least_talent": 0.4}, until="2012-12", scale=0.02)
    before = model.people.talent.copy()
    assert 0.4 <= before.min() < 0.41 and 0.99 < before.max() < 1.0
    assert before.mean() == pytest.approx(0.7, abs=0.01)
    assert (model.people.skill[model.batik] <= before[model.batik]).all()
    model.run()
    assert (model.people.talent[: before.size] == before).all()


def test_without_differences_in_talent_everybody_can_attain_everything() -> None:
    assert (world({"skill.least_talent": 1.0}).people.talent == 1.0).all()


def test_where_pay_is_by_time_it_does_not_matter_how_far_a_newcomer_looks() -> None:
    by_time = {"contracts.piece_hand": 0.0, "contracts.piece_stamp": 0.0}
    near, far = (everything(world({**by_time, "skill.horizon": h}).run()) for h in (1, 60))
    assert [name for name in near if near[name].tobytes() != far[name].tobytes()] == []


def test_a_newcomer_is_told_more_the_more_she_can_learn() -> None:
    model = world(scale=0.02, until="2011-12").run()
    people = model.people
    rows = model.young[(people.practice[model.young] == 0) & (people.group[model.young] == 0)]
    rows = rows[people.parent[rows] == 0]
    told = choices.pay_ahead(model, rows) / model.market.posted_rate[people.place[rows], 0]
    assert (told > 0.0).all()
    here = people.place[rows] == np.bincount(people.place[rows]).argmax()
    assert np.corrcoef(told[here], people.talent[rows[here]])[0, 1] > 0.9
