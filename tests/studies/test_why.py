"""What the pieces of a policy carry: they and the rest make up the whole, exactly, and nothing is nothing."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import batiksim as bs
from batiksim.calendar import month_name
from batiksim.cli import main
from batiksim.cli.why import _block
from batiksim.errors import InputError, UsageError
from batiksim.runs.design import Run, make_design
from batiksim.runs.store import SERIES
from batiksim.scenario import Scenario
from batiksim.studies.changes import channels, measures
from batiksim.studies.compare import compare
from batiksim.studies.study.data import YOUNG
from batiksim.studies.why import Question, explain
from tests.cli.test_cli import batiksim_
from tests.support.comparisons import scenario
from tests.support.made_up_study import made_up

BASE = Scenario.default()
MIXED = (
    "parameters:\n  demand.trend: {2012-01: -0.04}\n  demand.imitation: {2012-01: 0.02}\n"
    "  garment.growth: {2012-01: 0.03}\n"
    "interventions:\n  - edutourism: {from: 2012-01}\n  - demand_promotion: {from: 2012-01}\n"
    "  - demand_promotion: {from: 2012-06, where: city}\n"
)
LAYERED = (
    "interventions:\n  - direct_contracts: {from: 2011-06}\n"
    "  - subcontract_reform: {from: 2011-06, second_broker: 1}\n"
)
SMALL = {"scale": 0.01, "until": "2013-12", "regimes": ("orders-short",), "jobs": 1}


# --- pieces


def test_a_policy_falls_into_measures_and_channels() -> None:
    policy = scenario("mixed", MIXED)
    parameters = ["demand.imitation", "demand.trend", "garment.growth"]
    assert [piece.key for piece in measures(policy, BASE)] == [
        *parameters, "edutourism", "demand_promotion-1", "demand_promotion-2",
    ]  # fmt: skip
    found = {piece.key: piece for piece in channels(policy, BASE)}
    assert list(found) == ["demand", "garment", "exposure", "orders"]
    assert found["orders"].measures == {"edutourism", "demand_promotion-1", "demand_promotion-2"}
    assert [one.without for one in found["orders"].rest.interventions] == [("orders",)] * 3
    assert [one.without for one in found["exposure"].rest.interventions] == [("exposure",), (), ()]
    assert "demand.trend" not in found["demand"].rest.spans and "garment.growth" in found["demand"].rest.spans


def test_taking_every_measure_away_leaves_the_baseline() -> None:
    base = scenario(
        "base", "parameters:\n  demand.trend: -0.01\ninterventions:\n  - training: {from: 2012-01}\n"
    )
    policy = scenario("mixed", MIXED)
    keys = [piece.key for piece in measures(policy, base)]
    assert keys[-1] == "no-training"
    for _ in keys:  # the names of the others change as one goes, their number does not
        policy = measures(policy, base)[0].rest
    assert not measures(policy, base) and policy.hash == base.hash


def test_what_the_baseline_has_too_keeps_its_channel() -> None:
    base = scenario("base", "interventions:\n  - demand_promotion: {from: 2012-01}\n")
    policy = scenario(
        "more", "interventions:\n  - demand_promotion: {from: 2012-01}\n  - edutourism: {from: 2012-01}\n"
    )
    (orders,) = [piece for piece in channels(policy, base) if piece.key == "orders"]
    assert [one.without for one in orders.rest.interventions] == [(), ("orders",)]


def test_kept_from_a_channel_it_survives_a_file_and_a_process_and_has_another_hash() -> None:
    policy = scenario("mixed", MIXED)
    for piece in channels(policy, BASE):
        for again in (Scenario.parse(piece.rest.to_yaml()), pickle.loads(pickle.dumps(piece.rest))):
            assert again.hash == piece.rest.hash != policy.hash
    told = Scenario.parse("interventions:\n  - edutourism: {from: 2012-01, without: [orders]}\n").explain(
        "id"
    )
    assert "tidak bekerja pada: pesanan" in told
    with pytest.raises(InputError, match="not one of: exposure, orders"):
        Scenario.parse("interventions:\n  - edutourism: {from: 2012-01, without: [skills]}\n")
    with pytest.raises(InputError, match="without"):
        Scenario.parse("interventions:\n  - edutourism: {from: 2012-01, with: [skills]}\n")


# --- arithmetic, on numbers with a known answer


def known(folder: Path, value: Callable[[set[str], int], float], seeds: int = 8) -> pd.DataFrame:
    """The rows of `why` where the young workers of a run are `value(measures in force, seed)`."""
    question = Question(scenario("layered", LAYERED), BASE)
    names = {piece.key for piece in question.views["measure"]}
    cases = list(question.cases.values())
    plan = make_design(
        cases, seeds, scale=0.1, since="2011-01", until="2013-12", record="yearly",
        regimes=("orders-short",), baseline=None, full_scale=False,
    )  # fmt: skip

    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        there = set() if run.scenario == "baseline" else {*names}
        there -= {name for name in names if run.scenario.endswith(f"without measure {name}")}
        frames[SERIES][YOUNG] = value(there, run.seed)

    return explain(made_up(folder, change, plan), question, "measure", YOUNG).set_index("channel")


def test_effects_that_add_up_are_found_exactly(tmp_path: Path) -> None:
    table = known(
        tmp_path,
        lambda on, seed: (
            1000.0
            + seed
            + 64 * ("direct_contracts" in on)
            + 32 * (len(on) == 2 or "subcontract_reform" in on)
        ),
    )
    assert table["effect"].to_dict() == {
        "total": 96.0, "direct_contracts": 64.0, "subcontract_reform": 32.0, "rest": 0.0,
    }  # fmt: skip
    assert (table["low"] == table["effect"]).all() and (table["error"] == 0.0).all()
    assert (table["pairs"] == 8).all()
    assert table["share"].tolist()[:3] == [1.0, 64 / 96, 32 / 96] and np.isnan(table["share"].iloc[3])


@pytest.mark.parametrize(("enough", "each", "rest"), [(1, 0.0, 100.0), (2, 100.0, -100.0)])
def test_the_rest_is_what_pieces_do_together(tmp_path: Path, enough: int, each: float, rest: float) -> None:
    """One of two is enough: neither is missed alone. Both are needed: each is missed in full."""
    table = known(tmp_path, lambda on, seed: 100.0 * (len(on) >= enough))
    assert table["effect"].tolist() == [100.0, each, each, rest]


def test_errors_are_of_pairs_and_the_sum_holds_to_the_last_bit(tmp_path: Path) -> None:
    def value(on: set[str], seed: int) -> float:
        return float(np.random.default_rng([seed, len(on), "direct_contracts" in on]).normal()) * seed

    table = known(tmp_path, value)
    total, one, two, rest = table["effect"]
    assert rest == total - (one + two)
    drawn = [
        value({"direct_contracts", "subcontract_reform"}, seed) - value(set(), seed) for seed in range(1, 9)
    ]
    error = np.std(drawn, ddof=1) / np.sqrt(8)
    assert table.loc["total", "error"] == pytest.approx(error)
    assert table.loc["total", "low"] == pytest.approx(np.mean(drawn) - 2.364624 * error)  # t with 7
    assert total == pytest.approx(np.mean(drawn))
    assert table["share"].isna().all()  # of an effect that is not told from none nothing is a share


def test_a_piece_that_is_not_told_from_none_is_said_to_be_that(tmp_path: Path) -> None:
    def value(on: set[str], seed: int) -> float:
        noise = float(np.random.default_rng([seed, len(on)]).normal())
        return 100.0 * ("direct_contracts" in on) + noise * (len(on) == 2)

    table = known(tmp_path, value).reset_index()
    assert table["share"].notna().tolist() == [True, True, False, False]
    rows = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    said = "\n".join(_block(rows, "people"))
    assert said.count("may be none") == 2  # the piece and the rest
    assert "Most is carried by" in said and all(len(line) <= 80 for line in said.splitlines())


# --- real runs


@pytest.fixture(scope="module")
def layered(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Path]:
    folder = tmp_path_factory.mktemp("why") / "kept"
    return bs.why(scenario("layered", LAYERED), 3, indicator="pay.mean_over_umk", out=folder, **SMALL), folder


def test_real_effects_add_up_and_are_those_of_pairs(layered: tuple[pd.DataFrame, Path]) -> None:
    table, folder = layered
    study = bs.Study.load(folder / "why" / "layered")
    values = study.numbers.indicator("pay.mean_over_umk")["2013-12"].loc["orders-short"].unstack("scenario")
    for view in ("channel", "measure"):
        rows = table[table["view"] == view].set_index("channel")["effect"]
        assert (
            rows["total"] == pytest.approx((values["layered"] - values["baseline"]).mean())
            and rows["total"] > 0
        )
        assert rows["rest"] == pytest.approx(rows["total"] - rows.drop(["total", "rest"]).sum(), abs=1e-15)
    lost = values["layered"] - values["layered without channel tiers"]
    found = table[(table["view"] == "channel") & (table["channel"] == "tiers")]["effect"].item()
    assert found == pytest.approx(lost.mean()) and found > 0.0


def test_a_channel_without_effect_carries_exactly_nothing() -> None:
    """Lessons before fifteen cannot move anybody who works within a year."""
    text = "interventions:\n  - edutourism: {from: 2012-06}\n"
    settings = {**SMALL, "until": "2012-12", "scale": 0.005}
    table = bs.why(scenario("visits", text), 2, indicator="batik.workers", **settings).set_index(
        ["view", "channel"]
    )
    rows = table.loc["channel"]
    assert rows.loc["exposure", ["effect", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert rows.loc["orders", "effect"] + rows.loc["rest", "effect"] == rows.loc["total", "effect"]


def test_any_executor_gives_the_same_bytes(layered: tuple[pd.DataFrame, Path], tmp_path: Path) -> None:
    table, folder = layered
    elsewhere = {name: value for name, value in SMALL.items() if name != "jobs"}
    with ThreadPoolExecutor(1) as executor:
        again = bs.why(
            scenario("layered", LAYERED), 3, indicator="pay.mean_over_umk", out=tmp_path, executor=executor,
            **elsewhere,
        )  # fmt: skip
    pd.testing.assert_frame_equal(again, table, check_exact=True)
    for name in ("why.csv", "why_measures.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    head = (tmp_path / "why.csv").read_text(encoding="utf-8").splitlines()
    assert head[0].startswith("scenario,regime,channel,label,label_id,effect,error,low,high,share,pairs")
    assert [line.split(",")[2] for line in head[1:]] == ["total", "tiers", "surplus_cut", "rest"]


def test_a_finished_comparison_lends_its_settings(tmp_path: Path) -> None:
    policies = [
        scenario("layered", LAYERED),
        scenario("visits", "interventions:\n  - edutourism: {from: 2011-06}\n"),
    ]
    settings = {**SMALL, "scale": 0.005, "until": "2012-12"}
    compare([BASE, *policies], [4, 9], out=tmp_path, full_scale=False, **settings)
    order: list[str] = []
    table = bs.why(
        out=tmp_path, jobs=1, indicator="batik.workers",
        begins=lambda question, told, design: order.append(f"{question.policy.stem}: {told.runs}"),
        progress=lambda tally: order.append(f"{tally.runs} runs"),
    )  # fmt: skip
    rounds = list(dict.fromkeys(order))
    assert [one.split(":")[0] for one in rounds[::2]] == ["layered", "visits"]  # each announced first
    assert rounds[1::2] == [f"{one.split(': ')[1]} runs" for one in rounds[::2]]
    assert list(dict.fromkeys(table["scenario"])) == ["layered", "visits"]
    assert (
        set(table["pairs"]) == {2}
        and set(table["month"]) == {month_name(23)}
        and set(table["regime"]) == {"orders-short"}
    )
    written = pd.read_csv(tmp_path / "why.csv")
    assert written["scenario"].tolist() == table[table["view"] == "channel"]["scenario"].tolist()
    study = bs.Study.load(tmp_path)
    assert study.about["seeds"] == [4, 9]  # untouched
    with pytest.raises(UsageError, match="not empty"):
        bs.why(policies[0], 2, out=tmp_path / "parts", **settings)


def test_nothing_to_explain_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="changes nothing"):
        bs.why(BASE, 2, **SMALL)
    with pytest.raises(UsageError, match="which scenario"):
        bs.why(seeds=2, **SMALL)
    with pytest.raises(UsageError, match="no indicator"):
        bs.why(scenario("layered", LAYERED), 2, indicator="nothing", **SMALL)


# --- the program


@pytest.mark.slow
def test_the_program_prints_a_waterfall_in_80_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "layered.yaml").write_text("title: {en: Both, id: Keduanya}\n" + LAYERED, encoding="utf-8")
    words = [
        "why",
        "layered.yaml",
        "--seeds",
        "2",
        "--scale",
        "0.005",
        "--until",
        "2012-12",
        "--jobs",
        "1",
        "--out",
        "kept",
    ]
    first = batiksim_(tmp_path, *words)
    assert first.returncode == 0, first.stderr
    assert all(len(line) <= 80 for line in first.stdout.splitlines())
    assert (
        "Total effect" in first.stdout
        and "Rest (together)" in first.stdout
        and "if hands are short" in first.stdout
    )
    assert "6 cases x 2 seeds x 2 worlds = 24 runs" in first.stderr
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("BATIKSIM_LANG", "id")
    assert main(words) == 0
    again = capsys.readouterr()
    assert "Seluruh pengaruh" in again.out and "24 simulasi" in again.err
    assert all(len(line) <= 80 for line in again.out.splitlines())
    assert main([*words, "--json", "--quiet"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["channel"] for row in rows} >= {"total", "tiers", "rest"}
