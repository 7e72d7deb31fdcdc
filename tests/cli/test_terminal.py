"""Terminals as they come: closed, left early, of no width; and files with names that give orders."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from batiksim.calendar import month_name
from batiksim.cli import main, screen
from batiksim.i18n.shell import command_line, quoted, quoted_place
from batiksim.i18n.texts import text
from batiksim.runs import headline
from tests.cli.test_cli import GOOD, batiksim_, environment, one_clean_line, widest

TINY = ("--scale", "0.005", "--until", "2011-06", "--quiet")
ORDERS = "\x1b[31mred\x1b[0m \u202eright\u2066 \x9b2J \x07 \u2028line \udcff"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]")
posix = pytest.mark.skipif(sys.platform == "win32", reason="names and streams of POSIX")


def shell(folder: Path, line: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    command = line.replace("batiksim", f"{quoted(sys.executable)} -m batiksim", 1)
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment(**more), capture_output=True, timeout=300
    )


# --- streams


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_failure_and_no_file_takes_their_place(tmp_path: Path, closed: str) -> None:
    done = shell(tmp_path, f"batiksim list places --csv kept.csv {closed}")
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    assert (tmp_path / "kept.csv").read_text(encoding="utf-8").count("\n") == 22
    assert (b"kauman" in done.stdout) == (">&- " not in f"{closed} ".replace("2>&-", ""))


@posix
def test_a_run_is_kept_whole_when_nobody_listens(tmp_path: Path) -> None:
    line = f"batiksim run baseline {' '.join(TINY)} --out kept"
    assert shell(tmp_path, f"{line} >&- 2>&-").returncode == 0
    assert main([*line.split()[1:-1], str(tmp_path / "second")]) == 0
    first, second = (tmp_path / name / "series.parquet" for name in ("kept", "second"))
    assert first.read_bytes() == second.read_bytes()


@posix
@pytest.mark.parametrize("line", ["list parameters", "list places --csv -"])
def test_a_reader_that_leaves_is_no_failure(tmp_path: Path, line: str) -> None:
    done = shell(tmp_path, f"batiksim {line} | head -c 1; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (0, b"")


@posix
def test_errors_end_quietly_where_stderr_is_closed(tmp_path: Path) -> None:
    done = shell(tmp_path, "batiksim frobnicate 2>&-")
    assert (done.returncode, done.stdout) == (2, b"")


# --- width and colour


@pytest.mark.parametrize(
    ("columns", "most"), [("0", 80), ("20", 20), ("-3", 80), ("many", 80), ("9999", 100)]
)
@pytest.mark.parametrize("line", ["list interventions", "show training"])
def test_every_width_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, line: str, columns: str, most: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(line.split()) == 0
    told = capsys.readouterr()
    assert widest(told.out) <= most and "training" in told.out and not told.err


@pytest.mark.parametrize("columns", ["0", "20"])
def test_a_program_of_any_width(tmp_path: Path, columns: str) -> None:
    done = batiksim_(tmp_path, "show", "kauman", COLUMNS=columns)
    assert done.returncode == 0 and widest(done.stdout) <= (int(columns) or 80)


def test_answers_fit_a_narrow_terminal(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from batiksim.cli.summary import print_summary
    from batiksim.studies.study import Study

    monkeypatch.setenv("COLUMNS", "20")
    print_summary(Study.load(finished))
    told = capsys.readouterr().out
    assert widest(told) <= 20 and "orders are short" in told


@posix
def test_no_colour_where_none_is_wanted(tmp_path: Path) -> None:
    import pty

    bar = (
        "from batiksim.cli import screen; from batiksim.runs.tally import Tally; from time import sleep\n"
        "with screen.tally() as tell: tell(Tally(1, 0, 1, 5.0, 0.5)); sleep(0.3)"
    )
    for wanted, colour in (({"NO_COLOR": "1"}, False), ({}, True)):
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-c", bar], cwd=tmp_path,
            env=environment(TERM="xterm-256color", **wanted), stdout=subprocess.PIPE, stderr=theirs,
        ) as child:  # fmt: skip
            os.close(theirs)
            said = b""
            try:
                while got := os.read(ours, 4096):
                    said += got
            except OSError:  # the other end is closed
                pass
            assert child.stdout and b"\x1b" not in child.stdout.read()
        os.close(ours)
        assert child.returncode == 0
        coloured = re.search(rb"\x1b\[(?:\d+;)*(?:3[0-7]|38|9[0-7])[;\dm]", said)
        assert bool(coloured) == colour


# --- what others wrote


def test_clean_takes_every_order_and_leaves_every_letter() -> None:
    assert not OBEYED.search(screen.clean(ORDERS))
    kept = "Batik é 龍 😀 − – “x” 10 000\u00a0%\n\ttwo"
    assert screen.clean(kept) == kept


def test_nothing_printed_gives_an_order(capsys: pytest.CaptureFixture[str]) -> None:
    screen.say(ORDERS)
    screen.say_filled(ORDERS)
    screen.note(ORDERS)
    screen.problem(ORDERS + "\nbatiksim: all is well")
    screen.say_json({"title": ORDERS})
    told = capsys.readouterr()
    assert not OBEYED.search(told.out + told.err)
    assert told.err.count("\n") == 2
    assert json.loads(told.out[told.out.index("{") :]) == {"title": ORDERS}


def test_commands_print_by_one_way_only() -> None:
    folder = Path(screen.__file__).parent
    bare = re.compile(r"(?<![\w.])print\(|\becho\(|sys\.std(?:out|err)\.write")
    found = [path.name for path in folder.glob("*.py") if bare.search(path.read_text(encoding="utf-8"))]
    assert found == ["screen.py"]


def test_a_strangers_study_gives_no_order(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from batiksim.cli.summary import print_summary
    from batiksim.studies.study import Study

    study = Study.load(copy)
    titles = {name: dict.fromkeys(("en", "id"), ORDERS) for name in study.scenarios}
    monkeypatch.setitem(study.about, "titles", titles)
    print_summary(study)
    told = capsys.readouterr().out
    assert "red" in told and not OBEYED.search(told)


@posix
def test_names_of_files_give_no_order(tmp_path: Path) -> None:
    names = ["e\x1b[31m.yaml", "rtl\u202e.yaml", "=1+1.yaml", "-x.yaml"]
    for name in names:
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    done = batiksim_(tmp_path, "check", "--", *names, "none\x1b[31m.yaml")
    assert done.returncode == 2 and done.stdout.count("ok  ") == len(names)
    assert not OBEYED.search(done.stdout + done.stderr)
    rows = batiksim_(tmp_path, "check", "--csv", "-", "--", *names).stdout
    assert "'=1+1.yaml" in rows and "'-x.yaml" in rows and not OBEYED.search(rows)
    files = json.loads(batiksim_(tmp_path, "check", "--json", "--", *names).stdout)["files"]
    assert [one["file"] for one in files] == names


@posix
@pytest.mark.parametrize(
    "line", ["check NAME", "run baseline --out NAME", "show NAME", "list places --csv NAME"]
)
def test_names_that_are_no_text_are_refused(tmp_path: Path, line: str) -> None:
    words: list[str | bytes] = [b"k\xff.csv" if word == "NAME" else word for word in line.split()]
    done = subprocess.run(
        [sys.executable, "-m", "batiksim", *words], cwd=tmp_path, env=environment(), capture_output=True
    )
    said = done.stderr.decode("utf-8")
    assert done.returncode == 2 and one_clean_line(said) and "k?.csv" in said and not list(tmp_path.iterdir())


@posix
@pytest.mark.parametrize("name", ["c:1", "~", "a b", "*", "--", "x/y"])
def test_odd_names_are_names(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "baseline", *TINY, f"--out={name}"]) == 0
    assert (tmp_path / name / "series.parquet").is_file()


# --- commands to copy


@pytest.mark.parametrize(
    "word", ["plain", "a b", "it's", '"', "$HOME", "`x`", "a\\b", "*", "x\ny", "\x1b[31m", "é", "", "!"]
)
def test_a_command_can_be_copied_into_a_shell_of_posix(word: str) -> None:
    line = command_line([sys.executable, "-c", "import sys; print(ascii(sys.argv[1]))", word], "linux")
    assert not OBEYED.search(line) and "\n" not in line
    if sys.platform != "win32":
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, env=environment(), check=True
        )
        assert done.stdout.strip() == ascii(word)


@pytest.mark.parametrize(
    ("word", "written"),
    [
        (r"runs\first", r"runs\first"), (r"C:\a b\c", r'"C:\a b\c"'), ("a b\\", '"a b\\\\"'),
        ("it's", '"it\'s"'),
        ("$x y", "'$x y'"), ("it's $x", "'it''s $x'"), ("`x", "'`x'"), ("", '""'), ("a&b", '"a&b"'),
        ("é", "é"),
    ],
)  # fmt: skip
def test_a_command_can_be_copied_into_a_shell_of_windows(word: str, written: str) -> None:
    assert quoted(word, "win32") == written


def test_a_folder_is_quoted_where_a_command_names_it() -> None:
    assert quoted_place("-x", "linux") == "./-x"
    said = text("compare.next", "en", folder="my runs")
    assert said.endswith(f"batiksim report {quoted('my runs')}") and quoted("my runs") != "my runs"


# --- clocks


@pytest.mark.parametrize(
    ("year", "month"), [(1970, "2011-01"), (1979, "2011-01"), (2038, "2012-12"), (2107, "2012-12")]
)
def test_a_wrong_clock_changes_no_more_than_the_month_called_now(year: int, month: str) -> None:
    from datetime import date

    months = [month_name(at) for at in range(24)]
    assert headline.key_months(months, date(year, 1, 1)) == sorted({"2011-01", month, "2012-12"})
