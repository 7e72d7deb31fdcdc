"""Founding (E7-f): masters found firms, the more with capital, when empowered, and where owners earn well."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import firms
from batiksim.rules import lifecycle
from tests.support.worlds import world

UNTIL = "2013-12"


def region(**changes: Any) -> tuple[BatikModel, float]:
    """A region in which many found, and how many did."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    model = world({"firms.founding": 2.0} | named, scale=0.02, until=UNTIL)
    founded = 0.0
    while model.month < model.last:
        model.step()
        founded += model.flows["foundings"].sum()
    return model, founded


def test_nobody_founds_at_none_or_without_access_to_capital() -> None:
    assert region(firms__founding=0.0)[1] == 0.0
    assert region(learning__capital=False)[1] == 0.0


def test_the_empowered_found_more_unless_the_switch_is_off() -> None:
    more, less = (region(firms__founding_empowerment=psi)[1] for psi in (20.0, 0.0))
    assert more > 1.3 * less > 0.0
    off = {"learning__empowerment": False}
    assert (
        region(firms__founding_empowerment=20.0, **off)[1]
        == region(firms__founding_empowerment=0.0, **off)[1]
    )


def test_where_owners_earn_little_few_found() -> None:
    plain, usual = region()
    poor, founded = region(contracts__mori_price={"2011-01": 1.0, "2012-01": 1.8})
    assert 0.0 < firms.profit(poor) < 0.9 * firms.profit(plain)
    assert founded < 0.9 * usual


def test_profit_is_compared_with_the_first_year() -> None:
    model = world(until="2012-06")
    for month in range(18):
        model.step()
        if month <= firms.FIRST_YEAR_ENDS:
            assert firms.profit(model) == pytest.approx(1.0, rel=1e-12)
    assert firms.profit(model) != 1.0


def test_a_chance_a_year_is_one_of_twelve_months() -> None:
    a_year = lifecycle.founding_chance(
        np.array([0.0, 0.1, 1.0]), np.array([1.0, 0.0, 1.0]), 1.0, most=0.5, per_empowerment=5.0
    )
    np.testing.assert_allclose(a_year, [0.0, 0.05, 1.0])
    np.testing.assert_allclose(1.0 - (1.0 - lifecycle.monthly(a_year)) ** 12, a_year)
    assert lifecycle.founding_chance(np.ones(1), np.ones(1), -1.0, most=0.5, per_empowerment=5.0)[0] == 0.0
