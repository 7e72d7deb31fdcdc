"""Comparisons wait for each other, end when they should, and leave nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from batiksim.app.comparing import keeper
from batiksim.app.comparing.keeper import Comparison, Comparisons, Full
from batiksim.app.comparing.question import read
from tests.support.app_comparisons import QUESTION
from tests.support.threads import apart

# In place of a computation: says one line, then waits until it is told to end, or killed.
WAITS = """
import json, sys
from pathlib import Path
asked = json.loads(sys.stdin.readline())
Path(asked["folder"]).mkdir()
print('{"kind":"asked","runs":1}', flush=True)
end = Path(asked["folder"]) / "end"
import time
while not end.exists(): time.sleep(.02)
said = end.read_text()
if said: print(said, flush=True)
"""
COMMAND = [sys.executable, "-c", WAITS]


@pytest.fixture
def held() -> Iterator[Comparisons]:
    some = Comparisons(COMMAND)
    yield some
    some.close()


def start(held: Comparisons, session: str) -> Comparison:
    return held.start(read(QUESTION), session)


def until(true: Callable[[], object]) -> None:
    """Wait for something that must come."""
    last = time.monotonic() + 60
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


def end(one: Comparison, said: str = '{"kind":"finished"}') -> None:
    until(one.study.is_dir)
    written = one.study / "written"
    written.write_text(said, encoding="utf-8")
    written.rename(one.study / "end")


def test_two_at_once_and_others_in_a_queue(held: Comparisons) -> None:
    some = [start(held, f"session-{k}") for k in range(4)]
    assert [one.status for one in some] == ["running", "running", "queued", "queued"]
    end(some[0])
    until(lambda: some[0].status == "finished")
    assert [one.status for one in some] == ["finished", "running", "running", "queued"]
    held.cancel(some[2])
    until(lambda: some[3].status == "running")


def test_a_new_one_of_a_tab_ends_the_old(held: Comparisons) -> None:
    first = start(held, "one-tab")
    other = start(held, "another-tab")
    second = start(held, "one-tab")
    assert [first.status, other.status, second.status] == ["cancelled", "running", "running"]


def test_what_is_cancelled_leaves_no_process_and_no_file(held: Comparisons) -> None:
    one = start(held, "one-tab")
    until(one.study.is_dir)
    process = one.process
    assert process is not None
    held.cancel(one)
    until(lambda: process.poll() is not None)
    until(lambda: not one.folder.exists())


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("", "The computation broke off"),
        ('{"kind":"problem","message":"no such sample"}', "no such sample"),
    ],
)
def test_what_goes_wrong_is_said(held: Comparisons, said: str, message: str) -> None:
    one = start(held, "one-tab")
    end(one, said)
    until(lambda: one.status == "failed")
    lines = apart(everything(one))
    assert message in [line for line in lines if line["kind"] == "state"][-1]["message"]
    until(lambda: not one.folder.exists())


async def everything(one: Comparison) -> list[dict]:
    return [json.loads(line) for piece in [p async for p in one.follow()] for line in piece.splitlines()]


def test_whoever_comes_late_is_told_all(held: Comparisons) -> None:
    one = start(held, "one-tab")
    for k in range(3):
        one.tell("pairs", b'{"kind":"pairs","rows":[%d]}\n' % k)
        one.tell("answer", b'{"kind":"answer","done":%d}\n' % k)
    end(one)
    until(lambda: one.status == "finished")
    lines = apart(everything(one))
    assert [line["rows"] for line in lines if line["kind"] == "pairs"] == [[0], [1], [2]]
    assert [line["done"] for line in lines if line["kind"] == "answer"] == [2]  # only the newest
    assert lines == apart(everything(one))


def test_few_are_kept_and_few_wait(held: Comparisons, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "MOST_KEPT", 1)
    monkeypatch.setattr(keeper, "MOST_WAITING", 1)
    some = [start(held, f"session-{k}") for k in range(3)]
    with pytest.raises(Full):
        start(held, "one-too-many")
    for one in some[:2]:
        end(one)
        until(lambda one=one: one.status == "finished")
    last = start(held, "another")
    assert held.find(some[0].id) is None
    assert not some[0].folder.exists()
    assert held.find(some[1].id) is some[1]
    assert held.find(last.id) is last


def test_closing_ends_everything() -> None:
    held = Comparisons(COMMAND)
    some = [start(held, f"session-{k}") for k in range(3)]
    processes = [one.process for one in some if one.process is not None]
    held.close()
    assert len(processes) == 2
    assert all(process.poll() is not None for process in processes)
    assert not any(one.folder.exists() for one in some)


def test_a_computation_ends_with_the_server(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "batiksim.app.comparing.child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    asked = {
        "question": read({**QUESTION, "seeds": 40}).as_json(),
        "folder": str(own / "study"),
        "lang": "en",
        "jobs": 1,
    }
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["kind"] == "asked"
    process.stdin.close()  # as the system does for a process that dies
    assert process.wait(60) == 1
    assert not own.exists()
    process.stdout.close()
