"""What people know of each other, packed: sums are those of the numbers themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from batiksim.codes import COMPONENTS, LINKS
from batiksim.kernels.intrinsics import sum_of_known
from batiksim.kernels.observed_learning import known_people, make_all_known, nobody_known

FINEST = 2.0**-47

seeds = st.integers(0, 10_000)


@njit
def sums(heard: NDArray[np.int64], links: NDArray[np.int32]) -> NDArray[np.float64]:
    found = np.empty((len(links), 6))
    for i in range(len(links)):
        found[i] = sum_of_known(heard, links, i, LINKS)
    return found


@given(seed=seeds, n=st.integers(1, 30))
def test_sums_are_those_of_the_numbers_of_the_people_known(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    learning = np.clip(rng.normal(0.5, 0.5, (n, len(COMPONENTS))), 0.0, 1.0)  # many lie at either end
    told = np.flatnonzero(rng.random(n) < 0.7)
    links = rng.integers(-1, n, (n, LINKS)).astype(np.int32)
    heard = nobody_known(n + 1)
    make_all_known(heard, told, learning)
    counted = np.zeros(n + 1)
    counted[told] = 1.0
    want = (np.vstack((learning, np.zeros(5))) * counted[:, None])[links].sum(axis=1)
    found = sums(heard, links)
    np.testing.assert_allclose(found[:, :5], want, rtol=0, atol=LINKS * FINEST)
    np.testing.assert_array_equal(found[:, 5], counted[links].sum(axis=1))
    np.testing.assert_array_equal(known_people(heard), told)


def test_all_nine_at_the_top_of_every_component_do_not_run_over() -> None:
    heard = nobody_known(2)
    make_all_known(heard, np.array([0]), np.ones((1, 5)))
    assert sums(heard, np.zeros((1, LINKS), dtype=np.int32)).tolist() == [[9.0] * 6]


def test_what_was_known_before_is_replaced() -> None:
    heard, links = nobody_known(3), np.array([[0, *[-1] * (LINKS - 1)]], dtype=np.int32)
    for learning in (np.full((2, 5), 1.0), np.full((2, 5), 0.25)):
        make_all_known(heard, np.array([0]), learning)
    assert sums(heard, links).tolist() == [[0.25] * 5 + [1.0]]


def test_rows_lie_within_one_line_of_memory() -> None:
    for n in (1, 7, 1000):
        assert nobody_known(n).ctypes.data % 64 == 0
