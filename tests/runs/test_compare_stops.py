"""Comparisons that are stopped, fail or go wrong: no finished run is lost, and everything is told."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from batiksim import interventions
from batiksim.cli import main
from batiksim.errors import RunError, UsageError
from batiksim.runs import draws, ensemble, parts
from batiksim.runs.design import make_design
from batiksim.runs.shelf import Shelf
from batiksim.runs.tally import Count, Tally
from batiksim.scenario import Scenario
from batiksim.studies.compare import compare, resume
from batiksim.studies.study import Study
from tests.cli.test_cli import environment
from tests.support.comparisons import HEAD, SMALL, TRAINING, contents, scenario, two

# --- stops and failures


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be killed like that there")
@pytest.mark.usefixtures("small_whole")
@pytest.mark.parametrize(("how", "jobs"), [(signal.SIGKILL, "2"), (signal.SIGINT, "1")])
def test_a_stopped_comparison_goes_on_to_the_same_bytes(
    tmp_path: Path, how: signal.Signals, jobs: str
) -> None:
    (tmp_path / "courses.yaml").write_text(HEAD.format("courses") + TRAINING, encoding="utf-8")
    words = ["compare", "baseline", "courses.yaml", "--sample", "none",
             "--seeds", "8", "--scale", "0.005", "--until", "2012-12",
             "--jobs", jobs, "--out", "kept"]  # fmt: skip
    program = [sys.executable, "-c", "import tests.support.comparisons as t; t.small_program()", *words]
    with subprocess.Popen(program, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE) as child:
        deadline = time.monotonic() + 120
        while len(list(tmp_path.glob("kept/parts/0*.zip"))) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        child.send_signal(how)
        _, stderr = child.communicate(timeout=60)
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("kept/parts/*.zip")}
    assert 3 <= len(kept) < 19 and not (tmp_path / "kept" / "manifest.json").exists()
    with pytest.raises(UsageError, match="batiksim resume"):
        Study.load(tmp_path / "kept")
    if how == signal.SIGINT:
        assert child.returncode == 130 and stderr.count(b"stopped") == 1
        done = sum(not name.startswith("life") for name in kept)
        assert f"{done} of 18 runs are kept, go on with: batiksim resume kept" in stderr.decode()
    resume(tmp_path / "kept", jobs=1)
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("kept/parts/*.zip")}
    assert len(after) == 19 and kept.items() <= after.items()  # nothing is computed twice
    compare(
        [Scenario.default(), Scenario.load(tmp_path / "courses.yaml")],
        8,
        jobs=1,
        out=tmp_path / "whole",
        **SMALL,
    )
    assert contents(tmp_path / "kept") == contents(tmp_path / "whole")


@pytest.mark.usefixtures("small_whole")
def test_a_damaged_part_is_computed_again(finished: Path, tmp_path: Path) -> None:
    compare(two(), 3, jobs=1, out=tmp_path, **SMALL)
    (tmp_path / "parts" / "000001.zip").write_bytes(b"PK half")
    (tmp_path / "parts" / ".batiksim-draft-000002").write_bytes(b"half")
    (tmp_path / "parts" / "000004.zip").unlink()
    tallies: list[Tally] = []
    resume(tmp_path, jobs=1, progress=tallies.append)
    assert (tallies[0].done, tallies[0].left) == (6, 2)
    assert contents(tmp_path) == contents(finished)
    assert not list(tmp_path.glob("parts/.batiksim*")) and not list(tmp_path.glob(".batiksim*"))


@pytest.mark.usefixtures("small_whole")
def test_the_same_question_again_computes_nothing(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(finished)
    monkeypatch.setattr(ensemble, "run_task", None)
    compare(two(), 3, out=finished, **SMALL)
    resume(finished)
    assert contents(finished) == before


@pytest.mark.usefixtures("small_whole")
def test_a_failed_run_is_a_row_and_loses_no_other(brittle: Scenario, tmp_path: Path) -> None:
    study = compare([*two(), brittle], 3, jobs=1, out=tmp_path, **SMALL)
    failed = study.runs[study.runs["status"] == "failed"]
    assert failed[["scenario", "seed", "error"]].to_numpy().tolist() == [
        ["brittle", 2, "ZeroDivisionError: no looms"]
    ]
    table = study.table("batik.workers").set_index("scenario")
    assert table["pairs"].to_dict() == {"baseline": 0, "courses": 3, "brittle": 2}
    assert table["runs"].to_dict() == {"baseline": 3, "courses": 3, "brittle": 2}
    tallies: list[Tally] = []
    again = resume(tmp_path, jobs=1, progress=tallies.append)  # tried again, and failed again
    assert (tallies[0].left, tallies[-1].failed, tallies[-1].left) == (1, 1, 0)
    assert len(again.runs) == len(study.runs)


def test_a_baseline_that_fails_leaves_the_others_without_pairs(brittle: Scenario) -> None:
    study = compare([brittle, *two()], [2], jobs=1, full_scale=False, **SMALL)
    assert study.table("batik.workers")["pairs"].tolist() == [0, 0] and not study.policies
    assert study.winners().empty and study.costs().empty
    assert [life["error"] for life in study.lives["lives"]] == ["ZeroDivisionError: no looms"] * 2


@pytest.mark.usefixtures("small_whole")
def test_when_every_run_fails_the_error_is_told(brittle: Scenario, tmp_path: Path) -> None:
    other = scenario("second", "interventions:\n  - brittle: {from: 2011-03}\n")
    with pytest.raises(RunError, match=r"none of 4 runs succeeded.*no looms"):
        compare([brittle, other], [2], jobs=1, out=tmp_path, **SMALL)


def test_a_kind_of_this_session_reaches_processes_that_cannot_import_it(
    brittle: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is for a notebook or a script: nothing tells another process where the kind was defined."""
    act = interventions.act("brittle")
    monkeypatch.setattr(act, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "brittle", act, raising=False)
    study = compare([Scenario.default(), brittle], 2, jobs=2, full_scale=False, **SMALL)
    errors = study.runs.set_index(["scenario", "seed"])["error"]
    assert errors["brittle", 2] == "ZeroDivisionError: no looms" and not errors["brittle", 1]


# --- time left


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_time_left_is_honest() -> None:
    """Two processes: tasks of one second a unit of work come in at two units a second."""
    asked = make_design(two(), 20, regimes=("orders-short",), baseline=None, scale=0.1, since="2011-01",
                      until="2040-12", record="yearly", full_scale=True)  # fmt: skip
    tasks = asked.tasks(())
    names = [run.part for run in asked.runs]
    clock = Clock()
    count = Count(names, frozenset(), tasks, clock)
    assert count.tally() == Tally(0, 0, 42, None)
    total = sum(task.work for task in tasks)
    done = 0.0
    for task in tasks:
        done += task.work
        clock.now = 100 + done / 2
        for part in task.parts:
            count.add(part, "")
        left = count.tally().seconds
        assert left == pytest.approx((total - done) / 2, abs=0.2 * total / 2)
    assert count.tally() == Tally(42, 0, 0, 0.0, 1.0)


def test_the_time_left_runs_down_while_nothing_comes_in() -> None:
    asked = make_design(two(), 4, regimes=("orders-short",), baseline=None, scale=0.1, since="2011-01",
                      until="2040-12", record="yearly", full_scale=False)  # fmt: skip
    tasks, clock = asked.tasks(()), Clock()
    count = Count([run.part for run in asked.runs], frozenset(), tasks, clock)
    clock.now += 10
    for part in tasks[1].parts:
        count.add(part, "broken")
    first = count.tally()
    clock.now += 5
    second = count.tally()
    assert first.failed == 2 and first.seconds and second.seconds == pytest.approx(first.seconds - 5)
    clock.now += 1e6
    assert count.tally().seconds == 0.0


def test_work_is_known_beforehand() -> None:
    asked = make_design(two(), 2, regimes=("orders-short",), baseline=None, scale=0.1, since="2011-01",
                      until="2040-12", record="yearly", full_scale=True)  # fmt: skip
    whole, first, second = asked.tasks(())
    assert whole.scale == 1.0 and first.lives and first.seed == 1 and second.lives is None
    own = 0.1 * (360 + 20 + 348)  # the policy starts after twelve months
    assert (whole.work, first.work, second.work) == pytest.approx((10 * own, own, own))
    left = asked.tasks({*whole.parts, *first.parts, second.parts[0]})
    assert [(task.seed, dict(task.runs), task.lives) for task in left] == [(2, {1: second.parts[1]}, None)]


# --- the command line


@pytest.mark.usefixtures("small_whole")
def test_the_command_prints_saves_and_says_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    monkeypatch.setattr(draws, "WORLDS", ("orders-short",))
    Path("courses.yaml").write_text(HEAD.format("courses") + TRAINING, encoding="utf-8")
    words = "compare baseline courses.yaml --sample none --seeds 2 --scale 0.005 --until 2012-12"
    words += " --jobs 1 --out kept"
    assert main(words.split()) == 0
    done = capsys.readouterr()
    assert max(len(line) for line in done.out.splitlines()) <= 80
    assert "better in" in done.out or "no difference" in done.out
    assert "of posts unfilled" in done.out and "beyond the run" in done.out
    assert "6 runs: 6 ok, 0 failed" in done.err and "next: " in done.err
    assert main(["resume", "kept", "--lang", "id", "--quiet"]) == 0
    again = capsys.readouterr()
    assert not again.err and "pasangan" in again.out
    assert max(len(line) for line in again.out.splitlines()) <= 80
    assert main(["resume", "kept", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["runs"] == 6 and summary["failed"] == [] and summary["regimes"] == ["orders-short"]
    assert {row["scenario"] for row in summary["costs"]} == {"courses"}
    assert {"command", "versions", "seconds"} <= set(
        json.loads(Path("kept/manifest.json").read_text("utf-8"))
    )
    given = "--sample none --seed 1 --seeds 2 --scale 0.005 --until 2012-12 --record yearly --full-pairs 1"
    assert Study("kept").command == f"batiksim compare baseline scenarios/2-courses.yaml {given}"
    assert summary["command"] == f"batiksim compare baseline kept/scenarios/2-courses.yaml {given}"
    assert main([*words.split(), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["command"] == f"batiksim compare baseline courses.yaml {given}"
    assert main([*words.replace(" baseline", "").split(), "--baseline", "baseline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["command"] == summary["command"]


@pytest.mark.parametrize(
    "words",
    ["compare baseline", "compare baseline baseline", "compare baseline nowhere", "resume nowhere",
     "compare baseline training --baseline nowhere", "compare baseline training --seeds 0"],
)  # fmt: skip
def test_wrong_commands_are_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str
) -> None:

    monkeypatch.chdir(tmp_path)
    assert main(words.split()) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1 and told.err.startswith("batiksim: ") and not told.out
    assert not list(tmp_path.iterdir())


def test_failed_runs_give_exit_code_1(
    brittle: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(draws, "WORLDS", ("orders-short",))
    text = HEAD.format("brittle") + "interventions:\n  - brittle: {from: 2012-03}\n"
    Path("brittle.yaml").write_text(text, encoding="utf-8")
    words = "compare baseline brittle.yaml --sample none --seeds 2 --scale 0.005 --until 2012-12 --jobs 1"
    words += " --full-pairs 0"
    assert main([*words.split(), "--out", "kept"]) == 1
    told = capsys.readouterr()
    assert "brittle, orders are short, seed 2 failed: ZeroDivisionError: no looms" in told.err
    assert "1 of 4 runs failed; try them again with: batiksim resume kept" in told.err
    assert pq.read_table("kept/series.parquet").num_rows == 3 * 2 * 24


def test_a_part_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    (tmp_path / parts.FOLDER).mkdir()
    part = parts.Part("x", 1.5, {}, [{"a": 1}], "", "")
    parts.save(tmp_path, "x", part.pack())
    shelf = Shelf(tmp_path)
    assert shelf.load("x") == part and shelf.load("y") is None
    assert not shelf.finished({"x": {"code": "1"}, "y": {}}).done
    bound = replace(part, bound={"code": "1", "run": "2"})
    parts.save(tmp_path, "x", bound.pack())
    assert shelf.load("x") == bound
    assert shelf.finished({"x": dict(bound.bound), "y": {}}).done == {"x"}
