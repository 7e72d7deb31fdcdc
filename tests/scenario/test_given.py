"""A scenario can be given as itself, a name, a file or a mapping, wherever one is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

import batiksim as bs
from batiksim.errors import ScenarioError
from batiksim.scenario import Scenario, several

CONTENT = {
    "title": {"en": "Dear garment work", "id": "Kerja garmen mahal"},
    "extends": "baseline",
    "parameters": {"garment.umk_growth": {"2027-01": 0.08}},
}
FILE = """
title: {en: Dear garment work, id: Kerja garmen mahal}
extends: baseline
parameters:
  garment.umk_growth: {2027-01: 0.08}
"""


def test_a_scenario_is_what_somebody_means(tmp_path: Path) -> None:
    file = tmp_path / "dear.yaml"
    file.write_text(FILE, encoding="utf-8")
    training = Scenario.load("training")
    assert Scenario.of(None) == Scenario.default()
    assert Scenario.of(training) is training
    assert Scenario.of("training") == training
    assert Scenario.of(file) == Scenario.of(str(file)) == Scenario.load(file)
    assert Scenario.of(CONTENT).hash == Scenario.load(file).hash
    assert Scenario.of(CONTENT).stem == "dear-garment-work"
    assert Scenario.of({"title": "Ré"}).stem == "r"
    assert Scenario.of({"title": "电"}).stem == Scenario.of({"extends": "baseline"}).stem == "scenario"


def test_one_or_several() -> None:
    training = Scenario.load("training")
    assert several(None) == []
    assert several("training") == several(training) == several(["training"]) == [training]
    assert [one.stem for one in several(("baseline", CONTENT))] == ["baseline", "dear-garment-work"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (3, "not as int"),
        ("trainin", r"no scenario trainin \(did you mean training\?\)"),
        ({"parametres": {}}, r"parametres.*parameters"),
        ({"title": "X", "parameters": {"contracts.surplus_cutt": 1}}, "contracts.surplus_cut"),
        ({"title": "X", "parameters": {"contracts.surplus_cut": 7}}, "contracts.surplus_cut"),
        ({"title": "X", "extends": "../up"}, "extends"),
        ({"title": object()}, "object"),
    ],
)
def test_what_is_wrong_is_said_as_for_a_file(wrong: object, said: str) -> None:
    for read in (Scenario.of, several, bs.run):
        with pytest.raises(ScenarioError, match=said):
            read(wrong)


def test_runs_and_comparisons_take_names_and_mappings(small_whole: None) -> None:
    given = bs.run("training", scale=0.01, until="2011-06")
    assert given.equals(bs.run(Scenario.load("training"), scale=0.01, until="2011-06"))
    assert next(bs.run_many("baseline", [1], scale=0.01, until="2011-02")).error is None
    study = bs.compare(["baseline", CONTENT], 1, scale=0.01, until="2011-12", jobs=1)
    assert list(study.scenarios) == ["baseline", "dear-garment-work"]
    with pytest.raises(bs.InputError, match="no scenario bas"):
        bs.why("training", baseline="bas")
    with pytest.raises(bs.InputError, match="no scenario bas"):
        bs.breakeven("training", "strength", baseline="bas")
