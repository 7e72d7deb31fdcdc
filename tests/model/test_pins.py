"""Results of the model are pinned: every column and month of its tables, by run (`python -m tools.pins`)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tools import pins

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pinned() -> pd.DataFrame:
    return pd.read_parquet(pins.PINS)


@pytest.mark.parametrize("scale", pins.SCALES)
@pytest.mark.parametrize("seed", pins.SEEDS)
@pytest.mark.parametrize("scenario", pins.SCENARIOS)
def test_results_are_those_pinned(pinned: pd.DataFrame, scenario: str, seed: int, scale: float) -> None:
    wanted = pinned[(pinned["scenario"] == scenario) & (pinned["seed"] == seed) & (pinned["scale"] == scale)]
    both = wanted.merge(pins.pins(scenario, seed, scale), on=pins.WHERE, how="outer", suffixes=("", "_now"))
    if pins.MADE_ON.read_text(encoding="utf-8").strip() == pins.this_platform():
        differs = ~(both["digest"] == both["digest_now"])
    else:
        differs = ~np.isclose(both["total"], both["total_now"], rtol=1e-9, atol=1e-9)
    assert len(both) == len(wanted) > 2700
    assert not differs.any(), both[differs].sort_values("year").head(20).to_string()


def test_every_year_and_table_is_pinned(pinned: pd.DataFrame) -> None:
    assert set(pinned["table"]) == {"series", "ages", "incomes", "costs"}
    assert set(pinned["year"]) == set(range(2011, 2041))
    assert len(pinned.groupby(pins.RUN)) == len(pins.SCENARIOS) * len(pins.SEEDS) * len(pins.SCALES)
