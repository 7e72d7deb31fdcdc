"""What commands give to programs and spreadsheets: JSON as its schema promises, tables as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from batiksim.cli import app, main
from batiksim.cli.schemas import OUTPUTS, output_schema
from batiksim.studies.open_questions import OpenQuestion
from tests.support.comparisons import HEAD, TRAINING

TINY = ("--scale", "0.005", "--until", "2012-12", "--seeds", "1", "--quiet")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    Path("courses.yaml").write_text(HEAD.format("courses") + TRAINING, encoding="utf-8")
    Path("wrong.yaml").write_text("paramters: {}\nextends: nope\n", encoding="utf-8")


def printed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(list(words)) == code
    return capsys.readouterr().out


def as_promised(command: str, output: str) -> dict[str, Any]:
    """What a command printed, held to its schema; nothing at the top goes without a promise."""
    schema, found = output_schema(command), json.loads(output)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(found)
    if command != "schema":
        parts = [schema, *schema.get("oneOf", ()), *schema.get("anyOf", ())]
        promised = {key for part in parts for key in part.get("properties", ())}
        assert set(found) <= promised
    return dict(found)


def test_every_command_has_a_schema_and_json() -> None:
    commands = {command.name: command for command in app.registered_commands}
    assert set(commands) == set(OUTPUTS)
    assert len({output_schema(name)["$id"] for name in OUTPUTS}) == len(OUTPUTS)


LOOKS = [
    *(
        f"list {kind}"
        for kind in ("parameters", "places", "centres", "indicators", "interventions", "scenarios")
    ),
    *(f"show {name}" for name in ("month", "kauman", "contracts.surplus_cut", "training", "courses.yaml")),
    "explain courses.yaml",
    "explain recommendations",
    "check courses.yaml",
    "schema",
    "schema run",
    "new mine --from training --quiet",
]


@pytest.mark.parametrize("line", LOOKS)
def test_what_looks_things_up_keeps_its_promise(capsys: pytest.CaptureFixture[str], line: str) -> None:
    as_promised(line.split()[0], printed(capsys, *line.split(), "--json"))


def test_check_gives_mistakes_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "courses.yaml", "wrong.yaml", "--json"]) == 2
    told = capsys.readouterr()
    good, wrong = as_promised("check", told.out)["files"]
    assert not told.err and good["ok"] and not wrong["ok"]
    assert [(one["line"], one["column"]) for one in wrong["mistakes"]] == [(1, 1), (2, 10)]


def test_runs_keep_their_promise(
    capsys: pytest.CaptureFixture[str], copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = as_promised("run", printed(capsys, "run", "courses.yaml", *TINY, "--json"))
    assert found["scenario"] == "courses" and not found["failed"]
    resumed = as_promised("resume", printed(capsys, "resume", str(copy), "--quiet", "--json"))
    assert resumed["folder"] == str(copy) and resumed["runs"] > 0
    made = as_promised("report", printed(capsys, "report", str(copy), "--quiet", "--json"))
    assert Path(made["page"]).is_file()


def test_doctor_keeps_its_promise(capsys: pytest.CaptureFixture[str]) -> None:
    findings = as_promised("doctor", printed(capsys, "doctor", "--json"))["findings"]
    assert {"python", "mesa", "tiny run"} <= {finding["subject"] for finding in findings}


@pytest.mark.slow
def test_comparisons_keep_their_promise(capsys: pytest.CaptureFixture[str], small_whole: None) -> None:
    words = ("courses.yaml", *TINY, "--jobs", "1", "--json")
    found = as_promised(
        "compare", printed(capsys, "compare", "baseline", *words, "--sample", "none", "--full-pairs", "0")
    )
    assert "courses.yaml" in found["command"]
    assert as_promised("why", printed(capsys, "why", *words))["rows"]
    sizes = ("--over", "years", "--up-to", "1")
    assert as_promised("breakeven", printed(capsys, "breakeven", *words, *sizes))["sizes"]


@pytest.mark.slow
def test_several_questions_of_a_folder_are_one_answer(
    capsys: pytest.CaptureFixture[str], small_whole: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("courses.yaml", *TINY, "--jobs", "1", "--out", "kept")
    monkeypatch.setattr(OpenQuestion, "forget", lambda *_: None)  # as if killed before the last step
    assert main(["why", *words]) == 0
    assert main(["breakeven", *words, "--over", "years", "--up-to", "1"]) == 0
    capsys.readouterr()
    found = as_promised("resume", printed(capsys, "resume", "kept", "--quiet", "--json"))
    assert [one["schema"].split("/")[1] for one in found["answers"]] == ["why", "breakeven"]
    assert main(["resume", "kept", "--csv", "-"]) == 2
    assert "several questions" in capsys.readouterr().err


def table(content: str, lang: str = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content), delimiter=";" if lang == "id" else ","))


def test_a_list_is_a_table_of_the_readers_country(capsys: pytest.CaptureFixture[str]) -> None:
    records = json.loads(printed(capsys, "list", "places", "--json"))["records"]
    english = printed(capsys, "list", "places", "--csv", "-")
    rows = table(english)
    assert [row["name"] for row in rows] == [record["name"] for record in records]
    assert [float(row["lat"]) for row in rows] == [record["lat"] for record in records]
    indonesian = printed(capsys, "list", "places", "--csv", "-", "--lang", "id")
    assert indonesian.startswith("\ufeffname;label;") and not english.startswith("\ufeff")
    assert [row["lat"] for row in table(indonesian, "id")] == [row["lat"].replace(".", ",") for row in rows]


def test_every_command_with_a_table_writes_it(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    for name, column in (
        ("differences", "difference"),
        ("binding", "side"),
        ("costs", "verdict"),
        ("runs", "seed"),
    ):
        words = ("resume", str(copy), "--quiet", "--csv", "-", "--table", name)
        assert column in table(printed(capsys, *words))[0], name
    headline = table(printed(capsys, "run", "courses.yaml", *TINY, "--csv", "-"))
    assert {"indicator", "month", "median", "low"} <= set(headline[0])
    (changed,) = table(printed(capsys, "explain", "courses.yaml", "--csv", "-", "--table", "interventions"))
    assert changed["where"] == "kauman; jenggot" and changed["kind"] == "training"
    remarks = table(printed(capsys, "check", "wrong.yaml", "courses.yaml", "--csv", "-", code=2))
    assert [row["what"] for row in remarks] == ["mistake", "mistake", "ok"]
    steps = table(printed(capsys, "show", "month", "--csv", "-"))
    assert steps[0]["name"] == "policy" and steps[0]["optional"] == "false"


def test_a_table_is_written_whole_beside_what_people_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "indicators", "--csv", "kept.csv"]) == 0
    told = capsys.readouterr()
    assert "batik.workers" in told.out and told.err == "table: kept.csv\n"
    first = Path("kept.csv").read_bytes()
    assert first.startswith(b"name,label,") and b"\r" not in first
    assert main(["list", "places", "--csv", "kept.csv", "--json"]) == 0  # the table is replaced
    assert json.loads(capsys.readouterr().out) and Path("kept.csv").read_bytes() != first
    assert sorted(path.name for path in Path().iterdir()) == ["courses.yaml", "kept.csv", "wrong.yaml"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--csv - --json", "cannot both be printed"),
        ("--csv courses.yaml", "must end in .csv"),
        ("--csv nowhere/kept.csv", "no folder nowhere"),
        ("--csv folder.csv", "is a folder"),
    ],
)
def test_what_is_no_place_for_a_table_is_refused(
    capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    Path("folder.csv").mkdir()
    before = Path("courses.yaml").read_bytes()
    assert main(["list", "places", *words.split()]) == 2
    said = capsys.readouterr()
    assert told in said.err and not said.out and Path("courses.yaml").read_bytes() == before
