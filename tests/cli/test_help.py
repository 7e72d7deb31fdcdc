"""Help by -h and --help, in the language of the reader, and what the shell completes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from batiksim.cli import app, completion, main
from batiksim.cli.helping import translations
from tests.cli.test_cli import batiksim_, environment

COMMANDS = [str(command.name) for command in app.registered_commands]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_knows_h_and_json(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main([name, "-h"]) == 0
    short = capsys.readouterr().out
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out == short
    assert short.startswith(f"Usage: batiksim {name} ") and "--json" in short and "--lang" in short


def said_in_help() -> set[str]:
    group = typer.main.get_command(app)
    commands = [group, *group.commands.values()]  # type: ignore[attr-defined]
    words = [one.help for command in commands for one in (command, *command.params)]
    return {word for word in (*words, group.epilog) if word}


def test_help_has_every_word_in_the_other_language(monkeypatch: pytest.MonkeyPatch) -> None:
    before = said_in_help()
    monkeypatch.setenv("BATIKSIM_LANG", "id")
    assert not before - set(translations())
    parser = {word for word in translations() if word not in before}
    assert len(parser) < 10 and all(translations().values())


def test_help_speaks_the_language_of_the_reader(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["-h", "--lang", "id"], ["run", "-h", "--lang", "id"]):
        assert main(words) == 0
        told = capsys.readouterr().out
        assert told.startswith("Pemakaian: ") and "Opsi:" in told and "Tampilkan bantuan ini" in told
        assert not {"Usage:", "Options:", "[default: ", "[required]"} & set(told.split("\n"))
        assert max(map(len, told.splitlines())) <= 80 and "...\n" not in told.split("Perintah:")[-1]
    assert main(["run", "-h"]) == 0  # and the next reader that of his own
    assert capsys.readouterr().out.startswith("Usage: ")


def completed(folder: Path, *words: str) -> list[str]:
    """What bash is offered for the last of the words."""
    asked = {
        "_BATIKSIM_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["batiksim", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "batiksim"],
        cwd=folder, env=environment(**asked), capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_the_shell_completes_commands_options_and_names(tmp_path: Path) -> None:
    (tmp_path / "training-mine.yaml").touch()
    (tmp_path / "training-else.txt").touch()
    assert set(completed(tmp_path, "re")) == {"report", "resume"}
    assert "--csv" in completed(tmp_path, "run", "baseline", "--c")
    assert completed(tmp_path, "run", "train") == ["training", "training-mine.yaml"]


def test_names_that_are_completed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "kept" / "own.yaml").touch()
    assert completion.folders("") == ["kept/"] and completion.folders(".h") == [".hidden/"]
    assert completion.scenarios("kept/o") == ["kept/own.yaml"]
    assert completion.parameters("contracts.surplus_c") == ["contracts.surplus_cut="]
    assert "batik.workers" in completion.indicators("batik.")
    assert completion.everything("kaum") == ["kauman"] and completion.everything("mon") == ["month"]
    assert completion.among("en", "id")("i") == ["id"]
    assert completion.scenarios("no/such/folder/") == []


@pytest.mark.skipif(sys.platform == "win32", reason="a file name that only POSIX has")
def test_names_that_give_orders_are_not_offered(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.yaml").touch()
    assert completion.scenarios("a\x1b") == []


def test_the_script_for_the_shell_is_shown(tmp_path: Path) -> None:
    done = batiksim_(tmp_path, "--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert done.returncode == 0 and "_BATIKSIM_COMPLETE" in done.stdout
