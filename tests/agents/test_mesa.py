"""The region is an ordinary Mesa model on Mesa 3.3 and 3.5: agents, verbs, data, copies, the end of a run."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from batiksim.agents._compat import AgentSet, DataCollector, Model
from batiksim.agents.people import Owner, Person
from batiksim.codes import Presence, Stage, names
from batiksim.errors import UsageError
from batiksim.model.batik_model import BatikModel
from tests.support.worlds import differences, everything, same, world

DUPLICATES: tuple[Callable[[BatikModel], BatikModel], ...] = (
    copy.deepcopy,
    lambda model: pickle.loads(pickle.dumps(model, protocol=pickle.HIGHEST_PROTOCOL)),
    lambda model: pickle.loads(pickle.dumps(model, protocol=4)),
)


@pytest.fixture(scope="module")
def model() -> BatikModel:
    """A region after eighteen months; tests of this file only look at it."""
    return world(until="2013-12").run("2012-06")


def test_it_is_a_mesa_model(model: BatikModel) -> None:
    assert isinstance(model, Model)
    assert model.steps == 18
    assert model.random.random() != model.random.random()
    assert isinstance(model.rng, np.random.Generator)


def test_agents_are_the_people_followed_and_the_firms_that_work(model: BatikModel) -> None:
    people, firms = (model.people.presence == Presence.SIMULATED).sum(), model.owners.open.sum()
    assert isinstance(model.agents, AgentSet)
    assert len(model.agents) == people + firms
    assert set(model.agents_by_type) == {Person, Owner} == set(model.agent_types)
    assert {kind: len(some) for kind, some in model.agents_by_type.items()} == {Person: people, Owner: firms}
    assert len({agent.unique_id for agent in model.agents_by_type[Person]}) == people


def test_verbs_read_and_write_the_region() -> None:
    model = world(until="2011-06")
    model.step()
    people = model.agents_by_type[Person]
    workers = people.select(lambda person: person.stage == "batik")
    assert len(workers) == model.batik.size
    assert workers.agg("skill", max) == model.people.skill[model.batik].max()
    stages = people.groupby("stage").count()
    assert stages["batik"] == model.batik.size
    assert sum(stages.values()) == len(people)
    oldest = workers.sort("birth", ascending=True)
    assert next(iter(oldest)).age == workers.agg("age", max)
    workers.set("skill", 0.5)
    assert (model.people.skill[model.batik] == 0.5).all()
    workers.do(lambda person: setattr(person, "skill", 0.25))
    assert (model.people.skill[model.batik] == 0.25).all()
    seen = []
    workers.shuffle_do(seen.append)
    assert {person.id for person in seen} == set(workers.get("id"))
    firms = model.agents_by_type[Owner]
    assert sum(staff.sum() for staff in firms.get("staff")) == (model.people.employer >= 0).sum()


def test_what_mesas_random_numbers_do_leaves_the_region_alone() -> None:
    plain, shuffled = world(until="2011-12"), world(until="2011-12")
    while shuffled.running:
        shuffled.agents.shuffle_do(lambda agent: None)
        shuffled.rng.random(7)
        shuffled.step()
    assert not differences(plain.run(), shuffled)


def test_data_collector_sees_what_the_results_say() -> None:
    model = world(until="2011-06")
    collector = DataCollector(
        model_reporters={"workers": lambda some: some.batik.size / some.scale, "month": "month"},
        agent_reporters={
            "place": "place",
            "stage": lambda agent: getattr(agent, "stage", None),  # Mesa 3.5 wants a name to be everybody's
        },
        agenttype_reporters={Owner: {"capital": "capital"}},
    )
    while model.running:
        model.step()
        collector.collect(model)
    table = model.results()
    workers = table[table["place"] == "all"]["batik.workers"]
    frame = collector.get_model_vars_dataframe()
    assert frame["month"].tolist() == list(range(6))
    np.testing.assert_allclose(frame["workers"], workers)
    agents = collector.get_agent_vars_dataframe().loc[6]
    assert len(agents) == len(model.agents)
    assert (agents["stage"] == "batik").sum() == model.batik.size
    assert set(agents["place"]) == set(range(21))
    capital = collector.get_agenttype_vars_dataframe(Owner)
    assert capital.loc[6]["capital"].sum() == pytest.approx(
        model.owners.capital[model.owners.open == 1].sum()
    )


def test_agent_reporters_of_persons_and_owners() -> None:
    model = world(until="2011-02")
    collector = DataCollector(agenttype_reporters={Person: {"stage": "stage", "skill": "skill"}})
    model.step()
    collector.collect(model)
    frame = collector.get_agenttype_vars_dataframe(Person)
    assert (frame["stage"] == "batik").sum() == model.batik.size
    assert isinstance(frame, pd.DataFrame)


@pytest.mark.parametrize("duplicate", DUPLICATES)
def test_a_copy_goes_on_as_the_original_would(duplicate: Callable[[BatikModel], BatikModel]) -> None:
    whole = world(until="2012-12").run()
    half = world(until="2012-12").run("2011-09")
    twin = duplicate(half)
    assert not differences(half, twin)
    half_before = everything(half)
    twin.run()
    assert not differences(whole, twin)
    after = everything(half)
    assert all(same(half_before[name], after[name]) for name in after)  # the original did not move
    half.run()
    assert not differences(whole, half)


@pytest.mark.parametrize("duplicate", DUPLICATES)
def test_a_copy_has_its_own_agents(model: BatikModel, duplicate: Callable[[BatikModel], BatikModel]) -> None:
    twin = duplicate(model)
    id = int(model.people.id[model.batik[0]])
    person = twin.person(id)
    assert person.model is twin
    person.skill = 0.125
    assert model.person(id).skill != 0.125
    assert twin.people.skill[person.row] == 0.125


def test_running_ends_with_the_last_month() -> None:
    model = world(until="2011-03")
    seen = []
    while model.running:
        model.step()
        seen.append((model.month, model.running))
    assert seen == [(0, True), (1, True), (2, False)]
    results = model.results()
    model.step()
    assert (model.month, model.running) == (2, False)
    pd.testing.assert_frame_equal(model.results(), results)


def test_a_run_to_a_month_stops_there_and_knows_its_bounds() -> None:
    model = world(until="2011-06")
    assert model.run("2011-03") is model
    assert model.month == 2
    assert model.run("2011-01").month == 2  # time does not go back
    with pytest.raises(UsageError, match="2011-06"):
        model.run("2011-07")


def test_a_person_is_found_by_id(model: BatikModel) -> None:
    id = int(model.people.id[model.batik[-1]])
    person = model.person(id)
    assert isinstance(person, Person)
    assert (person.id, person.unique_id, person.stage) == (id, id, "batik")
    assert person is model.person(id)
    assert 15 <= person.age < 80
    assert person.place in range(21)


@pytest.mark.parametrize("id", [-1, 5, 1 << 60])
def test_nobody_else_is_found(model: BatikModel, id: int) -> None:
    with pytest.raises(UsageError, match=rf"nobody has the id {id}; some that exist: \d+, \d+, \d+"):
        model.person(id)


@pytest.mark.parametrize(
    "wrong",
    [{"scale": 0.0}, {"scale": 11.0}, {"until": "2061-01"}, {"until": "2010-12"}, {"skip": ("lunch",)}],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        world(**wrong)


def test_stages_have_the_names_agents_show() -> None:
    labels = Person.stage.labels
    assert labels == names(Stage)
