"""What can be left out: an optional step takes away its work, a component of learning closes its channel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from batiksim.codes import COMPONENTS, Stage
from batiksim.errors import UsageError
from batiksim.model.batik_model import BatikModel
from batiksim.model.schedule import STEPS
from batiksim.model.steps import firms
from batiksim.rules import lifecycle
from tests.support.worlds import Snapshot, differences, months, same, world

Floats = NDArray[np.float64]

OPTIONAL = tuple(step.name for step in STEPS if step.optional)
QUICK = {
    "lifecycle.separation_small": 1.0,
    "lifecycle.separation_large": 1.0,
    "firms.living_cost": 5.0,
    "learning.speed": 0.5,
    "learning.openness": 0.2,
}


def jobs_end(before: Snapshot, after: Snapshot) -> bool:
    """Whether workers lost the jobs they had (and at best found another in the same month)."""
    had = before.people.employer >= 0
    n = before.people.id.size
    kept = (after.people.hired[:n] == before.people.hired) & (after.people.employer[:n] >= 0)
    return bool(kept[had].mean() < 0.5)


def skills_change(before: Snapshot, after: Snapshot) -> bool:
    works = (before.people.employer >= 0) & (after.people.employer[: before.people.id.size] >= 0)
    return bool((after.people.practice[: works.size] != before.people.practice)[works].any())


def learning_changes(before: Snapshot, after: Snapshot) -> bool:
    here = before.here & (after.here[: before.here.size])
    return not same(before.people.learning[here], after.people.learning[: here.size][here])


def money_changes(before: Snapshot, after: Snapshot) -> bool:
    return not same(before.owners.capital, after.owners.capital[: before.owners.id.size])


def somebody_turns_15(before: Snapshot, after: Snapshot) -> bool:
    return bool((after.here[: before.here.size] & ~before.here).any())


WORK: dict[str, Callable[[Snapshot, Snapshot], bool]] = {
    "separation": jobs_end,
    "skill": skills_change,
    "learning": learning_changes,
    "firms": money_changes,
    "ageing": somebody_turns_15,
}


def test_every_optional_step_is_tried() -> None:
    assert set(OPTIONAL) == set(WORK)
    with pytest.raises(UsageError, match=OPTIONAL[0]):
        world(skip=("choice",))


@pytest.mark.parametrize("step", OPTIONAL)
def test_a_step_left_out_leaves_out_its_work_and_no_other(step: str) -> None:
    model = world({**QUICK, "demand.days_least": 0.05}, until="2011-01", skip=(step,))
    model.people.hired[:] = -1  # where every job ends at once all begin in January 2011
    before = Snapshot.of(model)
    model.step()
    after = Snapshot.of(model)
    done = {name for name, happened in WORK.items() if happened(before, after)}
    assert done == set(WORK) - {step}


@pytest.mark.parametrize("step", OPTIONAL)
def test_the_region_lives_on_without_a_step(step: str) -> None:
    model = world(until="2013-12", skip=(step,)).run()
    assert differences(model, world(until="2013-12").run())
    assert model.batik.size > 0


def test_the_region_lives_on_without_all_optional_steps() -> None:
    assert world(until="2012-12", skip=OPTIONAL).run().batik.size > 0


def channels(model: BatikModel) -> dict[str, Floats]:
    """What each component moves, measured in the first month, before anything else can answer."""
    before = model.people.skill.copy()
    at_work = model.people.employer >= 0
    model.step()
    people, now = model.people, model.now
    notes = [note for note in model.diary if note["event"] == "choice" and note["pay"][0] > 0]
    place = people.place[[np.flatnonzero(people.id == note["id"])[0] for note in notes]]
    pay = np.array([note["pay"][0] for note in notes])
    utility = np.array([note["utility"][0] for note in notes])
    stays = at_work & (people.employer[: at_work.size] >= 0)
    open_rows = model.open_rows
    return {
        "information": np.array([note["gate"] for note in notes]),
        "skills": (people.skill[: before.size] - before)[stays],
        "capital": lifecycle.credit_limit(
            model.owners.learning[open_rows, 2], now["firms.credit_months"], 0.0, 1.0
        ),
        "bargaining": model.owners.rate[open_rows],
        "togetherness": utility - now["choice.pay"] * np.log(pay / model.umk[place]),
    }


CALM = {
    "skill.pupils_per_master": 100.0,
    "lifecycle.separation_small": 0.0,
    "lifecycle.separation_large": 0.0,
}
CALM |= {f"choice.reconsider_{who}": 0.0 for who in ("adult", "older")}


def without(component: str | None) -> BatikModel:
    """A region in which few choose and nobody in a job does, with one component switched off."""
    off = {f"learning.{component}": False} if component else {}
    model = world(CALM | off, scale=0.02, until="2011-12")
    young = model.people.employer < 0
    model.watch(model.people.id[young].tolist())
    return model


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_switched_off_closes_its_channel_and_no_other(component: str) -> None:
    one, two = channels(without(None)), channels(without(component))
    for name in COMPONENTS:
        if name == component:
            assert (one[name] > two[name]).mean() > 0.1
            assert (one[name] >= two[name] - 1e-12).all()
        else:
            np.testing.assert_allclose(two[name], one[name], rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_switched_off_is_nobodys(component: str) -> None:
    model, plain = without(component), without(None)
    k = COMPONENTS.index(component)
    rest = np.arange(len(COMPONENTS)) != k
    here = Snapshot.of(model).here
    assert same(model.people.learning[here][:, rest], plain.people.learning[here][:, rest])
    assert same(model.owners.learning[:, rest], plain.owners.learning[:, rest])
    for _ in months(model):
        now = Snapshot.of(model)
        assert (now.people.learning[now.here][:, k] == 0).all()
        assert (now.owners.learning[:, k] == 0).all()
        assert (model.taught[:, :, k] == 0).all()
        assert (now.people.learning[now.here][:, rest] > 0).any(axis=0).all()


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_can_be_switched_off_later(component: str) -> None:
    k = COMPONENTS.index(component)
    model = world({f"learning.{component}": {"2011-04": False}}, until="2011-06").run("2011-03")
    assert (model.owners.learning[:, k] > 0).any()
    for _ in months(model):
        now = Snapshot.of(model)
        assert (now.people.learning[now.here][:, k] == 0).all()
        assert (now.owners.learning[:, k] == 0).all()


def test_every_firm_has_an_identity_of_its_own_also_when_its_founder_founds_again() -> None:
    model = world()
    people, owners, rows = model.people, model.owners, model.batik[:3]
    before = owners.n
    for times in range(3):
        firms._register(model, rows)
        founded = np.arange(owners.n - rows.size, owners.n)
        assert (owners.id[founded] == people.id[rows] + times * firms.AGAIN).all()
        firms.close(model, founded)
        assert (people.stage[rows] == Stage.OTHER).all()
        model.enter_stage(rows, Stage.BATIK)
    assert owners.n == before + 9 and np.unique(owners.id).size == owners.n


def test_nobody_sits_on_a_committee_twice() -> None:
    ages = {"committee.recruitment": 1.0, "committee.leave_age": 45, "committee.join_age": 70}
    model = world(ages, until="2014-12")
    model.scale = 1.0  # in a sample everybody stands for several people, who may all sit
    sizes = []
    while model.month < model.last:
        model.step()
        for committee in model.committees:
            assert len(set(committee.members)) == len(committee.members)
            sizes.append(sum(id >= 0 for id, _ in committee.members))
    assert max(sizes) > 1
