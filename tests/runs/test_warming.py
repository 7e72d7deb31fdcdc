"""One warming compiles all that runs call: afterwards nothing is left to compile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from batiksim.kernels.compiling import is_kept, passes
from batiksim.kernels.streams import uniform_one
from batiksim.runs import warming

# Twins that stand in for intrinsics, and draws that the model has no use for.
NEVER_CALLED = {"fetch", "fetch_rows", "sum_of_known"}
# What an empty disk hears of a warming, and what a second one and a run find.
CODE = """
import json
from batiksim.kernels.compiling import is_kept, passes
from batiksim.runs.warming import is_cold, warm
cold, told = is_cold(), []
first = warm(told.append)
missing = [one.py_func.__name__ for one in passes() if not is_kept(one)]
twice = [one.py_func.__name__ for one in passes() if len(one.signatures) > 1]
print(json.dumps({
    "cold": [cold, is_cold()], "told": [[one.share, one.left] for one in told],
    "compiled": [first.compiled, warm().compiled], "missing": missing, "twice": twice,
}))
"""


@pytest.mark.slow
def test_a_fresh_machine_is_warm_afterwards(tmp_path: Path) -> None:
    """Every pass is compiled, and for one kind of arguments only: a second kind costs as much again."""
    clean = {name: value for name, value in os.environ.items() if name != "BATIKSIM_PLAIN"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=clean | {"NUMBA_CACHE_DIR": str(tmp_path)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["cold"] == [True, False]
    assert found["compiled"][0] > 50 and found["compiled"][1] == 0
    assert found["told"][0] == [0.0, None] and len(found["told"]) == 1 + found["compiled"][0]
    shares = [share for share, _ in found["told"]]
    assert shares == sorted(shares) and 0.9 < shares[-1] <= 1.0
    assert set(found["missing"]) <= NEVER_CALLED and not found["twice"]


def test_nothing_is_run_where_everything_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "is_cold", lambda: False)
    told: list[warming.Warming] = []
    assert warming.warm(told.append).compiled == 0 and not told


def test_a_disk_that_refuses_is_not_warmed_for_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batiksim.kernels.compiling.is_kept", lambda one: False)
    assert warming.is_cold()
    monkeypatch.setattr("batiksim.kernels.compiling._refused", ["the disk is full"])
    assert not warming.is_cold()


def test_passes_know_whether_they_are_kept() -> None:
    uniform_one(1, 2)
    assert uniform_one in passes() and is_kept(uniform_one)
