"""Drawing the core of the sample, at a size that says nothing: that draws depend on nothing but their number,
that stages refuse what they must, and that the chosen lie apart.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from batiksim.errors import UsageError
from batiksim.scenario import Scenario
from batiksim.studies.binding import BETWEEN, HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import Member, read_sample, uncertain, write_sample
from tools import core, screening, solving
from tools.calibration import fit_rows
from tools.kept import ROWS, Kept
from tools.screening import (
    FEW,
    LIKING,
    PASSED,
    Plan,
    Reach,
    Stage,
    measure_world,
    points,
    quantiles,
    screen,
    values_at,
)

TINY = Reach(scale=0.005, seeds=2)
OPEN = Stage("open", 0.005, "2011-12", {"pay_2011": (0.0, 9.0)})
SHUT = Stage("shut", 0.005, "2011-12", {"pay_2011": (8.0, 9.0)})


def test_a_draw_depends_on_its_number_alone() -> None:
    first = list(islice(points(0), 300))
    again = list(islice(points(290), 10))
    assert [number for number, _ in again] == list(range(290, 300))
    for (_, one), (_, other) in zip(first[290:], again, strict=True):
        assert np.array_equal(one, other)


def test_draws_fill_every_prior_evenly() -> None:
    where = np.stack([quantiles(values_at(point)) for _, point in islice(points(0), 256)])
    known = uncertain()
    numbers = [k for k, (name, one) in enumerate(known.items()) if one.type == "number" and name != LIKING]
    few = where[:, list(known).index(LIKING)] < FEW
    assert abs(few.sum() - 128) <= 2  # every second draw lies where few like batik work
    quarters = np.floor(where[:, numbers] * 4).clip(0, 3)
    for quarter in range(4):
        assert np.abs((quarters == quarter).sum(axis=0) - 64).max() <= 2


def test_a_draw_is_refused_by_the_first_stage_it_misses() -> None:
    number, point = next(points(0))
    found = screen(number, point, Plan((OPEN, SHUT, OPEN), TINY))
    assert (found["failed"], found["missed"]) == ("shut", ["pay_2011"])
    passed = screen(number, point, Plan((OPEN,), TINY))
    assert passed["failed"] == PASSED and passed["world"] in (HANDS_SHORT, ORDERS_SHORT, BETWEEN)
    assert 0.0 < passed["found"]["open"]["pay_2011"] < 9.0
    assert passed == screen(number, point, Plan((OPEN,), TINY))


def test_values_that_contradict_each_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "values_at", lambda point: {"skill.entry": 0.7, "skill.family": 0.7})
    found = screen(0, np.zeros(len(uncertain())), Plan((), TINY))
    assert found["failed"] == screening.CONSISTENT and "skill.family" in found["missed"][0]


def test_a_world_is_told_from_the_reach_of_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    gains = {1: [10.0, 2.0], 2: [12.0, 3.0], 3: [2.0, 10.0], 4: [3.0, 12.0]}
    monkeypatch.setattr(screening, "_gains", lambda settings, reach, seed: gains[seed])
    told = {seed: measure_world(Scenario.default(), Reach(seeds=2), seed) for seed in (1, 2, 3)}
    assert [told[seed]["world"] for seed in (1, 2, 3)] == [HANDS_SHORT, BETWEEN, ORDERS_SHORT]
    assert told[1]["reaches"] == [11.0, 2.5] and told[1]["errors"] == [1.0, 0.5]


def test_an_early_stage_forgives_what_a_small_region_does() -> None:
    stage = screening.early("start", 0.005, "2011-12", seeds=2)
    for target in fit_rows().values():
        if target.name in stage.bands:
            low, high = stage.bands[target.name]
            assert low <= target.low and high >= target.high
    assert "pay_2011" in stage.bands and "recruiting_2012" not in stage.bands


def test_the_chosen_lie_apart_and_in_both_worlds() -> None:
    where = np.array([[0.0], [0.01], [0.5], [0.51], [0.98], [1.0], [0.99]])
    worlds = [HANDS_SHORT, HANDS_SHORT, HANDS_SHORT, ORDERS_SHORT, ORDERS_SHORT, ORDERS_SHORT, BETWEEN]
    chosen = core.choose(worlds, where, size=3, least=1)
    assert np.diff(where[chosen, 0]).min() >= 0.49
    assert {HANDS_SHORT, ORDERS_SHORT} <= {worlds[k] for k in chosen}
    assert len(core.choose(worlds, where, size=6, least=3)) == 6
    assert core.choose([HANDS_SHORT], where[:1]) == [0]


def test_what_was_screened_is_kept_and_gone_on_with(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    plan = Plan((OPEN,), TINY)
    kept = Kept(tmp_path, {"plan": repr(plan)})
    core.screen_more(kept, plan, jobs=2, seconds=600.0, draws=3, enough=100)
    assert sorted(row["number"] for row in kept.rows) == [0, 1, 2]
    with open(tmp_path / ROWS, "a", encoding="utf-8") as file:
        file.write(json.dumps(kept.rows[0])[:20])  # killed while it wrote
    again = Kept(tmp_path, {"plan": repr(plan)})
    assert again.rows == kept.rows
    number, point = next(points(1))
    assert screen(number, point, plan) in again.rows  # whichever process it was
    with pytest.raises(UsageError, match="another question"):
        Kept(tmp_path, {"plan": "another"})

    chosen = core.members([row for row in core.unbroken(kept.rows) if row["failed"] == PASSED])
    assert read_sample(write_sample(one for one, _ in chosen)) == tuple(one for one, _ in chosen)
    for _, found in chosen:  # a plan of one row leaves the others out
        for row in fit_rows().values():
            found["found"].setdefault(f"fit at {row.least_scale:g}", {})[row.name] = 0.5
    page = core.page(kept.rows, chosen, plan)
    assert "3 draws over the priors" in page and "| pay_2011 | city, 2011-12 |" in page


def test_members_are_known_by_their_numbers() -> None:
    drawn = [Member(str(number), BETWEEN, values_at(point)) for number, point in islice(points(0), 40, 43)]
    assert screening.numbers_of(drawn) == {"40": 40, "41": 41, "42": 42}
    moved = Member("moved", BETWEEN, {**drawn[0].values, "choice.pay": 1.0})
    with pytest.raises(ValueError, match="not among the first 64 draws: moved"):
        screening.numbers_of([moved], most=64)


def test_the_sample_is_held_against_the_list_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    _, point = next(points(0))
    monkeypatch.setattr(core, "load_core", lambda: (Member("one", BETWEEN, values_at(point)),))
    monkeypatch.setattr(core, "read_again", met)
    assert core.main(["--check", "--jobs", "1"]) == 1
    told = capsys.readouterr().out
    assert f"one: {len(fit_rows()) - 1} of {len(fit_rows())} fit rows; missed: pay_2011 9 (0.4" in told
    assert "0 of 1 draws meet every row" in told


def test_a_row_is_read_again_as_it_was_when_the_draw_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    number, point = next(points(0))
    monkeypatch.setattr(core, "whole_list", lambda: [OPEN])
    passed = screen(number, point, Plan((OPEN,), TINY))
    assert core.read_again((Member("first", BETWEEN, values_at(point)), number)) == passed["found"]["open"]


def met(task: tuple[Member, int]) -> dict[str, float]:
    """A run that misses one row."""
    low_high = {name: row.band for name, row in fit_rows().items()}
    return {name: max(low, min(high, 1.0)) for name, (low, high) in low_high.items()} | {"pay_2011": 9.0}


def test_draws_after_a_missing_one_do_not_count() -> None:
    assert core.unbroken([{"number": 2}, {"number": 0}, {"number": 4}, {"number": 1}]) == [
        {"number": 0},
        {"number": 1},
        {"number": 2},
    ]


def test_what_the_fit_list_pins_down_is_solved_for() -> None:
    assert solving.fine_share(0.6, 0.5, 0.5) == pytest.approx(0.6)
    # 20 of 100 hand orders are made by masters: 80 are plain, D (1 - f) of them.
    share = solving.fine_share(0.6, 1.0 - 20.0 / (0.6 * 80.0 / 0.4), 0.2)
    assert 20.0 / (share * 80.0 / (1.0 - share)) == pytest.approx(0.8)
    assert solving.outside({solving.FINE: 0.3, solving.OFFER: 0.01}) == [solving.OFFER]
    aims = [solving.aim({solving.FINE: place, solving.OFFER: place}) for place in (0.0, 1.0)]
    assert aims[0].fine < aims[1].fine and aims[0].unemployment < aims[1].unemployment


def test_a_draw_meets_what_it_aims_at() -> None:
    base: dict[str, float] = {}
    there = {solving.FINE: 0.5, solving.OFFER: 0.5}
    solved = solving.solve(base, there, 1, 0.02)
    found, wanted = solving.measured({**base, **solved}, 1, 0.02), solving.aim(there)
    assert found.fine == pytest.approx(wanted.fine, abs=0.1)
    assert found.unemployment == pytest.approx(wanted.unemployment, abs=0.006)
