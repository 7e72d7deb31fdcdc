"""How large a policy must be: sizes are what they say, and the search finds what is known to be there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import batiksim as bs
from batiksim.calendar import month_index
from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.runs.draws import regime as regime_draw
from batiksim.runs.draws import under
from batiksim.runs.tally import Round, Tally
from batiksim.scenario import Scenario
from batiksim.studies.breakeven import FOUND, NEVER, TOO_FEW, Breakeven, Key, Search, find
from batiksim.studies.policy_questions import BREAKEVEN, about, save
from batiksim.studies.sizes import largest_strength, sized
from batiksim.studies.statistics import Floats, wilson
from tests.cli.test_cli import batiksim_
from tests.support.comparisons import scenario

BASE = Scenario.default()
POLICY = scenario(
    "policy",
    "parameters:\n  contracts.surplus_cut: {2012-01..2013-12: 0.10}\n"
    "interventions:\n  - training: {from: 2012-01, coverage: 0.5, seats: 300, budget: 2 billion IDR/year}\n"
    "  - cooperative: {from: 2013-01, coverage: 0.8, strength: 0.2}\n",
)


# --- sizes


def test_half_the_strength_is_half_of_every_number() -> None:
    half = sized(POLICY, BASE, "strength", 0.5)
    training, cooperative = half.interventions
    assert (training.coverage, training.options["seats"], training.budget) == (0.25, 150.0, 1e9)
    assert (cooperative.coverage, cooperative.strength) == (0.4, 0.2)
    for month in (month_index("2012-01"), month_index("2013-12")):
        below = BASE.timeline("contracts.surplus_cut").at(month)
        assert half.timeline("contracts.surplus_cut").at(month) == pytest.approx((below + 0.10) / 2)
    for month in (0, month_index("2014-01"), 500):
        assert half.value("contracts.surplus_cut", month) == BASE.value("contracts.surplus_cut", month)
    assert Scenario.parse(half.to_yaml()).hash == half.hash
    assert sized(POLICY, BASE, "strength", 1.0) is POLICY


def test_more_than_the_scenario_asks_stays_within_bounds() -> None:
    twice = sized(POLICY, BASE, "strength", 2.0)
    assert twice.interventions[1].coverage * twice.interventions[1].strength == pytest.approx(2 * 0.8 * 0.2)
    below = float(BASE.value("contracts.surplus_cut", 12))
    bound = min(0.6 / (0.2 * 0.8), below / (below - 0.10))
    assert largest_strength(POLICY, BASE) == pytest.approx(bound)
    Scenario.parse(sized(POLICY, BASE, "strength", bound - 1e-9).to_yaml())
    with pytest.raises(UsageError, match="no half of it"):
        largest_strength(scenario("off", "parameters:\n  learning.skills: false\n"), BASE)


def test_years_are_counted_from_each_start() -> None:
    brief = sized(POLICY, BASE, "years", 1)
    assert [one.end for one in brief.interventions] == [month_index("2012-12"), month_index("2013-12")]
    cut = brief.timeline("contracts.surplus_cut")
    assert cut.at(month_index("2012-12")) == 0.10
    assert cut.at(month_index("2013-01")) == BASE.value("contracts.surplus_cut", month_index("2013-01"))


def test_a_budget_is_shared() -> None:
    assert [one.budget for one in sized(POLICY, BASE, "budget", 3e9).interventions] == [1.5e9, 1.5e9]
    priced = scenario(
        "priced",
        "interventions:\n  - training: {from: 2012-01, budget: 1 billion IDR/year}\n"
        "  - cooperative: {from: 2012-01, budget: 3 billion IDR/year}\n",
    )
    assert [one.budget for one in sized(priced, BASE, "budget", 8e8).interventions] == [2e8, 6e8]


def test_wilson() -> None:
    """The published interval of 5 of 10 at 90 % (Newcombe 1998, formula 3), and the ends."""
    assert wilson(5, 10) == pytest.approx((0.2693, 0.7307), abs=1e-4)
    assert wilson(0, 10)[0] == 0.0 and wilson(10, 10)[1] == 1.0
    assert np.isnan(wilson(0, 0)).all()


# --- the search, where the answer is known


def searched(
    share: Callable[[float], float],
    over: str = "strength",
    largest: float = 1.0,
    differences: Callable[[float], Floats] | None = None,
) -> Breakeven:
    """Search a response in which the policy of a size is better in this share of twenty pairs."""
    of = differences or (lambda size: (np.arange(20) < round(20 * share(size))).astype(float))
    policy = scenario("courses", "interventions:\n  - training: {from: 2012-01}\n")
    draws = {name: regime_draw(name) for name in ("orders-short", "hands-short")}
    cases = {name: (under(policy, draw), under(BASE, draw)) for name, draw in draws.items()}

    def differ(stage: str, sizes: dict[Key, Scenario]) -> dict[Key, Floats]:
        assert len({case.hash for case in sizes.values()}) == len(sizes)
        return {key: of(key[1]) for key in sizes}

    return find(Search(policy, BASE, over, "up", cases, differ), largest)  # type: ignore[arg-type]


def test_a_threshold_is_found_to_a_twenty_fifth() -> None:
    found = searched(lambda size: float(size >= 0.45))
    assert found.answers["verdict"].tolist() == [FOUND] * 2
    assert found.answers["value"].tolist() == [0.48] * 2  # 0.2 0.4 | 0.44 0.48 0.52 0.56 | 0.6 0.8 1
    assert len(found.table) == 2 * 9 and (found.answers["fall"] == 0.0).all()
    assert found.answers["fails_above"].isna().all()


def test_a_response_that_falls_again_is_told() -> None:
    answer = searched(lambda size: 1.0 if 0.3 < size < 0.7 else 0.25).answers.iloc[0]
    assert (answer["verdict"], answer["value"], answer["fails_above"]) == (FOUND, 0.32, 0.8)
    assert answer["fall"] == 0.75


def test_a_narrow_peak_between_sizes_is_looked_for_around_the_best() -> None:
    answer = searched(lambda size: max(0.0, 0.95 - 2 * abs(size - 0.66))).answers.iloc[0]
    assert (answer["verdict"], answer["value"]) == (FOUND, 0.667)


def test_never_within_bounds_names_bounds_and_best() -> None:
    found = searched(lambda size: 0.5 * (size == 1.0))
    never = found.answers.iloc[0]
    assert (never["verdict"], never["low"], never["high"], never["best"]) == (NEVER, 0.2, 1.0, 1.0)
    assert never["best_probability"] == 0.5 and np.isnan(never["value"])


def test_noise_is_no_answer() -> None:
    """Two pairs that are better by luck are a probability of 1 and an effect that is not told from none."""
    rng = np.random.default_rng(3)
    found = searched(lambda size: 1.0, differences=lambda size: np.abs(rng.normal(size=2)) * [1.0, 40.0])
    assert (found.table["probability"] == 1.0).all() and (found.table["low"] < 0.0).all()
    assert set(found.answers["verdict"]) == {TOO_FEW} and found.answers["value"].isna().all()


def test_years_are_whole() -> None:
    found = searched(lambda size: float(size >= 7), over="years", largest=12.0)
    assert found.answers["value"].tolist() == [7.0, 7.0]
    assert (found.table["value"] == found.table["value"].round()).all()


# --- real runs


def test_it_says_how_many_runs_there_will_be_and_takes_up_those_that_are_kept(tmp_path: Path) -> None:
    policy = scenario("dear", "parameters:\n  contracts.surplus_cut: {2011-03: 0.0}\n")
    settings = {
        "indicator": "pay.mean_over_umk",
        "scale": 0.005,
        "until": "2012-12",
        "regimes": ("orders-short",),
    }
    told: list[Round] = []
    order: list[str] = []

    def begins(one: Round) -> None:
        told.append(one)
        order.append(one.what)

    def progress(tally: Tally) -> None:
        order.append(f"{tally.runs} runs")

    one = bs.breakeven(
        policy, "strength", 3, jobs=1, out=tmp_path, begins=begins, progress=progress, **settings
    )
    assert list(dict.fromkeys(order)) == ["grid", "18 runs", "finer", "15 runs"]  # announced before it starts
    assert told[0] == Round("grid", 18, 18, None, 15)  # nothing was run yet that could tell the time
    assert (told[1].what, told[1].runs, told[1].left, told[1].more) == ("finer", 15, 15, 0)
    assert told[1].seconds is not None and 0.0 < told[1].seconds < 600.0
    answer = one.answers.iloc[0]
    assert answer["verdict"] == FOUND and answer["value"] < 1.0  # a cut less for every broker: pay rises
    first = (tmp_path / "breakeven.csv").read_bytes()
    parts = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.zip")}
    two = bs.breakeven(policy, "strength", 3, jobs=1, out=tmp_path, **settings)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    assert (tmp_path / "breakeven.csv").read_bytes() == first
    assert parts == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.zip")}


def test_answers_to_other_questions_stay(tmp_path: Path) -> None:
    def rows(policy: Scenario, value: float, **more: object) -> pd.DataFrame:
        table = pd.DataFrame(
            {"scenario": ["policy"], "regime": "orders-short", "over": "years", "value": value}
        )
        return table.assign(**(about(policy, BASE, "batik.workers", "2012-12", 0.1) | more))

    other = scenario("policy", "interventions:\n  - training: {from: 2013-01}\n")
    differing = [{"indicator": "firms.count"}, {"month": "2013-12"}, {"over": "strength"}, {"scale": 1}]
    asked = [rows(POLICY, 1 / 3), rows(other, 2)]
    asked += [rows(POLICY, value, **more) for value, more in enumerate(differing, 3)]
    for table in asked:
        save(tmp_path, {BREAKEVEN: table})
    save(tmp_path, {BREAKEVEN: rows(POLICY, 0.7)})
    written = (tmp_path / BREAKEVEN).read_text(encoding="utf-8")
    assert pd.read_csv(tmp_path / BREAKEVEN)["value"].tolist() == [0.7, 2, 3, 4, 5, 6]
    save(tmp_path, {BREAKEVEN: asked[0]})
    assert (tmp_path / BREAKEVEN).read_text(encoding="utf-8") == written.replace(",0.7,", f",{1 / 3!r},")
    (tmp_path / BREAKEVEN).write_text("scenario,value\npolicy,1\n", encoding="utf-8")
    save(tmp_path, {BREAKEVEN: asked[1]})  # what does not say what it answers is no answer
    assert pd.read_csv(tmp_path / BREAKEVEN)["value"].tolist() == [2]


def test_a_budget_is_searched_up_to_what_is_spent() -> None:
    courses = scenario("courses", "interventions:\n  - training: {from: 2012-01}\n")
    settings = {"scale": 0.005, "until": "2012-12", "regimes": ("orders-short",), "jobs": 1}
    told: list[str] = []
    found = bs.breakeven(courses, "budget", [3], begins=lambda one: told.append(one.what), **settings)
    assert told[:2] == ["pilot", "grid"]
    assert 1e8 < found.answers["high"].iloc[0] < 1e11  # a thousand seats at 3 million IDR


def test_the_least_that_reaches_a_target(tmp_path: Path) -> None:
    """Beside the answer against the baseline, in the year and unit of the target."""
    text = (
        "parameters:\n  contracts.surplus_cut: {2011-03: 0.0}\n"
        "target: {indicator: contracts.broker_cut, at_most: 0.05, by: 2012}\n"
    )
    policy = scenario("aiming", text)
    settings = {"scale": 0.005, "until": "2013-12", "regimes": ("orders-short",), "jobs": 1}
    found = bs.breakeven(policy, "strength", 3, target=True, out=tmp_path, **settings)
    answer = found.answers.iloc[0]
    assert answer["verdict"] == FOUND and 0.0 < answer["value"] <= 1.0
    assert (answer["month"], answer["goal"]) == ("2012-12", 0.05)
    enough = found.table[found.table["value"] >= answer["value"]]
    assert (enough["probability"] == 1.0).all() and (enough["high"] < 0.0).all()
    less = found.table[found.table["value"] < answer["value"]]
    assert len(less) and (less["probability"] < 0.9).all()
    bs.breakeven(policy, "strength", 3, indicator="contracts.broker_cut", out=tmp_path, **settings)
    kept = pd.read_csv(tmp_path / BREAKEVEN)
    assert set(kept["goal"].isna()) == {True, False} and set(kept["month"]) == {"2012-12", "2013-12"}


def test_a_target_that_cannot_be_searched_is_an_error() -> None:
    few = {"scale": 0.005, "until": "2012-12", "regimes": ("orders-short",), "jobs": 1}
    head = (
        "interventions:\n  - training: {from: 2012-01}\ntarget: {indicator: batik.workers, at_least: 5, by: "
    )
    with pytest.raises(UsageError, match="needs exactly one"):
        bs.breakeven(scenario("none", head.split("target")[0]), "strength", 2, target=True, **few)
    with pytest.raises(UsageError, match="the target is for 2030"):
        bs.breakeven(scenario("late", head + "2030}\n"), "strength", 2, target=True, **few)
    with pytest.raises(UsageError, match="too small to report"):
        bs.breakeven(scenario("one", head + "2012, place: kauman}\n"), "strength", 2, target=True, **few)


def test_what_cannot_be_searched_is_an_error() -> None:
    few = {"scale": 0.005, "until": "2012-12", "regimes": ("orders-short",), "jobs": 1}
    courses = scenario("courses", "interventions:\n  - training: {from: 2012-01}\n")
    with pytest.raises(UsageError, match="no better direction"):
        bs.breakeven(courses, "years", 2, indicator="garment.workers", **few)
    with pytest.raises(UsageError, match="out of bounds"):
        bs.breakeven(courses, "years", 2, up_to=40, **few)
    with pytest.raises(UsageError, match="strength, budget, years"):
        bs.breakeven(courses, "money", 2, **few)
    with pytest.raises(UsageError, match="could be given a budget"):
        bs.breakeven(scenario("few", "parameters:\n  demand.trend: {2012-01: 0.1}\n"), "budget", 2, **few)
    with pytest.raises(UsageError, match="changes nothing"):
        bs.breakeven(BASE, "strength", 2, **few)


@pytest.mark.slow
def test_the_program_prints_sizes_in_80_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    content = "title: {en: Courses, id: Kursus}\ninterventions:\n  - training: {from: 2011-06}\n"
    (tmp_path / "courses.yaml").write_text(content, encoding="utf-8")
    few = ["--seeds", "2", "--scale", "0.005", "--until", "2012-12", "--jobs", "1"]
    words = ["breakeven", "courses.yaml", "--over", "years", *few, "--out", "kept"]
    (tmp_path / "aiming.yaml").write_text(
        content + "target: {indicator: batik.workers, at_least: 20000, by: 2012}\n", encoding="utf-8"
    )
    aiming = ["breakeven", "aiming.yaml", "--over", "years", *few, "--target", "--out", "kept"]
    said = batiksim_(tmp_path, *aiming, "--lang", "en")
    assert said.returncode == 0, said.stderr
    assert "reached" in said.stdout and all(len(line) <= 80 for line in said.stdout.splitlines())
    for asked, answer in (
        ([*aiming, "--lang", "id"], "tercapai"),
        (words, "in the model"),
        ([*words, "--lang", "id"], "dalam model"),
    ):
        monkeypatch.setenv("BATIKSIM_LANG", "en")
        assert main(asked) == 0
        printed = capsys.readouterr().out
        assert answer in printed and all(len(line) <= 80 for line in printed.splitlines())
    assert (tmp_path / "kept" / "breakeven.csv").exists()
