"""The shipped scenarios: each loads, explains itself in two languages, and survives writing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from batiksim.scenario import BASELINE, Scenario
from batiksim.scenario.shipped import library

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"


def test_every_file_has_a_name_of_its_own() -> None:
    stems = Counter(path.stem for path in FOLDER.rglob("*.yaml"))
    assert set(library()) == set(stems) and BASELINE in stems
    assert not [stem for stem, count in stems.items() if count > 1]


@pytest.mark.parametrize("name", sorted(library()))
def test_a_shipped_scenario(name: str) -> None:
    scenario = Scenario.load(name)
    for words in (scenario.title, scenario.why):
        assert words["en"] and words["id"] and words["en"] != words["id"]
    assert Scenario.parse(scenario.to_yaml()).hash == scenario.hash
    for lang in ("en", "id"):
        told = scenario.explain(lang)
        assert scenario.title[lang] in " ".join(told.split()) and max(map(len, told.splitlines())) <= 80


def test_no_library_scenario_is_another_in_disguise() -> None:
    hashes = Counter(Scenario.load(name).hash for name in library())
    assert max(hashes.values()) == 1


def test_the_default_is_the_baseline() -> None:
    assert Scenario.default() == Scenario.load(BASELINE) == Scenario.load(FOLDER / "baseline.yaml")
