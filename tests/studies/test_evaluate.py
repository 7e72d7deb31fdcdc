"""One call for researchers: what can vary, and what comes of it, as `run` would give it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import batiksim as bs
from batiksim.errors import InputError

NAMES = ["batik.workers_under_30", "batik.regeneration_ratio", "owners.count"]
CHANGES = {"contracts.surplus_cut": 0.1, "garment.umk_growth": {"2011-09": 0.1}}


def test_it_is_what_a_run_gives() -> None:
    frame = bs.run(bs.Scenario.default().but(CHANGES), seed=4, scale=0.01, until="2012-03")
    of = frame.set_index(["month", "place"])
    asked = {"indicators": NAMES, "seed": 4, "scale": 0.01}
    found = bs.evaluate(CHANGES, at=["2012-01", "2011-02"], **asked)
    assert list(found) == ["2012-01", "2011-02"]
    for month, values in found.items():
        np.testing.assert_array_equal([values[name] for name in NAMES], of.loc[(month, "all")][NAMES])
    assert math.isnan(found["2011-02"]["batik.regeneration_ratio"])
    assert bs.evaluate(CHANGES, at="2012-01", **asked) == found["2012-01"]
    kauman = bs.evaluate(CHANGES, at="2011-02", place="kauman", **asked)
    assert kauman[NAMES[0]] == of.loc[("2011-02", "kauman")][NAMES[0]]


def test_scenarios_go_by_name_file_or_themselves(tmp_path: Path) -> None:
    policy = bs.Scenario.default().with_intervention("training", since="2011-02", seats=5000)
    (tmp_path / "courses.yaml").write_text(policy.to_yaml(), encoding="utf-8")
    asked = {"indicators": ["batik.workers", "public.cost"], "at": "2011-06", "scale": 0.01}
    ours, file = (bs.evaluate({}, scenario=one, **asked) for one in (policy, str(tmp_path / "courses.yaml")))
    assert ours == file and ours["public.cost"] > 0
    assert bs.evaluate({}, scenario="baseline", **asked) == bs.evaluate({}, **asked) != ours


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"indicators": ["batik.worker"]}, r"batik\.worker \(did you mean batik\.workers\?\)"),
        ({"changes": {"contracts.surpluscut": 0.1}}, r"did you mean contracts\.surplus_cut\?"),
        ({"changes": {"contracts.surplus_cut": 9}}, r"outside 0\.\.0\.9"),
        ({"place": "kaumann"}, r"did you mean kauman\?"),
        ({"at": "2011-13"}, "is not a month"),
        ({"at": []}, "at least one month"),
        ({"scenario": "trainin"}, "training"),
        ({"scale": 0.0}, "scale"),
    ],
)
def test_what_does_not_exist_is_refused(wrong: dict[str, object], message: str) -> None:
    asked = {"changes": {}, "indicators": ["batik.workers"], "at": "2011-01", "scale": 0.01} | wrong
    with pytest.raises(InputError, match=message):
        bs.evaluate(asked.pop("changes"), **asked)


def test_priors_are_those_of_the_parameters() -> None:
    known = bs.load_parameters()
    table = bs.priors()
    assert table["name"].tolist() == [name for name, one in known.items() if one.prior]
    for row in table.itertuples():
        parameter = known[row.name]
        assert (row.low, row.high) == parameter.prior and row.prior == "uniform"
        assert row.default == parameter.value and row.unit == parameter.unit
        assert row.low < row.high
    assert table[["low", "high", "default"]].dtypes.eq("float64").all()
    few = bs.priors("contracts.surplus_*", lang="id")
    assert few["name"].tolist() == [f"contracts.surplus_{what}" for what in ("cut", "hand", "stamp")]
    assert few["label"][0] == known["contracts.surplus_cut"].label["id"]
    for row in few.itertuples():  # every end is a value that the model takes
        bs.Scenario.default().but({row.name: row.low}).but({row.name: row.high})


def test_a_scenario_states_ranges_and_words_of_its_own() -> None:
    scenario = bs.Scenario.parse(
        "extends: baseline\nparameters: {contracts.surplus_cut: 0.25}\n"
        "uncertainty: {contracts.surplus_cut: [0.1, 0.4], choice.regime: [orders-short, hands-short]}\n"
    )
    table = bs.priors(scenario=scenario).set_index("name")
    assert table.loc["contracts.surplus_cut", ["low", "high", "default"]].tolist() == [0.1, 0.4, 0.25]
    regime = table.loc["choice.regime"]
    assert (regime["prior"], regime["options"], regime["default"]) == (
        "words",
        ("orders-short", "hands-short"),
        "orders-short",
    )
    assert math.isnan(regime["low"])
    assert "choice.regime" not in set(bs.priors()["name"])


def test_a_pattern_that_fits_nothing_is_refused() -> None:
    with pytest.raises(bs.InputError, match=r"contract\.\* \(did you mean contracts\?\)"):
        bs.priors("contract.*")
    empty = bs.priors("choice.regime")
    assert isinstance(empty, pd.DataFrame) and empty.empty and "low" in empty


def test_a_design_goes_round() -> None:
    ranges = bs.priors("contracts.surplus_cut")
    middle = {row.name: (row.low + row.high) / 2 for row in ranges.itertuples()}
    value = bs.evaluate(middle, indicators=["batik.workers"], at="2011-01", scale=0.01)["batik.workers"]
    assert value > 0
