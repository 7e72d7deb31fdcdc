"""Small made-up regions for tests of what is measured: plain arrays in the place of tables and a model."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from batiksim.codes import STAKEHOLDERS, Schooling, Stage, names
from batiksim.state.state import FLOWS, Flows

MONTH = 11
SETTINGS = {
    "skill.master": 0.8,
    "skill.master_years": 5.0,
    "learning.survey_efficacy": 1.5,
    "firms.small": 2.0,
    "garment.pay": 0.9,
    "other.loss_older": 0.02,
    "other.finding_older": 0.08,
}
STAGE = {name: code for code, name in enumerate(names(Stage))}


@dataclass
class Places:
    """What the recorder reads of places."""

    id: tuple[str, ...]
    region: np.ndarray
    organised: np.ndarray
    workers_table1: np.ndarray

    def __len__(self) -> int:
        return len(self.id)


def people(rows: list[tuple[Any, ...]]) -> SimpleNamespace:
    """People from rows of place, age, sex, group, stage, employer, tier, pay, skill, practice, hired, z."""
    place, age, sex, group, stage, employer, tier, pay, skill, practice, hired, interest = zip(
        *rows, strict=True
    )
    n = len(rows)
    return SimpleNamespace(
        id=np.arange(n, dtype=np.int64),
        place=np.array(place, dtype=np.int8),
        birth=np.array([MONTH + 1 - 12 * years for years in age], dtype=np.int32),
        sex=np.array(sex, dtype=np.int8),
        group=np.array(group, dtype=np.int8),
        stage=np.array([STAGE[name] for name in stage], dtype=np.int8),
        employer=np.array(employer, dtype=np.int32),
        tier=np.array(tier, dtype=np.int8),
        pay=np.array(pay, dtype=np.float64),
        rate=1.2 * np.array(pay, dtype=np.float64),  # five days of six were worked
        skill=np.array(skill, dtype=np.float64),
        practice=np.array(practice, dtype=np.int32),
        hired=np.array(hired, dtype=np.int32),
        interest=np.array(interest, dtype=np.int8),
        schooling=(np.arange(n) % len(Schooling)).astype(np.int8),
        certified=np.full(n, -1, dtype=np.int32),
        learning=np.zeros((n, 5)),
    )


def owners(rows: list[tuple[Any, ...]]) -> SimpleNamespace:
    """Owners from rows (place, age, open, order_only, online, member, hand staff, stamp staff)."""
    place, age, is_open, order_only, online, member, hand, stamp = zip(*rows, strict=True)
    return SimpleNamespace(
        id=np.arange(len(rows), dtype=np.int64) + 10_000,
        n=len(rows),
        place=np.array(place, dtype=np.int8),
        birth=np.array([MONTH + 1 - 12 * years for years in age], dtype=np.int32),
        open=np.array(is_open, dtype=np.int8),
        order_only=np.array(order_only, dtype=np.int8),
        online=np.array(online, dtype=np.int8),
        member=np.array(member, dtype=np.int8),
        staff=np.column_stack((hand, stamp)).astype(np.int32),
        learning=np.zeros((len(rows), 5)),
    )


def state(places: Places, who: SimpleNamespace, firms: SimpleNamespace, **given: Any) -> SimpleNamespace:
    """A state of month 11 around people whose rows from the first under 35 on are sorted by birth."""
    age = (MONTH + 1 - who.birth) / 12
    first = int(np.argmax(age < 35))
    n = len(places)
    stages = np.zeros((3, n, len(Stage), len(Schooling), 2), dtype=np.int64)
    ages = (age >= 25).astype(int) + (age >= 35)
    for one in zip(ages, who.place, who.stage, who.schooling, who.interest == 1, strict=True):
        stages[tuple(int(code) for code in one)] += 1
    known = {
        "month": MONTH, "last": MONTH, "seed": 1, "scale": 1.0,
        "places": places, "people": who, "owners": firms,
        "young": np.arange(first, age.size), "older": np.arange(first),
        "batik": np.flatnonzero(who.stage == Stage.BATIK), "former": np.zeros(0, dtype=np.int64),
        "now": SETTINGS, "umk": np.full(n, 1e6),
        "active": np.full(n, 10.0), "settled_active": np.full(n, 5.0),
        "committee_strength": np.ones(n), "taught_alone": np.zeros((n, 5)),
        "flows": Flows(n), "staff": firms.staff.sum(axis=1), "costs": np.zeros((len(STAKEHOLDERS), n)),
        "stages": stages,
    }  # fmt: skip
    return SimpleNamespace(**known | given)


def tiny_region() -> SimpleNamespace:
    """Three places, twelve people, three open firms: small enough to know every answer (tiny_region.csv)."""
    places = Places(
        ("medono", "kauman", "bojong"), np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([142, 434, 0])
    )
    who = people(
        [  # place, age, sex, group, stage, employer, tier, pay, skill, practice, hired, interest
            (0, 55, 0, 0, "batik", 0, 0, 200_000, 0.9, 132, 0, 1),
            (0, 40, 1, 1, "batik", 0, 1, 600_000, 0.5, 30, 3, 0),
            (1, 45, 0, 0, "batik", 1, 0, 300_000, 0.8, 60, -12, 1),
            (2, 36, 0, 0, "home", -1, -1, 0, 0.4, 9, 0, 0),
            (1, 28, 0, 0, "batik", 1, 2, 500_000, 0.4, 90, 6, 0),
            (2, 26, 1, 1, "garment", -1, -1, 0, 0.0, 0, 0, 0),
            (2, 24, 0, 0, "batik", 2, 0, 160_000, 0.3, 12, 11, 1),
            (2, 22, 1, 1, "batik", -1, -1, 0, 0.1, 2, 0, 0),
            (0, 20, 0, 0, "seeking", -1, -1, 0, 0.0, 0, 0, 0),
            (0, 18, 1, 1, "school", -1, -1, 0, 0.0, 0, 0, 1),
            (1, 17, 0, 0, "other", -1, -1, 0, 0.0, 0, 0, 0),
            (0, 16, 0, 0, "school", -1, -1, 0, 0.0, 0, 0, 0),
        ]
    )
    who.certified[0] = MONTH
    who.learning[[0, 2, 4, 6]] = [
        [0.6, 0.6, 0.6, 0.0, 0.0], [0.0, 0.4, 0.2, 0.2, 0.4],
        [0.6, 0.2, 0.2, 0.6, 0.4], [0.4, 0.0, 0.0, 0.0, 0.0],
    ]  # fmt: skip
    firms = owners(
        [  # place, age, open, order_only, online, member, hand staff, stamp staff
            (0, 40, 1, 1, 0, 0, 1, 1),
            (1, 60, 1, 0, 1, 1, 2, 0),
            (2, 50, 1, 0, 0, 0, 1, 0),
            (1, 80, 0, 1, 1, 1, 0, 0),
        ]
    )
    firms.learning[1] = [1.0, 0.5, 0.5, 0.1, 0.1]
    alone = np.array([[0.0] * 5, [0.5, 0.3, 0.5, 0.2, 0.1], [0.0] * 5])
    return state(
        places, who, firms, scale=0.5, umk=np.array([1e6, 1e6, 8e5]), active=np.array([10.0, 10.0, 20.0]),
        committee_strength=np.array([1.0, 0.6, 1.0]), taught_alone=alone, flows=_flows(), costs=_costs(),
    )  # fmt: skip


def _flows() -> Flows:
    given = {
        "entrants": [1, 2, 3], "entrants_under_30": [1, 1, 2], "exits": [2, 1, 0], "late_entrants": [0, 1, 0],
        "recalled": [1, 0, 0],
        "successions": [0, 1, 0], "closures": [1, 0, 0], "foundings": [0, 0, 1],
        "interested_at_15": [1, 0, 1], "turned_15": [2, 1, 1],
        "materials": [1e6, 1e6, 2e5], "worker": [8e5, 8e5, 1.6e5], "broker": [2e5, 1e5, 0.0],
        "owner": [8e5, 9e5, 1e5], "trader": [2e5, 2e5, 4e4], "output": [2e6, 2e6, 4e5],
        "base_output": [2e6, 1.6e6, 4e5],
        "brokered_gross": [8e5, 6e5, 0.0], "brokered_cut": [2e5, 1e5, 0.0],
        "days_worked": [1.5, 2.0, 0.5], "days_full": [2, 2, 1],
        "posts": [4, 2, 4], "filled_posts": [2, 2, 1], "open_posts": [2, 0, 3], "unfilled_posts": [1, 0, 2],
        "staff_target": [4, 2, 4], "fine_orders": [4, 2, 4], "fine_unfilled": [1, 1, 0],
        "support": [0.0, 1e5, 0.0], "trained": [2, 0, 1], "certificates": [1, 0, 0],
        "lent": [0.0, 5e6, 0.0], "repaid": [0.0, 1e5, 0.0], "lost": [0.0, 0.0, 0.0],
    }  # fmt: skip
    flows = Flows(3)
    for name in FLOWS:
        flows[name] = np.array(given[name], dtype=np.float64)
    return flows


def _costs() -> np.ndarray:
    costs = np.zeros((len(STAKEHOLDERS), 3))
    costs[STAKEHOLDERS.index("government")] = [10, 0, 5]
    costs[STAKEHOLDERS.index("craft")] = [0, 3, 0]
    costs[STAKEHOLDERS.index("finance")] = [1, 0, 0]
    return costs


def random_region(rng: np.random.Generator, n: int = 300, firms: int = 12) -> SimpleNamespace:
    """A region of six places with everything drawn at random."""
    n_places = 6
    region = rng.permutation([0, 0, 0, 1, 1, 1])
    places = Places(
        tuple(rng.permutation(["kauman", "medono", "sapuro", "bojong", "wiradesa", "jenggot"]).tolist()),
        region, rng.integers(0, 2, n_places), rng.integers(0, 2, n_places) * 100,
    )  # fmt: skip
    age = np.sort(rng.integers(15, 70, n))[::-1]
    stage = rng.choice(list(STAGE), n)
    job = (stage == "batik") & (rng.random(n) < 0.9)
    rows = list(
        zip(
            rng.integers(0, n_places, n), age, rng.integers(0, 2, n), rng.integers(0, 2, n), stage,
            np.where(job, rng.integers(0, firms, n), -1), np.where(job, rng.integers(0, 3, n), -1),
            np.where(job, rng.random(n) * 1e6, 0.0), rng.random(n), rng.integers(0, 200, n),
            rng.integers(-50, 11, n), rng.integers(-1, 2, n), strict=True,
        )
    )  # fmt: skip
    who = people(rows)
    who.learning[:] = rng.random((n, 5))
    some = owners(
        list(zip(*(rng.integers(low, high, firms) for low, high in
             ((0, n_places), (20, 80), (0, 2), (0, 2), (0, 2), (0, 2), (0, 9), (0, 9))), strict=True))
    )  # fmt: skip
    some.learning[:] = rng.random((firms, 5))
    flows = Flows(n_places)
    flows.table[:] = rng.random(flows.table.shape)
    flows["days_full"] += flows["days_worked"]
    flows["brokered_gross"] += flows["brokered_cut"]
    flows["open_posts"] += flows["unfilled_posts"]
    flows["posts"] += flows["filled_posts"]
    flows["staff_target"] += flows["open_posts"]
    flows["fine_orders"] += flows["fine_unfilled"]
    flows["turned_15"] += flows["interested_at_15"]
    return state(
        places, who, some, umk=np.array([2e6, 1.5e6])[region], active=rng.random(n_places) * 50 + 400,
        taught_alone=rng.random((n_places, 5)), flows=flows, costs=rng.random((len(STAKEHOLDERS), n_places)),
        committee_strength=rng.random(n_places), scale=0.1,
    )  # fmt: skip
