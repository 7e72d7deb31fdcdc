"""What is said about mistakes: all of them, in order, in words that help, in the reader's language."""

from __future__ import annotations

import json
import os
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from batiksim.cli import main
from batiksim.config.mistakes import MOST
from batiksim.config.parameters import load_parameters
from batiksim.config.units import convert
from batiksim.errors import ScenarioError, UsageError
from batiksim.i18n.texts import LANGUAGES
from batiksim.i18n.unit_names import named, plain
from batiksim.recording.indicators import load_indicators
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import kinds
from batiksim.studies.compare import compare

MANY = """\
title: {en: Many, id: Banyak, fr: x}
extends: nope
paramters: {}
parameters:
  contracts.surplus_cut: {2027-01: 1.4, 2028-01: many}
  no.such: 1
interventions:
  - training: {from: 2026-01, to: 2025-01, strength: -1, coverage: 2, budget: -5, where: [kaumann, x]}
  - nonsense: {from: 2026-01}
uncertainty:
  garment.growth: [3, 4]
"""
PLACES = [
    "1:31",
    "2:10",
    "3:1",
    "5:36",
    "5:50",
    "6:3",
    "8:35",
    "8:54",
    "8:68",
    "8:79",
    "8:91",
    "8:100",
    "9:5",
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 2) -> str:
    """What a command line leaves on stdout and stderr."""
    assert main(list(words)) == code
    told = capsys.readouterr()
    return told.out + told.err


def write(name: str, content: str) -> str:
    Path(name).write_text(content, encoding="utf-8")
    return name


def test_check_tells_every_mistake_in_the_order_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "check", write("many.yaml", MANY)).splitlines()
    found = [":".join(line.split(":")[2:4]) for line in lines]
    assert found == [*PLACES, "11:20", "11:23"]
    assert "strength = -1" in lines[7] and "coverage = 2" in lines[8] and "budget = -5" in lines[9]
    assert said(capsys, "run", "many.yaml") == lines[0] + "\n"  # a run goes on with the first


def test_mistakes_are_told_up_to_a_limit(capsys: pytest.CaptureFixture[str]) -> None:
    content = "parameters:\n" + "".join(f"  no.such{number}: 1\n" for number in range(500))
    *lines, more = said(capsys, "check", write("endless.yaml", content)).splitlines()
    assert len(lines) == MOST and lines[-1].startswith(f"batiksim: endless.yaml:{MOST + 1}:3: ")
    assert more.startswith(f"the first {MOST} mistakes")


def test_mistakes_of_a_parent_name_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    write("above.yaml", "parameters: {no.one: 1, no.two: 2}\n")
    lines = said(capsys, "check", write("below.yaml", "extends: above\nwhy: []\n")).splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["above.yaml", "above.yaml", "below.yaml"]


def test_changes_name_the_first_of_several_mistakes() -> None:
    with pytest.raises(ScenarioError, match=r"no parameter no\.one") as caught:
        Scenario.default().but({"no.one": 1, "contracts.surplus_cut": 3})
    assert [type(other) for other in caught.value.others] == [ScenarioError]


IDLE = """\
parameters: {contracts.surplus_cut: {2045-01: 0.1}}
interventions:
  - training: {from: 2041-01}
  - information: {from: 2030-01, coverage: 0}
  - wage_floor: {from: 2030-01, strength: 0}
  - cooperative: {from: 2040-12}
"""


def test_check_notes_what_can_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "check", write("idle.yaml", IDLE), code=0)
    notes = ["training starts 2041-01, after 2040-12", "information.coverage = 0", "wage_floor.strength = 0"]
    assert all(note in told for note in [*notes, "contracts.surplus_cut starts 2045-01"])
    assert "cooperative" not in told
    assert "note" not in said(capsys, "check", "training", code=0)


SMALL = ("--until", "2011-12", "--scale", "0.005", "--jobs", "1")
ONE_PAIR = (*SMALL, "--seeds", "1", "--sample", "none", "--full-pairs", "0")
LATE = "training starts 2026-01, after the last month "


def test_a_policy_after_the_last_month_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("compare", "training", "--baseline", "baseline", *ONE_PAIR)
    assert LATE + "2011-12" in said(capsys, *words, code=0)
    assert LATE + "2011-12" in said(capsys, "run", "training", *SMALL, code=0)
    assert LATE not in said(capsys, "run", "baseline", *SMALL, code=0)
    assert LATE + "2016-12" in said(capsys, "why", "training", "--until", "2016-12")
    years = ("breakeven", "training", "--over", "years")
    assert LATE + "2016-12" in said(capsys, *years, "--until", "2016-12")
    assert "explain" not in said(capsys, "breakeven", "baseline", "--over", "years")
    for size in ("0.01", "16"):
        told = said(capsys, *years, "--up-to", size)
        assert "whole years from 1 to 15" in told and "grid" not in told


def test_the_baseline_of_a_comparison_can_be_any_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("compare", write("one.yaml", "extends: training\n"), *ONE_PAIR)
    told = json.loads(said(capsys, *words, "--baseline", "baseline", "--json", "--quiet", code=0))
    assert told["scenarios"][0]["name"] == "baseline"
    told = json.loads(said(capsys, *words, "baseline", "--baseline", "one.yaml", "--json", "--quiet", code=0))
    assert told["scenarios"][0]["name"] == "one"
    assert "no scenario nope" in said(capsys, *words, "--baseline", "nope")
    assert "is not enough" in said(capsys, *words)
    two = [Scenario.load("baseline"), Scenario.load("training")]
    with pytest.raises(UsageError, match="nope is none of baseline, training"):
        compare(two, 1, baseline="nope")


def test_a_comparison_speaks_of_its_own_options(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other").mkdir()
    twin = write("other/training.yaml", "extends: baseline\n")
    assert "but(" not in said(capsys, "compare", "training", twin)
    assert "--from" not in said(capsys, "compare", "baseline", "training", "--until", "2011-06")


def test_names_that_are_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    write("my-policy.yaml", "extends: baseline\n")
    assert "did you mean my-policy.yaml?" in said(capsys, "check", "my-policy")
    assert "this name is empty" in said(capsys, "run", "")
    Path("dir.yaml").mkdir()
    assert "dir.yaml: this is a folder" in said(capsys, "check", "dir.yaml")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes there")
def test_a_pipe_is_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe.yaml")
    assert "pipe.yaml: this is no ordinary file" in said(capsys, "check", "pipe.yaml")


@pytest.mark.parametrize("name", ["everything-badly", "national"])
def test_a_deleted_line_of_a_new_scenario_gives_the_baseline_back(name: str) -> None:
    source = Scenario.load(name)
    lines = source.draft("mine").splitlines()
    base = Scenario.load("national" if name == "national" else "baseline")
    kept = [
        line for line in lines if not line.startswith("  ") or line.strip().startswith(("#", "en:", "id:"))
    ]
    assert len(kept) < len(lines)
    made = Scenario.parse("\n".join(line for line in kept if line != "parameters:"), "mine")
    assert made.hash == base.hash


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("run baseline --scale 0,5", "0,5 has a decimal comma; write 0.5 (batiksim run --help)"),
        ("breakeven training --over years --up-to 1,5", "write 1.5 (batiksim breakeven --help)"),
        ("run baseline --scale x", "it must be a number"),
        ("run baseline --scale 9", "9 is outside 0.001..4"),
        ("breakeven training --over budget --up-to -1", "-1 is outside 0..1000 trillion"),
        ("runn", "(batiksim --help)"),
        ("--lang id --seeds 3 run baseline", "tulis --seeds sesudah perintah: batiksim PERINTAH --seeds"),
        ("--seeds 3 run baseline", "put --seeds after the command"),
    ],
)
def test_the_command_line_says_what_is_right(
    capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    assert told in said(capsys, *words.split())


def test_numbers_that_are_too_large_are_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    huge = write("huge.yaml", "interventions: [training: {from: 2026-01, budget: 9e26 billion IDR/year}]\n")
    assert "too large" in said(capsys, "check", huge)
    less = write("less.yaml", "interventions: [training: {from: 2026-01, budget: -5}]\n")
    assert "outside 0..1000 trillion IDR/year" in said(capsys, "check", less)
    assert "0..1000 triliun rupiah setahun" in said(capsys, "check", less, "--lang", "id")


def test_plain_numbers() -> None:
    assert [plain(value, "en") for value in (0.0, 0.6, 9007199254740992, 2.5e9, -1e15)] == [
        "0", "0.6", "9007199254740992", "2.5 billion", "-1000 trillion",
    ]  # fmt: skip


def test_every_unit_has_words_in_both_languages() -> None:
    options = [one for kind in kinds().values() for one in (*kind.options.values(), kind.strength) if one]
    things = [*load_parameters().values(), *load_indicators().values(), *options]
    units = {one.unit for one in things} | {kind.cost_unit for kind in kinds().values()}
    silent = {unit for unit in units if unit != "0..1" and unit == named(unit, "id") != ""}
    assert not silent
    assert all(named(unit, "en") == unit for unit in units - {"1"})


def test_a_unit_that_is_printed_can_be_written() -> None:
    options = [one for kind in kinds().values() for one in (*kind.options.values(), kind.strength) if one]
    numbers = [one for one in load_parameters().values() if one.bounds]
    for unit in {one.unit for one in (*options, *numbers)} - {"per log point", "elasticity"}:
        for lang in LANGUAGES:
            assert convert(Fraction(2), named(unit, lang), unit) == 2.0, unit


def test_show_and_list_translate_words_but_not_json(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "show", "training", "--lang", "id", code=0)
    assert "satuan biaya: rupiah per peserta pelatihan" in told and "satuan: orang setahun" in told
    assert "untuk siapa: workers = pekerja batik; direct =" in told
    told = said(capsys, "show", "direct_contracts", "--lang", "id", code=0)
    assert "contracts.share_brokered: turun" in told and "untuk siapa" not in told
    told = said(capsys, "show", "batik.workers_under_30", "--lang", "id", code=0)
    assert "macam: stock (stok" in told and "rumus: pekerja berumur < 30" in told
    assert "jenis: number (angka)" in said(capsys, "show", "contracts.surplus_cut", "--lang", "id", code=0)
    assert "pemerintah" in said(capsys, "list", "interventions", "--lang", "id", code=0)
    both = [said(capsys, "list", "indicators", "--json", "--lang", lang, code=0) for lang in LANGUAGES]
    assert both[0] == both[1] and json.loads(both[0])["records"][1]["formula"] == "workers with age < 30"


@pytest.mark.parametrize("kind", ["interventions", "indicators"])
def test_a_narrow_terminal_gets_a_block_a_record(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    told = said(capsys, "list", kind, code=0)
    records = json.loads(said(capsys, "list", kind, "--json", code=0))["records"]
    assert max(map(len, told.splitlines())) <= 40
    words = " ".join(told.split())
    assert all(record["label"]["en"] in words for record in records)
