"""Scenarios: what a file means, which value wins, what is inherited, and that nothing is lost in writing."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from batiksim.calendar import month_index
from batiksim.config.dated_values import LAST
from batiksim.config.parameters import load_parameters
from batiksim.errors import ParameterError, ScenarioError, UsageError
from batiksim.runs.draws import regime
from batiksim.scenario import Scenario, interventions, schema
from batiksim.scenario.settings import parse_set
from batiksim.world.places import members

pytestmark = pytest.mark.usefixtures("small_world")

EVERYTHING = """\
title: {en: Direct contracts, id: Kontrak langsung}
extends: direct
why: One paragraph and a source.
parameters:
  contracts.surplus_cut: {2027-01..2028-12: 10 %}
  garment.umk_growth:
    2013-01: 0.06
    2030-01: 0.04
  garment.pay: Rp 12 juta/tahun
  contracts.memory: 2 years
  choice.image: false
interventions:
  - cooperative: {from: 2026-01, to: 2035-12, ramp: 24 months, where: [jenggot, kota-buaran], who: casual,
                  coverage: 60 %, strength: 0.3, budget: 2 billion IDR/year, by: government}
  - cooperative: {from: 2030-06, where: regency, dues: 30 thousand IDR/month}
uncertainty: {choice.conformity: [1, 2], choice.regime: [orders-short, hands-short]}
"""


def at(scenario: Scenario, name: str, month: str) -> object:
    return scenario.value(name, month_index(month))


def test_values_by_date_lie_over_the_parent() -> None:
    scenario = Scenario.parse(EVERYTHING)
    assert scenario.parent is not None and scenario.parent.stem == "direct"
    cut = {month: at(scenario, "contracts.surplus_cut", month) for month in ("2024-12", "2025-01", "2027-01")}
    assert cut == {"2024-12": 0.2, "2025-01": 0.15, "2027-01": 0.1}
    assert at(scenario, "contracts.surplus_cut", "2029-01") == 0.15  # back to the parent's value
    assert at(scenario, "contracts.surplus_cut", "2035-01") == 0.2
    growth = [
        at(scenario, "garment.umk_growth", f"{year}-01") for year in (2012, 2013, 2015, 2016, 2029, 2030)
    ]
    assert growth == [0.08, 0.06, 0.06, 0.09, 0.055, 0.04]  # an open entry holds until the parent's next
    assert at(scenario, "garment.umk_growth", "2060-12") == 0.04
    assert scenario.value("garment.pay") == 1_000_000
    assert scenario.value("contracts.memory") == 24
    assert scenario.value("choice.image") is False
    assert scenario.series("contracts.surplus_cut", 360)[month_index("2027-06")] == 0.1
    assert scenario.uncertainty == {
        "choice.conformity": (1, 2),
        "choice.regime": ("orders-short", "hands-short"),
    }


def test_interventions_are_read_in_the_units_of_the_kind() -> None:
    first, second = Scenario.parse(EVERYTHING).interventions
    assert (first.start, first.end, first.ramp) == (month_index("2026-01"), month_index("2035-12"), 24)
    assert first.where == ("kota-buaran", "jenggot") and first.who == ("casual",)
    assert (first.coverage, first.strength, first.budget, first.by) == (0.6, 0.3, 2e9, "government")
    assert second.where == members("regency") and second.options == {"dues": 30_000}
    assert (second.strength, second.by, second.end) == (0.1, "government", LAST)
    doses = [
        first.dose(month_index(month)) for month in ("2025-12", "2026-01", "2026-12", "2027-12", "2036-01")
    ]
    assert doses == [0, 1 / 24, 0.5, 1, 0]
    assert second.dose(second.start) == 1


def test_zero_strength_is_allowed_below_the_range() -> None:
    zero = Scenario.parse("interventions:\n  - cooperative: {from: 2026-01, strength: 0}\n")
    assert zero.interventions[0].strength == 0


def test_own_value_then_parent_then_regime_then_default() -> None:
    plain = Scenario.default()
    short = plain.but({"choice.regime": "hands-short"})
    assert plain.value("contracts.surplus_cut") == 0.2
    assert short.value("contracts.surplus_cut") == 0.25
    assert (
        plain.but({"contracts.surplus_cut": 0.3})
        .but({"choice.regime": "hands-short"})
        .value("contracts.surplus_cut")
        == 0.3
    )
    dated = Scenario.load("direct").but({"choice.regime": "hands-short"})
    assert [at(dated, "contracts.surplus_cut", month) for month in ("2024-12", "2025-01")] == [0.25, 0.15]


def test_interventions_and_ranges_are_inherited(small_world: Path, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(EVERYTHING, encoding="utf-8")
    child = tmp_path / "two.yaml"
    more = "interventions:\n- cooperative: {from: 2020-01}\nuncertainty: {choice.conformity: [3, 4]}\n"
    child.write_text(f"extends: one\n{more}", encoding="utf-8")
    scenario = Scenario.load(child)
    assert [policy.origin for policy in scenario.interventions] == ["one", "one", "two"]
    assert scenario.uncertainty["choice.conformity"] == (3, 4) and len(scenario.uncertainty) == 2


def test_a_file_beside_comes_before_the_library(tmp_path: Path) -> None:
    (tmp_path / "direct.yaml").write_text("parameters: {contracts.memory: 7}\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("extends: direct\n", encoding="utf-8")
    assert Scenario.load(tmp_path / "mine.yaml").value("contracts.memory") == 7
    (tmp_path / "baseline.yaml").write_text("extends: baseline\ntitle: Mine\n", encoding="utf-8")
    assert Scenario.load(tmp_path / "baseline.yaml").parent == Scenario.load("baseline")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path: Path, newline: str, mark: str) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_bytes((mark + EVERYTHING.replace("\n", newline)).encode("utf-8"))
    assert Scenario.load(file).hash == Scenario.parse(EVERYTHING).hash


def test_but_makes_a_new_scenario_and_leaves_the_old() -> None:
    old = Scenario.load("direct")
    before = old.hash
    new = old.but(
        {"garment.umk_growth": {"2027-01": 0.08}, "contracts.memory": "1 year"}, title="Dear garment work"
    )
    assert old.hash == before != new.hash
    assert (new.stem, new.title["id"], new.parent) == ("dear-garment-work", "Dear garment work", old)
    assert [at(new, "garment.umk_growth", month) for month in ("2026-12", "2027-01")] == [0.055, 0.08]
    assert new.value("contracts.memory") == 12 and old.value("contracts.memory") == 6
    assert old.but({}).hash == old.hash
    with pytest.raises(TypeError, match="frozen"):
        new.spans["contracts.memory"] = ()  # type: ignore[index]


def test_the_hash_is_of_the_content_only() -> None:
    plain = Scenario.default()
    assert plain.hash == Scenario.parse("title: Other words\nwhy: another reason\n").hash
    assert plain.hash == plain.but({"contracts.surplus_cut": 0.2}).hash
    assert plain.hash != plain.but({"contracts.surplus_cut": 0.21}).hash
    assert plain.hash != plain.but({"choice.regime": "hands-short"}).hash
    assert plain.hash != Scenario.parse("uncertainty: {choice.conformity: [1, 2]}\n").hash
    assert len(plain.hash) == 64


def test_a_scenario_can_be_sent_to_another_process() -> None:
    scenario = Scenario.parse(EVERYTHING)
    scenario.series("contracts.surplus_cut", 12)
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario and copy.hash == scenario.hash and repr(copy) == repr(scenario)


def test_a_dated_value_is_not_read_as_a_constant() -> None:
    with pytest.raises(ScenarioError, match="read once"):
        Scenario.load("direct").value("contracts.surplus_cut")
    with pytest.raises(ParameterError, match=r"did you mean contracts\.surplus_cut\?"):
        Scenario.default().value("contract.surplus_cut")
    with pytest.raises(ParameterError, match="no series"):
        Scenario.default().series("choice.regime", 12)


def test_written_and_loaded_again_it_is_the_same(tmp_path: Path) -> None:
    scenario = Scenario.parse(EVERYTHING)
    written = scenario.to_yaml()
    again = Scenario.parse(written)
    assert again.hash == scenario.hash and again.parent is None
    assert (again.title, again.why, again.to_yaml()) == (scenario.title, scenario.why, written)


@pytest.mark.parametrize(
    "words", ["no", "0.5", "~", "a: b", "- a", "'", '"', "# a", "x  y\nz \n\nw " * 40, "null", "\u00a0é 😀"]
)
def test_any_words_survive_writing(words: str) -> None:
    scenario = Scenario.default().but({}, title=words[:200])
    scenario = replace(scenario, why={"en": words.strip(), "id": "lain"})
    again = Scenario.parse(scenario.to_yaml())
    assert (again.title, again.why) == (scenario.title, scenario.why)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_explain_says_what_differs_and_whose_number_it_is(lang: str) -> None:
    told = Scenario.parse(EVERYTHING).explain(lang)
    lines = told.splitlines()
    assert max(map(len, lines)) <= 80
    words = " ".join(told.split())
    numbers = {"en": ("2027-01..2028-12: 0.1", "0.15", "0.2"), "id": ("2027-01..2028-12: 0,1", "0,15", "0,2")}
    for part in ("contracts.surplus_cut", *numbers[lang], "made up for the tests", "direct"):
        assert part in words
    assert ("set by direct" in words, "ditetapkan oleh direct" in words) == (lang == "en", lang == "id")
    budget, cost = {"en": ("2,000,000,000", "250,000"), "id": ("2.000.000.000", "250.000")}[lang]
    unit = {"en": "IDR/worker/year", "id": "rupiah per pekerja setahun"}[lang]
    assert budget in words and "jenggot" in words and f"{cost} {unit}" in words


def test_the_name_of_a_regime_in_older_files_is_understood() -> None:
    assert Scenario.default().but({"choice.regime": "single"}).regime == "orders-short"
    assert regime("single").name == "orders-short"


def test_explain_names_what_comes_with_a_regime() -> None:
    told = " ".join(Scenario.default().but({"choice.regime": "hands-short"}).explain("en").split())
    assert "0.25 instead of 0.2 (comes with choice.regime = hands-short)" in told
    assert "No parameter differs" in Scenario.default().explain("en")


def test_set_reads_changes_of_the_command_line() -> None:
    parsed = parse_set(
        "contracts.memory=1 year", "garment.umk_growth@2030-01=4 %", "garment.umk_growth@2027-01=0.06"
    )
    assert parsed == {
        "contracts.memory": "1 year",
        "garment.umk_growth": {"2027-01": "0.06", "2030-01": "4 %"},
    }
    scenario = Scenario.default().but(parsed)
    assert [at(scenario, "garment.umk_growth", month) for month in ("2027-01", "2031-01")] == [0.06, 0.04]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["contracts.memory"], "--set contracts.memory: write PATH=VALUE"),
        (["=3"], "--set =3: write PATH=VALUE"),
        (["contracts.memory@=3"], "--set contracts.memory@=3: write"),
        (["contracts.memery=3"], "there is no parameter contracts.memery (did you mean contracts.memory?)"),
        (["contracts.memory=3", "contracts.memory=4"], "contracts.memory is given twice"),
        (["contracts.memory=3", "contracts.memory@2027-01=4"], "contracts.memory@2027-01 is given twice"),
        (["contracts.memory@2027-01=3", "contracts.memory@2027-01=4"], "is given twice"),
    ],
)
def test_set_refuses(settings: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_set(*settings)
    assert message in str(caught.value)


def test_schema_knows_every_name() -> None:
    written = schema()
    properties = written["properties"]
    assert set(properties["parameters"]["properties"]) == set(load_parameters())
    kind = properties["interventions"]["items"]["properties"]["cooperative"]
    assert {"from", "where", "strength", "dues"} <= set(kind["properties"]) and kind["required"] == ["from"]
    assert properties["language"]["enum"] == ["en", "id"]
    assert properties["extends"]["examples"] == ["baseline", "direct"]


def test_a_kind_must_hold_together() -> None:
    about = {"label": {"en": "x", "id": "x"}, "channel": "skill", "stakeholder": "government"}
    about |= {"payer": "government", "unit_cost": 0, "cost_unit": "IDR", "cost_source": "none"}
    option = interventions.Option(2, 0, 1, "share", {"en": "x", "id": "x"})

    for name, change, message in (
        ("cooperative", {}, "registered already"),
        ("two words", {}, "not a name"),
        ("new", {"payer": "nobody"}, "payer = nobody is not one of"),
        ("new", {"options": {"where": option}}, "every intervention has where already"),
        ("new", {"strength": option}, "the default of strength is outside its range"),
        ("new", {"label": {"en": "x"}}, "label, channel and cost_source need en, id"),
    ):
        with pytest.raises(ScenarioError, match=message):
            interventions.describe(name, **{**about, **change})
    with pytest.raises(ScenarioError, match=r"did you mean cooperative\?"):
        interventions.kind("coperative")
