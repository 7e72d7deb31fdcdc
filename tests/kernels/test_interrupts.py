"""Ctrl-C never ends in a crash, whenever it comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from numba.core.compiler_lock import global_compiler_lock

from tests.cli.test_cli import ROOT, environment, one_clean_line

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot signal itself there")

WORDS = ("run", "baseline", "--scale", "0.01", "--until", "2011-06")
# LLVM asks for the code of a module in a callback, in which an exception is lost, and the code with it.
INSIDE = """
import os, signal, sys
from numba.core import codegen
from batiksim.cli import main
asked = codegen.CPUCodeLibrary._object_getbuffer_hook.__func__
def interrupted(library, module):
    os.kill(os.getpid(), signal.SIGINT)
    return asked(library, module)
codegen.CPUCodeLibrary._object_getbuffer_hook = classmethod(interrupted)
sys.exit(main())
"""


class Stopped(Exception):
    pass


@pytest.fixture
def handled() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    before = signal.signal(signal.SIGINT, stop)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handled")
def test_a_signal_waits_until_the_lock_is_free() -> None:
    import batiksim.kernels  # noqa: F401 (which makes them wait)

    reached = []
    with pytest.raises(Stopped), global_compiler_lock:
        with global_compiler_lock:
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("inner")
        reached.append("outer")
    assert reached == ["inner", "outer"]
    with pytest.raises(Stopped):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
    with global_compiler_lock:  # as often as you like
        pass


@pytest.mark.slow
def test_a_signal_inside_the_callback_from_llvm_ends_the_run_politely(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, *WORDS],
        cwd=tmp_path, env=environment(BATIKSIM_LANG="en"), capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 130 and one_clean_line(done.stderr) and "stopped" in done.stderr, done.stderr


@pytest.mark.slow
def test_a_signal_at_many_instants_never_ends_in_a_crash(tmp_path: Path) -> None:
    codes = []
    for instant in range(6):
        with subprocess.Popen(
            [sys.executable, "-m", "batiksim", *WORDS], cwd=tmp_path, env=environment(BATIKSIM_LANG="en"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as child:  # fmt: skip
            time.sleep(0.25 + 0.3 * instant)
            child.send_signal(signal.SIGINT)
            _, stderr = child.communicate(timeout=120)
        codes.append(child.returncode)
        # While Python itself starts, nobody can answer for it: it dies of the signal, 130 in a shell.
        if child.returncode not in (0, -signal.SIGINT):
            assert child.returncode == 130 and b"Traceback" not in stderr, (instant, codes, stderr.decode())
    assert 130 in codes


def test_the_program_is_the_same_in_both_ways_of_starting_it() -> None:
    assert 'batiksim = "batiksim.__main__:main"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
