"""The array model against its plain per-agent twin: the same lives, month by month, calm or wild."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from batiksim.interventions import intervention
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from batiksim.scenario import interventions as declared
from batiksim.scenario.interventions import Intervention
from batiksim.state.levers import Levers
from verification.reference import ReferenceModel
from verification.reference.cases import CASES, MUST_HAPPEN, Case
from verification.reference.compare import compare, run_both


@pytest.fixture(scope="module", autouse=True)
def everything_at_once() -> Iterator[None]:
    """A kind of policy that moves every lever a little, differently in every place."""
    with pytest.MonkeyPatch.context() as patch:
        described = dict(declared.kinds())
        patch.setattr(declared, "_described", lambda: described)

        @intervention(
            "everything_at_once",
            label={"en": "Everything", "id": "Semua"},
            channel="bargaining",
            stakeholder="government",
            payer="government",
            unit_cost=0.0,
            cost_unit="IDR",
            cost_source="made up for the tests",
        )
        def act(model: Any, policy: Intervention, dose: float) -> None:
            for number, lever in enumerate(fields(Levers)):
                if lever.name not in ("places", "withheld"):
                    array = getattr(model.levers, lever.name)
                    pattern = np.resize(np.linspace(0.3, 1.0, 7 + number), array.shape)
                    array += dose * (policy.strength or 0.0) * pattern

        yield


def build(case: Case) -> BatikModel:
    settings = replace(Scenario.default().but(case.changes), interventions=case.policies)
    return BatikModel(settings, seed=case.seed, scale=case.scale, until=case.until)


@cache
def events_of(name: str) -> Counter[str]:
    """Run a case side by side, comparing every month, and return what happened in it."""
    core = build(CASES[name])
    return run_both(core, range(core.last + 1)).events


@pytest.mark.parametrize("name", CASES)
def test_same_lives(name: str) -> None:
    assert events_of(name)


def test_everything_rare_happened() -> None:
    happened: Counter[str] = sum((events_of(name) for name in CASES), Counter())
    assert sorted(MUST_HAPPEN - set(+happened)) == []


def test_order_of_agents_means_nothing() -> None:
    """Everybody in another order each month: ids and keys alone decide who gets what."""
    core = build(CASES["orders boom"])
    reference = ReferenceModel(core)
    luck = random.Random(5)
    for _ in range(18):
        core.step()
        for agents in (reference.people, reference.owners):
            agents.shuffle(inplace=True)
        luck.shuffle(reference.places)
        reference.step()
        reference.places.sort(key=lambda place: place.index)
        compare(core, reference)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda core: core.people.learning.__setitem__((core.young[7], 4), 0.5), id="learning"),
        pytest.param(lambda core: core.owners.capital.__setitem__(3, 1.0), id="capital"),
        pytest.param(lambda core: core.people.stage.__setitem__(core.batik[0], 4), id="stage"),
    ],
)
def test_the_comparison_sees_a_difference(spoil: Callable[[BatikModel], None]) -> None:
    core = build(CASES["baseline"])
    reference = ReferenceModel(core)
    core.step()
    reference.step()
    spoil(core)
    with pytest.raises(AssertionError, match="month 0: "):
        compare(core, reference)
