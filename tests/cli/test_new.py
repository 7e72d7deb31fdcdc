"""`batiksim new`, and a command line that is told what is wrong in its own language."""

from __future__ import annotations

from pathlib import Path

import pytest

from batiksim.cli import main
from batiksim.scenario import Scenario, library
from tests.cli.test_cli import batiksim_

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in; English again afterwards, whatever --lang made of it."""
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", library())
def test_a_new_scenario_is_the_one_it_was_made_from(name: str) -> None:
    source = Scenario.load(name)
    for lang in ("en", "id"):
        made = Scenario.parse(source.draft("mine", lang), "mine")
        assert made.hash == source.hash and made.title["id"] == "mine" and made.why


def test_names_that_look_like_something_else_stay_names() -> None:
    for name in ("123", "no", "1e3"):
        assert Scenario.parse(Scenario.default().draft(name), name).title["en"] == name


@pytest.mark.slow
def test_new_writes_a_file_that_passes_check(tmp_path: Path) -> None:
    made = batiksim_(tmp_path, "new", "mine", "--from", "direct-contracts", "--lang", "id")
    assert (made.returncode, made.stdout) == (0, "mine.yaml\n") and "batiksim check mine.yaml" in made.stderr
    assert batiksim_(tmp_path, "check", "mine.yaml").returncode == 0
    content = (tmp_path / "mine.yaml").read_bytes()
    assert b"\r" not in content and "# Kontrak langsung" in content.decode("utf-8")
    assert Scenario.load(tmp_path / "mine.yaml").hash == Scenario.load("direct-contracts").hash
    again = batiksim_(tmp_path, "new", "mine")
    assert again.returncode == 2 and "not overwritten" in again.stderr
    assert (tmp_path / "mine.yaml").read_bytes() == content
    own = batiksim_(tmp_path, "new", "yours", "--from", "mine.yaml", "--out", "other.yaml")
    assert own.returncode == 0 and Scenario.load(tmp_path / "other.yaml").interventions


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("con",), "every system"),
        (("LPT1.yaml",), "every system"),
        (("../up",), "every system"),
        (("a" * 61,), "every system"),
        (("training",), "of the library"),
        (("mine", "--from", "trainin"), "did you mean training?"),
        (("mine", "--out", "mine.txt"), ".yaml or .yml"),
        (("mine", "--out", "nowhere/mine.yaml"), "no folder nowhere"),
    ],
)
def test_new_refuses(here: Path, capsys: Capture, words: tuple[str, ...], told: str) -> None:
    assert main(["new", *words]) == 2
    said = capsys.readouterr().err
    assert told in said and said.count("\n") == 1
    assert not list(here.iterdir())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("run --foo --lang id", "Tidak ada opsi --foo"),
        ("--lang=id runn", "Tidak ada perintah runn (maksud Anda run?)"),
        ("runn --lang id", "Tidak ada perintah runn (maksud Anda run?)"),
        ("run --lang id", "Belum ada: FILE"),
        ("run a b --lang=id", "Kata yang tidak dikenal perintah ini: b"),
        ("run baseline --scale 9 --lang id", "Nilai untuk --scale tidak sah: 9 di luar 0.001..4"),
        ("run baseline --scale x --lang id", "harus bilangan"),
        ("run baseline --seeds 1.5 --lang id", "harus bilangan bulat"),
        ("run baseline --until x --lang id", "'x' bukan bulan"),
        ("list x --lang id", "'x' bukan salah satu dari: parameters"),
        ("run baseline --quiet=1 --lang id", "Opsi --quiet tidak menerima nilai"),
        ("breakeven baseline --over x --lang id", "'x' bukan salah satu dari: strength, budget, years"),
        ("why --lang id", "sebutkan skenario"),
    ],
)
@pytest.mark.usefixtures("here")
def test_the_command_line_complains_in_the_chosen_language(capsys: Capture, line: str, told: str) -> None:
    assert main(line.split()) == 2
    said = capsys.readouterr().err
    assert told in said and said.count("\n") == 1, said
