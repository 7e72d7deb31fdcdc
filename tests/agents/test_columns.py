"""Columns, tables and the agents that look at their rows; test_agentset.py has the sets."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from batiksim.agents._compat import Agent, AgentSet, DataCollector, Model
from batiksim.agents.columns import Column, RowAgent, RowAgentSet, Table, TableModel


class Person(RowAgent):
    birth = Column(np.int32, doc="month of birth", unit="month")
    stage = Column(np.int8, labels=("school", "seeking", "batik"))
    skill = Column(np.float64)
    trained = Column(np.bool_)
    learning = Column(np.float64, shape=(5,))
    peers = Column(np.int32, shape=(2, 3))

    @classmethod
    def is_present(cls, table, rows=slice(None)):
        return table.stage[rows] != 0

    @property
    def age(self):
        return (self.table.month - self.birth) / 12

    def grow(self):
        self.skill += 0.5


class Firm(RowAgent):
    id = Column(np.int64, doc="identity of the firm")
    staff = Column(np.int32)


class Region(TableModel):
    def __init__(self, people=8, firms=3):
        super().__init__(rng=7)
        self.month = 120
        self.people = Table(Person, self, people)
        self.people.append(people)
        self.people.id[:] = 100 + np.arange(people)
        self.people.birth[:] = -12 * np.arange(people)
        self.people.stage[:] = np.arange(people) % 3
        self.firms = Table(Firm, self, firms)
        self.firms.append(firms)
        self.firms.id[:] = 500 + np.arange(firms)
        self.tables = (self.people, self.firms)

    def step(self):
        self.people.skill += 1
        self.firms.staff += 2


@pytest.fixture
def region():
    return Region()


def test_an_agent_shows_python_values_of_its_row(region):
    person = region.people.view(5)
    shown = (person.id, person.birth, person.stage, person.skill, person.trained, person.age)
    assert shown == (105, -60, "batik", 0.0, False, 15.0)
    assert [type(value) for value in shown] == [int, int, str, float, bool, float]
    assert person.unique_id == 105
    assert person.model is region
    assert person.random is region.random
    assert person.rng is region.rng
    assert repr(person) == "<Person 105>"
    assert isinstance(person, Agent)


def test_what_is_set_on_an_agent_is_in_the_column(region):
    person = region.people.view(2)
    person.stage, person.skill, person.trained = "seeking", 0.25, True
    person.learning[3] = 0.75
    person.peers = [[1, 2, 3], [4, 5, 6]]
    people = region.people
    assert (people.stage[2], people.skill[2], people.trained[2], people.learning[2, 3]) == (
        1,
        0.25,
        True,
        0.75,
    )
    assert people.peers[2].tolist() == [[1, 2, 3], [4, 5, 6]]
    people.skill[2] = 0.5
    assert person.skill == 0.5


def test_a_label_must_be_known_and_may_be_missing(region):
    person = region.people.view(2)
    with pytest.raises(ValueError, match="stage is one of school, seeking, batik; not 'bating'"):
        person.stage = "bating"
    person.stage = None
    assert region.people.stage[2] == -1
    assert person.stage is None


@pytest.mark.parametrize("name", ["skil", "grow", "age", "model", "unique_id"])
def test_only_columns_can_be_set(region, name):
    with pytest.raises(AttributeError):
        setattr(region.people.view(0), name, 1)


def test_an_agent_keeps_nothing_itself(region):
    person = region.people.view(0)
    person.skill = 1.0
    assert not vars(person)
    assert (person.table, person.row) == (region.people, 0)


def test_views_are_the_same_object_every_time(region):
    assert region.people.view(3) is region.people.view(3)
    assert region.people.view(np.int64(4)) is region.people.view(4)
    assert type(region.people.view(np.int64(4)).row) is int
    assert next(iter(region.people.agents())) is region.people.view(1)


@pytest.mark.parametrize("row", [-1, 8])
def test_there_is_no_view_outside_the_table(region, row):
    with pytest.raises(IndexError):
        region.people.view(row)


def test_columns_are_live_and_not_copies(region):
    before = region.people.skill
    assert region.people.skill is before
    region.people.skill = np.linspace(0, 1, 8)
    region.people.skill += 1
    assert region.people.skill is before
    assert before[-1] == 2.0
    with pytest.raises(ValueError, match="broadcast"):
        region.people.skill = np.zeros(9)


def test_a_table_grows_and_keeps_its_rows_and_views():
    table = Table(Person, Region(), capacity=2)
    assert table.append(2) == slice(0, 2)
    table.learning[1] = 0.5
    view = table.view(1)
    moved = 0
    for n in range(2, 100):
        before = table.skill
        assert table.append(1) == slice(n, n + 1)
        moved += not np.shares_memory(before, table.skill)
    assert moved == 2  # with room for 64 more, or an eighth
    assert table.n == len(table.skill) == 100
    assert table.peers.shape == (100, 2, 3)
    assert table.view(1) is view
    assert view.learning.tolist() == [0.5] * 5
    assert not table.learning[2:].any()
    assert table.append(1000).stop == table.n == 1100


def test_an_empty_table_grows():
    table = Table(Person, Region(), capacity=0)
    assert table.append(0) == slice(0, 0)
    assert list(table.agents()) == []
    assert table.append(3) == slice(0, 3)


def test_columns_are_described_in_order(region):
    assert list(region.people.columns) == ["id", "birth", "stage", "skill", "trained", "learning", "peers"]
    assert Person.birth.doc == "month of birth"
    assert Person.birth.unit == "month"
    assert region.firms.columns["id"].doc == "identity of the firm"


@pytest.mark.parametrize("name", ["n", "view", "model", "step", "random", "row", "unique_id"])
def test_a_column_cannot_take_the_name_of_something_else(region, name):
    column = Column(np.int8)
    kind = type("Odd", (RowAgent,), {name: column})
    with pytest.raises(TypeError, match=name):
        Table(kind, region, 1)


def test_rows_are_not_removed(region):
    with pytest.raises(TypeError, match="<Person 101>"):
        region.people.view(1).remove()


def test_a_model_has_the_present_rows_of_all_tables(region):
    assert region.agents.get("id") == [101, 102, 104, 105, 107, 500, 501, 502]
    assert region.agent_types == [Person, Firm]
    assert list(region.agents_by_type) == [Person, Firm]
    assert region.agents_by_type[Firm].get("id") == [500, 501, 502]
    region.people.stage[0] = 2
    assert len(region.agents) == 9
    assert isinstance(region.agents, RowAgentSet)
    with pytest.raises(AttributeError):
        region.agents = []


def test_a_model_may_have_ordinary_agents_too(region):
    bank = Agent(region)
    assert type(region.agents) is AgentSet
    assert list(region.agents)[-1] is bank
    assert len(region.agents) == 9
    assert region.agent_types == [Person, Firm, Agent]
    bank.remove()
    assert isinstance(region.agents, RowAgentSet)


def test_a_model_without_tables_is_an_ordinary_one():
    model = TableModel(rng=1)
    assert len(model.agents) == len(Model(rng=1).agents) == 0
    assert model.agent_types == []


def test_mesa_collects_data(region):
    collector = DataCollector(
        model_reporters={"people": lambda model: len(model.agents_by_type[Person]), "month": "month"},
        agent_reporters={"id": "id", "kind": lambda agent: type(agent).__name__},
        agenttype_reporters={Person: {"stage": "stage", "skill": "skill"}, Firm: {"staff": "staff"}},
    )
    for _ in range(2):
        region.step()
        collector.collect(region)
    assert collector.get_model_vars_dataframe().to_dict("list") == {"people": [5, 5], "month": [120, 120]}
    everyone = collector.get_agent_vars_dataframe()
    assert everyone.loc[1, "id"].tolist() == everyone.loc[1].index.tolist() == region.agents.get("id")
    people = collector.get_agenttype_vars_dataframe(Person)
    assert people.loc[2, "skill"].tolist() == [2.0] * 5
    assert people.loc[(2, 105), "stage"] == "batik"
    assert collector.get_agenttype_vars_dataframe(Firm).loc[2, "staff"].tolist() == [4, 4, 4]


COPIES = [copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))]


@pytest.mark.parametrize("duplicate", COPIES, ids=["deepcopy", "pickle"])
def test_a_copy_of_a_model_is_whole_and_apart(region, duplicate):
    region.watched = region.people.view(4)
    region.sets = {"young": region.people.agents(), "stock": AgentSet(region.people.agents(), region.random)}
    other = duplicate(region)
    assert other.people.model is other.firms.model is other
    assert other.watched is other.people.view(4)
    assert other.watched.table is other.people
    assert other.sets["young"].get("id") == [101, 102, 104, 105, 107]
    assert list(other.sets["young"])[2] is list(other.sets["stock"])[2] is other.watched
    assert other.sets["young"].random is other.random
    other.step()
    other.people.append(50)
    assert other.watched.skill == 1.0
    assert not region.people.skill.any()
    assert region.people.n == 8
    assert other.agents.shuffle().get("id")[0] == region.agents.shuffle().get("id")[0]


ALONE = [*COPIES, copy.copy]


@pytest.mark.parametrize("duplicate", ALONE, ids=["deepcopy", "pickle", "copy"])
def test_a_copy_of_one_agent_is_a_snapshot_without_model(region, duplicate):
    person = region.people.view(4)
    person.skill, person.learning[2] = 0.5, 0.25
    other = duplicate(person)
    region.step()
    assert type(other) is Person
    assert (other.id, other.unique_id, other.birth, other.stage, other.skill) == (
        104,
        104,
        -48,
        "seeking",
        0.5,
    )
    assert other.learning.tolist() == [0, 0, 0.25, 0, 0]
    assert other.age == person.age == 14
    for forbidden in (
        lambda: other.model,
        lambda: other.random,
        lambda: setattr(other, "skill", 1.0),
        lambda: other.grow(),
        lambda: RowAgentSet([other], region.random).set("skill", 1.0),
        lambda: other.table.append(1),
    ):
        with pytest.raises(
            AttributeError, match=r"copy of one agent as it was in 2021-01.*agent with id 104"
        ):
            forbidden()
    with pytest.raises(ValueError, match="read-only"):
        other.learning[0] = 1
    with pytest.raises(AttributeError, match="no column 'skil'"):
        other.skil = 1
    again = duplicate(other)
    assert (again.skill, again.age, repr(again)) == (0.5, 14, repr(other))
    assert RowAgentSet([other, person], region.random).get("skill") == [0.5, 1.5]


def test_one_agent_weighs_little_however_many_there_are():
    few, many = (len(pickle.dumps(Region(people).people.view(4))) for people in (8, 50_000))
    assert few == many < 2000


def test_the_agents_of_a_copied_model_are_its_own_whatever_comes_first(region):
    person = region.people.view(4)
    alone, other = pickle.loads(pickle.dumps([person, region]))
    assert not hasattr(alone, "model")
    assert other.people.view(4).model is other
    other, along = pickle.loads(pickle.dumps([region, person]))
    assert not hasattr(along, "model")
    region.watched = person
    other, along = pickle.loads(pickle.dumps([region, person]))
    assert along is other.watched is other.people.view(4)


def test_a_copy_that_fails_does_not_change_the_next_one(region):
    region.callback = lambda: None  # cannot be pickled
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(region)
    del region.callback
    region.watched = region.people.view(4)
    assert pickle.loads(pickle.dumps(region)).watched.model is not None
    assert not hasattr(pickle.loads(pickle.dumps(region.watched)), "model")


@pytest.mark.parametrize(
    "create",
    [
        lambda region: Person(region),
        lambda region: Firm(region),
        lambda region: Person.create_agents(region, 3),
        lambda region: Firm.create_agents(region, 3, staff=[1, 2, 3]),
        lambda region: Person.from_dataframe(region, None),
        lambda region: region.register_agent(region.people.view(1)),
    ],
)
def test_nobody_is_made_from_outside(region, create):
    before = (region.people.n, region.firms.n, len(region.agents))
    with pytest.raises(TypeError, match="follows from scenario and seed"):
        create(region)
    assert (region.people.n, region.firms.n, len(region.agents)) == before


@pytest.mark.parametrize(
    "remove",
    [
        lambda region: region.people.view(1).remove(),
        lambda region: region.deregister_agent(region.people.view(1)),
        lambda region: region.remove_all_agents(),
        lambda region: region.agents.do("remove"),
    ],
)
def test_nobody_is_removed_from_outside(region, remove):
    with pytest.raises(TypeError, match=r"<Person 101>|5 Person, 3 Firm") as said:
        remove(region)
    assert "cannot be removed" in str(said.value) and "select" in str(said.value)
    assert len(region.agents) == 8


def test_what_things_say_of_themselves(region):
    assert repr(region.agents) == "<RowAgentSet of 5 Person, 3 Firm>"
    assert repr(region.agents.select(agent_type=Firm)) == "<RowAgentSet of 3 Firm>"
    assert repr(region.agents.select(at_most=0)) == "<RowAgentSet of nobody>"
    assert repr(region.firms) == "<Table of 3 Firm: id, staff>"
    columns = "id, birth, stage, skill, trained, learning, ... 7 columns"
    assert repr(region.people) == f"<Table of 8 Person: {columns}>"
