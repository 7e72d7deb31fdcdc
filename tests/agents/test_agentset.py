"""Every verb of RowAgentSet against Mesa's own AgentSet with the same agents."""

from __future__ import annotations

import copy
import operator
import pickle
from random import Random

import numpy as np
import pytest

from batiksim.agents._compat import Agent, AgentSet, Model
from batiksim.agents.columns import Column, RowAgent, RowAgentSet, Table, TableModel

STAGES = ("school", "batik", "home")
PEOPLE, FIRMS = 23, 7


class Verbs:
    """What both kinds of agents can do."""

    @property
    def double(self):
        return 2 * self.wealth

    def earn(self, amount, times=1):
        self.wealth += amount * times
        self.model.log.append(self.id)
        return self.wealth


class Person(Verbs, RowAgent):
    wealth = Column(np.float64)
    stage = Column(np.int8, labels=STAGES)
    learning = Column(np.float64, shape=(2,))
    extra = Column(np.int16)


class Firm(Verbs, RowAgent):
    wealth = Column(np.float64)
    stage = Column(np.int8, labels=STAGES)
    learning = Column(np.float64, shape=(2,))


class StockPerson(Verbs, Agent):
    pass


class StockFirm(Verbs, Agent):
    pass


class RowModel(TableModel):
    def __init__(self):
        super().__init__(rng=11)
        self.log = []
        self.tables = (Table(Person, self, PEOPLE), Table(Firm, self, FIRMS))
        first = 0
        for table, n in zip(self.tables, (PEOPLE, FIRMS), strict=True):
            table.append(n)
            table.id = first + np.arange(n)
            table.wealth = table.id * 5 % 7
            table.stage = table.id % 3
            table.learning[:, 1] = table.id
            first += n
        self.tables[0].extra = np.arange(PEOPLE)


class StockModel(Model):
    def __init__(self):
        super().__init__(rng=11)
        self.log = []
        for i in range(PEOPLE + FIRMS):
            agent = (StockPerson if i < PEOPLE else StockFirm)(self)
            agent.id, agent.wealth, agent.stage = i, float(i * 5 % 7), STAGES[i % 3]
            agent.learning = np.array([0.0, i])
            if i < PEOPLE:
                agent.extra = i


def interleaved(agents):
    """Return a set of the same kind with 20 of the agents, drawn from all."""
    everyone = list(agents)
    kind = RowAgentSet if isinstance(agents, RowAgentSet) else AgentSet
    return kind(everyone[i] for i in Random(3).sample(range(len(everyone)), 20))


@pytest.fixture(params=["one table", "two tables", "interleaved"])
def pair(request):
    """The same agents as a RowAgentSet and as Mesa's own set, with generators in the same state."""
    rows, stock = RowModel(), StockModel()
    if request.param == "one table":
        sets = rows.agents_by_type[Person], stock.agents_by_type[StockPerson].select()
    elif request.param == "two tables":
        sets = rows.agents, stock.agents.select()
    else:
        sets = interleaved(rows.agents), interleaved(stock.agents)
    yield sets
    del stock  # until here: Mesa's sets lose the agents of a model that nobody holds


def plain(result):
    """Replace agents by ids, sets and groups by lists and dictionaries, arrays by lists."""
    if isinstance(result, Agent):
        return result.id
    if isinstance(result, np.ndarray):
        return result.tolist()
    if isinstance(result, AgentSet | list | tuple):
        return [plain(item) for item in result]
    if isinstance(result, dict):
        return {key: plain(value) for key, value in result.items()}
    return result


def groups(group_by):
    return dict(group_by)


IS_FIRM = {RowAgentSet: Firm, AgentSet: StockFirm}
VERBS = {
    "len": len,
    "list": list,
    "reversed": lambda s: list(reversed(list(s))),
    "select": lambda s: s.select(),
    "select function": lambda s: s.select(lambda a: a.wealth > 2),
    "select number": lambda s: s.select(at_most=4),
    "select none": lambda s: s.select(at_most=0),
    "select negative": lambda s: s.select(at_most=-1),
    "select share": lambda s: s.select(at_most=0.35),
    "select all": lambda s: s.select(at_most=1.0),
    "select too many": lambda s: s.select(at_most=1000),
    "select number of function": lambda s: s.select(lambda a: a.stage == "batik", at_most=3),
    "select share of function": lambda s: s.select(lambda a: a.stage == "batik", at_most=0.1),
    "select type": lambda s: s.select(agent_type=IS_FIRM[type(s)]),
    "select base type": lambda s: s.select(agent_type=Agent),
    "select type and function": lambda s: s.select(lambda a: a.wealth > 2, 2, agent_type=IS_FIRM[type(s)]),
    "shuffle": lambda s: s.shuffle(),
    "shuffle twice": lambda s: s.shuffle().shuffle(),
    "sample": lambda s: s.shuffle().select(at_most=3),
    "sort": lambda s: s.sort("wealth"),
    "sort ascending": lambda s: s.sort("wealth", ascending=True),
    "sort labels": lambda s: s.sort("stage", ascending=True),
    "sort property": lambda s: s.sort("double"),
    "sort dotted": lambda s: s.sort("id.real"),
    "sort function": lambda s: s.sort(lambda a: a.id % 4),
    "do name": lambda s: (s.do("earn", 2, times=3), s.get("wealth")),
    "do function": lambda s: (s.do(lambda a, x, y: a.earn(x * y), 2, y=3), s.get("wealth")),
    "shuffle_do": lambda s: (s.shuffle_do("earn", 1), next(iter(s)).model.log, s.get("wealth")),
    "shuffle_do function": lambda s: (s.shuffle_do(lambda a: a.earn(1)), next(iter(s)).model.log),
    "map name": lambda s: s.map("earn", 2, times=2),
    "map function": lambda s: s.map(lambda a, x: a.id + x, 3),
    "get": lambda s: s.get("wealth"),
    "get labels": lambda s: s.get("stage"),
    "get array": lambda s: s.get("learning"),
    "get property": lambda s: s.get("double"),
    "get several": lambda s: s.get(["id", "stage", "double"]),
    "get no name": lambda s: s.get([]),
    "get default": lambda s: s.get("extra", handle_missing="default", default_value=-7),
    "get several default": lambda s: s.get(["id", "beauty"], handle_missing="default"),
    "set": lambda s: (s.set("wealth", 3.5), s.get("wealth")),
    "set label": lambda s: (s.set("stage", "home"), s.get("stage")),
    "agg": lambda s: s.agg("wealth", sum),
    "agg several": lambda s: s.agg("wealth", [min, max, np.mean, len]),
    "agg property": lambda s: s.agg("double", max),
    "groupby": lambda s: groups(s.groupby("stage")),
    "groupby property": lambda s: groups(s.groupby("double")),
    "groupby function": lambda s: groups(s.groupby(lambda a: a.id % 4)),
    "groupby list": lambda s: groups(s.groupby("stage", result_type="list")),
    "groupby count": lambda s: s.groupby("stage").count(),
    "groupby agg": lambda s: s.groupby("stage").agg("wealth", np.mean),
    "groupby map": lambda s: s.groupby("stage").map(lambda group: group.shuffle().get("id")),
    "groupby do": lambda s: (groups(s.groupby("stage").do("do", "earn", 1)), s.get("wealth")),
    "copy": copy.copy,
    "count": lambda s: s.count(list(s)[2]),
    "union": lambda s: s.select(at_most=3) | s.select(lambda a: a.id > 10, at_most=3),
    "intersection": lambda s: s.select(at_most=9) & s.select(lambda a: a.id % 2 == 0),
    "difference": lambda s: s - s.select(at_most=5),
    "equal": lambda s: (s == s.shuffle(), s == s.select(at_most=2), s >= s.select(at_most=2)),
    "disjoint": lambda s: s.isdisjoint(s.select(at_most=2)),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
def test_verb_gives_what_mesa_gives(pair, verb):
    ours, mesas = (plain(verb(some)) for some in pair)
    assert repr(ours) == repr(mesas)  # tells 1 from 1.0 and from numpy's 1


CHANGES = {
    "select": lambda s: s.select(lambda a: a.wealth > 2, inplace=True),
    "select all": lambda s: s.select(inplace=True),
    "select number": lambda s: s.select(at_most=3, inplace=True),
    "shuffle": lambda s: s.shuffle(inplace=True),
    "sort": lambda s: s.sort("wealth", inplace=True),
    "do": lambda s: s.do("earn", 1),
    "shuffle_do": lambda s: s.shuffle_do("earn", 1),
    "set": lambda s: s.set("wealth", 1.0),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_change_in_place_returns_the_set_itself(pair, change):
    for some in pair:
        assert change(some) is some
    assert plain(pair[0]) == plain(pair[1])


def test_results_are_sets_of_their_own(pair):
    rows, _ = pair
    for other in (rows.select(), rows.shuffle(), rows.sort("id"), copy.copy(rows)):
        assert type(other) is RowAgentSet
        assert other is not rows
        assert other.random is rows.random
        other.discard(next(iter(rows)))
        assert len(other) == len(rows) - 1


def test_membership_follows_add_discard_remove_and_pop(pair):
    for some in pair:
        everyone = list(some)
        some.remove(everyone[3])
        assert everyone[3] not in some
        with pytest.raises(KeyError):
            some.remove(everyone[3])
        some.discard(everyone[3])
        some.discard(everyone[5])
        some.add(everyone[3])
        some.add(everyone[3])
        assert everyone[3] in some
        assert some.pop() is everyone[0]
        some |= [everyone[5]]
    assert plain(pair[0]) == plain(pair[1])


def test_a_set_takes_agents_of_another_table():
    model = RowModel()
    some = model.agents_by_type[Firm].select(at_most=2)
    some.add(model.tables[0].view(4))
    assert some.get("id") == [23, 24, 4]
    assert some.select(agent_type=Person).get("extra") == [4]


@pytest.mark.parametrize("stranger", [None, 3, "person", RowModel().tables[0].view(1)])
def test_strangers_are_not_inside(pair, stranger):
    assert stranger not in pair[0]


def test_indexing(pair):
    rows, stock = pair
    everyone = list(stock)
    for item in (0, 3, -1, slice(2, 9, 3), slice(None, None, -1), slice(50, 60)):
        assert plain(rows[item]) == plain(everyone[item])
    assert rows.index(rows[4]) == 4
    assert plain(list(reversed(rows))) == plain(everyone[::-1])
    assert plain(rows.to_list()) == plain(everyone)
    with pytest.raises(IndexError):
        rows[len(rows)]


def test_what_mesa_refuses_is_refused(pair):
    for some in pair:
        with pytest.raises(AttributeError):
            some.get("beauty")
        with pytest.raises(AttributeError):
            some.sort("beauty")
        with pytest.raises(ValueError, match="handle_missing"):
            some.get("wealth", handle_missing="guess")
        with pytest.raises(UserWarning, match="reproducible"):
            type(some)([])


def test_unknown_names_and_labels_cannot_be_set(pair):
    rows, _ = pair
    with pytest.raises(AttributeError, match="beauty"):
        rows.set("beauty", 1)
    with pytest.raises(ValueError, match="batik"):
        rows.set("stage", "bating")


def test_verbs_of_columns_touch_no_agent(monkeypatch):
    def touch(self, row):
        raise AssertionError("an agent was touched")

    monkeypatch.setattr(Table, "view", touch)
    model = RowModel()
    some = model.agents.shuffle().select(agent_type=Person).sort("wealth").set("stage", "batik")
    assert some.get(["stage", "learning"])[0][0] == "batik"
    assert some.groupby("wealth").count() == {
        wealth: len(range(wealth * 3 % 7, PEOPLE, 7)) for wealth in range(7)
    }
    assert some.agg("wealth", max) == 6.0
    assert len(model.agents.select(at_most=0.5)) == 15


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda some: pickle.loads(pickle.dumps(some))])
def test_copies_bring_their_model_along(pair, duplicate):
    for some in pair:
        some.shuffle(inplace=True)
    (ours, ours_model), (mesas, mesas_model) = (duplicate((some, next(iter(some)).model)) for some in pair)
    assert ours[0].model is ours_model
    assert ours.random is ours_model.random
    assert plain(ours) == plain(mesas)
    assert ours[0] in ours_model.agents
    ours.do("earn", 1)
    mesas.do("earn", 1)
    assert ours_model.log == mesas_model.log
    assert plain(pair[0].get("wealth")) == plain(pair[1].get("wealth"))
    assert not pair[0][0].model.log


def test_empty_sets():
    some = RowModel().agents.select(at_most=0)
    assert (len(some), list(some), some.get("wealth"), some.get(["id"])) == (0, [], [], [])
    assert plain(some.shuffle().sort("wealth").set("wealth", 1).do("earn", 1)) == []
    assert some.groupby("stage").count() == {}
    assert operator.length_hint(iter(some)) == 0
