"""One budget on which several measures draw: never exceeded, served in its order, nothing if unused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from batiksim.calendar import month_index
from batiksim.config.frozen_dict import FrozenDict
from batiksim.errors import ScenarioError
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Budget, Scenario
from batiksim.scenario.differences import parting
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import SharedPurse
from batiksim.studies.sizes import at_strength, under_budget
from tests.interventions.test_interventions import SCALE, START, WORLD, differences, measure
from tests.support.worlds import SEED, months, scenario

AMOUNT = 4e9
KINDS = ("training", "certification", "apprenticeship", "cooperative", "uniform_procurement")


def region(budget: Budget | None, *measures: Intervention, until: str = "2013-12") -> BatikModel:
    settings = scenario(WORLD, *measures)
    if budget is not None:
        settings = replace(settings, budgets=FrozenDict(common=budget))
    return BatikModel(settings, seed=SEED, scale=SCALE, until=until)


def one_of(kind: str, **more: Any) -> Intervention:
    return measure(kind, **{"start": START, "budget": "common", **more})


def spent_by_month(model: BatikModel) -> np.ndarray:
    return np.array([model.costs.sum() for _ in months(model)])[START:]


@pytest.mark.parametrize("every", [(), (3, 10)])
def test_what_several_spend_never_exceeds_their_budget(every: tuple[int, ...]) -> None:
    """In no month more than the parts allotted since January, so in no year more than the whole of it."""
    measures = [one_of(kind, every=every if kind == "uniform_procurement" else ()) for kind in KINDS]
    spent = spent_by_month(region(Budget(AMOUNT), *measures)) / SCALE
    year = spent.reshape(-1, 12)
    allowed = AMOUNT * np.arange(1, 13) / 12.0
    assert (np.cumsum(year, axis=1) <= allowed * (1.0 + 1e-9)).all()
    assert (year.sum(axis=1) > 0.8 * AMOUNT).all()  # and it binds
    alone = [replace(one, budget=None) for one in measures]
    assert spent_by_month(region(None, *alone)).sum() / SCALE > 3.0 * spent.sum()


def test_a_month_with_nothing_to_do_keeps_its_part_for_later_in_the_year() -> None:
    """Who acts in October alone has all of it then; beside one that acts in March, half in each."""
    for months_of, parts in (((10,), [(9, 1.0)]), ((3, 10), [(2, 0.5), (9, 0.5)])):
        one = one_of("cooperative", every=months_of, strength=0.6)
        spent = spent_by_month(region(Budget(1e9), one, until="2012-12")) / SCALE
        assert {int(month) for month in np.flatnonzero(spent)} <= {month for month, _ in parts}
        for month, part in parts:
            assert spent[month] <= part * 1e9 * (1.0 + 1e-9)


def test_a_purse_of_a_year_adds_up_to_its_amount_and_lapses() -> None:
    purse = SharedPurse()
    for month in range(9):
        purse.allot(month, 1.0 / 12.0, 1.0)
    purse.pay(0.5)
    assert purse.has(8, 0.0) == pytest.approx(0.25)
    purse.allot(9, 1.0, 1.0)  # from now on only October: no more than the year has
    assert purse.has(9, 0.0) == pytest.approx(0.5)
    purse.allot(12, 1.0 / 12.0, 1.0)
    assert purse.has(12, 0.0) == pytest.approx(1.0 / 12.0)


def served(first: tuple[str, ...]) -> dict[str, float]:
    measures = [one_of(kind, by=by) for kind, by in (("training", "academia"), ("certification", "finance"))]
    model = region(Budget(2e9, first), *measures, until="2012-06").run()
    costs = model.results().query("place == 'all'")
    return {name: float(costs[f"{name}.cost"].sum()) for name in ("public", "private")}


def test_the_budget_says_who_is_served_first() -> None:
    """Each of the two would spend all of it; without a queue kinds come by name."""
    trained, tested = served(("training",)), served(("certification",))
    assert trained["public"] > 3.0 * trained["private"]
    assert tested["private"] > 3.0 * tested["public"]
    assert served(()) == tested


def test_a_budget_nobody_draws_on_is_nothing_and_one_without_limit_too() -> None:
    alone = replace(one_of("training"), budget=None)
    plain = region(None, alone, until="2012-12").run()
    assert not differences(plain, region(Budget(1.0), alone, until="2012-12").run())
    ample = region(Budget(1e14), one_of("training"), until="2012-12").run()
    assert not differences(plain, ample) and (ample.costs == plain.costs).all()


@pytest.mark.parametrize("later", [{"every": [3, 10]}, {}, {"until": "2012-09"}])
def test_who_joins_a_budget_later_changes_nothing_before(later: dict[str, Any]) -> None:
    """A model that goes on under one more measure of the budget is the fresh run of both."""
    parent = scenario(WORLD, one_of("certification", end=START + 16, every=(2, 5, 11)))
    before = replace(parent, budgets=FrozenDict(common=Budget(2e9)))
    after = before.with_intervention("training", since="2012-07", budget="common", **later)
    assert parting(before, after, 36) >= month_index("2012-07")
    model = BatikModel(before, seed=SEED, scale=SCALE, until="2013-06").run("2012-06")
    model.change(after)
    fresh = BatikModel(after, seed=SEED, scale=SCALE, until="2013-06").run()
    assert not differences(model.run(), fresh) and model.results().equals(fresh.results())


FILE = """language: en
budgets:
  common: 4 billion IDR/year
  queued: {amount: "Rp 2,000,000,000/year", first: [training]}
interventions:
  - training: {from: 2026-01, budget: common}
  - certification: {from: 2027-01, every: October, budget: common}
"""


def test_a_file_names_budgets_and_who_draws_on_them() -> None:
    read = Scenario.parse(FILE)
    assert read.budgets == {"common": Budget(4e9), "queued": Budget(2e9, ("training",))}
    assert [one.budget for one in read.interventions] == ["common", "common"]
    for written in (read.to_yaml(), read.draft("mine", "id")):
        again = Scenario.parse(written)
        assert (again.hash, again.budgets) == (read.hash, read.budgets)
    told = {lang: " ".join(read.explain(lang).split()) for lang in ("en", "id")}
    assert "common: 4,000,000,000 IDR/year, first for certification, then training" in told["en"]
    assert "what is left of the budget common" in told["en"]
    assert "common: 4.000.000.000 rupiah setahun, pertama untuk certification, lalu training" in told["id"]
    more = read.with_intervention("cooperative", since="2026-01", budget="queued")
    assert more.interventions[-1].budget == "queued"


def test_only_budgets_on_which_somebody_draws_can_change_a_result() -> None:
    read = Scenario.parse(FILE)
    unused, larger = (
        replace(read, budgets=FrozenDict({**read.budgets, name: Budget(9e9)}))
        for name in ("queued", "common")
    )
    assert unused.hash == read.hash != larger.hash
    assert parting(read, unused, 400) == 400 and parting(read, larger, 400) == month_index("2026-01")


def test_a_scenario_inherits_budgets_and_may_change_them(tmp_path: Any) -> None:
    (tmp_path / "one.yaml").write_text(FILE)
    child = "extends: one\nbudgets: {common: 6 billion IDR/year}\ninterventions:\n"
    child += "  - cooperative: {from: 2026-01, budget: queued}\n"
    (tmp_path / "two.yaml").write_text(child)
    two = Scenario.load(tmp_path / "two.yaml")
    assert two.budgets["common"] == Budget(6e9) and two.budgets["queued"].first == ("training",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("budget: common", "budget: comon", r"6:\d+: training: there is no budget comon \(did you mean"),
        ("  common: 4 billion", "  2026: 4 billion", r"3:3: 2026 cannot be the name of a budget"),
        ("4 billion IDR/year", "4 billion IDR/month", None),
        ("4 billion IDR/year", "4 firms", r"3:11: budgets\.common = 4 firms is in the wrong unit"),
        ("[training]", "[trainin]", r"4:\d+: there is no intervention trainin \(did you mean training"),
        ("first:", "frist:", r"4:\d+: frist is not known in budgets\.queued \(did you mean first"),
        ("amount:", "first_:", r"4:\d+: .*amount"),
    ],
)  # fmt: skip
def test_mistakes_are_told_where_they_are(old: str, new: str, message: str | None) -> None:
    content = FILE.replace(old, new, 1)
    if message is None:
        assert Scenario.parse(content).budgets["common"] == Budget(48e9)
    else:
        with pytest.raises(ScenarioError, match=message):
            Scenario.parse(content)


def test_a_study_of_sizes_sizes_shared_budgets_once() -> None:
    base, read = Scenario.default(), Scenario.parse(FILE)
    halved = under_budget(read, base, 2e9)
    assert halved.budgets["common"] == Budget(2e9) and halved.budgets["queued"] == read.budgets["queued"]
    assert at_strength(read, base, 0.5).budgets["common"] == Budget(2e9)
