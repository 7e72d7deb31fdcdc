"""Which side binds, from made-up numbers of workers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from batiksim.studies import binding as side
from batiksim.studies.binding import binding, levers, people_to_ask, world

NAMES = ("baseline", side.MORE_ORDERS, side.MORE_ACCEPTANCES, side.INFORMATION, side.FAR_MORE_ORDERS)


def study(rows: dict[tuple[str, int, int], tuple[float, ...]]) -> Any:
    """Workers of the five scenarios by (regime, draw, seed) in December; before 2026 there are none."""
    index = [(regime, name, draw, seed) for regime, draw, seed in rows for name in NAMES]
    levels = [level for levels in rows.values() for level in levels]
    months = [f"{year}-12" for year in range(2020, 2041)]
    wide = pd.DataFrame(
        [[0.0 if month < "2026" else level for month in months] for level in levels],
        pd.MultiIndex.from_tuples(index, names=["regime", "scenario", "draw", "seed"]), months,
    )  # fmt: skip
    regimes = list(dict.fromkeys(regime for regime, _, _ in rows))
    return SimpleNamespace(
        baseline="baseline", regimes=regimes, numbers=SimpleNamespace(indicator=lambda name: wide)
    )


def test_a_world_is_called_by_what_reaches_further() -> None:
    assert world(100.0, 49.0) == "hands-short" and world(-100.0, 49.0) == "orders-short"
    assert world(100.0, 50.0) == world(-100.0, 51.0) == world(0.0, 0.0) == "between"
    assert world(1e6, float("nan")) == "between"
    assert world(1.0, 0.0) == "hands-short"


def test_elasticities_reach_and_their_errors() -> None:
    found = binding(study({
        ("orders-short", 0, 1): (1000.0, 1060.0, 1010.0, 1100.0, 1400.0),
        ("orders-short", 0, 2): (1000.0, 1080.0, 1030.0, 1140.0, 1420.0),
        ("hands-short", 0, 1): (2000.0, 2020.0, 2100.0, 3000.0, 2100.0),
        ("hands-short", 0, 2): (2000.0, 2020.0, 2100.0, 3000.0, 2100.0),
    })).set_index("regime")  # fmt: skip
    mine = found.loc["orders-short"]
    assert mine["orders"] == pytest.approx(0.7) and mine["orders_se"] == pytest.approx(0.1)
    assert mine["acceptances"] == pytest.approx(0.2) and mine["acceptances_se"] == pytest.approx(0.1)
    assert (mine["information"], mine["more_orders"], mine["gap"]) == pytest.approx((120, 410, -290))
    assert (mine["information_se"], mine["more_orders_se"], mine["gap_se"]) == pytest.approx((20, 10, 10))
    assert list(found["world"]) == ["orders-short", "hands-short"]


def test_draws_of_a_regime_share_one_spread_over_seeds() -> None:
    def levels(information: float) -> tuple[float, ...]:
        return 1000.0, 1000.0, 1000.0, 1000.0 + information, 1000.0

    pairs = enumerate(((10, 14), (2, 6), (-4, 0)))
    rows = {
        ("orders-short", draw, seed): levels(value) for draw, pair in pairs for seed, value in enumerate(pair)
    }
    found = binding(study(rows))
    assert list(found["gap"]) == pytest.approx([12.0, 4.0, -2.0])
    assert found["gap_se"].to_numpy() == pytest.approx(
        np.sqrt(8.0 / 2.0)
    )  # sigma squared 8, two seeds a draw
    assert list(found["world"]) == ["hands-short", "between", "between"]
    alone = binding(study({("orders-short", 0, 1): levels(500.0)}))
    assert np.isnan(alone["gap_se"].iloc[0]) and list(alone["world"]) == ["between"]


def test_a_pair_that_failed_is_left_out() -> None:
    made = study({("hands-short", 0, seed): (100.0, 110.0, 110.0, 130.0, 110.0 + seed) for seed in (1, 2, 3)})
    wide = made.numbers.indicator("").drop(("hands-short", side.INFORMATION, 0, 3))
    made.numbers.indicator = lambda name: wide
    assert binding(made)["more_orders"].iloc[0] == pytest.approx(11.5)


def test_the_levers_begin_together_and_only_they_differ() -> None:
    base, *others = levers()
    assert [one.stem for one in others] == list(NAMES[1:])
    assert len({one.hash for one in (base, *others)}) == 5
    assert all(one.value(name, 179) == base.value(name, 179) for one in others for name in ("choice.batik",))
    accepting = others[1]
    assert accepting.value("choice.more_acceptances", 179) == 0.0
    assert accepting.value("choice.more_acceptances", 180) == side.NUDGE


def test_how_many_to_ask() -> None:
    # 1.281552 (.458258 + .217945) / .25 = 3.466360, squared 12.02
    assert people_to_ask(0.3, 0.05) == people_to_ask(0.05, 0.3) == 13
    assert people_to_ask(0.2, 0.1) == 81 and people_to_ask(0.2, 0.1, power=0.5) == 0
    luck = np.random.default_rng(1).binomial(81, [[0.2], [0.1]], (2, 20_000)) / 81
    border = (0.2 * np.sqrt(0.1 * 0.9) + 0.1 * np.sqrt(0.2 * 0.8)) / (np.sqrt(0.1 * 0.9) + np.sqrt(0.2 * 0.8))
    assert (luck[0] > border).mean() == pytest.approx(0.9, abs=0.03)
    assert (luck[1] < border).mean() == pytest.approx(0.9, abs=0.03)
