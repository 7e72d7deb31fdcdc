"""The page on the start: parts that add up, and a page from any numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from batiksim.config.parameters import load_parameters
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from batiksim.studies.sample import load_core
from tests.support.worlds import world
from tools import shock, start
from tools.start import Course, cases, follow, held, shapley, split
from tools.start_page import write


def made_up() -> start.Courses:
    """Two seeds; the fall is 100 with everything held, and 10, 20, 30, 40 more by each driver."""
    adds = dict(zip(start.DRIVERS, (10, 20, 30, 40), strict=True))
    found: start.Courses = {}
    for case in cases():
        fall = 100 + (sum(adds[name] for name in case) if isinstance(case, frozenset) else 150)
        found[case] = [
            Course(1000, 1000 - fall - seed, 500, 5000 - seed, np.full(4, 4.0 + seed), np.arange(13))
            for seed in (0, 1)
        ]
    return found


def shocks() -> list[shock.Row]:
    """Two seeds a draw: a shock of depth 1 leaves 1,000 workers fewer, and 100 young ones more after 2025; it
    would leave 40 more if nobody were sent home.
    """
    found = []
    for (number, one), seed in product(enumerate(load_core()), (1, 2)):
        luck, told = number + seed, {}
        for pair in shock.PAIRS:
            for depth in (pair.shallow, pair.deep):
                young = 100 if pair.home else 40
                fewer = 5000 - 1000 * depth + luck * depth
                means = [[fewer, fewer], [500 - depth * luck, 500 + young * depth]]
                seen = [[90.0 - depth * 10, depth * 20.0], [90.0, 0.0], [90.0, 0.0], [depth * 30, 0.0]]
                told[pair.key(depth)] = {"means": means, "seen": seen}
        found.append({"draw": one.id, "seed": seed, **told})
    return found


def test_shares_of_two_who_need_each_other_are_equal() -> None:
    worth = {frozenset(""): 0.0, frozenset("a"): 4.0, frozenset("b"): 0.0, frozenset("ab"): 10.0}
    shares = shapley({some: np.array([value]) for some, value in worth.items()})
    assert shares["a"] == 7 and shares["b"] == 3


def test_parts_add_up_to_the_fall() -> None:
    courses = made_up()
    parts = split(courses)
    assert [values[0] for values in parts.values()] == pytest.approx([100, 10, 20, 30, 40, 50])
    assert np.allclose(sum(parts.values()), start.falls(courses, start.WHOLE))


def test_everything_held_switches_off_every_driver_and_covid() -> None:
    changes = held(start.NOTHING)
    assert set(changes) <= set(load_parameters())
    assert held(start.EVERYTHING) == {"covid.drop": 0.0}
    assert len(cases()) == 2 ** len(start.DRIVERS) + 5


def test_the_page_is_written_from_what_was_measured(tmp_path: Path) -> None:
    courses = made_up()
    write(courses, shocks(), 0.1, tmp_path)
    page = (tmp_path / "start.md").read_text(encoding="utf-8")
    assert "| the start: everything held | 100 ± 0 | 40 % |  |  |" in page
    assert "fall by 250 ± 0" in page and (tmp_path / "img" / "start.png").stat().st_size > 10_000
    assert "**not clearly fewer workers**" in page
    younger = [
        replace(one, all_after=4000 - k, young_after=600 + k) for k, one in enumerate(courses[start.DEEP])
    ]
    write(courses | {start.DEEP: younger}, shocks(), 0.1, tmp_path)
    page = (tmp_path / "start.md").read_text(encoding="utf-8")
    assert "leaves fewer workers and **more young ones, which is wrong**" in page


def test_runs_begin_as_they_are_told() -> None:
    begun = {case: follow((case, 1), scale=0.005) for case in (start.NOTHING, start.FIRST)}
    flows, first = (one.ages[np.array(start.BANDS) >= 55].sum() for one in begun.values())
    assert flows > 1.2 * first
    assert start.industry.draw_careers is not start.first_edition


def test_a_deeper_shock_is_told_by_world_and_apart_from_the_pause_in_hiring() -> None:
    members, pair = load_core(), shock.PAIRS[0]
    found = shock.differences(shocks(), members, pair)
    assert found.shape == (len(members), 2, 2)
    assert found[:, 1, 1] == pytest.approx(100 * (pair.deep - pair.shallow))
    assert found[:, 0, 0] == pytest.approx(
        [(pair.deep - pair.shallow) * (number + 1.5 - 1000) for number in range(len(members))]
    )
    page = shock.told_of(shocks(), members)
    assert (
        "in 2020-22 fewer workers and no more young ones, in 2026-35 fewer workers and **more young" in page
    )
    assert "| orders short: 7 |" in page and "adds +18 ± 0 under 30 in 2026-35" in page
    assert "| 15-24 | -3 ± 0 | -3 ± 0 | +6 ± 0 |" in page and "| no batik job then | +9 ± 0 |" in page


def test_a_shock_runs_from_the_past_that_it_shares(tmp_path: Path) -> None:
    member = load_core()[0]
    kept = shock.kept_in(tmp_path, [member], 0.005)
    shock.measure(kept, [member], 1, 0.005, jobs=1)
    shock.measure(kept, [member], 1, 0.005, jobs=1)  # nothing is missing
    (row,) = kept.rows
    whole = run(
        Scenario.default().but({**member.values, shock.DROP: 0.8}), seed=row["seed"], scale=0.005,
        until=shock.UNTIL,
    )  # fmt: skip
    region = whole[whole["place"] == "all"].set_index("month")
    mean = region.loc["2026-01":"2035-12", "batik.workers"].mean()
    assert row["0.8"]["means"][0][1] == pytest.approx(mean, rel=1e-12)
    assert row["0.8"] != row["0.8, nobody sent home"]


def test_who_had_a_batik_job_is_found_again() -> None:
    past = world({}, scale=0.02, until="2012-12").run("2011-06")
    people, had = past.people, past.batik[past.people.employer[past.batik] >= 0]
    age = (past.month - people.birth[had]) / 12.0
    counts = np.array(shock.whereabouts(past, past)) * past.scale
    assert counts[:, 0] == pytest.approx([((age >= 15) & (age < 25)).sum(), ((age >= 25) & (age < 35)).sum(),
                                          (age >= 35).sum(), 0])  # fmt: skip
    assert counts[:3, 1].sum() == 0 and counts[3, 1] == pytest.approx(past.garment_workers)
    later = past.branch().run("2012-12")
    counts = np.array(shock.whereabouts(past, later)) * past.scale
    stay = np.isin(later.people.id[later.batik[later.people.employer[later.batik] >= 0]], people.id[had])
    assert counts[:3, 0].sum() == pytest.approx(stay.sum()) and counts[3, 0] == pytest.approx((~stay).sum())
