"""Comparisons: pairs are exact, and bytes depend on nothing but the question."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from batiksim.errors import InputError, UsageError
from batiksim.model.batik_model import BatikModel
from batiksim.runs.branching import run_cases
from batiksim.runs.design import make_design
from batiksim.runs.draws import usual_regimes
from batiksim.runs.folder import heal
from batiksim.scenario import Scenario, library
from batiksim.scenario.differences import parting
from batiksim.studies.compare import compare, resume
from batiksim.studies.study import Study
from tests.support.comparisons import HEAD, SMALL, TRAINING, contents, scenario, two

# --- shared pasts


def test_a_branch_is_the_run_of_its_own_bit_for_bit() -> None:
    shared = "  - micro_credit: {from: 2011-03, budget: 0.2 billion IDR/year}\n"
    more = "  - certification: {from: 2011-10}\n  - apprenticeship: {from: 2012-02}\n"
    cases = [
        scenario("lead", TRAINING.replace("2012", "2011") + shared),
        scenario("layered", TRAINING.replace("2012", "2011") + more + shared),
        scenario("fewer", "interventions:\n" + shared),
        scenario(
            "dear",
            "parameters:\n  garment.umk_growth: {2012-06: 0.2}\n" + TRAINING.replace("2012", "2011") + shared,
        ),
    ]
    assert [parting(cases[0], case, 24) for case in cases] == [24, 9, 0, 17]
    for outcome in run_cases(cases, range(4), seed=4, scale=0.01, until="2012-12"):
        own = BatikModel(cases[outcome.number], seed=4, scale=0.01, until="2012-12").run()
        assert outcome.model is not None and outcome.model.results().equals(own.results()), outcome


def telling() -> list[Scenario]:
    """Scenarios of the library, as few as change all that any of them changes."""

    def changes(one: Scenario) -> set[str]:
        return {policy.kind for policy in one.interventions} | set(one.spans)

    left = {one.stem: changes(one) for one in map(Scenario.load, library())}
    found = []
    while best := max(left, key=lambda name: len(left[name])) if any(left.values()) else "":
        found.append(Scenario.load(best))
        covered = left[best]
        left = {name: rest - covered for name, rest in left.items()}
    return found


@pytest.mark.slow
def test_scenarios_of_the_library_branch_off_exactly() -> None:
    """As many as have every kind of policy and every parameter that the library changes."""
    cases = [Scenario.default(), *telling()]
    assert 5 < len(cases) < len(library())
    for outcome in run_cases(cases, range(len(cases)), seed=6, scale=0.002, until="2026-06"):
        own = BatikModel(cases[outcome.number], seed=6, scale=0.002, until="2026-06").run()
        assert outcome.model is not None and outcome.model.results().equals(own.results()), outcome


def test_a_policy_that_is_the_baseline_differs_in_nothing() -> None:
    same = [
        Scenario.default(),
        scenario("another-name"),
        scenario("nobody", TRAINING.replace("2012-01", "2011-01, coverage: 0")),
    ]
    study = compare(same, 2, jobs=1, full_scale=False, **SMALL)
    for indicator in ("batik.workers", "pay.batik_median", "output.value", "learning.skills"):
        assert (study.table(indicator).query("scenario != 'baseline'")["difference"] == 0.0).all()
    for name in ("another-name", "nobody"):
        mine, lead = (
            study.series[study.series["scenario"] == one].drop(columns="scenario").reset_index(drop=True)
            for one in (name, "baseline")
        )
        pd.testing.assert_frame_equal(mine, lead, check_exact=True)
    assert set(study.winners()["verdict"]) == {"unchanged"}
    assert set(study.costs()["verdict"]) <= {"no difference from the baseline", "beyond the run"}


# --- bytes


@pytest.mark.usefixtures("small_whole")
def test_any_number_of_processes_and_any_executor_gives_the_same_bytes(
    finished: Path, tmp_path: Path
) -> None:
    compare(two(), 3, jobs=2, out=tmp_path / "two", **SMALL)
    with ThreadPoolExecutor(1) as executor:
        compare(two(), [1, 2, 3], executor=executor, out=tmp_path / "threads", **SMALL)
    for name in ("two", "threads"):
        assert contents(tmp_path / name) == contents(finished)


def test_the_files_hold_what_the_model_recorded(finished: Path) -> None:
    study = Study.load(finished)
    own = BatikModel(two()[1], seed=3, scale=0.005, until="2012-12").run()
    rows = study.series.query("scenario == 'courses' and seed == 3")
    expected = own.results(record="yearly")
    assert rows["month"].tolist() == expected["month"].tolist()
    np.testing.assert_array_equal(rows["pay.gini"].to_numpy(), expected["pay.gini"].to_numpy())
    assert len(study.ages) == 6 * 2 * 24 * 2 * 13 and len(study.incomes) == 6 * 2 * 24 * 10
    assert len(study.spending) == 6 * 2 * 24 * 6
    assert set(study.places["seed"]) == {1} and study.places["scenario"].nunique() == 2
    keys = ["scenario", "regime", "draw", "seed", "month", "place"]
    assert not study.series.duplicated(keys).any() and not study.places.duplicated(keys).any()
    assert study.runs["status"].tolist() == ["ok"] * 8 and (study.runs["seconds"] > 0).all()


def test_one_life_is_told_twice(finished: Path) -> None:
    lives = Study.load(finished).lives
    assert set(lives["rule"]) == {"en", "id"} and len(lives["lives"]) == 1
    life = lives["lives"][0]
    assert (life["baseline"], life["scenario"], life["start"]) == ("baseline", "courses", "2012-01")
    one, other = life["lives"]["baseline"], life["lives"]["courses"]
    assert one["stages"]["2011-12"] == other["stages"]["2011-12"]
    differ = sum(one["stages"][month] != other["stages"][month] for month in one["stages"])
    assert differ == life["stage_differs"] <= life["decembers"] == 1
    assert all(len(told["story"][lang]) >= 2 for told in (one, other) for lang in ("en", "id"))
    assert str(life["person"]["id"]) in one["story"]["id"][0]


# --- what is refused


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"scenarios": [Scenario.default(), scenario("baseline", TRAINING)]},
            "two scenarios are called baseline",
        ),
        ({"scenarios": [Scenario.default()]}, "at least one more scenario"),
        ({"baseline": "nobody"}, "the baseline nobody"),
        ({"seeds": 0}, "seeds are whole numbers"),
        ({"seeds": [3, 3]}, "seeds are whole numbers"),
        ({"seeds": [-1]}, "seeds are whole numbers"),
        ({"scale": 0.0}, r"scale must be 0\.001\.\.4; got 0"),
        ({"scale": 4.1}, "scale must be"),
        ({"out": ""}, "the name of a folder or file is empty"),
        ({"scale": float("nan")}, "scale must be"),
        ({"since": "2013-01"}, "is after"),
        ({"until": "2061-01"}, "is after"),
        ({"record": "weekly"}, "weekly"),
        ({"since": "2012-01", "until": "2012-11"}, "none from 2012-01"),
        ({"regimes": ["chaos"]}, "chaos"),
    ],
)
def test_wrong_questions_write_nothing(tmp_path: Path, wrong: dict[str, object], message: str) -> None:
    asked = {"scenarios": two(), "seeds": 2, **SMALL, "out": tmp_path / "kept"} | wrong
    with pytest.raises(UsageError if "regimes" not in wrong else Exception, match=message):
        compare(asked.pop("scenarios"), asked.pop("seeds"), **asked)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("small_whole")
def test_a_folder_with_another_question_is_refused(finished: Path, tmp_path: Path) -> None:
    before = contents(finished)
    for other in ({"until": "2013-12"}, {"scale": 0.006}, {"record": "monthly"}, {"full_scale": False}):
        with pytest.raises(UsageError, match="another scenario, seeds or settings"):
            compare(two(), 3, out=finished, **SMALL | other)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="another scenario"):
        compare(two(), 4, out=finished, **SMALL)
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match=r"--out .* is not empty .* choose another folder"):
        compare(two(), 3, out=tmp_path, **SMALL)
    with pytest.raises(UsageError, match="holds no comparison"):
        resume(tmp_path)
    assert contents(finished) == before


def test_scenarios_may_be_named_as_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "courses.yaml").write_text(HEAD.format("courses") + TRAINING, encoding="utf-8")
    asked = {"full_scale": False, "jobs": 1} | SMALL
    study = compare(["baseline", tmp_path / "courses.yaml"], 1, **asked)  # type: ignore[arg-type]
    assert study.scenarios == ["baseline", "courses"]
    with pytest.raises(InputError, match="there is no scenario nowhere"):
        compare(["baseline", "nowhere"], 1, **asked)  # type: ignore[arg-type]


def test_a_changed_scenario_is_noticed(finished: Path, tmp_path: Path) -> None:
    for path in finished.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(finished)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    file, study = next(tmp_path.glob("scenarios/2-*.yaml")), tmp_path / "study.json"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"2012-01", b"2012-02"))
    heal(tmp_path)  # what was asked is kept twice
    assert file.read_bytes() == before
    # As in the first edition, which kept neither a copy nor checksums.
    (tmp_path / "parts" / "question.json").unlink()
    asked = json.loads(study.read_text(encoding="utf-8"))
    study.write_text(json.dumps({key: asked[key] for key in asked if "checksum" not in key}), "utf-8")
    file.write_bytes(before.replace(b"2012-01", b"2012-02"))
    with pytest.raises(UsageError, match="with other scenarios or numbers"):
        resume(tmp_path)


# --- regimes


def test_a_scenario_with_its_own_regime_is_run_in_that_only() -> None:
    free, bound = Scenario.default(), scenario("bound", "parameters:\n  choice.regime: hands-short\n")
    about = {"scale": 0.005, "since": "2011-01", "until": "2012-12", "record": "yearly", "full_scale": False}
    both = make_design([free, bound], 2, regimes=("orders-short", "hands-short"), baseline=None, **about)
    assert list(both.cases) == [
        ("orders-short", "baseline"),
        ("hands-short", "baseline"),
        ("hands-short", "bound"),
    ]
    assert {run.regime for run in both.runs if run.scenario == "bound"} == {"hands-short"}
    led = make_design([free, bound], 2, regimes=("orders-short", "hands-short"), baseline="bound", **about)
    assert led.regimes == ("hands-short",) and led.scenarios[0].stem == "bound"
    with pytest.raises(UsageError, match=r"bound sets choice\.regime itself"):
        make_design([free, bound], 2, regimes=("orders-short",), baseline=None, **about)
    assert usual_regimes([free])[0] == free.regime
    corner = free.but({"choice.regime": "tipping"})
    assert usual_regimes([free, corner]) == (*usual_regimes([free]), "tipping")
