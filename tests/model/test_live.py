"""A model changed, branched, put aside and asked while it runs is the fresh run of what it became."""

from __future__ import annotations

import copy
import pickle
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batiksim.agents.people import Owner
from batiksim.calendar import month_name
from batiksim.errors import ScenarioError, UsageError
from batiksim.model import live
from batiksim.model.batik_model import BatikModel
from batiksim.recording.indicators import load_indicators
from batiksim.scenario import Scenario
from batiksim.scenario.differences import parting
from batiksim.scenario.interventions import kinds
from tests.support.worlds import differences, everything, same, series, world

NATIONAL = Path(__file__).parents[2] / "scenarios" / "national" / "national.yaml"
END = "2013-12"
LEVERS: Mapping[str, tuple[float, float]] = {
    "contracts.surplus_cut": (0.0, 0.4),
    "garment.umk_growth": (0.0, 0.2),
    "flood.severity": (0.0, 0.9),
    "demand.trend": (-0.1, 0.1),
    "learning.openness": (0.05, 0.9),
    "firms.founding": (0.0, 3.0),
    "choice.batik": (-1.0, 1.0),
}


def region(settings: Scenario, **more: Any) -> BatikModel:
    return BatikModel(settings, **{"seed": 3, "scale": 0.01, "until": END} | more)


def another(settings: Scenario, luck: random.Random, since: int) -> Scenario:
    """The scenario with a parameter, an intervention or an end of its own more, all from `since` on."""
    draw = luck.random()
    ended = [policy for policy in settings.interventions if policy.start < since <= policy.end]
    if draw < 0.25 and ended:
        rest = [replace(one, end=since - 1) if one is ended[0] else one for one in settings.interventions]
        return replace(settings, interventions=tuple(rest))
    if draw < 0.6:
        kind = luck.choice(sorted(kinds()))
        end = luck.choice([None, month_name(since + luck.randrange(12))])
        more: dict[str, Any] = {"budget": "500 million IDR/year"} if luck.random() < 0.3 else {}
        return settings.with_intervention(kind, since=month_name(since), until=end, **more)
    name = luck.choice(sorted(LEVERS))
    return settings.but({name: {month_name(since): round(luck.uniform(*LEVERS[name]), 3)}})


@pytest.mark.parametrize("seed", range(8))
def test_a_changed_model_is_a_fresh_run_of_its_last_settings(seed: int) -> None:
    luck = random.Random(seed)
    settings = Scenario.default()
    for _ in range(2):
        settings = another(settings, luck, luck.randrange(12))
    model = region(settings)
    for month in sorted(luck.sample(range(-1, 35), 3)):
        while model.month < month:
            model.step()
        for _ in range(luck.randrange(1, 3)):
            settings = another(settings, luck, month + 1 + luck.choice([0, 0, 3]))
        assert model.change(settings) is model
        assert model.month < 0 or model.now["contracts.surplus_cut"] == settings.value(
            "contracts.surplus_cut", month
        )
    assert not differences(model.run(), region(settings).run())


def test_before_the_first_month_everything_can_change() -> None:
    model = region(Scenario.default(), until="2011-02")
    model.recorder.yearly = True
    settings = Scenario.default().but({"contracts.brokered": 0.2, "contracts.surplus_cut": 0.1})
    model.change(settings)
    assert model.recorder.yearly
    model.recorder.yearly = False
    assert not differences(model.run(), region(settings, until="2011-02").run())
    nation = region(Scenario.default(), until="2011-01", scale=0.001)
    nation.change(NATIONAL).run()
    fresh = region(Scenario.load(NATIONAL), until="2011-01", scale=0.001).run()
    assert len(nation.places) > 100 and not differences(nation, fresh)


def test_changes_to_the_past_are_refused_and_change_nothing() -> None:
    base = Scenario.default()
    policy = base.with_intervention("training", since="2011-03", until="2012-12")
    model = region(policy, until="2011-12").run("2011-06")
    before = copy.deepcopy(everything(model))
    refused: list[tuple[Any, str]] = [
        (policy.but({"contracts.surplus_cut": 0.1}), r"surplus_cut differs from 2011-01 on.*2011-07 at the"),
        (policy.but({"demand.trend": {"2011-06": 0.01}}), r"demand\.trend differs from 2011-06"),
        (base, r"training \(2011-03\.\.2012-12\) differs from 2011-03"),
        (policy.with_intervention("cooperative", since="2011-05"), r"cooperative \(2011-05\.\.2060-12\)"),
        (replace(policy, interventions=(replace(policy.interventions[0], end=4),)), r"differs from 2011-06"),
        (NATIONAL, "2011-01"),
    ]
    for settings, message in refused:
        with pytest.raises(ScenarioError, match=message):
            model.change(settings)
        with pytest.raises(ScenarioError, match=message):
            model.branch(settings)
    for verb in (model.change, model.branch):
        with pytest.raises(ScenarioError, match=r"contracts\.surplus_cut differs from 2011-01"):
            verb(**{"contracts.surplus_cut": 0.1})
        with pytest.raises(UsageError, match=r"did you mean contracts\.surplus_cut\?"):
            verb(**{"contracts.surpluscut": {"2011-09": 0.1}})
    assert model.settings is policy
    after = everything(model)
    assert all(same(before[name], after[name]) for name in before)


def test_an_intervention_that_ends_earlier_shares_what_is_before() -> None:
    base = Scenario.default().with_intervention("training", since="2011-03", until="2012-12")
    (policy,) = base.interventions
    earlier = replace(base, interventions=(replace(policy, end=10),))
    assert parting(base, earlier, 36) == parting(earlier, base, 36) == 11
    # Which of two acts first depends on their ends; with another order nothing is shared but equal ones.
    twice = replace(base, interventions=(policy, replace(policy, end=20, coverage=0.5)))
    swapped = replace(base, interventions=(policy, replace(policy, end=30, coverage=0.5)))
    assert parting(twice, swapped, 36) == policy.start
    assert parting(twice, twice, 36) == 36


def test_two_branches_of_one_model_do_not_touch_each_other() -> None:
    base = Scenario.default()
    policy = base.with_intervention("cooperative", since="2011-07")
    model = region(base, until="2012-06").run("2011-06")
    before = copy.deepcopy(everything(model))
    plain, other = model.branch(), model.branch(policy)
    assert plain.settings == base and model.settings is base
    assert plain.people is not model.people and plain.recorder is not model.recorder
    while other.running:  # a month of one, a month of the other
        other.step()
        plain.step()
    after = everything(model)
    assert all(same(before[name], after[name]) for name in before)
    assert not differences(plain, region(base, until="2012-06").run())
    assert not differences(other, region(policy, until="2012-06").run())
    assert not differences(model.run(), plain)
    assert differences(plain, other)


@pytest.mark.parametrize("month", [-1, 5])
def test_a_restored_model_goes_on_as_it_did(month: int) -> None:
    settings = Scenario.default().with_intervention("training", since="2011-02", seats=5000, who="casual")
    model = region(settings, until="2012-03", watch=(7,))
    while model.month < month:
        model.step()
    kept = pickle.loads(pickle.dumps(model.snapshot()))
    person = model.agents[0]
    before = copy.deepcopy(everything(model)) if month >= 0 else {}
    luck, steps = model.random.getstate(), model.steps
    model.change(**{"contracts.surplus_cut": {"2011-08": 0.0}}).run()
    model.random.random()
    assert model.restore(kept) is model
    assert (model.month, model.steps, model.running) == (month, steps, True)
    assert model.settings.hash == settings.hash
    assert model.random.getstate() == luck
    after = everything(model) if before else {}
    assert all(same(before[name], after[name]) for name in before)
    assert model.agents[0] is person
    fresh = region(settings, until="2012-03", watch=(7,)).run()
    assert not differences(model.run(), fresh)
    other = region(Scenario.load("training"), until="2012-03", watch=(7,)).restore(kept)
    assert not differences(other.run(), fresh)
    assert list(other.diary) == list(fresh.diary) == list(model.diary)


def test_a_snapshot_of_another_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = world(until="2011-03").run("2011-01").snapshot()
    assert repr(kept).startswith("<Snapshot of baseline after 2011-01: ")
    others: list[tuple[dict[str, Any], str]] = [
        ({"seed": 4}, "its seed is 3, that of this model 4"),
        ({"scale": 0.02}, "its scale is 0.01, that of this model 0.02"),
        ({"until": "2011-02"}, "its last month is 2011-03, that of this model 2011-02"),
        ({"skip": ("learning",)}, "steps left out is .*learning"),
    ]
    for other, message in others:
        model = world(**{"until": "2011-03"} | other)
        with pytest.raises(UsageError, match=message):
            model.restore(kept)
        assert model.month == -1
    monkeypatch.setattr(live, "code_version", lambda: "of tomorrow")
    with pytest.raises(UsageError, match="another version of batiksim"):
        world(until="2011-03").restore(kept)


def test_a_snapshot_is_small_and_leaves_out_what_can_be_made_again() -> None:
    model = world(until="2011-06").run("2011-03")
    kept = model.snapshot()
    assert len(kept.content) < len(pickle.dumps(model)) / 3
    assert model.snapshot().content == kept.content  # the same twice: nothing of it is by chance


def test_agents_of_firms_that_did_not_exist_yet_are_forgotten() -> None:
    model = world({"firms.founding": 3.0}, until="2012-12").run("2011-01")
    kept, firms = model.snapshot(), model.owners.n
    model.run()
    assert model.owners.n > firms
    newest = model.owners.view(model.owners.n - 1)
    model.restore(kept)
    assert model.owners.n == firms
    with pytest.raises(IndexError):
        model.owners.view(newest.row)
    assert len(model.agents_by_type[Owner]) == model.owners.open.sum()


def test_a_value_is_what_the_results_say() -> None:
    model = world({"learning.survey_efficacy": 0.5}, until="2012-02")
    while model.running:
        model.step()
        if model.month not in (0, 4, 11, 13):
            continue
        for place in ("all", "city", "regency", "kauman", "wiradesa"):
            last = series(model, place).iloc[-1]
            for name in load_indicators():
                assert same(np.array(model.value(name, place)), np.array(float(last[name]))), (name, place)


def test_a_value_of_nothing_is_refused() -> None:
    model = world(until="2011-02")
    with pytest.raises(UsageError, match="no month has been run yet"):
        model.value("batik.workers")
    model.step()
    with pytest.raises(UsageError, match=r"did you mean batik\.workers\?"):
        model.value("batik.worker")
    with pytest.raises(UsageError, match=r"called kaumann \(did you mean kauman\?\)"):
        model.value("batik.workers", "kaumann")
    yearly = world(until="2011-02")
    yearly.recorder.yearly = True
    yearly.step()
    with pytest.raises(UsageError, match="recorded by year"):
        yearly.value("batik.workers")
