"""Every parameter at both ends of its range, and many at once: indicators stay within theirs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from batiksim.config.parameters import Parameter, load_parameters
from batiksim.errors import InputError
from batiksim.model.batik_model import BatikModel
from batiksim.recording.indicators import load_indicators
from batiksim.scenario import Scenario

ROUNDING = 1e-9
FAMILIES = sorted({name.partition(".")[0] for name in load_parameters()})


def ends(parameter: Parameter) -> tuple[object, ...]:
    return parameter.bounds or parameter.options or (False, True)


def strays(table: pd.DataFrame) -> list[str]:
    """Indicators that leave their range, or are undefined although they are no ratio.

    Over the centres of the nation, the groups city and regency have no places and are empty as a whole.
    """
    table = table.dropna(how="all", subset=list(load_indicators()))
    found = [] if "all" in set(table["place"]) else ["nothing is known of the whole region"]
    for name, indicator in load_indicators().items():
        values = table[name].to_numpy()
        low, high = (-np.inf if indicator.range[0] is None else indicator.range[0]), indicator.range[1]
        high = np.inf if high is None else high
        known = values[~np.isnan(values)]
        if not ((known >= low - ROUNDING) & (known <= high + ROUNDING) & np.isfinite(known)).all():
            found.append(f"{name}: {known.min():g}..{known.max():g} is not within {indicator.allowed}")
        if indicator.kind != "ratio" and known.size < values.size:
            found.append(f"{name}: undefined")
    return found


def results(changes: Mapping[str, object], months: int = 3) -> pd.DataFrame | None:
    """A tiny run, or None if the numbers contradict each other; warnings are errors here."""
    try:
        scenario = Scenario.default().but(changes)
    except InputError as error:
        assert "must hold, but in 2011-01 it would read" in str(error)
        return None
    until = f"{2011 + (months - 1) // 12}-{(months - 1) % 12 + 1:02}"
    return BatikModel(scenario, seed=3, scale=0.005, until=until).run().results()


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_parameter_at_both_ends_keeps_every_indicator_in_its_range(family: str) -> None:
    wrong = {}
    for name, parameter in load_parameters().items():
        if name.startswith(f"{family}."):
            for value in ends(parameter):
                table = results({name: value})
                if table is not None and (found := strays(table)):
                    wrong[f"{name} = {value}"] = found
    assert not wrong


# One parameter at a time says nothing of the corners; these are drawn once and stay the same.
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_many_parameters_at_their_ends_keep_every_indicator_in_its_range(seed: int) -> None:
    rng = np.random.default_rng(seed)
    changes: dict[str, object] = {}
    for name, parameter in load_parameters().items():
        if parameter.bounds and rng.random() < 0.15 and not name.startswith("population.cohort"):
            more = changes | {name: ends(parameter)[rng.integers(2)]}
            try:
                Scenario.default().but(more)
            except InputError:
                continue
            changes = more
    table = results(changes, months=6)
    assert table is not None and not strays(table), changes


def test_a_stray_is_found() -> None:
    table = results({}, months=1)
    assert table is not None and not strays(table)
    table["batik.share_women"] += 1.0
    table.loc[0, "batik.workers"] = np.nan
    assert [stray.partition(":")[0] for stray in strays(table)] == ["batik.workers", "batik.share_women"]


def test_owners_may_lose_money_and_it_is_said() -> None:
    """A wage floor that everybody keeps makes some months cost more than they bring."""
    indicator = load_indicators()["chain.share_owner"]
    assert indicator.range == (None, 1) and "below 0" in indicator.formula["en"]
    assert "di bawah 0" in indicator.formula["id"]
