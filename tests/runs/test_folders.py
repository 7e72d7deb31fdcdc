"""Folders that are not as they should be: told what helps, and nobody's results are lost."""

from __future__ import annotations

import errno
import io
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.model.batik_model import BatikModel
from batiksim.runs import atomic_files, locks
from batiksim.runs.design import make_design
from batiksim.studies.compare import resume
from tests.cli.test_cli import ROOT, environment, one_clean_line
from tests.cli.test_cli import SMALL as WORDS
from tests.support.comparisons import contents, two

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal or file there")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


# --- names


@pytest.mark.parametrize(
    "line",
    ["run baseline --out ", "compare baseline training --out ", "resume ", "report ", "report . -o ",
     "report . --files ", "why training --out ", "breakeven training --over years --out ", "demo --out ",
     "new mine --out "],
)  # fmt: skip
def test_a_folder_without_a_name_is_not_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(line.split(" ")) == 2
    told = capsys.readouterr()
    assert one_clean_line(told.err) and "is empty" in told.err and not told.out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("resume nowhere", "there is no folder nowhere"),
        ("report nowhere", "there is no folder nowhere"),
        ("why --out nowhere", "there is no folder nowhere"),
        ("resume letter.txt", "letter.txt is a file, not a folder"),
        ("report letter.txt", "letter.txt is a file, not a folder"),
        ("report asked --files letter.txt", "letter.txt is a file, not a folder"),
        ("resume asked", "give the same command again"),
        ("compare baseline training --out full", "--out full is not empty"),
        ("demo --out full", "--out full is not empty"),
        ("demo --out letter.txt", "--out letter.txt is a file"),
    ],
)
def test_what_is_there_instead_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("letter.txt").write_text("dear", encoding="utf-8")
    Path("full").mkdir()
    Path("full", "manifest.json").write_text("{}", encoding="utf-8")
    Path("asked", "why").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    assert main(line.split()) == 2
    said = capsys.readouterr().err
    assert one_clean_line(said) and told in said
    assert sorted(tmp_path.rglob("*")) == before


# --- several processes


@pytest.mark.parametrize(
    "line", ["run baseline", "compare baseline training --sample none --seeds 1 --full-pairs 0"]
)
def test_who_comes_second_is_refused_and_takes_nothing_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    out = tmp_path / "kept"
    out.mkdir()
    words = [*line.split(), *WORDS, "--jobs", "1", "--quiet", "--out", str(out)]
    with locks.alone(out), atomic_files.draft(out) as draft:
        (draft / "begun").write_text("x", encoding="utf-8")
        assert main(words) == 2
        assert "another batiksim is writing" in capsys.readouterr().err
        assert (draft / "begun").exists()
    (out / "begun").unlink()
    assert not list(out.iterdir())
    assert main(words) == 0
    assert not list(out.glob(".batiksim*"))


def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from batiksim.runs import atomic_files, locks\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "with locks.alone(folder), atomic_files.draft(folder):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        env=environment(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdout and child.stdout.readline().strip() == b"held"
        with pytest.raises(UsageError, match="another batiksim is writing"), locks.alone(tmp_path):
            pass
        child.kill()
    assert len(list(tmp_path.iterdir())) == 2  # its lock and its draft
    with locks.alone(tmp_path):
        assert not list(tmp_path.glob(".batiksim-draft-*"))
    assert not list(tmp_path.iterdir())


@POSIX
def test_an_impatient_second_ctrl_c_loses_no_word(tmp_path: Path) -> None:
    words = ("compare", "baseline", "training", "--sample", "none",
             "--seeds", "1000", "--scale", "0.005", "--until", "2026-12",
             "--full-pairs", "0", "--jobs", "2", "--out", "kept")  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "batiksim", *words], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE
    ) as child:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob("kept/parts/0*.zip")) and time.monotonic() < deadline:
            time.sleep(0.02)
        for _ in range(4):
            child.send_signal(signal.SIGINT)
            time.sleep(0.02)
        _, stderr = child.communicate(timeout=60)
    assert child.returncode == 130
    *progress, last = stderr.decode().splitlines(keepends=True)  # a busy machine tells how far it is first
    assert one_clean_line(last) and "go on with: batiksim resume kept" in last
    assert all(" runs done, " in line for line in progress)


# --- nowhere to write


def test_where_nobody_may_write_it_is_told(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    monkeypatch.setattr(atomic_files, "open", refuse, raising=False)
    monkeypatch.setattr(atomic_files, "open_plain", lambda file: io.BufferedReader(io.FileIO(file)))
    before = contents(copy)
    assert len(resume(copy).runs) == 8  # nothing is left to do, so nothing is written
    (copy / "life.json").unlink()
    for words in (["resume", str(copy)], ["run", "baseline", *WORDS, "--out", str(copy.parent / "new")]):
        assert main(words) == 2
        told = capsys.readouterr()
        assert one_clean_line(told.err) and "cannot write to" in told.err and "Read-only" in told.err
    assert not (copy.parent / "new").exists() and contents_but_life(copy) == before | {"life.json": b""}


def contents_but_life(folder: Path) -> dict[str, bytes]:
    (folder / "life.json").write_bytes(b"")
    return contents(folder)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "batiksim", "list", "parameters"],
            cwd=tmp_path, env=environment(), stdout=full, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
    assert done.returncode == 2 and one_clean_line(done.stderr) and "output cannot be written" in done.stderr


def test_a_reader_who_leaves_does_not_make_a_run_fail(tmp_path: Path) -> None:
    words = ("run", "baseline", *WORDS, "--out", "kept")
    with subprocess.Popen(
        [sys.executable, "-m", "batiksim", *words],
        cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdout and child.stderr
        child.stdout.close()
        assert child.stderr.read() == b"saved: kept\n"
    assert child.returncode == 0


# --- bounds


class Seed(int):
    """A seed that counts how often it is compared with another."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Seed.compared += 1
        return int(self) == other

    __hash__ = int.__hash__


def test_many_seeds_are_put_in_order_at_once() -> None:
    seeds = [Seed(seed) for seed in range(2000, 0, -1)]
    plan = make_design(two(), seeds, scale=0.1, since="2011-01", until="2040-12", record="yearly",
                     regimes=("orders-short",), baseline=None, full_scale=False)  # fmt: skip
    Seed.compared = 0
    assert [int(task.seed) for task in plan.tasks(())] == list(range(2000, 0, -1))
    assert Seed.compared < 20 * len(seeds)


@pytest.mark.parametrize("scale", [0.0, 0.0009, 4.1, float("nan")])
def test_a_scale_is_bounded_alike_everywhere_and_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, scale: float
) -> None:
    with pytest.raises(UsageError, match=r"scale must be 0\.001\.\.4; got"):
        BatikModel(scale=scale)
    monkeypatch.setenv("BATIKSIM_LANG", "id")
    with pytest.raises(UsageError, match=r"scale harus 0\.001\.\.4; diberikan"):
        BatikModel(scale=scale)
