"""Skill differs and pays (E4): talent, what a newcomer is told."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.codes import Presence, Stage
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import choices, jobs
from batiksim.rules import contracts
from batiksim.scenario import Scenario
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


def told_ahead(model: BatikModel, rows: np.ndarray) -> np.ndarray:
    """By how much the pay that newcomers of hand work are told of exceeds what is posted at entry skill."""
    posted = model.market.posted_rate[model.people.place[rows], 0]
    return choices.weigh(model, rows, whole=True)[1].pay[:, 0] / posted - 1.0


def test_a_newcomer_is_told_more_the_more_she_can_learn() -> None:
    model = world(scale=0.02, until="2011-12").run()
    people = model.people
    rows = model.young[(people.practice[model.young] == 0) & (people.group[model.young] == 0)]
    rows = rows[people.parent[rows] == 0]
    told = told_ahead(model, rows)
    assert (told > 0.0).all()
    here = people.place[rows] == np.bincount(people.place[rows]).argmax()
    assert np.corrcoef(told[here], people.talent[rows[here]])[0, 1] > 0.9


def test_without_fine_cloth_its_premium_moves_nothing() -> None:
    parts = [
        everything(world({"demand.fine_share": 0.0, "contracts.fine_premium": premium}, scale=0.02).run())
        for premium in (0.0, 1.0)
    ]
    assert [name for name in parts[0] if parts[0][name].tobytes() != parts[1][name].tobytes()] == []


def test_orders_of_the_start_are_what_firms_serve_whatever_the_share_of_fine_cloth() -> None:
    plain, fine = (world({"demand.fine_share": share}, until="2011-01") for share in (0.0, 0.6))
    assert (fine.market.demand_start[:, 0] > 1.1 * plain.market.demand_start[:, 0]).any()
    for model in (plain, fine):
        before = model.owners.orders.copy()
        model.run()
        np.testing.assert_allclose(model.owners.orders, before)
    table = fine.results().set_index("place")["market.fine_unfilled"]
    assert (table[["all", "city", "regency"]] > 0.2).all()


def test_work_of_masters_in_hand_work_is_worth_more_by_the_premium_of_fine_cloth() -> None:
    model = world({"contracts.fine_premium": 1.0}, scale=0.02, until="2011-02").run()
    people, rows = model.people, model.batik[model.people.employer[model.batik] >= 0]
    people.skill[rows], people.practice[rows] = 0.8, 1000
    people.practice[rows[::2]] = 0
    found, _, own = jobs.worth(model)
    assert (found == rows).all()
    plain = contracts.output(
        people.skill[rows], model.now["contracts.unskilled_output"], model.now["skill.reference"]
    )
    premium = own / plain - 1.0
    hand, there = people.group[rows] == 0, model.owners.place[people.employer[rows]]
    expected = np.where(hand & model.masters(rows), model.market.fine_premium[there], 0.0)
    np.testing.assert_allclose(premium, expected, atol=1e-12)
    assert expected.max() == 1.0  # there is fine cloth enough for all masters


def test_more_masters_serve_more_of_the_fine_orders() -> None:
    model = world(scale=0.02, until="2011-03").run("2011-02")
    unfilled = model.value("market.fine_unfilled")
    people, rows = model.people, model.batik
    people.skill[rows], people.practice[rows] = 1.0, 1000
    model.step()
    assert unfilled > 0.0 and model.value("market.fine_unfilled") == 0.0


def trained(**options: object) -> tuple[BatikModel, BatikModel]:
    """A region without and with courses for seekers and school leavers only, as many as there are."""
    about = {"seats": 1e6, "strength": 1.0, "who": ("seekers", "school_leavers"), **options}
    base = Scenario.default()
    policy = base.with_intervention("training", since="2011-02", **about)
    return tuple(BatikModel(one, seed=3, scale=0.02, until="2013-12").run() for one in (base, policy))


def test_courses_for_outsiders_let_them_attain_more_and_tell_them_so() -> None:
    plain, courses = trained()
    people = courses.people
    taught = np.flatnonzero((people.attended > 0) & (people.presence == Presence.SIMULATED))
    assert taught.size and (people.talent[taught] >= plain.people.talent[taught]).all()
    grown = taught[people.talent[taught] > plain.people.talent[taught] + 1e-3]
    outside = grown[(people.stage[grown] != Stage.BATIK) & (people.group[grown] == 0)]
    assert outside.size
    told, before = (told_ahead(model, outside).mean() for model in (courses, plain))
    assert told > before
    rest = np.setdiff1d(np.arange(plain.people.n), np.flatnonzero(people.attended))
    assert (people.talent[rest] == plain.people.talent[rest]).all()


def test_a_course_takes_in_whom_it_names() -> None:
    for who, stage in ((("seekers",), Stage.SEEKING), (("school_leavers",), Stage.SCHOOL)):
        scenario = Scenario.default().with_intervention("training", since="2011-01", seats=1e6, who=who)
        model = BatikModel(scenario, seed=3, scale=0.02, until="2011-02")
        before = model.people.stage.copy()
        model.step()
        seated = np.flatnonzero(model.people.attended > 0)
        assert seated.size and (before[seated] == stage).all()


def test_a_course_of_no_use_for_talent_raises_none() -> None:
    kept = {"skill.course_talent": 0.0}
    scenario = Scenario.default().but(kept).with_intervention("training", since="2011-02", seats=1e6)
    model = BatikModel(scenario, seed=3, scale=0.01, until="2012-12")
    before = model.people.talent.copy()
    model.run()
    assert (model.people.talent[: before.size] == before).all()
