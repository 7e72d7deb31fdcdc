"""The survey rule: expected answers of each respondent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batiksim.rules.survey import answers

shares = st.floats(0.0, 1.0)


@given(learning=st.lists(shares, min_size=5, max_size=5), luck=shares, effect=st.floats(0.0, 5.0))
def test_answers_sum_to_one(learning: list[float], luck: float, effect: float) -> None:
    replies = answers(np.array([learning]).T, np.zeros((5, 1)), np.array([luck]), effect)
    assert sum(float(reply[0]) for reply in replies) == pytest.approx(1.0)
    assert all(0.0 <= float(reply[0]) <= 1.0 for reply in replies)


def test_yes_counts_what_the_cluster_added_beyond_information() -> None:
    learning = np.array([[0.9, 0.5, 0.4, 0.3, 0.2], [0.9, 0.1, 0.1, 0.1, 0.1], [0.2, 1.0, 1.0, 1.0, 1.0]])
    alone = np.array([[0.1, 0.3, 0.4, 0.5, 0.1], [0.9, 0.5, 0.5, 0.5, 0.5], [0.0] * 5])
    yes, no, unknown = answers(learning.T, alone.T, np.full(3, 0.5), 1.5)
    assert yes == pytest.approx([1.0 - 0.7 * 0.85, 0.0, 0.0])  # gains .2 and .1; none; not reached
    assert no == pytest.approx([0.7 * 0.85, 1.0, 0.0])
    assert unknown.tolist() == [0.0, 0.0, 1.0]
