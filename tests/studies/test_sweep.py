"""`sweep`: one folder, the same bytes however it was computed, read like a comparison."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

import batiksim as bs
from batiksim.cli import main
from batiksim.errors import InputError, UsageError
from batiksim.runs.sample_table import SampleTable
from batiksim.studies.compare import compare, resume
from batiksim.studies.study import Study
from batiksim.studies.sweep import sweep
from tests.cli.test_cli import environment
from tests.cli.test_output import as_promised
from tests.runs.test_engine import Stop, stop_after
from tests.support.comparisons import scenario, two

Capture = pytest.CaptureFixture[str]
CUT = "contracts.surplus_cut"
TINY: dict[str, Any] = {"scale": 0.005, "until": "2011-12", "jobs": 1}
ASKED: dict[str, Any] = {"draws": 3, "seeds": 2, "parameters": "contracts.*,choice.pay"}
SAME = ("sample.parquet", "series.parquet", "study.json")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


def own() -> list[Any]:
    """A baseline and a policy that sets one of the drawn parameters itself."""
    return [two()[0], scenario("cut", f"parameters:\n  {CUT}: {{2011-07: 0.05}}\n")]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep; tests only look at it."""
    out = tmp_path_factory.mktemp("sweep") / "kept"
    sweep(own(), out=out, **ASKED, **TINY)
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in SAME}


def test_a_sweep_opens_like_a_comparison(kept: Path) -> None:
    study = Study.load(kept)
    assert (study.done, study.total, study.sample) == (12, 12, "sample.parquet")
    assert study.regimes == ["drawn"] and set(study.runs["draw"]) == {1, 2, 3}
    # Each draw has seeds of its own, and a policy those of the baseline.
    seeds = {(row.draw, row.seed) for row in study.runs.itertuples()}
    assert seeds == {(1, 1), (1, 2), (2, 3), (2, 4), (3, 5), (3, 6)}
    effect = study.effects("batik.workers", year=2011).iloc[0]
    assert effect["draws"] == 3 and effect["pairs"] == 6 and np.isfinite(effect["doubt"])
    levels = study.series.query("place == 'all'").set_index(["scenario", "draw", "seed"])
    levels = levels["batik.workers"]
    assert levels["baseline"].nunique() == 6
    sets = study.sets("batik.workers")
    assert list(sets["of"]) == ["level", "level", "index", "index", "effect"] and (sets["sets"] == 3).all()
    assert sets.set_index(["of", "scenario"]).at[("index", "baseline"), "median"] == pytest.approx(1.0)
    with pytest.raises(UsageError, match=r"costs\.parquet is not kept by a sweep"):
        _ = study.spending


def test_the_sample_is_a_table_that_anybody_can_read(kept: Path) -> None:
    table = pq.read_table(kept / "sample.parquet").to_pandas()
    assert list(table.columns[:3]) == ["draw", "weight", "point"] and {CUT, "choice.pay"} <= set(table)
    low, high = (float(end) for end in bs.load_parameters()[CUT].prior or ())
    assert table[CUT].between(low, high).all() and table["weight"].sum() == pytest.approx(1.0)
    study = json.loads((kept / "study.json").read_text(encoding="utf-8"))
    assert "values" not in study["draws"][0] and study["drawn"]["design"] == "sobol"


def test_a_policys_own_value_wins_over_the_draw(kept: Path) -> None:
    from batiksim.runs.folder import read_design

    tasks = read_design(kept).tasks()
    for task in tasks:
        base, policy = task.cases
        assert base.value(CUT, 20) == task.draw.values[CUT] == policy.value(CUT, 5)
        assert policy.value(CUT, 6) == 0.05
        assert policy.value("choice.pay", 20) == task.draw.values["choice.pay"]


def test_any_number_of_processes_gives_the_same_bytes(kept: Path, tmp_path: Path) -> None:
    sweep(own(), out=tmp_path / "two", **ASKED, **{**TINY, "jobs": 2})
    assert contents(tmp_path / "two") == contents(kept)


def test_a_sweep_goes_on_after_a_stop_also_without_its_sample(kept: Path, tmp_path: Path) -> None:
    out = tmp_path / "stopped"
    with pytest.raises(Stop):
        sweep(own(), out=out, progress=stop_after(5), **ASKED, **TINY)
    (out / "sample.parquet").write_bytes(b"torn")
    with pytest.raises(UsageError, match=r"sample\.parquet .*repeat the command"):
        resume(out, jobs=1)
    sweep(own(), out=out, **ASKED, **TINY)
    assert contents(out) == contents(kept)


def test_another_sweep_does_not_go_into_the_same_folder(kept: Path) -> None:
    with pytest.raises(UsageError, match="holds"):
        sweep(own(), out=kept, **{**ASKED, "draws": 4}, **TINY)
    sweep(own(), out=kept, **ASKED, **TINY)  # finished: nothing is run


def test_a_comparison_takes_the_sample_of_a_sweep(kept: Path, tmp_path: Path) -> None:
    sample = str(kept / "sample.parquet")
    study = compare(own(), 1, sample=sample, draws=2, full_scale=0, out=tmp_path / "out", **TINY)
    assert study.regimes == ["drawn"] and set(study.runs["draw"]) == {1, 2}
    before = {
        one.number: one.values for one in SampleTable.unpack((kept / "sample.parquet").read_bytes(), "").draws
    }
    draws = json.loads((tmp_path / "out" / "study.json").read_text(encoding="utf-8"))["draws"]
    assert [one["values"] for one in draws] == [before[1], before[2]]


def spoilt(folder: Path, kept: Path, name: str, column: list[Any]) -> str:
    table = pq.read_table(kept / "sample.parquet")
    table = table.drop_columns([name]) if name in table.column_names else table
    pq.write_table(table.append_column(name, [column]), folder / "other.parquet")
    return str(folder / "other.parquet")


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("choice.pai", [1.0, 1.0, 1.0], "no parameter 'choice.pai'"),
        (CUT, [0.1, 7.0, 0.1], rf"draw 2: {CUT} is 7\.0; allowed"),
        ("draw", [1, 1, 2], "each once"),
        ("weight", [1.0, 1.0, 9.0], "more than half of the weight"),
        ("weight", [1.0, -2.0, 3.0], "from 0 on"),
    ],
)
def test_a_table_that_is_no_sample_is_refused(
    kept: Path, tmp_path: Path, name: str, column: list[Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        compare(own(), 1, sample=spoilt(tmp_path, kept, name, column), **TINY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"design": "grid"},
        {"draws": 1},
        {"parameters": "choice.pai"},
        {"seeds": 0},
        {"scenarios": []},
        {"scenarios": ["baseline", "baseline"]},
        {"scale": 99.0},
        {"until": "2010-01"},
    ],
)
def test_wrong_input_is_refused_before_anything_is_written(tmp_path: Path, wrong: dict[str, Any]) -> None:
    asked = {"scenarios": "baseline", "out": tmp_path / "out", **ASKED, **TINY, **wrong}
    with pytest.raises(InputError):
        sweep(**asked)
    assert not (tmp_path / "out").exists()


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    words = [
        "sweep",
        "--design",
        "one-factor",
        "--draws",
        "3",
        "--parameters",
        "choice.pay",
        "--seeds",
        "1",
        "--scale",
        "0.005",
    ]
    words += ["--until", "2011-12", "--jobs", "1", "--out", "mine", "--quiet", "--json"]
    command = [sys.executable, "-m", "batiksim", *words]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found = as_promised("sweep", done.stdout)
    assert (found["runs"], found["draws"], found["parameters"]) == (3, 3, ["choice.pay"])
    assert "batiksim sweep baseline --design one-factor --draws 3 --parameters choice.pay" in found["command"]
    monkeypatch.chdir(tmp_path)
    assert main(["resume", "mine", "--lang", "id"]) == 0
    told = capsys.readouterr()
    assert "3 set asumsi atas 1 parameter" in told.out and "batiksim sensitivity mine" in told.err
    assert main(["sweep", "--parameters", "choice.pai"]) == 2
    assert "choice.pay" in capsys.readouterr().err
