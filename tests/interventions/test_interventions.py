"""Every kind of intervention moves what it should, through what it claims and nothing else.

That strength 0, coverage 0 and the months before the start leave everything as it was, to the last bit, is in
`test_invariants_policy.py`, for every kind that is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from batiksim.codes import COMPONENTS
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import enrolment
from batiksim.scenario.interventions import Intervention, closable, kinds
from batiksim.world.geography import load_places
from tests.support.worlds import LIVELY, SEED, everything, scenario

SCALE, UNTIL, START = 0.01, "2013-12", 12
ALL = load_places().id
# A region in which everything that measures could change happens often.
WORLD = {
    **LIVELY,
    "firms.living_cost": 1.3,
    "firms.start_money": 0.3,
    "firms.credit_months": 0.2,
    "learning.speed": 0.5,
    "committee.start_least_age": 55,
    "committee.start_most_age": 69,
    "committee.join_age": 60,
    "skill.master": 0.4,
    "skill.master_years": 1,
    "choice.reconsider_youth": 0.2,
    "choice.reconsider_adult": 0.1,
    "choice.image": 3.0,
    "demand.loss": 0.0,
    "flood.severity": 5.0,
    "choice.batik": -1.5,  # more want batik where more is done for it
}
# Seats for everybody, and what else it takes to see a kind at work within two years.
AMPLE = {"seats": 1e6, "granted": 1.0, "second_broker": 1.0, "amount": 2e8, "rate": 0.0, "months": 120}
LONG = {"vocational_school": ("2016-06", 0)}  # its first pupils leave school after three and a half years


def measure(kind: str, **more: Any) -> Intervention:
    """A measure of this kind everywhere from 2012, as strong as it can be unless told otherwise."""
    about = kinds()[kind]
    options = {
        name: AMPLE.get(name, usual) if name != "months" or kind == "micro_credit" else usual
        for name, usual in about.usual.items()
    }
    options |= more.pop("options", {})
    strength = about.strength.high if about.strength else None
    plain: dict[str, Any] = {"start": LONG.get(kind, ("", START))[1], "end": 599, "where": ALL}
    plain |= {"strength": strength, "by": about.payer} | more
    return Intervention(kind, options=options, **plain)


def run(*measures: Intervention, until: str = UNTIL, **changes: Any) -> BatikModel:
    settings = scenario({**WORLD, **changes}, *measures)
    return BatikModel(settings, seed=SEED, scale=SCALE, until=until).run()


def horizon(kind: str) -> str:
    return LONG.get(kind, (UNTIL, START))[0]


@cache
def baseline(until: str = UNTIL) -> BatikModel:
    return run(until=until)


@cache
def at_work(kind: str) -> BatikModel:
    return run(measure(kind), until=horizon(kind))


def differences(one: BatikModel, other: BatikModel, but: set[str] = frozenset()) -> list[str]:
    """Names of the columns and counts that differ, apart from money spent on measures and their registers."""
    ours, theirs = everything(one), everything(other)
    books = {"results", "person.attended", *but}
    same = {name for name in ours if ours[name].tobytes() == theirs[name].tobytes()}
    return sorted(ours.keys() - same - books)


@pytest.mark.parametrize("kind", kinds())
def test_it_moves_what_it_says_in_the_direction_it_says(kind: str) -> None:
    assert kinds()[kind].sign, "say in data/interventions.yaml which indicators it raises or lowers"
    tables = []
    for model in (baseline(horizon(kind)), at_work(kind)):
        table = model.results()
        tables.append(table[(table["place"] == "all") & (table["month"] >= "2012-01")])
    for indicator, sign in kinds()[kind].sign.items():
        before, after = (float(table[indicator].mean()) for table in tables)
        assert sign * (after - before) > 0.0, f"{indicator}: {before} -> {after}"


def component(name: str) -> Callable[[Any], None]:
    number = COMPONENTS.index(name)

    def close(model: Any) -> None:
        model.levers.teaching[:, :, number] = 0.0
        model.decisions.courses = [one for one in model.decisions.courses if one.component != number]

    return close


def lever(*names: str) -> Callable[[Any], None]:
    def close(model: Any) -> None:
        for name in names:
            getattr(model.levers, name)[:] = 0.0

    return close


def decided(*names: str) -> Callable[[Any], None]:
    def close(model: Any) -> None:
        for name in names:
            getattr(model.decisions, name).clear()

    return close


# What a kind may move for each thing that it says it acts on.
CLAIMS: Mapping[str, Callable[[Any], None]] = {
    **{name: component(name) for name in COMPONENTS},
    "surplus_cut": lever("surplus_cut"),
    "tiers": lever("brokered", "two_tier"),
    "bargaining_share": lever("bargaining_share"),
    "wage_floor": decided("floors"),
    "certificate": decided("certificates"),
    "committee": lever("committee_chance", "committee_leave"),
    "exposure": lever("exposure"),
    "skill": decided("schooled"),
    "orders": lever("demand_factor", "bought"),
    "transfer": decided("appeals"),
    "image": decided("appeals"),
    "materials": lever("materials_factor"),
    "online": lever("online"),
    "price": decided("designs"),
    "credit": decided("loans"),
    "founding": decided("invited"),
    "flood": lever("flood_protection"),
}


@pytest.mark.parametrize("kind", kinds())
def test_it_acts_only_through_what_it_claims(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it claims to move held still, everybody lives as without it."""
    claimed = kinds()[kind].acts_on
    assert claimed
    carry_out = enrolment.carry_out
    assert differences(baseline(horizon(kind)), at_work(kind))
    until = "2012-12" if kind not in LONG else horizon(kind)
    without = baseline(until)

    def held_still(model: Any) -> None:
        for thing in claimed:
            CLAIMS[thing](model)
        if set(COMPONENTS) <= set(claimed):
            model.levers.intensity[:] = 0.0
        carry_out(model)

    monkeypatch.setattr(enrolment, "carry_out", held_still)
    assert not differences(without, run(measure(kind), until=until))


@pytest.mark.parametrize("kind", kinds())
def test_it_can_be_kept_from_everything_it_claims(kind: str) -> None:
    """`without` takes back what a measure does to a channel, to the last bit, and lets it act otherwise."""
    channels = closable(kinds()[kind])
    assert channels == kinds()[kind].acts_on
    until = "2012-12" if kind not in LONG else horizon(kind)
    assert not differences(baseline(until), run(measure(kind, without=channels), until=until))


@pytest.mark.parametrize(
    ("kind", "channel", "held", "moved"),
    [
        ("edutourism", "orders", "demand_factor", "exposure"),
        ("edutourism", "exposure", "exposure", "demand_factor"),
        ("subcontract_reform", "tiers", "two_tier", "surplus_cut"),
        ("social_enterprise", "togetherness", "teaching", "flood_protection"),
    ],
)
def test_kept_from_one_channel_it_moves_the_other(kind: str, channel: str, held: str, moved: str) -> None:
    full, part = (run(measure(kind, without=without), until="2012-03") for without in ((), (channel,)))
    assert getattr(full.levers, held).any() and not getattr(part.levers, held).any()
    assert getattr(full.levers, moved).any()
    assert (getattr(full.levers, moved) == getattr(part.levers, moved)).all()


def test_kept_from_one_component_a_cluster_teaches_the_others() -> None:
    full, part = (
        run(measure("cluster_expansion", without=without), until="2012-01") for without in ((), ("skills",))
    )
    number = COMPONENTS.index("skills")
    others = [n for n in range(len(COMPONENTS)) if n != number]
    assert (full.taught[..., number] > part.taught[..., number]).any()
    assert (part.taught[..., number] == baseline("2012-01").taught[..., number]).all()
    assert (full.taught[..., others] == part.taught[..., others]).all()
    assert (full.taught[..., others] > baseline("2012-01").taught[..., others]).any()


LEARNING = {f"learning.{name}": False for name in COMPONENTS}
NO_EXPOSURE = {"interest.vertical": 1.0, "interest.vertical_against": 1.0}
# A switch or parameter that closes the channel, options that do, and the columns that only say who took part.
# Orders, prices and materials have none: a region without them has no work.
CLOSED: dict[str, tuple[dict[str, Any], dict[str, float], set[str]]] = {
    "subcontract_reform": ({"contracts.brokered": 0.0}, {}, {"owner.rate"}),  # of tiers that nobody has
    "direct_contracts": ({"contracts.brokered": 0.0}, {}, set()),
    "cooperative": ({"contracts.bargaining_share": 1.0}, {}, set()),
    "wage_floor": ({}, {"floor": 0.0}, set()),
    "inspections": ({}, {"floor": 0.0}, set()),
    "training": ({"learning.skills": False}, {}, {"person.lessons", "person.lesson_months"}),
    "certification": ({}, {"granted": 0.0}, {"person.certified"}),
    "information": ({"learning.information": False}, {}, set()),
    "cluster_expansion": (LEARNING, {}, set()),
    "committee_renewal": (LEARNING, {}, set()),
    "school_curriculum": (NO_EXPOSURE, {}, set()),
    "edutourism": (NO_EXPOSURE, {"orders": 0.0}, set()),
    "vocational_school": ({"learning.information": False}, {"skill": 0.0}, {"person.lessons"}),
    "apprenticeship": ({"choice.pay": 0.0}, {}, set()),
    "wage_subsidy": ({"choice.pay": 0.0}, {}, set()),
    "social_protection": ({"choice.pay": 0.0}, {}, set()),
    "role_models": ({"choice.image": 0.0}, {}, set()),
    "digital_marketing": (
        {f"online.{part}": 0.0 for part in ("reach", "price", "direct", "direct_sales", "interest")},
        {},
        {"owner.online"},
    ),
    "micro_credit": ({"learning.capital": False}, {}, set()),
    "finance_expo": ({"learning.capital": False}, {}, set()),
    "young_entrepreneurs": ({"learning.capital": False}, {}, set()),
    "flood_protection": ({"flood.severity": 0.0}, {}, set()),
    "social_enterprise": ({"flood.severity": 0.0, "learning.togetherness": False}, {}, set()),
}


@pytest.mark.parametrize("kind", CLOSED)
def test_its_effect_vanishes_when_its_channel_is_closed(kind: str) -> None:
    changes, options, registers = CLOSED[kind]
    until = "2012-12" if kind not in LONG else "2012-06"
    one = run(until=until, **changes)
    other = run(measure(kind, options=options), until=until, **changes)
    assert not differences(one, other, registers)
