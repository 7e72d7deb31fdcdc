"""What Mesa 3.3.1 and 3.5.1 test of agents and agent sets, asked of ours and of Mesa's own.

Every case holds for both, or is one of the DIFFERENCES, which docs/mesa.md prints and which are shown here to
be there. CASES names the tests of Mesa that each case stands for.
"""

from __future__ import annotations

import copy
import gc
import pickle
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import batiksim as bs
from batiksim.agents._compat import MESA_VERSION, Agent, AgentSet, DataCollector, Model
from batiksim.agents.columns import Column, RowAgent, RowAgentSet, Table, TableModel

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mesa.md"


# The same agents twice: as rows of tables, and as Mesa makes them


class Acts:
    def number(self):
        return self.unique_id

    def call(self):
        self.called = True

    def leave_set(self):
        self.model.chosen.remove(self)

    def bring_next(self):
        self.model.chosen.add(self.model.reserve.pop())

    def let_another_leave(self):
        assert self.there
        other = self.random.choice(self.model.agents)
        if other is not self:
            self.model.sends_away(other)


class Row(Acts, RowAgent):
    energy = Column(np.int64)
    wealth = Column(np.int64)
    even = Column(np.bool_)
    called = Column(np.bool_)
    there = Column(np.bool_)

    @classmethod
    def is_present(cls, table, rows=slice(None)):
        return table.there[rows]


class OtherRow(Row):
    extra = Column(np.int64)


class Stock(Acts, Agent):
    pass


class OtherStock(Stock):
    pass


class Rows(TableModel):
    def __init__(self, n, others):
        super().__init__(rng=42)
        self.tables = Table(Row, self, n), Table(OtherRow, self, others)
        first = 1
        for table, many in zip(self.tables, (n, others), strict=True):
            table.append(many)
            table.id = np.arange(first, first + many)
            table.energy, table.wealth, table.even = table.id, 10 * table.id, table.id % 2 == 0
            table.there = True
            first += many
        self.tables[1].extra = 8

    def sends_away(self, agent):
        agent.there = False


class Stocks(Model):
    def __init__(self, n, others):
        super().__init__(rng=42)
        for k in range(n + others):
            agent = (Stock if k < n else OtherStock)(self)
            agent.energy, agent.wealth, agent.even = k + 1, 10 * (k + 1), (k + 1) % 2 == 0
            agent.called, agent.there = False, True
            if k >= n:
                agent.extra = 8

    def sends_away(self, agent):
        agent.there = False
        agent.remove()


KINDS = {
    "rows": SimpleNamespace(model=Rows, set=RowAgentSet, other=OtherRow, base=Row),
    "mesa": SimpleNamespace(model=Stocks, set=AgentSet, other=OtherStock, base=Stock),
}


@dataclass
class World:
    """A model of one of the KINDS, its agents in order, and a set of them."""

    kind: Any
    n: int = 10
    others: int = 0

    def __post_init__(self):
        self.model = self.kind.model(self.n, self.others)
        self.agents = list(self.model.agents)
        self.some = self.kind.set(self.agents)

    def anew(self, n=10, others=0):
        return World(self.kind, n, others)


def at(some, item):
    """`some[item]`, of which Mesa 3.5 warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return some[item]


# Cases


def order_and_membership(w):
    assert w.agents[0] in w.some
    assert len(w.some) == 10
    assert list(w.some) == w.agents
    part = w.kind.set(w.agents[:5])
    assert [agent in part for agent in w.agents] == 5 * [True] + 5 * [False]


def shares_and_numbers(w):
    for most, number in ((0.2, 2), (0.549, 5), (0.09, 0), (1.0, 10), (1, 1), (5, 5), (10_000, 10)):
        assert len(w.some.select(at_most=most)) == number
    assert list(w.some.select(at_most=5)) == w.agents[:5]
    assert len(w.some.shuffle().select(at_most=5)) == 5


def functions_select(w):
    def late(agent):
        return agent.unique_id > 5

    assert list(w.some.select(late)) == w.agents[5:]
    assert list(w.some.select(late, at_most=2)) == w.agents[5:7]
    assert list(w.some.select()) == w.agents
    assert w.some.select(inplace=True) is w.some
    assert w.some.select(late, inplace=True) is w.some
    assert list(w.some) == w.agents[5:]


def types_select(w):
    w = w.anew(4, 6)
    assert list(w.some.select(agent_type=w.kind.other)) == w.agents[4:]
    assert list(w.some.select(agent_type=w.kind.base)) == w.agents
    assert len(w.some.select()) == 10


def sorting(w):
    for key in (lambda agent: agent.unique_id, "unique_id", "energy"):
        assert list(w.some.sort(key)) == w.agents[::-1]
        assert list(w.some.sort(key, ascending=True)) == w.agents
    assert w.some.sort("energy", inplace=True) is w.some
    assert list(w.some) == w.agents[::-1]


def shuffling(w):
    w = w.anew(12)
    other = w.some.shuffle()
    assert list(w.some) == w.agents != list(other)
    assert set(other) == set(w.agents)
    assert w.some.shuffle(inplace=True) is w.some
    assert list(w.some) != w.agents


def adding_and_taking_out(w):
    first = w.agents[0]
    w.some.discard(first)
    w.some.discard(first)
    assert first not in w.some
    with pytest.raises(KeyError):
        w.some.remove(first)
    w.some.add(first)
    assert list(w.some) == [*w.agents[1:], first]
    w.some.remove(first)
    assert list(w.some) == w.agents[1:]
    empty = w.kind.set([], random=w.model.random)
    empty.add(first)
    assert list(empty) == [first]


def empty_sets(w):
    empty = w.kind.set([], random=w.model.random)
    assert len(empty) == 0
    assert empty.random is w.some.random is w.model.random
    with pytest.warns(UserWarning, match="reproducible"):
        assert len(w.kind.set([])) == 0


def generators(w):
    assert w.agents[3].random is w.model.random
    assert w.agents[3].rng is w.model.rng


def sending_sets(w):
    agents, some = pickle.loads(pickle.dumps([list(w.agents), w.some]))
    assert len(some) == len(agents) == 10
    assert [agent.unique_id for agent in some] == [agent.unique_id for agent in agents] == [*range(1, 11)]


def lists(w):
    if not hasattr(w.some, "to_list"):
        return  # Mesa 3.3 has none; ours has
    found = w.some.to_list()
    assert type(found) is list
    assert (found, found[-1], found[1:3]) == (w.agents, w.agents[-1], w.agents[1:3])
    found.pop()
    assert len(w.some) == 10


def indexing(w):
    assert (at(w.some, 0), at(w.some, -1)) == (w.agents[0], w.agents[-1])
    assert at(w.some, slice(1, 3)) == w.agents[1:3]
    assert at(w.some, slice(None, None, -1)) == w.agents[::-1]
    with pytest.raises(IndexError):
        at(w.some, 20)


def doing(w):
    assert w.some.do("call") is w.some
    assert all(agent.called for agent in w.agents)
    assert w.some.do(lambda agent, value: setattr(agent, "called", value), False) is w.some
    assert not any(agent.called for agent in w.agents)
    for missing in ("dance", lambda agent: agent.dance()):
        for verb in (w.some.do, w.some.map, w.some.shuffle_do):
            with pytest.raises(AttributeError, match="dance"):
                verb(missing)


def sets_that_change_while_their_agents_act(w):
    for bring in ("bring_next", lambda agent: agent.bring_next()):
        w = w.anew(20)
        w.model.chosen, w.model.reserve = w.kind.set(w.agents[:10]), w.agents[10:]
        w.model.chosen.do(bring)
        assert len(w.model.chosen) == 20
    for leave in ("leave_set", lambda agent: agent.leave_set()):
        for verb in ("do", "shuffle_do", "map"):
            w = w.anew()
            w.model.chosen = w.some
            getattr(w.some, verb)(leave)
            assert len(w.some) == 0


def mapping(w):
    assert w.some.map("number") == w.some.map(lambda agent: agent.unique_id) == [*range(1, 11)]


def doing_in_random_order(w):
    w = w.anew(100)
    assert w.some.shuffle_do("call") is w.some
    assert all(agent.called for agent in w.agents)
    seen = []
    w.some.shuffle_do(seen.append)
    assert seen != w.agents == list(w.some)
    assert set(seen) == set(w.agents)


def nobody_acts_who_has_left(w):
    w = w.anew(100)
    w.agents.clear()  # Mesa 3.3 lets everyone act whom something still holds
    everyone = w.model.agents
    everyone.shuffle_do("let_another_leave")  # who acts must be there
    assert 0 < len(w.model.agents) < 100
    assert len(everyone) == len(w.model.agents)
    assert all(agent.there for agent in everyone)


def getting(w):
    assert w.some.get("unique_id") == [*range(1, 11)]
    assert w.some.get(["unique_id", "wealth"]) == [[k, 10 * k] for k in range(1, 11)]
    for wrong in ("missing", ["energy", "missing"]):
        with pytest.raises(AttributeError):
            w.some.get(wrong)
    assert w.some.get("missing", handle_missing="default", default_value=True) == [True] * 10
    both = w.some.get(["energy", "missing"], handle_missing="default", default_value=0)
    assert both == [[k, 0] for k in range(1, 11)]
    with pytest.raises(ValueError):
        w.some.get("missing", handle_missing="some nonsense")
    mixed = w.anew(5, 5).some.get(["even", "extra"], handle_missing="default", default_value=-1)
    assert [extra for _, extra in mixed] == 5 * [-1] + 5 * [8]


def setting(w):
    assert w.some.set("energy", 50).set("wealth", 7).set("called", True) is w.some
    assert w.some.get(["energy", "wealth", "called"]) == [[50, 7, True]] * 10
    w.some.select(at_most=0.5).set("energy", 8)
    assert w.some.get("energy") == [8] * 5 + [50] * 5


def aggregating(w):
    def middle(values):
        return sum(values) / len(values)

    for function, result in {min: 1, max: 10, sum: 55, np.mean: 5.5, middle: 5.5}.items():
        assert w.some.agg("energy", function) == result
    assert w.some.agg("energy", [min, max]) == [1, 10]
    assert w.some.agg("wealth", (min, max, np.mean, middle)) == [10, 100, 55.0, 55.0]


def grouping(w):
    for by in ("even", lambda agent: agent.unique_id % 2 == 0):
        groups = w.some.groupby(by)
        assert len(groups) == 2
        assert {name: [agent.unique_id for agent in group] for name, group in groups} == {
            False: [1, 3, 5, 7, 9],
            True: [2, 4, 6, 8, 10],
        }
        assert groups.count() == {False: 5, True: 5}
    assert all(type(group) is list for _, group in w.some.groupby("even", result_type="list"))
    assert w.some.groupby("even", result_type="list").map(len) == {False: 5, True: 5}
    assert groups.map("get", "even") == {False: [False] * 5, True: [True] * 5}
    assert groups.do("do", "call") is groups is groups.do(lambda group: group.do("call"))
    assert all(agent.called for agent in w.agents)
    for function, odd, even in ((sum, 250, 300), (max, 90, 100), (min, 10, 20), (np.mean, 50, 60)):
        assert groups.agg("wealth", function) == {False: odd, True: even}


def sets_from_the_models_own_are_apart(w):
    own = w.model.agents
    assert own.random is w.model.random
    parts = [own.select(at_most=5), own.shuffle(), own.sort("energy"), copy.copy(own)]
    if hasattr(own, "copy"):
        parts.append(own.copy())
    parts += [group for _, group in own.groupby("even")]
    for part in parts:
        assert isinstance(part, AgentSet)
        part.discard(next(iter(part)))
    assert len(w.model.agents) == len(own) == 10
    assert own.select(inplace=True) is own


CASES: dict[Callable[[World], None], tuple[str, ...]] = {
    order_and_membership: ("test_agentset", "test_agent_membership", "test_agentset_initialization"),
    shares_and_numbers: ("test_agentset",),
    functions_select: ("test_agentset",),
    types_select: ("test_agentset_select_by_type",),
    sorting: ("test_agentset", "test_hardkeyagentset_inplace"),
    shuffling: ("test_agentset_shuffle", "test_hardkeyagentset_inplace"),
    adding_and_taking_out: (
        "test_agentset",
        "test_agent_add_remove_discard",
        "test_hardkeyagentset_add_remove",
    ),
    empty_sets: (
        "test_agentset_initialization",
        "test_agentset_initialization_w_random",
        "test_hardkeyagentset_init",
    ),
    generators: ("test_agent_rng",),
    sending_sets: ("test_agentset", "test_agentset_serialization"),
    lists: ("test_agentset_to_list",),
    indexing: ("test_agentset_get_item",),
    doing: (
        "test_agentset_do_str",
        "test_agentset_do_callable",
        "test_hardkeyagentset_str",
        "test_hardkeyagentset_map_do_shuffledo",
    ),
    sets_that_change_while_their_agents_act: ("test_agentset_do_str", "test_agentset_do_callable"),
    mapping: (
        "test_agentset_map_str",
        "test_agentset_map_callable",
        "test_hardkeyagentset_str",
        "test_hardkeyagentset_map_do_shuffledo",
    ),
    doing_in_random_order: ("test_agentset_shuffle_do", "test_hardkeyagentset_map_do_shuffledo"),
    nobody_acts_who_has_left: ("test_agentset_shuffle_do", "test_hardkeyagentset_str"),
    getting: ("test_agentset_get", "test_agentset_get_attribute"),
    setting: ("test_agentset_set_method", "test_agentset_get"),
    aggregating: ("test_agentset_agg",),
    grouping: ("test_agentset_groupby",),
    sets_from_the_models_own_are_apart: ("test_hardkeyagentset_downgrade",),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_case(kind: str, case: Callable[[World], None]) -> None:
    case(World(KINDS[kind]))


# Differences


def making(ours, mesas):
    Stock(mesas.model)
    assert len(mesas.model.agents) == 11
    for make in (
        lambda: Row(ours.model),
        lambda: Row.create_agents(ours.model, 3),
        lambda: Row.from_dataframe(ours.model, None),
        lambda: ours.model.register_agent(ours.agents[0]),
    ):
        with pytest.raises(TypeError, match="follows from scenario and seed"):
            make()


def removing(ours, mesas):
    mesas.agents[0].remove()
    assert mesas.agents[0] not in mesas.model.agents
    for remove in (
        ours.agents[0].remove,
        lambda: ours.model.deregister_agent(ours.agents[0]),
        ours.model.remove_all_agents,
    ):
        with pytest.raises(TypeError, match="cannot be removed"):
            remove()
    ours.model.sends_away(ours.agents[0])
    assert ours.agents[0] not in ours.model.agents


def new_attributes(ours, mesas):
    assert mesas.some.set("health", 100).get("health") == [100] * 10
    for new in (lambda: ours.some.set("health", 100), lambda: setattr(ours.agents[0], "health", 100)):
        with pytest.raises(AttributeError, match="no column 'health'"):
            new()


def the_models_own_set(ours, mesas):
    assert mesas.model.agents is mesas.model.agents
    before = ours.model.agents
    assert before is not ours.model.agents
    ours.model.tables[0].append(1)
    ours.model.tables[0].there[-1] = True
    assert (len(before), len(ours.model.agents)) == (10, 11)


def agents_nobody_holds(ours, mesas):
    for w in (ours, mesas):
        w.some.remove(w.agents[0])
        w.model.sends_away(w.agents.pop(0))
        left = w.kind.set([w.agents[0]])
        w.model.sends_away(w.agents.pop(0))
        gc.collect()
        assert len(left) == len(w.some) - 8 == 0
    lone = RowAgentSet([ours.model.tables[0].view(0)])  # away before she came in
    gc.collect()
    assert lone.get("unique_id") == [1]


def taken_out_of_the_set(ours, mesas):
    acted = []
    for w in (ours, mesas):
        own = w.model.agents

        def act(agent, own=own, w=w):
            acted.append(agent.unique_id)
            own.discard(w.agents[-1])

        own.do(act)
    assert acted[:10] == [*range(1, 11)]
    # Mesa 3.5 has a kind of set of its own for the agents of a model, in which it looks again at every turn.
    assert acted[10:] == [*range(1, 10 if MESA_VERSION >= (3, 5) else 11)]


def index_warnings(ours, mesas):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert ours.some[0] is ours.agents[0]
        assert not told
        assert mesas.some[0] is mesas.agents[0]
        assert bool(told) == (MESA_VERSION >= (3, 5))


def copies_of_one(ours, mesas):
    assert pickle.loads(pickle.dumps(mesas.agents[3])).model.agents
    alone = pickle.loads(pickle.dumps(ours.agents[3]))
    assert (alone.unique_id, alone.wealth) == (4, 40)
    with pytest.raises(AttributeError, match="without its model"):
        alone.model  # noqa: B018


def numbers(ours, mesas):
    assert [agent.unique_id for agent in mesas.agents] == [*range(1, 11)]
    ours.model.tables[0].id[:] = 1000
    assert ours.agents[0].unique_id == 1000


SMALL: dict[str, Any] = {"scale": 0.01, "until": "2011-02"}


def seeds(ours, mesas):
    assert Model().random.random() != Model().random.random()
    first, second = bs.BatikModel(**SMALL), bs.BatikModel(**SMALL)
    assert first.seed == second.seed == 1
    assert first.random.random() == second.random.random()


def collecting(ours, mesas):
    model, collector = bs.BatikModel(**SMALL), DataCollector({"n": lambda m: len(m.agents)})
    model.step()
    assert len(collector.model_vars["n"]) == 0
    assert len(model.datacollector.model_vars["batik.workers"]) == 1


def scenarios(ours, mesas):
    model = bs.BatikModel("training", **SMALL)
    assert model.settings == bs.Scenario.load("training")
    assert hasattr(model, "scenario") == (MESA_VERSION >= (3, 5))
    assert not isinstance(getattr(model, "scenario", None), bs.Scenario)


@dataclass(frozen=True)
class Difference:
    """One thing we do otherwise on purpose; `shown` holds if it is so, `tests` are Mesa's tests of it."""

    shown: Callable[[World, World], None]
    what: str
    mesa: str
    here: str
    why: str
    tests: tuple[str, ...] = ()


DIFFERENCES = (
    Difference(
        making,
        "`Person(model)`, `create_agents`, `from_dataframe`, `register_agent`",
        "make and register agents",
        "`TypeError`",
        "who there is follows from scenario and seed",
        ("test_agent_create", "test_agent_create_with_pandas", "test_agent_from_dataframe"),
    ),
    Difference(
        removing,
        "`agent.remove()`, `deregister_agent`, `remove_all_agents`",
        "take agents out of the model",
        "`TypeError`",
        "people and firms leave by the rules of the model, their rows stay",
        ("test_agent_removal",),
    ),
    Difference(
        new_attributes,
        "setting a name that is no column",
        "makes a new attribute",
        "`AttributeError`",
        "a misspelt name is an error, and the columns are the whole state",
        ("test_agentset_set_method", "test_agentset_get"),
    ),
    Difference(
        the_models_own_set,
        "`model.agents`",
        "is one set, which newcomers join",
        "is made anew each time: those present when you ask",
        "nobody pays for a set that nobody asked for",
        ("test_hardkeyagentset_init",),
    ),
    Difference(
        agents_nobody_holds,
        "an agent that has left the model",
        "drops out of a set when nothing else holds it",
        "drops out of a set at once, unless it had left before it came in",
        "a view is made on demand, so that holding it means nothing",
        ("test_hardkeyagentset_downgrade",),
    ),
    Difference(
        taken_out_of_the_set,
        "an agent taken out of `model.agents` while `do` runs",
        "has no turn any more (3.5), or has (3.3)",
        "still has its turn; one that leaves the model has none",
        "leaving is what a model is about, not leaving a set",
        ("test_hardkeyagentset_str",),
    ),
    Difference(
        index_warnings,
        "`agents[0]`",
        "warns from 3.5 on",
        "works",
        "rows have an order",
        ("test_agentset_get_item", "test_hardkeyagentset_init"),
    ),
    Difference(
        copies_of_one,
        "`pickle` or `copy` of one agent",
        "takes the whole model along",
        "gives a snapshot: every column can be read, none set, and there is no model",
        "one person must not weigh as much as the region",
    ),
    Difference(
        numbers,
        "`unique_id`",
        "counts from 1",
        "is the column `id`",
        "ids never depend on policy, so that the same person can be found in two runs",
    ),
    Difference(
        seeds,
        "a model without a seed",
        "has another one each time",
        "has seed 1",
        "a result can be had again; `iterations=` of a batch run therefore repeats one run",
    ),
    Difference(
        collecting,
        "`model.datacollector`",
        "is filled by `collect`",
        "shows what is recorded each month anyway; `collect` does nothing",
        "indicators are measured once",
    ),
    Difference(
        scenarios,
        "`model.scenario`",
        "is an object of Mesa's (3.5)",
        "is that, too, and empty; ours is `model.settings`",
        "Mesa owns the name",
    ),
)


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.shown.__name__)
def test_difference(one: Difference) -> None:
    one.shown(World(KINDS["rows"]), World(KINDS["mesa"]))


# What is tested by Mesa (tests/test_agent.py of 3.3.1; tests/test_agent.py and test_agentset.py of 3.5.1)
MESAS_TESTS = """
    test_agent_removal test_agentset test_agentset_initialization test_agentset_initialization_w_random
    test_agentset_serialization test_agent_membership test_agent_rng test_agent_create
    test_agent_create_with_pandas test_agent_from_dataframe test_agent_add_remove_discard
    test_agentset_to_list test_agentset_get_item test_agentset_do_str test_agentset_do_callable
    test_agentset_get test_agentset_agg test_agentset_set_method test_agentset_map_str
    test_agentset_map_callable test_agentset_shuffle_do test_agentset_get_attribute
    test_agentset_select_by_type test_agentset_shuffle test_agentset_groupby test_hardkeyagentset_init
    test_hardkeyagentset_downgrade test_hardkeyagentset_inplace test_hardkeyagentset_str
    test_hardkeyagentset_map_do_shuffledo test_hardkeyagentset_add_remove
"""


def test_every_test_of_mesas_has_its_case() -> None:
    cases = [name for names in (*CASES.values(), *(one.tests for one in DIFFERENCES)) for name in names]
    assert {*cases} == {*MESAS_TESTS.split()}


# The page


def table() -> str:
    """The differences as docs/mesa.md prints them."""
    rows = [("what", "Mesa", "batiksim", "because"), ("---",) * 4]
    rows += [(one.what, one.mesa, one.here, one.why) for one in DIFFERENCES]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_page_lists_the_differences() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), f"print this table in it:\n{table()}"


def test_what_the_page_shows_runs() -> None:
    blocks = re.findall(r"^```python\n(.+?)^```", PAGE.read_text(encoding="utf-8"), flags=re.M | re.S)
    assert len(blocks) == 3
    exec("\n".join(blocks), {})
