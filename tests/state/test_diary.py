"""The diary: what is written of many at once is read of one, in plain values; copies go on by themselves."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from batiksim.state.diary import Diary


def written() -> Diary:
    diary = Diary(-1)
    pay = np.array([[[1.0, 2.0], [0.0, np.nan]], [[1.0, 3.0], [0.0, np.nan]]])
    diary.write(0, "choice", np.array([7, 9]), {"pay": pay, "open": np.array([True, True]), "stage": 3})
    diary.write(2, "hired", np.array([9]), {"tier": np.array([1], dtype=np.int8)})
    return diary


def test_entries_are_plain_values() -> None:
    first, second, third = written()
    assert {name: first[name] for name in first if name != "pay"} == {
        "month": 0, "id": 7, "event": "choice", "open": True, "stage": 3,
    }  # fmt: skip
    np.testing.assert_array_equal(first["pay"], [[1.0, 2.0], [0.0, np.nan]])
    np.testing.assert_array_equal(second["pay"], [[1.0, 3.0], [0.0, np.nan]])
    assert third == {"month": 2, "id": 9, "event": "hired", "tier": 1}
    assert type(first["open"]) is bool and type(third["tier"]) is int


def test_one_person_is_found_among_all() -> None:
    assert [entry["event"] for entry in written().of(9)] == ["choice", "hired"]
    assert [entry["month"] for entry in written().of(7)] == [0] and written().of(8) == []


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda diary: pickle.loads(pickle.dumps(diary))])
def test_a_copy_goes_on_by_itself(twin_of: Callable[[Diary], Diary]) -> None:
    diary = written()
    twin = twin_of(diary)
    twin.write(3, "settled", np.array([7]), {})
    assert [entry["event"] for entry in twin.of(7)] == ["choice", "settled"]
    assert [entry["event"] for entry in diary.of(7)] == ["choice"]
