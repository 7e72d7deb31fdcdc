"""Every limit with a known answer (oracles.py), and the region's draws against their own probabilities."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batiksim.codes import Stage
from batiksim.model.batik_model import BatikModel
from tools.build_docs import verification_page
from verification.oracle import MOST_ERRORS, Floats, Oracle
from verification.oracles import ORACLES
from verification.oracles_region import NOBODY_LEAVES, region

ROOT = Path(__file__).resolve().parents[2]


def name(oracle: Oracle) -> str:
    return f"{oracle.limit} | {oracle.through}"


@pytest.mark.parametrize("oracle", ORACLES, ids=name)
def test_oracle(oracle: Oracle) -> None:
    assert oracle.stated == oracle.printed
    assert oracle.holds, f"expected {oracle.expected}, got {oracle.measured}: {oracle.gap:.3g}"


def test_the_page_of_oracles_is_up_to_date() -> None:
    written = (ROOT / "docs" / "reference" / "verification.md").read_text(encoding="utf-8")
    assert written == verification_page(), "run `make docs`"


def distance(happened: int | float, chance: Floats) -> float:
    """Standard errors between what happened and the sum of the chances of independent cases."""
    return (happened - chance.sum()) / sqrt((chance * (1.0 - chance)).sum())


def choices(model: BatikModel) -> list[dict[str, Any]]:
    """What the diary of the watched has on their choices."""
    return [note for note in model.diary if note["event"] == "choice"]


def test_choices_of_the_region_follow_the_logit() -> None:
    model = region({"garment.growth": 0.2}, scale=0.05)
    model.watch(model.people.id.tolist())
    model.run()
    utility, available, chosen = (
        np.array([note[k] for note in choices(model)]) for k in ("utility", "available", "chosen")
    )
    weight = np.where(available, np.exp(np.where(available, utility, 0.0)), 0.0)
    real = available.sum(axis=1) > 1
    chance = weight[real] / weight[real].sum(axis=1, keepdims=True)
    for option in range(4):
        assert chance[:, option].sum() > 50
        assert abs(distance((chosen[real] == option).sum(), chance[:, option])) < MOST_ERRORS
    assert (chosen[~real] == available[~real].argmax(axis=1)).all()  # she stays with what she does


def test_offers_of_the_region_come_with_their_chances() -> None:
    """Somebody outside batik has batik on offer with the chance gate x offer, where there is a post."""
    model = region({}, scale=0.05, until="2011-12")
    model.watch(model.people.id.tolist())
    model.run()
    notes = [note for note in choices(model) if note["stage"] != Stage.BATIK and note["pay"][0] > 0]
    chance = np.array([note["gate"] * note["offer"] for note in notes])
    offered = sum(note["available"][0] for note in notes)
    assert chance.sum() > 50
    assert abs(distance(offered, chance)) < MOST_ERRORS


def test_interest_of_the_region_follows_parent_and_place() -> None:
    """E2 with its own parents and places: v + (1 - v) q with a parent in batik, (1 - v') q without."""
    model = region(
        {"online.interest": 0.0, "interest.vertical": 0.5, "interest.vertical_against": 0.3}, scale=0.1
    )
    chance, interested = [], 0
    for month in range(model.last + 1):
        new = np.flatnonzero(model.people.birth == month - 15 * 12)
        new = new[model.people.interest[new] < 0]
        near = 1.0 - (1.0 - model.batik_share[model.people.place[new]]) * (1.0 - 0.03)
        chance.append(np.where(model.people.parent[new] > 0, 0.5 + 0.5 * near, 0.7 * near))
        model.step()
        assert set(model.people.interest[new]) <= {0, 1}
        assert model.flows["turned_15"].sum() == new.size
        assert model.flows["interested_at_15"].sum() == (model.people.interest[new] == 1).sum()
        interested += model.people.interest[new].sum()
    assert abs(distance(interested, np.concatenate(chance))) < MOST_ERRORS


def test_matching_of_the_region_is_urn_ball() -> None:
    """Hires of each month against V (1 - (1 - 1/V)^U) over blocks and task groups, with its variance."""
    model = region({}, scale=0.1)
    hires, expected, variance = 0, 0.0, 0.0
    model.people.hired[:] = -1  # who began in January 2011 was not matched by the model
    for month in range(model.last + 1):
        model.step()
        u, posts = np.zeros((2, len(model.places), 2))
        np.add.at(u, model.market.block, model.market.applicants)
        np.add.at(posts, model.market.block, model.market.vacancies)
        v, some = np.maximum(posts, 1.0), posts > 0
        once, twice = (1 - 1 / v) ** u, np.maximum(1 - 2 / v, 0.0) ** u
        expected += (v * (1 - once))[some].sum()
        variance += np.maximum(v * (v - 1) * twice + v * once - v**2 * once**2, 0.0)[some].sum()
        hires += (model.people.hired == month).sum() - model.flows["recalled"].sum()
    assert expected > 100
    assert abs(hires - expected) < MOST_ERRORS * sqrt(variance)


def test_jobs_end_at_the_hazard_of_the_size_of_the_firm() -> None:
    hazards = {"small": 0.05, "large": 0.01}
    settings = NOBODY_LEAVES | {f"lifecycle.separation_{size}": h for size, h in hazards.items()}
    model = region(settings | {"demand.days_least": 0.05}, scale=0.05, skip=("firms",))
    ended, exposed = dict.fromkeys(hazards, 0), dict.fromkeys(hazards, 0)
    for month in range(model.last + 1):
        at_work = model.batik[model.people.employer[model.batik] >= 0]
        size = model.owners.staff.sum(axis=1)[model.people.employer[at_work]]
        model.step()
        gone = (model.people.hired[at_work] == month) | (model.people.employer[at_work] < 0)
        for name_, some in (("small", size < 20), ("large", size >= 20)):
            ended[name_] += gone[some].sum()
            exposed[name_] += some.sum()
    for size_, hazard in hazards.items():
        assert exposed[size_] > 1000
        assert abs(distance(ended[size_], np.full(exposed[size_], hazard))) < MOST_ERRORS
