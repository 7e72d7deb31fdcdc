"""Seats, budgets, costs, loans and certificates of interventions: what is given out, to whom, who pays."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from batiksim.codes import STAKEHOLDERS, Presence, Sex, Stage, Tier
from batiksim.interventions import act, delivery
from batiksim.model.batik_model import BatikModel
from batiksim.scenario.interventions import Intervention, kinds
from tests.interventions.test_interventions import ALL, SCALE, START, UNTIL, WORLD, at_work, measure
from tests.support.worlds import SEED, months, world

FINANCE = STAKEHOLDERS.index("finance")
SEATED = [name for name, kind in kinds().items() if "seats" in kind.options]
AT_A_TIME = {"apprenticeship"}


def region(*measures: Intervention, until: str = UNTIL, scale: float = SCALE, **changes: Any) -> BatikModel:
    return world({**WORLD, **changes}, *measures, seed=SEED, scale=scale, until=until)


def costs(model: BatikModel) -> np.ndarray:
    """IDR of every month left, at the scale of the run, without what lenders lost."""
    spent = []
    for _ in months(model):
        assert (model.costs >= 0.0).all()
        lost = np.zeros(model.costs.shape)
        lost[FINANCE] = model.flows["lost"]
        spent.append((model.costs - lost).sum())
    return np.array(spent)


@cache
def waiting(scale: float) -> BatikModel:
    """A region on the eve of 2012 in which every kind finds somebody: measures can be tried on it, as they
    decide and touch nobody.
    """
    model = region(scale=scale, until="2012-12").run("2011-12")
    model.month += 1
    model.now.month += 1
    model.owners.capital[:] = np.minimum(model.owners.capital, 1e7)
    return model


def decide(model: BatikModel, one: Intervention) -> BatikModel:
    """Let one measure act once, by itself, on a region that stays as it is."""
    model.levers.reset()
    model.decisions.purses.clear()
    model.decisions.begin_month(1)
    model.decisions.current = 0
    model.reset_flows()
    model.market.output = np.maximum(model.market.output, 1.0)
    act(one.kind)(model, one, 1.0)
    return model


def seat_cost(one: Intervention) -> float:
    """IDR for one person, firm or place that the measure serves."""
    if one.kind in ("apprenticeship", "wage_subsidy", "social_protection"):
        return delivery.unit_cost(one) * delivery.strength(one)
    return delivery.unit_cost(one) * (delivery.option(one, "amount") if one.kind == "micro_credit" else 1.0)


@pytest.mark.parametrize("name", kinds())
def test_it_costs_something_only_from_start_to_end(name: str) -> None:
    spent = costs(region(measure(name, start=START, end=START + 11)))
    assert not spent[:START].any() and not spent[START + 12 :].any()
    assert spent[START : START + 12].any()


@pytest.mark.parametrize("name", kinds())
def test_whoever_is_named_pays(name: str) -> None:
    for payer in STAKEHOLDERS[:2]:
        model = decide(waiting(0.05), measure(name, by=payer))
        paid = model.costs.sum(axis=1)
        assert paid[STAKEHOLDERS.index(payer)] == paid.sum() > 0.0


@pytest.mark.parametrize("name", kinds())
def test_a_budget_is_never_exceeded_and_binds(name: str) -> None:
    spent = costs(region(measure(name, start=START), until="2012-12"))[START:]
    budget = 0.4 * spent.sum() / SCALE
    capped = costs(region(measure(name, start=START, budget=budget), until="2012-12"))[START:]
    allowed = budget * SCALE * np.arange(1, 13) / 12.0
    assert (np.cumsum(capped) <= allowed * (1.0 + 1e-9)).all()
    assert 0.0 < capped.sum() < spent.sum()


def test_a_budget_is_spent_once_by_a_policy_with_two_parts() -> None:
    who = ("youth", "school_leavers")
    for budget in (1e9, 1e10):
        model = decide(waiting(0.05), measure("information", who=who, budget=budget))
        assert 0.0 < model.costs.sum() <= budget * 0.05 / 12.0 * (1.0 + 1e-9)


@pytest.mark.parametrize("name", SEATED)
def test_seats_are_never_exceeded(name: str) -> None:
    seats = 400.0
    one = measure(name, start=START, options={"seats": seats})
    given = costs(region(one, until="2013-12"))[START:] / seat_cost(one)
    if name in AT_A_TIME:
        assert 0.0 < given.max() <= seats * SCALE * (1.0 + 1e-9)
    else:
        allowed = seats * SCALE * np.arange(1, given.size + 1) / 12.0 + 0.5
        assert given.sum() > 0.0
        assert (np.cumsum(given) <= allowed * (1.0 + 1e-9)).all()


@pytest.mark.parametrize("name", kinds())
def test_small_regions_cost_what_large_ones_do(name: str) -> None:
    """Of the same region at two scales, per head; the sample is a tenth of the other, so the error is its."""
    few, many = (float(decide(waiting(s), measure(name)).costs.sum()) / s for s in (0.02, 0.2))
    units = few / seat_cost(measure(name)) * 0.02  # as many people, firms or places as were counted
    assert few == pytest.approx(many, rel=0.1 + 3.0 / np.sqrt(max(units, 1.0)))


def seated(who: tuple[str, ...], name: str = "training", **options: float) -> tuple[Any, np.ndarray]:
    model = decide(waiting(0.05), measure(name, who=who, options=options))
    rows = {
        "training": lambda: model.decisions.attending,
        "certification": lambda: [one.rows for one in model.decisions.certificates],
        "apprenticeship": lambda: [one.holders for one in model.decisions.appeals],
        "design_technology": lambda: [one.rows for one in model.decisions.designs],
    }[name]()
    return model, np.concatenate(rows)


@pytest.mark.parametrize(
    ("who", "column", "value"),
    [
        (("women",), "sex", Sex.WOMAN),
        (("men",), "sex", Sex.MAN),
        (("hand",), "group", 0),
        (("stamp",), "group", 1),
        (("direct",), "tier", Tier.DIRECT),
        (("members",), "tier", Tier.DIRECT),
    ],
)
def test_a_policy_serves_those_it_names(who: tuple[str, ...], column: str, value: int) -> None:
    model, rows = seated(who)
    assert rows.size and (getattr(model.people, column)[rows] == value).all()
    assert rows.size < seated(())[1].size


def test_words_of_one_kind_widen_and_of_different_kinds_narrow() -> None:
    model, women = seated(("women", "casual"))
    assert (model.people.sex[women] == Sex.WOMAN).all() and (model.people.tier[women] > 0).all()
    both = seated(("direct", "casual"))[1]
    assert both.size == seated(("direct",))[1].size + seated(("casual",))[1].size


def test_ages_practice_and_mastery_limit_whom_a_policy_serves() -> None:
    model, rows = seated((), min_age=20.0, max_age=24.0)
    age = (model.month - model.people.birth[rows]) // 12
    assert rows.size and age.min() >= 20 and age.max() <= 24
    masters = seated(("masters",))[1]
    others = seated(("apprentices",))[1]
    assert masters.size and others.size and not np.intersect1d(masters, others).size
    model, rows = seated((), "apprenticeship", practice=6.0, max_age=75.0)
    assert rows.size and (model.people.practice[rows] < 6).all()


def test_cluster_members_are_firms_of_organised_places_and_whom_they_employ_directly() -> None:
    model, firms = seated(("members",), "design_technology")
    assert firms.size and (model.owners.member[firms] == 1).all()
    model, rows = seated(("members",))
    assert (model.owners.member[model.people.employer[rows]] == 1).all()


def test_the_same_people_are_served_first_whatever_else_there_is() -> None:
    """Luck belongs to person, kind and month: fewer seats serve some of those whom more seats serve."""
    few, more = (seated((), seats=seats)[1] for seats in (12 * 100.0, 12 * 400.0))
    assert 0 < few.size < more.size and np.isin(few, more).all()


def test_a_certificate_is_valid_for_three_years_and_raises_the_pay_of_some() -> None:
    model = at_work("certification")
    people = model.people
    held = np.flatnonzero(people.certified >= 0)
    assert (people.certified[held] <= model.month + 35).all()
    half = region(measure("certification", options={"granted": 0.5, "passes": 0.5}), until="2012-01").run()
    holders = half.batik[half.people.certified[half.batik] >= 0]
    assert holders.size < half.batik.size
    raised = half.people.premium[holders] > 0.0
    assert raised.any() and not raised.all()
    assert (half.people.certified[holders] == START + 35).all()
    employed = holders[half.people.employer[holders] >= 0]
    owner, group = half.people.employer[employed], half.people.group[employed]
    assert (half.owners.income >= 0.0)[np.unique(owner)].all()  # the rise never exceeds the owner's part
    assert group.size


def test_loans_are_lent_repaid_or_lost_and_nothing_else() -> None:
    one = measure("micro_credit", options={"amount": 2e8, "rate": 0.06, "months": 24.0})
    model = region(one, until="2013-12", **{"firms.living_cost": 3.0})
    lent = repaid = lost = 0.0
    for _ in months(model):
        lent, repaid, lost = (
            total + model.flows[name].sum()
            for total, name in ((lent, "lent"), (repaid, "repaid"), (lost, "lost"))
        )
        assert lent == pytest.approx(repaid + lost + model.owners.debt.sum())
        assert model.costs[FINANCE].sum() >= model.flows["lost"].sum()
    assert min(lent, repaid, lost) > 0.0
    assert not model.owners.debt[model.owners.open == 0].any()


def test_a_stipend_is_paid_to_apprentices_month_by_month() -> None:
    one = measure("apprenticeship", strength=500_000.0, options={"seats": 2000.0, "max_age": 40.0})
    model = region(one, until="2012-12")
    for month in months(model):
        support = model.flows["support"].sum()
        if month < START:
            assert not support
            continue
        (appeal,) = model.decisions.appeals
        assert appeal.holders is not None
        assert support == appeal.holders.size * 500_000.0 > 0.0
        assert model.costs.sum() == pytest.approx(1.1 * support)


def test_pupils_of_a_vocational_school_know_the_craft_when_they_leave() -> None:
    one = measure("vocational_school", start=0)
    model = region(one, until="2015-06").run()
    people = model.people
    left = (people.presence == Presence.SIMULATED) & (people.stage != Stage.SCHOOL)
    graduates = left & (people.birth > -15 * 12) & (people.practice == 0) & (people.skill > 0.0)
    assert graduates.sum() > 10
    school = (people.presence == Presence.SIMULATED) & (people.stage == Stage.SCHOOL) & (people.skill > 0.0)
    skill = delivery.option(one, "skill")
    assert (people.skill[school] == skill).all()  # nothing is forgotten before they leave
    assert (people.skill[graduates] < skill).all() and (people.skill[graduates] > 0.9 * skill).all()


def test_places_outside_a_policy_get_nothing() -> None:
    for name in kinds():
        model = decide(waiting(0.05), measure(name, where=("kauman", "bojong")))
        there = np.array([place in ("kauman", "bojong") for place in ALL])
        assert not model.costs[:, ~there].any(), name
        assert model.costs[:, there].any(), name
