"""What holds in every month of the real model: nobody is lost, doubled or turned into somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from batiksim.codes import Presence, Stage, Tier
from tests.support.worlds import Snapshot, lively

Months = Sequence[Snapshot]
Changes = Sequence[tuple[Snapshot, Snapshot]]
FOR_LIFE = ("id", "birth", "sex", "place", "group", "leaves_school", "peers", "retires")


@pytest.fixture(scope="module")
def after() -> Months:
    """The lively region after each month."""
    return lively()[1][1:]


@pytest.fixture(scope="module")
def steps() -> Changes:
    """Each month of it: before and after."""
    return tuple(pairwise(lively()[1]))


def test_much_happens_in_this_region(after: Months) -> None:
    """The other tests of this file mean something only if all ways of coming and going are taken."""
    total = {name: sum(now.flows[name].sum() for now in after) for name in after[0].flows}
    for flow in ("entrants", "exits", "late_entrants", "foundings", "closures", "successions", "turned_15"):
        assert total[flow] > 0, flow
    gone = after[-1].people.presence
    assert {Presence.SETTLED, Presence.GONE} <= set(gone.tolist())


def test_people_are_conserved(steps: Changes) -> None:
    """Followed + counted changes by who turns 15, who retires from batik and who leaves the pool at 60."""
    for before, after in steps:
        n = before.people.id.size
        was, now = before.people.presence, after.people.presence[:n]
        late = after.people.id.size - n
        moved = {(a, b): int(((was == a) & (now == b)).sum()) for a in Presence for b in Presence if a != b}
        came = moved.pop((Presence.FUTURE, Presence.SIMULATED))
        settled = moved.pop((Presence.SIMULATED, Presence.SETTLED))
        gone = moved.pop((Presence.SIMULATED, Presence.GONE))
        assert not any(moved.values())
        assert late == after.flows["late_entrants"].sum()
        assert (after.people.presence[n:] == Presence.SIMULATED).all()
        assert after.here.sum() == before.here.sum() + came + late - settled - gone
        sixty = before.settled_births[:, :, after.month + 1].sum()
        assert after.settled.sum() == before.settled.sum() + settled - late - sixty
        assert (after.settled == after.settled_births.sum(axis=2)).all()
        assert (after.settled_births >= 0).all()


def test_cohorts_have_their_size(after: Months) -> None:
    """So many fifteen-year-olds a year in the city, more in the districts alike, fractions carried."""
    model = lively()[0]
    months = len(after)
    city = model.settings.value("population.cohort_city") * model.scale / 12
    district = city * model.settings.value("population.cohort_regency_factor") / 7
    came = np.array([np.bincount(now.people.place[turned_15(now)], minlength=21) for now in after])
    assert abs(came[:, model.places.region == 0].sum() - months * city) < 14
    districts = came[:, model.places.region == 1]
    assert (np.abs(districts.sum(axis=0) - months * district) < 1.0).all()
    assert (np.abs(districts - district) < 1.0).all()


def turned_15(now: Snapshot) -> NDArray[np.int64]:
    return np.flatnonzero(now.here & (now.people.birth == now.month + 1 - 180))


@pytest.mark.parametrize("column", FOR_LIFE)
def test_nobody_changes(column: str, steps: Changes) -> None:
    for before, after in steps:
        was = getattr(before.people, column)
        assert (getattr(after.people, column)[: was.shape[0]] == was).all()


def test_identities_are_unique(after: Months) -> None:
    assert np.unique(after[-1].people.id).size == after[-1].people.id.size
    # A founder keeps her person id, so only firms of different people are told apart by it.
    owners = after[-1].owners
    firms = owners.id[(owners.open == 1)]
    assert np.unique(firms).size == firms.size


def test_interest_and_parents_are_decided_once(steps: Changes) -> None:
    for before, after in steps:
        decided = np.flatnonzero(before.here & (before.people.interest >= 0))
        assert (after.people.interest[decided] == before.people.interest[decided]).all()
        known = np.flatnonzero(before.here)
        assert (after.people.parent[known] == before.people.parent[known]).all()
        undecided = after.here & (after.people.interest < 0)
        assert (after.people.birth[undecided] == after.month + 1 - 180).all()


def test_young_and_older_are_everybody_followed(after: Months) -> None:
    for now in after:
        rows = np.concatenate((now.young, now.older))
        assert np.unique(rows).size == rows.size
        assert (np.sort(rows) == np.flatnonzero(now.here)).all()
        age = now.month + 1 - now.people.birth
        assert ((age[now.young] >= 15 * 12) & (age[now.young] < 35 * 12)).all()
        assert (age[now.older] >= 35 * 12).all()
        ever = now.people.practice[now.older] > 0
        ever |= np.isin(now.people.stage[now.older], (Stage.BATIK, Stage.OWNER))
        assert ever.all()
        assert (now.people.practice[now.people.presence == Presence.SETTLED] == 0).all()


def test_stages_are_possible_and_change_as_they_can(steps: Changes) -> None:
    for before, after in steps:
        was, now = before.people.stage, after.people.stage[: before.people.id.size]
        assert np.isin(after.people.stage, list(Stage)).all()
        assert (was[now == Stage.SCHOOL] == Stage.SCHOOL).all()
        assert (now[was == Stage.RETIRED] == Stage.RETIRED).all()
        founded = (now == Stage.OWNER) & (was != Stage.OWNER)
        assert founded.sum() == after.flows["foundings"].sum()
        retired = after.people.stage == Stage.RETIRED
        assert (retired == (after.people.presence == Presence.GONE)).all()
        leavers = after.here & (after.people.leaves_school <= after.month)
        assert (after.people.stage[leavers] != Stage.SCHOOL).all()


def test_workers_change_by_entrants_less_exits(steps: Changes) -> None:
    for before, after in steps:
        workers = [(now.people.stage[now.here] == Stage.BATIK).sum() for now in (before, after)]
        assert workers[1] - workers[0] == after.flows["entrants"].sum() - after.flows["exits"].sum()
        assert (after.flows["entrants_under_30"] <= after.flows["entrants"]).all()


def test_lists_of_workers_are_who_works(after: Months) -> None:
    for now in after:
        in_batik = np.flatnonzero(now.here & (now.people.stage == Stage.BATIK))
        assert (np.sort(now.batik) == in_batik).all()
        assert now.garment_workers == (now.people.stage[now.here] == Stage.GARMENT).sum()


def test_jobs_belong_to_firms_that_work(after: Months) -> None:
    for now in after:
        people, owners = now.people, now.owners
        works = people.employer >= 0
        assert (works == (people.tier > Tier.NONE)).all()
        assert (people.stage[works] == Stage.BATIK).all()
        assert now.here[works].all()
        assert (owners.open[people.employer[works]] == 1).all()
        assert (people.tier[works] <= Tier.TWO_TIER).all()
        assert ((people.hired[works] <= now.month) & (people.rate[works] > 0)).all()
        desk = people.employer[works].astype(np.int64) * 2 + people.group[works]
        assert (np.bincount(desk, minlength=2 * owners.id.size).reshape(-1, 2) == owners.staff).all()
        assert (owners.staff[owners.open == 0] == 0).all()


def test_searchers_lose_patience(after: Months) -> None:
    """Nobody is in batik without a job for more than six months on end."""
    waited = np.zeros(after[-1].people.id.size, dtype=np.int64)
    for now in after:
        searching = (now.people.stage == Stage.BATIK) & (now.people.employer < 0)
        waited[: searching.size] = np.where(searching, waited[: searching.size] + 1, 0)
        assert (now.people.search[searching] < 6).all()
        assert (now.people.rate[searching] == 0).all()
        assert waited.max() <= 6
    assert waited.max() > 0


def test_shares_stay_between_nothing_and_all(after: Months) -> None:
    most = 1.2 + 1e-12
    for now in after:
        for values in (now.people.skill, now.people.learning[now.here], now.owners.learning):
            assert ((values >= 0.0) & (values <= 1.0)).all()
        assert ((now.owners.days >= 0.0) & (now.owners.days <= most)).all()
        assert (now.people.pay >= 0.0).all()
        assert (now.owners.posts >= 0).all()


def test_founders_own_what_they_founded(after: Months) -> None:
    """An open firm with a founder is run by a person of the stage owner, and by nobody else's."""
    for now in after:
        rows = np.flatnonzero((now.owners.person >= 0) & (now.owners.open == 1))
        persons = now.owners.person[rows]
        assert np.unique(persons).size == persons.size
        assert (now.people.id[persons] == now.owners.id[rows]).all()
        owning = np.flatnonzero(now.here & (now.people.stage == Stage.OWNER))
        assert (np.sort(persons) == owning).all()
