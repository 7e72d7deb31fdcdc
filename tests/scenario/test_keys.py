"""The keys of an intervention are declared once: everything that reads or tells them goes by the table."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from batiksim.errors import ScenarioError
from batiksim.i18n.texts import LANGUAGES, catalogue
from batiksim.interventions import registry
from batiksim.report.page import policies
from batiksim.scenario import Scenario, file, keys
from batiksim.scenario.interventions import Intervention, kinds
from batiksim.scenario.json_schema import schema

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Urgent(Intervention):
    """An intervention with one key more."""

    urgency: int = 3


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table with one entry more, its attribute and its name in words."""
    words = {"en": "Urgency", "id": "Kemendesakan"}
    entry = keys.Key(
        "urgency",
        "urgency",
        lambda kind: keys.Number("", 0, 9, whole=True, label=words),
        lambda kind, which: 3,
    )
    monkeypatch.setattr(keys, "TABLE", (*keys.TABLE, entry))
    monkeypatch.setattr(file, "Intervention", Urgent)


CONTENT = "interventions:\n  - training: {from: 2026-01, to: 2030-12, urgency: %s}\n"


@pytest.mark.usefixtures("one_more")
def test_one_entry_more_is_read_written_described_sorted_and_told() -> None:
    scenario = Scenario.parse(CONTENT % 7)
    (measure,) = scenario.interventions
    assert isinstance(measure, Urgent) and measure.urgency == 7
    assert isinstance(usual := Scenario.parse(CONTENT % 3).interventions[0], Urgent)
    with pytest.raises(ScenarioError, match=r"training\.urgency = 12 is outside 0\.\.9 \(Urgency\)"):
        Scenario.parse(CONTENT % 12)
    with pytest.raises(ScenarioError, match=r"urgensy is not known in training \(did you mean urgency\?\)"):
        Scenario.parse(CONTENT.replace("urgency", "urgensy") % 7)
    for written in (scenario.to_yaml(), scenario.draft("mine", "id")):
        assert Scenario.parse(written).interventions == scenario.interventions
    assert "# Kemendesakan" in scenario.draft("mine", "id")
    described = schema("en")["properties"]["interventions"]["items"]["properties"]["training"]
    assert "Urgency" in described["properties"]["urgency"]["description"]
    assert keys.in_order((measure, usual)) == (usual, measure)
    assert "Kemendesakan: 7" in " ".join(scenario.explain("id").split())
    assert ("Urgency", "7") in list(policies._intervention(measure))


def test_the_table_holds_what_an_intervention_has_and_has_words_for_it() -> None:
    named = {key.attribute for key in keys.TABLE}
    assert named == {field.name for field in fields(Intervention)} - {"kind", "origin"}
    for name in keys.RESERVED:
        assert {*LANGUAGES} <= {*catalogue()[f"key.{name}"]}


def test_the_document_explains_every_key() -> None:
    document = (ROOT / "docs" / "interventions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?) \|", document, flags=re.M)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert {*keys.RESERVED} <= explained


def test_every_kind_that_ships_is_described_and_does_something() -> None:
    shipped = {name for name, act in registry._ACTS.items() if act.__module__.startswith("batiksim.")}
    assert shipped == {*kinds()}
