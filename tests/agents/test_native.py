"""Mesa's own tools take the model as it is: batch runs, data, what SolaraViz does, agents sent elsewhere."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

import batiksim as bs
from batiksim.agents._compat import MESA_VERSION, DataCollector
from batiksim.recording.indicators import load_indicators
from tests.support.worlds import series, world

CUT = "contracts.surplus_cut"
SMALL: dict[str, Any] = {"scale": 0.01, "until": "2011-04"}
# Mesa 3.5 has an argument of its own for seeds, and sets the model's to it.
SEEDED = {"rng": [1, 2]} if MESA_VERSION >= (3, 5) else {}
SEEDS = {} if SEEDED else {"seed": [1, 2]}


@pytest.fixture(scope="module")
def model() -> bs.BatikModel:
    """A region after half a year; tests only look at it."""
    return world(until="2011-12").run("2011-06")


def test_a_batch_run_gives_what_runs_give() -> None:
    rows = mesa.batch_run(
        bs.BatikModel,
        {"settings": "training", CUT: [0.1, 0.2], **SMALL, **SEEDS},
        number_processes=1,
        data_collection_period=1,
        display_progress=False,
        **SEEDED,
    )
    table = pd.DataFrame(rows)
    assert len(table) == 2 * 2 * 4
    for (cut, seed), got in table.groupby([CUT, "seed"]):
        whole = bs.BatikModel("training", seed=seed, **{CUT: cut}, **SMALL).run().results()
        whole = whole[whole["place"] == "all"].reset_index(drop=True)
        got = got.sort_values("Step").reset_index(drop=True)
        for name in ("month", *load_indicators()):
            assert got[name].equals(whole[name]), name
    assert table.groupby([CUT, "seed"])["pay.brokered_over_umk"].last().nunique() == 4


def test_a_batch_run_keeps_the_last_month_unless_asked_for_more() -> None:
    rows = mesa.batch_run(bs.BatikModel, SMALL, number_processes=1, display_progress=False)
    assert [row["month"] for row in rows] == ["2011-04"]
    own = bs.BatikModel(**SMALL).run().results()
    assert rows[0]["batik.workers"] == own[own["place"] == "all"]["batik.workers"].iloc[-1]


@pytest.mark.slow
def test_a_batch_run_in_other_processes() -> None:
    rows = mesa.batch_run(
        bs.BatikModel, {**SMALL, CUT: [0.1, 0.2]}, number_processes=2, display_progress=False
    )
    assert sorted(row[CUT] for row in rows) == [0.1, 0.2]


def test_the_data_collector_shows_what_is_recorded(model: bs.BatikModel) -> None:
    collector = model.datacollector
    assert isinstance(collector, DataCollector)
    frame = collector.get_model_vars_dataframe()
    whole = series(model)
    assert frame["month"].tolist() == list(whole.index)
    assert list(frame) == ["month", *load_indicators()] == list(collector.model_reporters)
    np.testing.assert_array_equal(frame.drop(columns="month").to_numpy(float), whole.to_numpy(float))
    assert list(frame.index) == list(range(6))
    collector.collect(model)
    assert len(collector.get_model_vars_dataframe()) == 6


def test_the_data_collector_follows_the_model_back_and_on() -> None:
    model = world(until="2011-06")
    collector = model.datacollector
    empty = collector.get_model_vars_dataframe()
    assert len(empty) == 0 and "batik.workers" in empty
    model.step()
    start, twin = model.snapshot(), model.branch()
    first = model.run().datacollector.get_model_vars_dataframe()
    assert len(first) == 6
    assert len(twin.datacollector.model_vars["month"]) == 1
    model.restore(start).change(model.settings.but({CUT: {"2011-03": 0.05}}))
    assert len(model.datacollector.model_vars["month"]) == 1
    other = model.run().datacollector.get_model_vars_dataframe()
    assert len(other) == 6 and not other.equals(first)
    assert other["pay.brokered_over_umk"].tolist() == series(model)["pay.brokered_over_umk"].tolist()
    assert twin.run().datacollector.get_model_vars_dataframe().equals(first)


def test_agents_that_a_model_holds_stay_its_own() -> None:
    model = world(until="2011-06").run("2011-02")
    model.favourite = model.person(int(model.people.id[model.batik[0]]))
    start, twin = model.snapshot(), model.branch()
    assert twin.favourite is twin.person(model.favourite.id)
    before = model.favourite.skill, model.favourite.age
    model.run().restore(start)
    assert model.favourite is model.person(model.favourite.id)
    assert (model.favourite.skill, model.favourite.age) == before


def test_its_reporters_serve_other_data_collectors() -> None:
    model = world(until="2011-03")
    reporters = {
        "workers": model.datacollector.model_reporters["batik.workers"],
        "rows": lambda m: m.people.n,
    }
    own = DataCollector(reporters)
    while model.running:
        model.step()
        own.collect(model)
    assert own.get_model_vars_dataframe()["workers"].tolist() == series(model)["batik.workers"].tolist()


def test_a_model_is_made_anew_as_solara_does() -> None:
    """The steps of mesa.visualization's reset, with values as its widgets give them."""
    first = bs.BatikModel(**SMALL)
    accepted = inspect.signature(type(first).__init__).parameters
    needed = [p.name for p in accepted.values() if p.default is p.empty]
    assert needed == ["self", "kwargs"]  # what Mesa 3.3 lets pass
    given: dict[str, Any] = {**SMALL, "settings": "training", "seed": "2", CUT: 0.25}
    if MESA_VERSION >= (3, 5):
        from mesa.experimental.scenarios import Scenario as Mesas

        assert type(first.scenario) is Mesas  # so that a reset passes one
        with_own = type(first)(**given, scenario=type(first.scenario)())
        assert with_own.settings == type(first)(**given).settings
        with pytest.raises(bs.InputError, match="settings="):
            type(first)(scenario=Mesas(density=1))
    again = type(first)(**dict(given))
    assert (again.seed, again.settings.stem, again.settings.value(CUT)) == (2, "training", 0.25)
    assert (again.steps, again.running) == (0, True)
    shown = []
    while again.running:
        again.step()
        shown.append((again.steps, len(again.datacollector.get_model_vars_dataframe())))
    assert shown == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert len(again.agents) > 0


def test_one_agent_of_a_region_weighs_little(model: bs.BatikModel) -> None:
    person = model.people.view(int(model.batik[0]))
    owner = model.agents_by_type[bs.Owner][0]
    for agent in (person, owner):
        sent = pickle.dumps(agent)
        assert len(sent) < 6000
        alone = pickle.loads(sent)
        for name in (*agent.table.columns, "unique_id", "age", "stage"):
            np.testing.assert_array_equal(getattr(alone, name), getattr(agent, name))
        assert isinstance(alone, type(agent))
        assert "copied in 2011-06" in repr(alone)
        with pytest.raises(AttributeError, match=f"as it was in 2011-06.*id {agent.id}"):
            alone.interest = 1
    with pytest.raises(AttributeError, match="without its model"):
        pickle.loads(pickle.dumps(person)).story()


def test_people_and_firms_refuse_to_be_made_or_removed(model: bs.BatikModel) -> None:
    person = model.people.view(int(model.batik[0]))
    number = len(model.agents)
    for refused in (
        lambda: bs.Person(model),
        lambda: bs.Owner(model),
        lambda: bs.Person.create_agents(model, 5),
        lambda: model.register_agent(person),
        lambda: model.deregister_agent(person),
        lambda: person.remove(),
        lambda: model.remove_all_agents(),
    ):
        with pytest.raises(TypeError, match=r"follows from scenario|cannot be removed"):
            refused()
    assert len(model.agents) == number


def test_agents_who_leave_drop_out_of_sets() -> None:
    model = world({"firms.closure_without_heir": 0.5}, scale=0.02, until="2013-12").run("2011-01")
    people, firms = model.agents_by_type[bs.Person], model.agents_by_type[bs.Owner]
    before = set(people.get("id")), set(firms.get("id"))
    model.run()
    now = (set(some.get("id")) for some in (model.agents_by_type[bs.Person], model.agents_by_type[bs.Owner]))
    for then, some, left in zip(before, (people, firms), now, strict=True):
        assert set(some.get("id")) == then & left != then
        assert len(some) == len(list(some)) == len(some.map("about")) == len(then & left)
