"""Whether scales agree: the interval against a known case, and the whole tool in a tiny region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from batiksim.studies.binding import HANDS_SHORT
from batiksim.studies.sample import Member
from tools import scales
from tools.scales import NO, OPEN, YES, fieller, judged


@pytest.mark.parametrize("luck", [0.0, 2.0])
def test_the_interval_of_a_ratio_covers_it_as_often_as_it_says(luck: float) -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        same = luck * rng.normal(size=12)  # luck that both share, of the first seeds
        part, whole = rng.normal(90.0, 9.0, 40), rng.normal(100.0, 1.0, 12)
        part[:12] += same
        low, high = fieller(part, whole + same, 12 if luck else 0)[1:]
        held += low <= 0.9 <= high
    assert 0.88 < held / 2000 < 0.93


def test_shared_luck_narrows_the_interval() -> None:
    rng = np.random.default_rng(2)
    same = rng.normal(size=20)
    part, whole = 90.0 + same + 0.1 * rng.normal(size=20), 100.0 + same + 0.1 * rng.normal(size=20)
    width = {shared: np.ptp(fieller(part, whole, shared)[1:]) for shared in (0, 20)}
    # Of 1 + .9² variances of the luck both have, (1 - .9)² is left.
    assert width[20] < 0.15 * width[0]


def test_the_interval_of_a_ratio_without_spread_is_the_ratio() -> None:
    assert fieller(np.full(3, 9.0), np.full(3, 10.0), 3) == pytest.approx((0.9, 0.9, 0.9))
    assert np.isnan(fieller(np.ones(1), np.ones(3), 0)).all()
    assert np.isnan(fieller(np.ones(3), np.array([-1.0, 0.0, 1.5]), 0)).all()


@pytest.mark.parametrize(
    ("centre", "spread", "verdict"),
    [(1.0, 0.001, YES), (1.1, 0.001, NO), (1.0, 0.2, OPEN), (1.01, 0.01, OPEN)],
)
def test_a_verdict_takes_the_whole_interval(centre: float, spread: float, verdict: str) -> None:
    part = centre + spread * np.array([-1.0, 0.0, 1.0])
    assert judged(part, np.ones(3), 0, 0.01).verdict == verdict


def test_a_number_is_read_from_the_smallest_scale_above_which_all_hold() -> None:
    def one(scale: float, draw: str, verdict: str) -> tuple[tuple[str, str, float, str], scales.Ratio]:
        return ("firms.count", "2020-12", scale, draw), scales.Ratio(1.0, 1.0, 1.0, verdict)

    found = dict([one(0.1, "a", YES), one(0.1, "b", YES), one(0.3, "a", YES), one(0.3, "b", YES)])
    assert scales.smallest(found, "firms.count", "2020-12", (0.1, 0.3, 1.0)) == 0.1
    found |= dict([one(0.1, "b", OPEN)])
    assert scales.smallest(found, "firms.count", "2020-12", (0.1, 0.3, 1.0)) == 0.3
    found |= dict([one(0.1, "b", YES), one(0.3, "a", NO)])
    assert scales.smallest(found, "firms.count", "2020-12", (0.1, 0.3, 1.0)) == 1.0


def test_runs_are_kept_and_the_page_written(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    members = [Member("hands-1", HANDS_SHORT, {"choice.batik": -4.0})]
    out = tmp_path / "scales.md"
    sizes, years = (0.005, 0.01), ("2011-12",)
    for _ in range(2):
        scales.main(
            ["--work", str(tmp_path / "runs"), "--minutes", "0", "--jobs", "1"], members, sizes, years, out
        )
    printed = capsys.readouterr().out
    assert "round 2" in printed and "round 3" not in printed  # the second time everything was there
    assert printed.count("scales.md: 12 runs") == 2
    page = out.read_text(encoding="utf-8")
    assert "8 at 0.005, 4 at 0.01" in page and "| batik.workers_under_30 | 2011-12 | 0.98 .. 1.02 |" in page
