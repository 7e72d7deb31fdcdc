"""Numbers that are each within their range and contradict each other are refused, where they stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from batiksim.config import consistency
from batiksim.config.consistency import RULES, Rule, broken
from batiksim.config.dated_values import LAST, Span
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import load_parameters
from batiksim.data import rows
from batiksim.errors import ParameterError, ScenarioError
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from batiksim.scenario.shipped import library

TINY = {"seed": 1, "scale": 0.005, "until": "2011-02"}


def rule_name(rule: Rule) -> str:
    return rule.written(rule.names)


def extremes(rule: Rule) -> dict[str, float]:
    """The first as large and the last as small as their ranges allow, or, of a sum, all as large."""
    bounds = [load_parameters()[name].bounds for name in rule.names]
    if rule.most is not None:
        return {name: high for name, (_, high) in zip(rule.names, bounds, strict=True)}
    return {rule.names[0]: bounds[0][1], rule.names[-1]: bounds[-1][0]}


# Where ranges only touch, they keep the rule by themselves, as long as they stay so.
TOUCHING = ("demand.days_least",)
BREAKABLE = [rule for rule in RULES if rule.names[0] not in TOUCHING]


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_rules_are_about_numbers_there_are(rule: Rule) -> None:
    assert all(load_parameters()[name].bounds for name in rule.names)


@pytest.mark.parametrize("name", library())
def test_what_is_shipped_is_consistent(name: str) -> None:
    assert not list(broken(Scenario.load(name).timeline))


@pytest.mark.parametrize("regime", load_parameters()["choice.regime"].options)
def test_every_regime_is_consistent(regime: str) -> None:
    assert not list(broken(Scenario.default().but({"choice.regime": regime}).timeline))


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
@pytest.mark.parametrize("end", [0, 1])
def test_what_a_study_samples_is_consistent(rule: Rule, end: int) -> None:
    """At either end of all priors: nothing drawn from them is ever refused for the others."""
    known = load_parameters()
    sampled = {name: known[name].prior[end] for name in rule.names if known[name].prior}
    Scenario.default().but(sampled)


@pytest.mark.parametrize("rule", BREAKABLE, ids=rule_name)
def test_contradictions_are_refused(rule: Rule) -> None:
    with pytest.raises(ScenarioError, match="must hold, but in 2011-01 it would read"):
        Scenario.default().but(extremes(rule))


def test_a_file_is_told_the_place_and_the_month(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "extends: baseline\nparameters:\n"
        "  lifecycle.worker_retirement_mode: {2020-01: 80}\n"
        "  school.share_senior: 0.6\n"
        "  school.share_junior: 0.5\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(file)
    first, (second,) = caught.value, caught.value.others
    assert str(first).startswith(f"{file}:3:37: lifecycle.worker_retirement_least <= ")
    assert str(first).endswith("must hold, but in 2020-01 it would read 55 <= 80 <= 75")
    assert (second.line, second.column) == (4, 24)
    assert second.message.endswith("in 2011-01 it would read 0.5 + 0.6 <= 1")


def test_a_contradiction_with_the_parent_is_told_to_the_child() -> None:
    parent = Scenario.default().but({"skill.entry": 0.4})
    with pytest.raises(ScenarioError, match=r"skill.entry \+ skill.family <= 1"):
        parent.but({"skill.family": 0.7})
    assert parent.but({"skill.family": 0.6}).value("skill.family") == 0.6


def test_a_scenario_put_together_by_hand_is_refused_by_the_model() -> None:
    early = FrozenDict({"lifecycle.owner_retirement_most": (Span(0, LAST, 41.0),)})
    with pytest.raises(ParameterError, match=r"lifecycle\.owner_retirement_mode"):
        BatikModel(replace(Scenario.default(), spans=early), **TINY)
    model = BatikModel(**TINY)
    before = model.settings
    with pytest.raises(ParameterError, match=r"lifecycle\.owner_retirement_mode"):
        model.change(replace(before, spans=early))
    assert model.settings is before


def test_months_after_the_run_do_not_matter_to_the_model_but_to_the_scenario() -> None:
    late = FrozenDict({"skill.family": (Span(500, LAST, 1.0),)})
    scenario = replace(Scenario.default(), spans=late)
    BatikModel(scenario, **TINY)
    with pytest.raises(ParameterError):
        consistency.check(scenario.timeline, 501)


@pytest.mark.parametrize("what", ["firms", "workers"])
def test_the_places_with_counts_of_their_own_never_exceed_the_city(what: str) -> None:
    city = {"firms": "owners", "workers": "workers"}[what]
    most = sum(load_parameters()[f"start.{place}_{what}"].bounds[1] for place in ("kauman", "pesindon"))
    assert most < min(float(row[city]) for row in rows("city_counts.csv"))


@pytest.mark.parametrize("who", ["worker", "owner"])
@pytest.mark.parametrize("ages", [(60, 60, 60), (50, 50, 60), (50, 60, 60), (40, 40, 40), (100, 100, 100)])
def test_equal_ages_are_no_contradiction(who: str, ages: tuple[float, ...]) -> None:
    parts = ("least", "mode", "most")
    changes = {f"lifecycle.{who}_retirement_{part}": age for part, age in zip(parts, ages, strict=True)}
    model = BatikModel(Scenario.default().but(changes), **TINY).run()
    table = model.owners if who == "owner" else model.people
    years = (table.retires - table.birth)[: table.n] / 12
    assert ((years >= ages[0] - 1e-9) & (years <= ages[2] + 1 / 12)).all()
