"""Runs in which the array model and its twin are compared: calm ones, and wild ones for what is rare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from batiksim.scenario.interventions import Intervention, kinds
from batiksim.world.geography import load_places

LONG = "2020-06"


@dataclass(frozen=True)
class Case:
    """One pair of runs: which parameters differ from the baseline, how long, how large."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    until: str = "2012-06"
    scale: float = 0.01
    seed: int = 1
    policies: tuple[Intervention, ...] = ()


def early(name: str, value: Any, until: str = "2012-02") -> dict[str, Any]:
    """A value that comes after some months and goes again."""
    return {name: {f"2011-07..{until}": value}}


def shipped(name: str, **about: Any) -> Intervention:
    """A policy that ships with batiksim, everywhere, with seats for many."""
    kind = kinds()[name]
    options = kind.usual
    if "seats" in options:
        options["seats"] = 20_000.0
    options |= about.pop("options", {})
    usual: dict[str, Any] = {"start": 2, "end": 14, "ramp": 4, "coverage": 0.8, "where": load_places().id}
    return Intervention(name, options=options, **(usual | about))


def for_some() -> tuple[Intervention, ...]:
    """Policies for women, the young, the poorly paid, members: those whom policies single out."""
    return (
        shipped("apprenticeship", who=("women",), strength=2e6, options={"seats": 300.0}),
        shipped("apprenticeship", who=("men", "hand"), strength=1e6, budget=1e10),
        shipped(
            "apprenticeship",
            who=("school_leavers",),
            strength=None,
            options={"stipend": 0.5, "seats": 900.0, "practice": 60.0},
        ),
        shipped("wage_subsidy", who=("casual", "masters"), strength=3e5, options={"most_pay": 6e5}),
        shipped("wage_subsidy", who=("stamp", "direct"), strength=2e5, where=("jenggot", "kab-buaran")),
        shipped("social_protection", who=("members", "apprentices"), strength=1e5),
        shipped("role_models", who=("women",), strength=0.6),
        shipped("training", who=("casual", "women"), budget=3e10),
        shipped("certification", strength=0.6, options={"valid": 5.0}),
        shipped("young_entrepreneurs", strength=0.9, options={"max_age": 60.0, "again": 2.0}),
        shipped("micro_credit", strength=1.0, options={"amount": 5e7, "months": 6.0}),
        shipped("vocational_school", strength=1.0),
        shipped("wage_floor", strength=0.3, options={"floor": 0.6}),
        shipped("wage_floor", who=("casual",), strength=0.6, options={"floor": 0.9}),
        shipped("wage_floor", who=("direct",), strength=0.4, options={"floor": 0.7}),
        shipped("inspections", who=("casual",), strength=30.0, where=("jenggot", "kab-buaran")),
        shipped("inspections", strength=60.0, options={"floor": 0.8, "fine": 0.0, "arrears": 24.0}),
    )


NATION = load_places("national").id

CASES: dict[str, Case] = {
    "the nation": Case(
        {"start.places": "national", "choice.reconsider_youth": 0.2},
        scale=0.002,
        policies=(shipped("certification", where=NATION), shipped("training", where=NATION[::2])),
    ),
    "baseline": Case(scale=0.02, until="2012-12"),
    "baseline, seed 2": Case(seed=2, until="2013-03"),  # through the flood of January 2013
    "baseline, seed 3": Case(seed=3, until="2012-12"),
    "ten years to Covid": Case(seed=4, scale=0.004, until=LONG),
    "wage floor": Case({**early("wage.compliance", 0.6), "contracts.surplus_stamp": 1.1}),
    "costs rise": Case(
        {
            "demand.pass_through": 1.0,
            "demand.price_elasticity": 1.5,
            "wage.compliance": {"2011-01": 0.0, "2013-02": 0.9},
        },
        until="2013-12",
    ),
    "brokers": Case(
        {
            "contracts.brokered": 0.95,
            "contracts.two_tier": 0.5,
            "firms.small": 6,
            "contracts.surplus_cut": 0.35,
            "lifecycle.separation_small": 0.2,
            "lifecycle.separation_large": 0.15,
            "matching.block": 0.0,
        }
    ),
    "skill ceiling": Case(
        {"skill.ceiling_dynamics": True, "skill.ceiling_alpha": 0.9, "skill.forgetting": 0.1},
        until="2012-12",
    ),
    "many founders": Case(
        {
            "firms.founding": 4.0,
            "firms.founding_empowerment": 5.0,
            "firms.founder_most_age": 70,
            "skill.master": 0.3,
            "skill.master_years": 0.5,
            "firms.living_cost": {"2011-01": 0.5, "2012-01": 2.0},
            "firms.credit_months": 24,
            "lifecycle.owner_retirement_least": 41,
            "lifecycle.owner_retirement_mode": 45,
            "lifecycle.owner_retirement_most": 55,
            "firms.heir_prepared": 1.0,
            "firms.closure_without_heir": 0.5,
        },
        until="2013-12",
    ),
    "orders collapse": Case(
        {
            "demand.trend": {"2011-01": -0.015, "2011-04": -0.5},
            "demand.days_least": 0.8,
            "garment.growth": -0.15,
            "contracts.brokered": 0.5,
            "firms.idle_months": 6,
            "firms.poor_months": 3,
            "firms.own_labour": 0.0,
        },
    ),
    "laid off between the seasons": Case(
        {
            "demand.days_least": 1.0,
            "demand.adjustment_months": 1.5,
            "lifecycle.recall_months": {"2011-01": 9, "2012-03": 0},
            "lifecycle.recall_accept": 0.6,
            "choice.batik": -4,
            "choice.garment": 2,
            "choice.reconsider_older": 0.1,
        },
        scale=0.02,
    ),
    "orders boom": Case(
        {
            "demand.trend": 0.4,
            "demand.loss": 2.0,
            "skill.pupils_per_master": 0.2,
            "lifecycle.separation_small": 0.1,
            "choice.reconsider_older": 0.03,
            "choice.batik": 1.5,
            "matching.block": 0.02,
            "contracts.scarcity": 0.9,
            "population.commuting": 0.6,
            "population.late_entry_years": 3,
        }
    ),
    "slack and season": Case(
        {
            "demand.days_least": 1.0,
            "demand.adjustment_months": 1.5,
            "lifecycle.search_months": 1,
            "lifecycle.recall_accept": 0.3,
        },
        until="2012-12",
    ),
    "idle firms": Case(
        {
            "firms.idle_months": 2,
            "lifecycle.separation_small": 0.5,
            "lifecycle.separation_large": 0.5,
            "choice.batik": -8,
        }
    ),
    "poor firms": Case(
        {
            "lifecycle.recall_months": 0,
            "firms.poor_months": 2,
            "firms.own_labour": 0.0,
            "firms.start_money": 60,
            "demand.trend": {"2011-01": -0.015, "2011-04": -0.5},
            "lifecycle.separation_small": 0.5,
            "lifecycle.separation_large": 0.5,
            "choice.batik": -8,
        }
    ),
    "restless youth": Case(
        {
            "choice.reconsider_youth": 0.4,
            "choice.reconsider_adult": 0.3,
            "choice.reconsider_older": 0.2,
            "choice.conformity": 6.0,
            "choice.image": 3.0,
            "online.adoption": 1.0,
            "online.interest": 0.9,
            "other.offer": 0.9,
            "other.loss_young": 0.1,
            "garment.loss": 0.2,
            "choice.hope_fades": 0.2,
            "choice.more_acceptances": 0.5,
            "choice.contact_gate": 0.9,
            "matching.block": {"2011-01": 0.05, "2011-09": 0.03},
            "learning.weight_employer": 0.9,
            "lifecycle.search_months": 2,
        }
    ),
    "young committees": Case(
        {
            "committee.leave_age": 45,
            "committee.join_age": 70,
            "committee.recruitment": 1.0,
            "skill.master": 0.5,
            "skill.master_years": 0.5,
            "interest.vertical_against": 0.0,
        }
    ),
    "learning switched off": Case(
        {"learning.capital": False, **early("learning.information", False), **early("learning.skills", False)}
    ),
    "no information": Case({"learning.information": False, "learning.togetherness": False}, until="2011-12"),
    "every policy": Case(
        {"choice.reconsider_older": 0.05, "choice.reconsider_youth": 0.2, "choice.batik": 1.0},
        policies=(*(shipped(name) for name in kinds()), shipped("social_protection", strength=5e5)),
        scale=0.02,
    ),
    "policies for some": Case(
        {
            "firms.start_money": 0.5,
            "learning.speed": 0.3,
            "choice.reconsider_youth": 0.2,
            "school.leave_junior": 15.2,
        },
        policies=for_some(),
        scale=0.02,
    ),
    "uniforms by number": Case(
        early("season.peak", 0.9, "2012-04"),
        policies=(
            shipped("uniform_procurement", options={"quantity": 5e6, "price": 250_000.0, "instead": 0.1}),
            shipped("demand_promotion", strength=0.2, where=("jenggot", "kauman")),
        ),
    ),
    "every lever": Case(
        policies=(
            Intervention("everything_at_once", start=4, end=20, ramp=6, strength=0.1),
            Intervention("everything_at_once", start=10, end=11, strength=-0.05),
        )
    ),
}

# What must have happened in one of the runs, so that agreement means something.
MUST_HAPPEN = {
    "direct contract won",
    "costs passed on",
    "savings passed on",
    "founding",
    "founder's firm closes",
    "succession by heir",
    "succession by buyer",
    "closure: no successor",
    "closure: money",
    "closure: no staff for long",
    "closure: poor without staff",
    "late entry",
    "return to batik",
    "first batik job",
    "two-tier contract",
    "layoff, brokered",
    "layoff, direct",
    "factory layoff",
    "batik worker leaves for a factory",
    "job ended because it does not pay",
    "post not opened because it does not pay",
    "post unfilled for more than a month",
    "block of some places",
    "recalled",
    "waits for orders",
    "waits no more",
    "laid off, at work elsewhere",
    "looks on in another place",
    "committee member left",
    "committee member joined",
    "retirement from batik",
    "retirement from elsewhere",
    "founder retires",
    "settled at thirty-five",
    "followed on at thirty-five",
    "to the home",
    "to other work",
    "firm goes online",
    "flood",
    "shock to orders",
    "month in debt",
    "gives up the search",
    "skill above the attainable",
    "fine cloth without a master",
    "masters at plain cloth",
    "left the count at sixty",
    "turned fifteen",
    "course",
    "course of an outsider",
    "talent raised by a course",
    "certificate",
    "new design",
    "pays the floor for fear of a fine",
    "loan",
    "pupil of a craft school",
    "founding with help",
    "job in a nearby place",
    "separation, small firm",
    "separation, large firm",
    "masters lack time",
    "novice with a parent in batik",
    "slack month",
    "overtime month",
    "late applicant of an age the pool lacks",
    "seeks after batik",
    "other work lost",
    "factory work lost",
    "offer refused for hope of a better one",
    "batik accepted after all",
}
