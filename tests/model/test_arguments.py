"""What a model is made from: the scenario in any form, parameters by name, a seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import batiksim as bs
from batiksim.errors import InputError, ScenarioError, UsageError
from batiksim.scenario import Scenario
from tests.support.worlds import differences

CUT = "contracts.surplus_cut"
SMALL: dict[str, Any] = {"scale": 0.01, "until": "2011-02"}


def made(*args: Any, **kwargs: Any) -> bs.BatikModel:
    return bs.BatikModel(*args, **SMALL | kwargs)


def test_the_scenario_in_every_form_makes_the_same_model(tmp_path: Path) -> None:
    file = tmp_path / "cut.yaml"
    file.write_text(f"extends: training\nparameters:\n  {CUT}: 0.1\n", encoding="utf-8")
    forms = (file, str(file), Scenario.load(file), {"extends": "training", "parameters": {CUT: 0.1}})
    models = [made(form) for form in forms]
    models.append(made("training", **{CUT: 0.1}))
    models.append(made(Scenario.load("training").but({CUT: 0.1})))
    assert len({model.settings.hash for model in models}) == 1
    for model in models:
        model.run()
    assert not [d for model in models[1:] for d in differences(models[0], model)]


def test_parameters_by_name_lie_over_the_scenario() -> None:
    model = made(**{CUT: {"2012-01": 0.1}, "choice.conformity": np.float64(2)})
    assert model.settings == Scenario.default().but({CUT: {"2012-01": 0.1}, "choice.conformity": 2.0})
    assert made("training").settings == Scenario.load("training")
    assert made().settings == Scenario.default()


@pytest.mark.parametrize(
    "given", [{"seed": 2}, {"seed": "2"}, {"rng": 2}, {"rng": " 2 "}, {"seed": np.int64(2)}, {"seed": 2.0}]
)
def test_a_seed_is_a_seed_under_either_name(given: dict[str, Any]) -> None:
    model = made(**given)
    assert model.seed == 2 and type(model.seed) is int
    assert model.random.random() == made(seed=2).random.random()
    assert not differences(model.run(), made(seed=2).run())


def test_without_a_seed_it_is_one() -> None:
    assert made().seed == made(seed=None, rng=None).seed == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seed": 1, "rng": 1}, "two names of one thing"),
        ({"seed": -1}, "seed is a whole number from 0 on; got -1"),
        ({"rng": -1}, "rng is a whole number"),
        ({"seed": 1.5}, "got 1.5"),
        ({"seed": float("nan")}, "got nan"),
        ({"seed": "two"}, "got 'two'"),
        ({"seed": ""}, "got ''"),
        ({"seed": "9" * 5000}, "whole number"),
        ({"seed": [1]}, "whole number"),
        ({"rng": np.random.default_rng(1)}, "rng is a whole number"),
        ({"sclae": 0.1}, r"no argument and no parameter sclae \(did you mean scale\?\)"),
        ({"surplus_cut": 0.1}, r"surplus_cut \(did you mean contracts.surplus_cut\?\)"),
        ({"scenario": "training"}, "settings="),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        made(**wrong)


@pytest.mark.parametrize(
    ("settings", "changes", "said"),
    [
        ("trainin", {}, "did you mean training"),
        (7, {}, "not as int"),
        (None, {CUT: 7}, CUT),
        (None, {CUT: "much"}, CUT),
        ({"parameters": {CUT: 7}}, {}, CUT),
    ],
)
def test_wrong_scenarios_are_explained(settings: Any, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        made(settings, **changes)


def test_what_a_model_says_of_itself() -> None:
    model = bs.BatikModel("training", seed=7, scale=0.01, until="2012-12")
    assert repr(model) == "<BatikModel training seed 7, 1 % of the region, to 2012-12>"
    model.run("2011-03")
    assert repr(model) == "<BatikModel training seed 7, 1 % of the region, 2011-03 of 2012-12>"
    person = model.people.view(int(model.batik[0]))
    place = model.places.id[person.place]
    assert repr(person) == f"<Person {person.id}: batik, {int(person.age)}, {place}>"
    gone = model.people.view(int(np.flatnonzero(model.people.presence != 1)[0]))
    assert repr(gone).startswith(f"<Person {gone.id}: {gone.presence}, ")
    owner = model.agents_by_type[bs.Owner][0]
    place = model.places.id[owner.place]
    assert repr(owner) == f"<Owner {owner.id}: open, staff {owner.staff.sum()}, {place}>"
    assert repr(model.agents) == f"<RowAgentSet of {len(model.agents_by_type[bs.Person])} Person, " + (
        f"{len(model.agents_by_type[bs.Owner])} Owner>"
    )


def test_errors_are_input_errors() -> None:
    for wrong in ({"seed": "x"}, {"sclae": 1}, {"settings": "nothing"}):
        with pytest.raises(InputError):
            made(**wrong)
