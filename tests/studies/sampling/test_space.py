"""Points of the cube become values: every prior is covered, and what must hold between parameters holds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, qmc

from batiksim.config.consistency import RULES, Rule
from batiksim.errors import ParameterError, UsageError
from batiksim.scenario import Scenario
from batiksim.studies.sampling import draw_sample
from batiksim.studies.sampling.designs import DESIGNS, points_of
from batiksim.studies.sampling.space import Chain, chosen, space_of
from tests.support.comparisons import scenario

SHARES = ("school.share_junior", "school.share_senior")
WIDE = "uncertainty:\n  school.share_junior: [0.1, 0.6]\n  school.share_senior: [0.3, 0.7]\n"


def column(draws: object, name: str) -> np.ndarray:
    return np.array([draw.values[name] for draw in draws])  # type: ignore[attr-defined]


def test_shares_that_add_up_are_drawn_so() -> None:
    table = draw_sample([scenario("wide", WIDE)], "sobol", 4096, SHARES)
    drawn = np.array([column(table.draws, name) for name in SHARES])
    assert (drawn.sum(axis=0) <= 1.0 + 1e-9).all()
    # The same as the prior of both, of which draws that add up to more are thrown away.
    any_ = qmc.Sobol(2, rng=1).random(8192) * [0.5, 0.4] + [0.1, 0.3]
    kept = any_[any_.sum(axis=1) <= 1.0]
    assert 0.1 < 1.0 - len(kept) / len(any_) < 0.3
    for mine, theirs in zip(drawn, kept.T, strict=True):
        assert ks_2samp(mine, theirs).statistic < 0.02
    assert np.corrcoef(drawn)[0, 1] == pytest.approx(np.corrcoef(kept.T)[0, 1], abs=0.02)


@pytest.mark.parametrize("most", [1.0, None], ids=["sum", "ascending"])
def test_a_rule_of_three_is_kept_evenly(most: float | None) -> None:
    rule = Rule(("a", "b", "c"), most)
    ends = {"a": (0.0, 0.6), "b": (0.1, 0.5), "c": (0.2, 0.9)}
    said = dict.fromkeys(rule.names, (0.2, 0.2))
    cube = qmc.Sobol(3, rng=2).random(2048)
    found = Chain(rule, ends, said).values(cube.T)
    drawn = np.array([found[name] for name in rule.names])
    assert rule.holds(drawn).all()
    low, high = np.array(list(ends.values())).T
    any_ = qmc.Sobol(3, rng=3).random(8192) * (high - low) + low
    kept = any_[rule.holds(any_.T)]
    for mine, theirs in zip(drawn, kept.T, strict=True):
        assert ks_2samp(mine, theirs).statistic < 0.03


def test_a_name_drawn_alone_keeps_to_what_the_scenario_says_of_the_others() -> None:
    wide = scenario("wide", WIDE + "parameters:\n  school.share_senior: {2015-01: 0.65}\n")
    space = space_of(SHARES[:1], [wide])
    values = space.values(np.array([[0.0], [1.0]]))
    assert [one[SHARES[0]] for one in values] == pytest.approx([0.1, 0.35])


def test_a_policy_that_contradicts_draws_is_refused_with_their_number() -> None:
    policy = scenario("more", "parameters:\n  school.share_senior: {2020-01: 0.7}\n")
    with pytest.raises(UsageError, match=r"in \d+ of 64 draws the values that more sets itself break"):
        draw_sample([scenario("wide", WIDE), policy], "sobol", 64, SHARES)


def test_no_shipped_draw_contradicts_itself() -> None:
    table = draw_sample([Scenario.default()], "sobol", 64)
    assert len(table.names) == len(set(table.names)) > 100
    for rule in RULES:
        if set(rule.names) <= set(table.names):
            assert rule.holds(np.array([column(table.draws, name) for name in rule.names])).all()
    for draw in table.draws[:4]:
        Scenario.default().but(dict(draw.values))


@pytest.mark.parametrize("design", DESIGNS)
def test_a_design_is_the_same_each_time_and_covers_the_cube(design: str) -> None:
    points = points_of(design, 33, 4)
    assert np.array_equal(points, points_of(design, 33, 4), equal_nan=True)
    assert np.nanmin(points) >= 0.0 and np.nanmax(points) <= 1.0
    if design in ("sobol", "lhs"):
        assert points.shape == (33, 4)
        assert np.abs(points.mean(axis=0) - 0.5).max() < 0.05
        assert np.array_equal(points_of("sobol", 20, 4), points_of("sobol", 33, 4)[:20])
    elif design == "morris":
        assert points.shape == (30, 4)  # six whole trajectories
        steps = np.abs(np.diff(points.reshape(6, 5, 4), axis=1))
        assert np.allclose(steps.sum(axis=2), 2.0 / 3.0) and ((steps > 0).sum(axis=1) == 1).all()
    else:
        assert points.shape == (33, 4) and np.isnan(points[0]).all()
        assert ((~np.isnan(points[1:])).sum(axis=1) == 1).all()


@pytest.mark.parametrize(
    ("design", "draws", "message"),
    [
        ("morris", 9, "takes 10"),
        ("one-factor", 8, "takes 9"),
        ("sobol", 1, "takes 2"),
        ("sobol", 10**6, "100000"),
        ("grid", 10, "it can be sobol"),
    ],
)
def test_what_a_design_cannot_do_is_told(design: str, draws: int, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        points_of(design, draws, 4)


def test_parameters_are_named_by_name_pattern_or_all() -> None:
    base = Scenario.default()
    assert chosen("school.share_junior, choice.pay", base) == ("choice.pay", "school.share_junior")
    assert "contracts.surplus_cut" in chosen("contracts.*", base)
    assert len(chosen("all", base)) > 100
    with pytest.raises(ParameterError, match=r"choice\.pay"):
        chosen("choice.pai", base)
    with pytest.raises(ParameterError, match="has no prior"):
        chosen("choice.regime", base)


def test_a_missing_library_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "SALib", None)
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(UsageError, match=r"SALib: python -m pip install .*batiksim\[bench\]"):
        points_of("morris", 20, 4)
