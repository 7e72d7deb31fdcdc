"""Targets: read, refused where they are wrong, written, told, and no part of what a run depends on."""

from __future__ import annotations

import math

import pytest

from batiksim.errors import ScenarioError
from batiksim.recording.indicators import load_indicators
from batiksim.scenario import Scenario, Target
from batiksim.scenario.json_schema import schema
from batiksim.scenario.targets import indicators

ONE = 'language: en\ntarget: {indicator: batik.workers_under_30, at_least: "2,000 people", by: 2035}\n'
SHARE = "target: [{indicator: contracts.share_brokered, at_most: 40 %, by: 2030, place: Kota Buaran}]\n"


def test_a_target_is_an_indicator_a_value_a_year_and_a_place() -> None:
    (one,) = Scenario.parse(ONE).targets
    assert one == Target("batik.workers_under_30", 2035, at_least=2000.0)
    assert (one.sense, one.value, one.place) == ("at_least", 2000.0, "all")
    (share,) = Scenario.parse(SHARE).targets
    assert share == Target("contracts.share_brokered", 2030, at_most=0.4, place="kota-buaran")
    assert share.met(0.4) and not share.met(0.41) and not share.met(math.nan)
    assert one.met(2000.0) and not one.met(1999.0) and not one.met(math.nan)


@pytest.mark.parametrize("content", [ONE, SHARE])
def test_it_is_written_and_told_and_changes_no_result(content: str) -> None:
    scenario = Scenario.parse(content)
    for written in (scenario.to_yaml(), scenario.draft("mine")):
        assert Scenario.parse(written).targets == scenario.targets
    assert scenario.hash == Scenario.default().hash
    for lang in ("en", "id"):
        assert indicators()[scenario.targets[0].indicator]["label"][lang] in " ".join(
            scenario.explain(lang).split()
        )
    assert "at least 2000 people in 2035, all places" in " ".join(Scenario.parse(ONE).explain("en").split())


def test_a_child_renews_the_targets_of_its_parent(tmp_path: object) -> None:
    path = f"{tmp_path}/one.yaml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(ONE)
    with open(f"{tmp_path}/two.yaml", "w", encoding="utf-8") as file:
        file.write("extends: one\n" + ONE.replace("2,000", "3,000"))
    assert [one.value for one in Scenario.load(f"{tmp_path}/two.yaml").targets] == [3000.0]
    assert Scenario.load(path).but({"contracts.surplus_cut": 0.1}).targets == Scenario.load(path).targets


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("under_30", "under30", r"2:\d+: there is no indicator batik\.workers_under30 \(did you"),
        ("at_least", "at_lest", r"2:\d+: at_lest is not known in target \(did you mean at_least"),
        (', by: 2035', "", r"2:9: target.*by"),
        ("2035", "2135", r"2:\d+: target\.by = 2135 is outside 2011\.\.2060"),
        ("2,000 people", "-5", r"2:\d+: target\.at_least = -5 is outside"),
        ("2,000 people", "Rp 5", r"2:\d+: target\.at_least = Rp 5 is in the wrong unit"),
        ("by:", "at_most: 3, by:", r"2:9: a target says at_least or at_most, one of the two"),
        ("2035", "2035, place: Kauma", r"2:\d+: .*Kauma.*did you mean kauman"),
    ],
)  # fmt: skip
def test_mistakes_are_told_where_they_are(old: str, new: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario.parse(ONE.replace(old, new, 1))


def test_units_are_those_of_yearly_records() -> None:
    assert {name: about["unit"] for name, about in indicators().items()} == {
        name: about.unit_of("yearly") for name, about in load_indicators().items()
    }


def test_editors_know_targets_and_budgets() -> None:
    known = schema("en")["properties"]
    assert "batik.workers_under_30" in known["target"]["anyOf"][0]["properties"]["indicator"]["enum"]
    assert known["budgets"]["patternProperties"]
