"""Compiled passes where the disk refuses them, and runs without the compiler: slower, the same results."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from batiksim.kernels import compiling
from batiksim.kernels.streams import uniform_one

# What a run of two processes sees of the kernels: the parent and a child that it starts.
TWO_PROCESSES = """
import subprocess, sys
from batiksim.kernels import observed_learning, sums
from batiksim.kernels.streams import uniform_one
print(uniform_one(7, 3))
if len(sys.argv) == 1:
    sys.exit(subprocess.run([sys.executable, "-c", sys.stdin.read(), "child"]).returncode)
"""
WANTED = uniform_one(7, 3)


def ran(
    command: list[str], tmp_path: Path, input: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in (compiling._TOLD, "BATIKSIM_PLAIN")}
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, env=clean | environment, input=input,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def test_where_nothing_can_be_kept_one_warning_is_all(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    done = ran(
        ["-W", "error", "-c", TWO_PROCESSES], tmp_path, input=TWO_PROCESSES, BATIKSIM_LANG="id",
        NUMBA_CACHE_DIR=str(occupied), NUMBA_CACHE_LOCATOR_CLASSES="UserProvidedCacheLocator",
    )  # fmt: skip
    assert [float(line) for line in done.stdout.split()] == [WANTED, WANTED]
    assert len(done.stderr.splitlines()) == 1
    assert "tidak dapat disimpan" in done.stderr and "NUMBA_CACHE_DIR" in done.stderr


def test_a_cache_that_breaks_during_the_run_is_given_up(tmp_path: Path) -> None:
    """The folder takes the probe of numba but not the files: those to come are folders already."""
    cache = tmp_path / "cache"
    first = ran(["-c", TWO_PROCESSES, "one"], tmp_path, NUMBA_CACHE_DIR=str(cache))
    kept = list(cache.rglob("*uniform_one*"))
    assert kept and not first.stderr
    for file in kept:
        file.unlink()
        file.mkdir()
    again = ran(["-c", TWO_PROCESSES, "one"], tmp_path, NUMBA_CACHE_DIR=str(cache))
    assert float(again.stdout) == WANTED
    assert len(again.stderr.splitlines()) == 1


def test_doctor_names_the_folder_or_why_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiling.cache_folder(uniform_one).is_dir()
    monkeypatch.setattr(compiling, "_refused", ["the disk is full"])
    with pytest.raises(OSError, match="the disk is full"):
        compiling.cache_folder(uniform_one)


@pytest.mark.slow
def test_a_run_without_the_compiler_has_equal_values(tmp_path: Path) -> None:
    command = ["-W", "error::RuntimeWarning", "-m", "batiksim", "run", "baseline"]
    command += ["--scale", "0.01", "--until", "2011-06", "--out"]
    for folder, environment in (("compiled", {}), ("plain", {"NUMBA_DISABLE_JIT": "1"})):
        ran([*command, folder], tmp_path, **environment)
    compiled, plain = (pd.read_parquet(tmp_path / name / "series.parquet") for name in ("compiled", "plain"))
    assert len(compiled) == 6 * 24
    pd.testing.assert_frame_equal(plain, compiled, rtol=1e-12, atol=0)


TALK = """
import numpy as np
from batiksim.kernels.compiling import PLAIN, PYTHON
from batiksim.kernels.influence import influence
from batiksim.kernels.observed_learning import make_all_known, nobody_known
n = 200
rng = np.random.default_rng(1)
learning, heard = rng.random((n, 5)), nobody_known(n + 1)
make_all_known(heard, np.arange(n), learning)
influence(
    heard, np.array([[0, 0, n // 2]]), np.arange(n // 2, n), rng.integers(-1, n, (n, 9)).astype(np.int32),
    rng.integers(0, 3, n).astype(np.int8), rng.integers(0, 8, n).astype(np.int8),
    rng.integers(-1, 3, n).astype(np.int8), rng.integers(-1, 4, n).astype(np.int32), rng.random((4, 5)),
    rng.random((3, 5)), rng.random((3, 5, 5)), np.array([0.5, 0.2, 0.3]), 0.6, 0.1, learning,
)
print(PLAIN, PYTHON, learning.tobytes().hex())
"""


def test_social_learning_is_the_same_to_the_last_bit_with_either_twin_and_without_the_compiler(
    tmp_path: Path,
) -> None:
    told = [
        ran(["-W", "error", "-c", TALK], tmp_path, **switches).stdout.split()
        for switches in ({}, {"BATIKSIM_PLAIN": "1"}, {"NUMBA_DISABLE_JIT": "1"})
    ]
    assert [line[:2] for line in told] == [["False", "False"], ["True", "False"], ["True", "True"]]
    assert len({line[2] for line in told}) == 1


def test_kept_code_is_good_for_the_rules_it_was_made_of_only(tmp_path: Path) -> None:
    package = tmp_path / "batiksim"
    shutil.copytree(
        Path(compiling.__file__).parents[1],
        package,
        ignore=shutil.ignore_patterns("__pycache__", "report", "cli"),
    )
    rule, kernel = package / "rules" / "probe.py", package / "kernels" / "probe.py"
    kernel.write_text(
        "from batiksim.kernels.compiling import compiled\nfrom batiksim.rules.probe import more\n\n\n"
        "@compiled\ndef probe(x):\n    return more(x)\n"
    )
    said = "from batiksim.kernels.probe import probe; print(probe(1), len(probe.stats.cache_hits))"
    for step, hits in ((1, 0), (1, 1), (2, 0)):
        rule.write_text(
            "from numba.extending import register_jitable\n\n\n@register_jitable\ndef more(x):\n"
            f"    return x + {step}\n"
        )
        os.utime(rule, (1e9 + step, 1e9 + step))
        done = ran(["-c", said], tmp_path, PYTHONPATH=str(tmp_path))
        assert done.stdout.split() == [str(1 + step), str(hits)]
