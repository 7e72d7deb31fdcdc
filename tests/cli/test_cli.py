"""The command line as people meet it: a program that is started, prints, writes and returns an exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

import batiksim
from batiksim.cli import app, demo, doctor, main
from batiksim.cli.schemas import output_schema
from batiksim.errors import RunError
from batiksim.i18n.texts import LANGUAGES
from batiksim.model.batik_model import BatikModel

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--scale", "0.005", "--until", "2012-12")
GOOD = "title: {en: Good, id: Baik}\nextends: baseline\n"


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BATIKSIM_")}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **more}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")  # and undone afterwards, whatever --lang made of it


def batiksim_(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "batiksim", *words]
    return subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, encoding="utf-8", timeout=300
    )


def one_clean_line(stderr: str) -> bool:
    return stderr.count("\n") == 1 and stderr.startswith("batiksim: ") and "Traceback" not in stderr


def widest(text: str) -> int:
    return max(len(line) for line in text.splitlines())


@pytest.mark.parametrize("words", [(), ("--help",)])
def test_help_lists_every_command(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = batiksim_(tmp_path, *words)
    assert done.returncode == 0 and not done.stderr
    listed = set(re.findall(r"^  ([a-z-]+)  ", done.stdout, flags=re.M))
    assert {command.name for command in app.registered_commands} <= listed
    assert widest(done.stdout) <= 80
    assert not re.search(r"^  .*\.\.\.$", done.stdout, flags=re.M), "a help text is cut short"


NOT_TO_LOOK = {"mesa", "numba", "pandas", "scipy", "matplotlib", "pyarrow"}


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (["--help"], NOT_TO_LOOK | {"numpy", "rich", "ruamel"}),
        (["check", "recommendations"], NOT_TO_LOOK),
        (["list", "indicators"], NOT_TO_LOOK),
        (["show", "kauman"], NOT_TO_LOOK),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_does_not_simulate_imports_nothing_heavy(
    tmp_path: Path, words: list[str], heavy: set[str]
) -> None:
    code = f"import sys; import batiksim.cli as c; c.main({words}); sys.exit(str({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8"
    )
    assert done.stderr.strip() == "set()"


BAD = [
    "frobnicate",
    "run",
    "run nowhere",
    "run nowhere.yaml",
    "run baseline --seed -1",
    "run baseline --seed 1.5",
    f"run baseline --seed {'9' * 5000}",
    "run baseline --seed 9007199254740992 --seeds 2",
    "run baseline --seeds 0",
    "run baseline --seeds 100001",
    "run baseline --jobs 0",
    "run baseline --jobs 257",
    "run baseline --scale 0",
    "run baseline --scale nan",
    "run baseline --scale inf",
    "run baseline --scale 4.1",
    "run baseline --until 2061-01",
    "run baseline --until 2026-13",
    "run baseline --until 26",
    "run baseline --from 2010-12",
    "run baseline --from 2030-01 --until 2029-12",
    "run baseline --from 2026-01 --until 2026-11 --record yearly",
    "run baseline --record weekly",
    "run baseline --lang fr",
    "run baseline --set contracts.surplus_cut",
    "run baseline --set =1",
    "run baseline --set no.such=1",
    "run baseline --set contracts.surplus_cut=1e9",
    "run baseline --set contracts.surplus_cut=[1",
    "run baseline --set contracts.surplus_cut=0.1 --set contracts.surplus_cut=0.2",
    "run baseline --sed 1",
    "check nowhere.yaml",
    "list nonsense",
    "show nonsense",
    "explain nowhere",
]


def words_of(line: str) -> list[str]:
    return [*line.split(" "), *(("--out", "kept") if line.startswith("run baseline") else ())]


@pytest.mark.parametrize("line", BAD, ids=lambda line: line[:60])
def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words_of(line)) == 2
    told = capsys.readouterr()
    assert one_clean_line(told.err) and not told.out
    assert not list(tmp_path.iterdir()), "something was written"


@pytest.mark.parametrize("line", BAD[::6], ids=lambda line: line[:60])
def test_the_program_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str) -> None:
    done = batiksim_(tmp_path, *words_of(line))
    assert (done.returncode, done.stdout) == (main(words_of(line)), "")
    assert done.stderr == capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_wrong_file_is_named_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(
        GOOD + "parameters:\n  contracts.surplus_cut: 1.4\n", encoding="utf-8"
    )
    (tmp_path / "typo.yaml").write_text(GOOD + "paramters: {}\n", encoding="utf-8")
    done = batiksim_(tmp_path, "check", "good.yaml", "wrong.yaml", "typo.yaml", "baseline")
    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["ok  good.yaml", "ok  baseline"]
    wrong, typo = done.stderr.splitlines()
    assert wrong.startswith("batiksim: wrong.yaml:4:") and "contracts.surplus_cut" in wrong
    assert typo.startswith("batiksim: typo.yaml:3:1: ") and "did you mean parameters?" in typo
    assert batiksim_(tmp_path, "check", "good.yaml").returncode == 0


def test_errors_speak_the_chosen_language(tmp_path: Path) -> None:
    asked = batiksim_(tmp_path, "show", "nonsense", "--lang", "id")
    assert asked.stderr == batiksim_(tmp_path, "show", "nonsense", BATIKSIM_LANG="id").stderr
    assert "tidak ada" in asked.stderr


def test_run_saves_the_same_bytes_twice_and_prints_json(tmp_path: Path) -> None:
    command = ("run", "baseline", *SMALL, "--seed", "3", "--json", "--out")
    first, second = (batiksim_(tmp_path, *command, folder) for folder in ("one", "two"))
    assert first.returncode == second.returncode == 0
    summary = json.loads(first.stdout)
    assert summary["seeds"] == [3] and summary["failed"] == [] and summary["folder"] == "one"
    assert list(summary["indicators"]["batik.workers"]) == ["2011-01", "2012-12"]
    assert summary["indicators"]["batik.workers"]["2012-12"]["low"] is None  # one run has no band
    for name in ("series.parquet", "scenario.yaml"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [
        "manifest.json",
        "parts",
        "runs.csv",
        "scenario.yaml",
        "scenarios",
        "series.parquet",
        "study.json",
    ]
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["arguments"] == ["batiksim", *command, "one"]
    assert "saved: one" in first.stderr and "\x1b" not in first.stderr + first.stdout


def test_run_prints_a_table_of_80_columns_with_bands(tmp_path: Path) -> None:
    done = batiksim_(tmp_path, "run", "baseline", *SMALL, "--seeds", "2", "--jobs", "1", "--lang", "id")
    assert done.returncode == 0
    assert widest(done.stdout) <= 80
    assert "2011-01" in done.stdout and "2012-12" in done.stdout and "median dari 2 simulasi" in done.stdout
    assert not list(tmp_path.iterdir())


def test_settings_reach_the_run(tmp_path: Path) -> None:
    words = ("--record", "yearly", "--from", "2012-01", "--set", "contracts.surplus_cut=0.5", "--quiet")
    done = batiksim_(tmp_path, "run", "baseline", *SMALL, *words, "--out", "kept")
    assert done.returncode == 0 and not done.stderr
    table = pq.read_table(tmp_path / "kept" / "series.parquet")
    assert set(table["month"].to_pylist()) == {"2012-12"}
    scenario = batiksim.Scenario.load(tmp_path / "kept" / "scenario.yaml")
    assert scenario.value("contracts.surplus_cut") == 0.5


@pytest.mark.parametrize("kind", ["parameters", "places", "indicators", "interventions", "scenarios"])
def test_lists_are_tables_and_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["list", kind, "--json"]) == 0
    records = json.loads(capsys.readouterr().out)["records"]
    assert records and all(set(record["label"]) == {"en", "id"} for record in records)
    assert main(["list", kind]) == 0
    listed = capsys.readouterr().out
    assert widest(listed) <= 80 and all(record["name"] in listed for record in records)
    assert main(["show", records[0]["name"], "--lang", "id"]) == 0
    assert records[0]["name"] in capsys.readouterr().out


def test_show_month_explain_and_schema(tmp_path: Path) -> None:
    from batiksim.model.schedule import STEPS

    lines = batiksim_(tmp_path, "show", "month").stdout.splitlines()
    assert [line.split()[1] for line in lines] == [step.name for step in STEPS]
    assert batiksim_(tmp_path, "explain", "baseline").returncode == 0
    assert json.loads(batiksim_(tmp_path, "schema").stdout)["type"] == "object"


def test_doctor_finds_a_working_installation(tmp_path: Path) -> None:
    done = batiksim_(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert "BAD" not in done.stdout and "tiny run" in done.stdout
    assert not list(tmp_path.iterdir())


def test_doctor_names_everything_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=; ]", need)[0] for need in project["dependencies"]}
    assert named <= {*doctor.NEEDED, *doctor.OPTIONAL}
    assert "loky" in doctor.NEEDED


def test_a_reader_may_leave_early(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "batiksim", "list", "indicators", "--json"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout and child.stderr
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_stops_at_once_and_says_how_to_go_on(tmp_path: Path, jobs: str) -> None:
    words = ("run", "baseline", "--scale", "0.02", "--seeds", "100", "--jobs", jobs, "--out", "kept")
    with subprocess.Popen(
        [sys.executable, "-m", "batiksim", *words], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE
    ) as child:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("kept/parts/0*.zip")) and time.monotonic() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        _, stderr = child.communicate(timeout=60)
    kept = len(list(tmp_path.glob("kept/parts/*.zip")))
    *_, last = stderr.decode().splitlines(keepends=True)  # a busy machine tells how far it is first
    assert child.returncode == 130 and one_clean_line(last) and stderr.count(b"stopped") == 1
    assert f"stopped; {kept} of 100 runs are kept, go on with: batiksim resume kept" in stderr.decode()
    assert not (tmp_path / "kept" / "manifest.json").exists()


def test_a_failed_run_is_told_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = BatikModel.step

    def sometimes(model: BatikModel) -> None:
        if model.seed == 2:
            raise RunError("the till is empty")
        whole(model)

    monkeypatch.setattr(BatikModel, "step", sometimes)
    words = ["run", "baseline", *SMALL, "--seeds", "3", "--jobs", "1", "--out", str(tmp_path / "kept")]
    assert main(words) == 1
    assert "seed 2 failed: RunError: the till is empty" in capsys.readouterr().err
    table = pq.read_table(tmp_path / "kept" / "series.parquet")
    assert set(table["seed"].to_pylist()) == {1, 3}
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text(encoding="utf-8"))
    assert [run["error"] for run in manifest["runs"]] == [None, "RunError: the till is empty", None]
    monkeypatch.setattr(BatikModel, "step", whole)
    assert main(["resume", str(tmp_path / "kept"), "--jobs", "1"]) == 0  # only what failed is run again
    assert set(pq.read_table(tmp_path / "kept" / "series.parquet")["seed"].to_pylist()) == {1, 2, 3}


def test_a_bug_is_told_in_one_line_unless_debugging(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug\x1b[2J")

    monkeypatch.setattr(batiksim.Scenario, "load", broken)
    assert main(["explain", "baseline"]) == 1
    told = capsys.readouterr().err
    assert one_clean_line(told) and "BATIKSIM_DEBUG=1" in told and "\x1b" not in told
    monkeypatch.setenv("BATIKSIM_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["explain", "baseline"])


def test_demo_compares_draws_and_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "SIZE", {"draws": 2, "seeds": 2, "scale": 0.005, "full_scale": 0})
    place = tmp_path / "new" / "demo"
    assert (
        main(["demo", "--out", str(place), "--jobs", "1", "--json", "--csv", str(tmp_path / "kept.csv")]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    Draft202012Validator(output_schema("demo")).validate(told)
    assert told["until"] == "2040-12" and told["picture"] == str(place / demo.PICTURE)
    assert (tmp_path / "kept.csv").read_text(encoding="utf-8").count("2040-12") > 2
    pages = {f"report-{language}.html" for language in LANGUAGES}
    assert {path.name for path in place.iterdir()} == {demo.PICTURE, demo.RUNS, *pages}
    assert (place / demo.PICTURE).read_bytes().startswith(b"\x89PNG")
    for language in LANGUAGES:
        page = (place / f"report-{language}.html").read_text(encoding="utf-8")
        assert f'<html lang="{language}"' in page
    assert main(["demo", "--out", str(place / demo.PICTURE)]) == 2
