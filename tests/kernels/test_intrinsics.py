"""Each intrinsic and its plain twin give the same, to the last bit; asking ahead changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from batiksim.arrays import Floats, Ints, Links
from batiksim.codes import COMPONENTS, LINKS
from batiksim.kernels import intrinsics
from batiksim.kernels.compiling import PLAIN
from batiksim.kernels.intrinsics import llvm, plain
from batiksim.kernels.observed_learning import make_all_known, nobody_known


def all_sums(twin: Any) -> Any:
    """A compiled pass that adds up what everybody's links know, with one of the twins."""
    sum_of_known = twin.sum_of_known

    @njit
    def sums(heard: Ints, links: Links) -> Floats:
        found = np.empty((len(links), 6))
        for i in range(len(links)):
            found[i] = sum_of_known(heard, links, i, LINKS)
        return found

    return sums


SUMS = {twin: all_sums(twin) for twin in (llvm, plain)}


@given(seed=st.integers(0, 10_000), n=st.integers(1, 30))
def test_sums_of_packed_words_are_the_same_bytes(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    learning = np.clip(rng.normal(0.5, 0.5, (n, len(COMPONENTS))), 0.0, 1.0)  # many lie at either end
    links = rng.integers(-1, n, (n, LINKS)).astype(np.int32)
    heard = nobody_known(n + 1)
    make_all_known(heard, np.flatnonzero(rng.random(n) < 0.7), learning)
    fast, simple = (SUMS[twin](heard, links) for twin in (llvm, plain))
    assert fast.tobytes() == simple.tobytes()
    in_python = [plain.sum_of_known.py_func(heard, links, i, LINKS) for i in range(n)]
    assert np.array(in_python).tobytes() == simple.tobytes()


@pytest.mark.parametrize("twin", [llvm, plain], ids=["llvm", "plain"])
def test_asking_ahead_changes_nothing_even_for_rows_that_are_not_there(twin: Any) -> None:
    fetch, fetch_rows = twin.fetch, twin.fetch_rows

    @njit
    def ask(numbers: Floats, table: Floats, links: Links) -> None:
        for row in (0, 2, -1, 10_000):
            fetch(numbers, row)
            fetch(table, row)
        fetch_rows(table, links, 0, 3)

    numbers, table = np.arange(3.0), np.arange(12.0).reshape(3, 4)
    links = np.array([[0, -1, 10_000]], dtype=np.int32)
    ask(numbers, table, links)
    assert numbers.tolist() == [0.0, 1.0, 2.0] and table.ravel().tolist() == list(range(12))


@pytest.mark.parametrize("name", ["fetch", "fetch_rows", "sum_of_known"])
def test_the_switch_chooses_the_twin(name: str) -> None:
    assert getattr(llvm, name) is not getattr(plain, name)
    assert getattr(intrinsics, name) is getattr(plain if PLAIN else llvm, name)
