"""`calibrate`: known posteriors, screens that rule out what they should, and one small calibration of a
region whose facts are known functions.
"""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm, qmc

import batiksim as bs
from batiksim.cli import main
from batiksim.cli.schemas import output_schema
from batiksim.errors import RunError, UsageError
from batiksim.runs.engine import Means
from batiksim.runs.sample_table import SampleTable
from batiksim.studies import calibration
from batiksim.studies.calibration import BOUNDS, posterior, result, runs, waves
from batiksim.studies.calibration.evidence import (
    evidence_of,
    read_discrepancies,
    shipped_discrepancies,
    shipped_evidence,
)
from batiksim.studies.sample import sample_of
from batiksim.studies.sensitivity.emulator import Emulator
from batiksim.studies.statistics import systematic
from batiksim.studies.validation.facts import FIT, facts_by_name
from tests.support.analytic_region import FACTS, PLANTED, answer, asked

HEAD = "target,sd,unit,source,reason\n"


# --- weights and posteriors


@pytest.fixture(scope="module")
def normal_sets() -> np.ndarray:
    """Sets of a standard normal prior."""
    return norm.ppf(qmc.Sobol(1, scramble=True, rng=1).random(4096))[:, 0]


def test_weights_find_the_conjugate_posterior(normal_sets: np.ndarray) -> None:
    """Prior N(0, 1), observation .8 with error .5: posterior N(.64, .2)."""
    found = posterior.weigh(-0.5 * ((0.8 - normal_sets) / 0.5) ** 2, 25.0)
    mean = float(found.weights @ normal_sets)
    assert found.widened == 1.0
    assert mean == pytest.approx(0.64, abs=0.002)
    assert found.weights @ (normal_sets - mean) ** 2 == pytest.approx(0.2, abs=0.002)


def test_regression_finds_the_conjugate_posterior(normal_sets: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    readings = normal_sets[:, None] + np.column_stack([rng.normal(0, 0.5, 4096), 30 * rng.normal(size=4096)])
    facts = np.array([0.8, 0.0])
    weights = posterior.near(readings, facts, 2048.0)
    told = posterior.regression(normal_sets[:, None], readings, facts, weights)[:, 0]
    mean = float(weights @ told)
    assert mean == pytest.approx(0.64, abs=0.03)
    assert weights @ (told - mean) ** 2 == pytest.approx(0.2, abs=0.015)


def test_wider_errors_are_what_a_power_of_the_likelihood_is(normal_sets: np.ndarray) -> None:
    distance = (normal_sets - 0.8) / 0.001
    found = posterior.weigh(-0.5 * distance**2, 1500.0, posterior.effective_size)
    assert found.effective == pytest.approx(1500.0, rel=1e-6)
    again = np.exp(-0.5 * (distance / found.widened) ** 2)
    np.testing.assert_allclose(found.weights, again / again.sum(), rtol=1e-9)


def test_sets_that_count_alike_stand_for_the_posterior() -> None:
    """Prior N(0, 1), observation .8 with error .5, 50 of 256 sets kept; the likelihood is widened for it."""
    some = np.sort(norm.ppf(qmc.Sobol(1, scramble=True, rng=3).random(256))[:, 0])
    found = posterior.weigh(-0.5 * ((0.8 - some) / 0.5) ** 2, 50.0)
    chosen, counts = systematic(found.weights, 50)
    assert len(chosen) == 50
    np.testing.assert_allclose(counts, 0.02)
    assert found.effective >= 50.0
    wide = 0.25 * found.widened**2
    assert some[chosen].mean() == pytest.approx(0.8 / (1.0 + wide), abs=0.05)
    assert some[chosen].var() == pytest.approx(wide / (1.0 + wide), rel=0.15)


def test_quantiles_of_equal_sets_stand_at_k_over_n_plus_one() -> None:
    values = np.arange(1.0, 10.0)[::-1, None]
    found = posterior.quantiles(values, np.full(9, 1 / 9), np.array([0.1, 0.25, 0.5, 0.99]))
    np.testing.assert_allclose(found[:, 0], [1.0, 2.5, 5.0, 9.0])


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=40).filter(any), st.integers(1, 45))
def test_sets_are_chosen_once_and_in_proportion(some: list[int], count: int) -> None:
    weights = np.array(some) / sum(some)
    chosen, counts = systematic(weights, count)
    assert len(set(chosen)) == len(chosen) == min(count, np.count_nonzero(weights))
    assert counts.sum() == pytest.approx(1.0)
    if weights.max() * len(chosen) <= 1.0:  # nobody had to be chosen
        np.testing.assert_allclose(counts, 1.0 / len(chosen))


def test_equal_weights_stay_equal() -> None:
    chosen, counts = systematic(np.full(10, 0.1), 5)
    assert np.diff(chosen).tolist() == [2, 2, 2, 2]
    np.testing.assert_allclose(counts, 0.2)


# --- evidence


def test_implausibility_by_hand() -> None:
    evidence = evidence_of([facts_by_name(FIT)["age_hand_large"], facts_by_name(FIT)["pay_2011"]])
    error, discrepancy = 1.85935, 1.0
    found = evidence.implausibility(np.array([[40.0, 0.5], [36.0, 0.4], [np.nan, 1.0]]), np.array([4.0, 0.0]))
    assert found[0, 0] == pytest.approx(4.0 / np.sqrt(error**2 + discrepancy**2 + 4.0), abs=1e-6)
    assert found[0, 1] == 0.0  # a range is met anywhere inside
    assert found[1] == pytest.approx([0.0, 0.0444 / 0.03])
    assert found[2, 0] == np.inf


def test_every_fact_of_the_fit_has_a_discrepancy_with_its_unit() -> None:
    assert set(shipped_discrepancies()) == set(facts_by_name(FIT)) == set(shipped_evidence().names)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("target,sd\n", "columns"),
        (HEAD + "age_hand_largo,1,years,A,why\n", "age_hand_large"),
        (HEAD + "age_hand_large,0,years,A,why\n", "above 0"),
        (HEAD + "age_hand_large,nan,years,A,why\n", "above 0"),
        (HEAD + "age_hand_large,1,share,A,why\n", "years"),
        (HEAD + "age_hand_large,1,years,,why\n", "no source"),
        (HEAD + "age_hand_large,1,years\n", "columns"),
        (HEAD, "age_hand_large"),
    ],
)
def test_wrong_discrepancies_are_told(content: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_discrepancies(content, [facts_by_name(FIT)["age_hand_large"]])


# --- waves


def test_luck_is_known_from_pairs_in_spite_of_wild_sets() -> None:
    pairs = np.random.default_rng(1).normal(0.0, 2.0, (4000, 2, 1))
    pairs[:40] *= 100.0
    assert waves.luck_of(pairs)[0] == pytest.approx(4.0, rel=0.1)


def _screen(parameters: int, at: float) -> waves.Screen:
    """Rules out where the first parameter is more than three deviations (.0849) from `at`."""
    evidence = replace(
        evidence_of([facts_by_name(FIT)["age_hand_large"]]),
        low=np.array([at]), high=np.array([at]), error=np.array([0.02]), discrepancy=np.array([0.02]),
    )  # fmt: skip
    told = Emulator("lasso", lambda points: points[:, 0], (0,), 1.0)
    return waves.Screen(evidence, (waves.Foretold(0, told, 0.0, 0.0, 1.0, 60),), np.zeros(1), 3.0)


def test_the_next_wave_fills_evenly_what_is_not_ruled_out() -> None:
    drawn = waves.next_wave(1, 300, 150, [_screen(150, 0.5)], 3.0)
    half = 3.0 * np.sqrt(0.02**2 + 0.02**2)
    assert drawn.points.shape == (300, 150)
    assert abs(drawn.points[:, 0] - 0.5).max() <= half
    assert drawn.share == pytest.approx(2 * half, rel=0.05)
    chances = [kstest(drawn.points[:, k], "uniform").pvalue for k in range(1, 150)]
    assert min(chances) > 1e-5  # no parameter is lopsided because another is narrow
    again = waves.next_wave(1, 300, 150, [_screen(150, 0.5)], 3.0)
    np.testing.assert_array_equal(drawn.points, again.points)


def test_where_too_little_is_left_the_cut_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waves, "MOST", 1 << 14)
    drawn = waves.next_wave(1, 50, 3, [_screen(3, 1.2)], 3.0)
    assert drawn.cut > 3.0
    assert drawn.share == 0.0
    assert drawn.points[:, 0].min() > 0.95
    assert kstest(drawn.points[:, 1], "uniform").pvalue > 1e-3


# --- a whole calibration


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> result.Calibration:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "answer", answer)
        return calibration.carry_out(asked(), tmp_path_factory.mktemp("calibration") / "kept", Means(1))


def test_what_is_kept_passes_by_its_own_runs(found: result.Calibration) -> None:
    draws, rows = found.tables["draws"], found.tables["rows"]
    assert len(draws) == 12
    assert draws["largest"].max() <= 3.0
    assert rows["implausibility"].max() == pytest.approx(draws["largest"].max())
    assert draws["weight"].sum() == pytest.approx(1.0, abs=1e-5)
    assert found.effective >= 6.0 - 1e-6
    assert set(draws["world"]) <= set(result.WORLDS)
    assert min(found.worlds["hands-short"][0], found.worlds["orders-short"][0]) >= 2


def test_planted_parameters_are_found_first(found: result.Calibration) -> None:
    assert found.recovery is not None
    assert set(PLANTED) <= set(found.recovery.found)
    table = found.tables["parameters"].set_index("parameter")
    assert (table.loc[list(PLANTED), "posterior_ratio"] < 0.4).all()
    assert table["posterior_ratio"].median() > 0.7
    covered = found.tables["coverage"].query("of == 'all' and wanted == 0.9")
    assert (abs(covered["covered"] - 0.9) < 0.1).all()


def test_checks_are_scored_and_decide_nothing(found: result.Calibration) -> None:
    table = found.tables["facts"].set_index("target")
    assert list(table["role"]) == ["fit"] * len(FACTS) + ["check"] * 2
    assert np.isnan(table.at["pay_2019", "prior_median"])
    assert not set(found.tables["rows"]["target"]) & {"pay_2019", "survey_pesindon_yes"}


def test_the_sample_can_be_compared_under(found: result.Calibration) -> None:
    assert found.folder is not None
    file = found.folder / "sample.parquet"
    table = SampleTable.unpack(file.read_bytes(), file.name)
    np.testing.assert_allclose(table.weights, found.sample.weights)
    assert [draw.world for draw in table.draws] == list(found.tables["draws"]["world"])
    members = sample_of(str(file))
    assert 2 <= len(members) <= 12
    assert {one.world for one in members} <= set(result.WORLDS)


def test_same_bytes_after_a_stop_and_on_any_executor(
    found: result.Calibration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "answer", answer)
    assert found.folder is not None
    shutil.copytree(found.folder, tmp_path / "torn")
    kept = (found.folder / runs.ROWS).read_bytes()
    (tmp_path / "torn" / runs.ROWS).write_bytes(kept[: len(kept) // 2])  # ends within a line
    with ThreadPoolExecutor(3) as threads:
        calibration.carry_out(asked(), tmp_path / "torn", Means(executor=threads))
    for name in (*(f"{one}.csv" for one in result.TABLES), "calibration.json", "sample.parquet"):
        assert (tmp_path / "torn" / name).read_bytes() == (found.folder / name).read_bytes(), name


def test_another_question_or_folder_is_refused(found: result.Calibration, tmp_path: Path) -> None:
    assert found.folder is not None
    with pytest.raises(UsageError, match=r"other settings|another|holds"):
        calibration.carry_out(asked(draws=61), found.folder, Means(1))
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(UsageError):
        calibration.carry_out(asked(), tmp_path, Means(1))
    assert os.listdir(tmp_path) == ["mine.txt"]


def test_nothing_plausible_is_told_with_what_was_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def far(ask: runs.Ask) -> dict[str, object]:
        told = answer(ask)
        told["found"] = {name: 99.0 if name == "age_hand_large" else x for name, x in told["found"].items()}
        return told

    monkeypatch.setattr(runs, "answer", far)
    with pytest.raises(RunError, match="age_hand_large"):
        calibration.carry_out(asked(waves=1), tmp_path / "far", Means(1))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"draws": 10}, "draws"), ({"waves": 0}, "waves"), ({"keep": 3, "worlds": 2}, "keep|sets"),
        ({"scale": 0.05}, "scale"), ({"cut": float("nan")}, "cut"), ({"seeds": 1.5}, "seeds"),
    ],
)  # fmt: skip
def test_wrong_numbers_are_told(wrong: dict[str, float], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        bs.calibrate(**wrong)  # type: ignore[arg-type]


def test_a_failed_run_counts_as_ruled_out_and_is_tried_again(tmp_path: Path) -> None:
    ask = runs.Ask(runs.FACTS, 1, 1, 0.1, {"choice.pay": "much"}, until="2011-12")
    line = runs.answer(ask)
    assert line["error"]
    book = runs.Book(tmp_path)
    book.add(line)
    assert book.read(ask) is None
    assert runs.Book(tmp_path).rows == {}


def test_a_real_run_reads_the_facts() -> None:
    known = facts_by_name()
    some = (known["age_hand_large"], known["table1_jenggot"])
    line = runs.answer(runs.Ask(runs.FACTS, 1, 3, 0.05, {}, some, "2011-12"))
    assert not line["error"]
    assert 30.0 < line["found"]["age_hand_large"] < 45.0
    assert line["found"]["table1_jenggot"] == pytest.approx(0.136, abs=0.02)


# --- the command


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command on the analytic region and its few facts."""
    monkeypatch.setattr(runs, "answer", answer)
    monkeypatch.setattr(calibration, "shipped_evidence", lambda: asked().evidence)
    monkeypatch.setattr(calibration, "shipped_facts", lambda: asked().checks)


@pytest.mark.usefixtures("small")
def test_the_command_says_first_what_can_be_found(
    found: result.Calibration, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found.folder is not None
    folder = tmp_path / "kept"
    shutil.copytree(found.folder, folder)
    words = ["calibrate", "--draws", "60", "--waves", "2", "--fake", "6", "--keep", "12", "--jobs", "1"]
    words += ["--out", str(folder)]
    assert main([*words, "--quiet", "--files", str(tmp_path / "files")]) == 0
    told = capsys.readouterr().out
    assert told.startswith("If the simulator were the region")
    assert told.index("other.offer") < told.index("2 waves of 60 sets")
    assert {path.suffix for path in (tmp_path / "files").iterdir()} == {".png", ".svg", ".csv"}
    assert main(["resume", str(folder), "--json", "--quiet"]) == 0
    content = json.loads(capsys.readouterr().out)
    jsonschema.validate(content, output_schema("calibrate"))
    assert content["kept"] == 12
    assert main([*words, "--lang", "id", "--quiet"]) == 0
    assert capsys.readouterr().out.startswith("Andaikan simulator")
    assert main([*words, "--csv", "-", "--table", "draws"]) == 0
    assert "largest_target" in capsys.readouterr().out


@pytest.mark.parametrize("name", BOUNDS)
def test_the_command_and_python_have_the_same_bounds(name: str, capsys: pytest.CaptureFixture) -> None:
    if name == "scale":  # that of all commands; what a calibration needs is checked later
        return
    low, high = BOUNDS[name]
    assert main(["calibrate", f"--{name}", f"{high + 1:g}"]) == 2
    told = capsys.readouterr().err
    assert f"{low:g}..{high:g}" in told
