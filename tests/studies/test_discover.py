"""`discover`: known boxes are found, noise has none, and what is told was held out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.i18n.texts import speaking
from batiksim.present.discover import paragraph
from batiksim.studies.discover import discover
from batiksim.studies.discover.prim import find_box
from batiksim.studies.sampling.designs import points_of
from batiksim.studies.study import Study
from tests.cli.test_output import as_promised
from tests.support.made_up_sweep import made_up

NAMES = ("choice.pay", "contracts.surplus_cut", "demand.loss", "other.offer")
WORKERS = "batik.workers"
ASKED: dict[str, Any] = {"indicator": WORKERS, "below": 1000.0}


def test_a_known_box_is_found() -> None:
    points = points_of("sobol", 512, 6)
    inside = (points[:, 1] > 0.6) & (points[:, 4] < 0.4)
    box = find_box(points, inside)
    assert box.limited == [1, 4]
    assert box.low[1] == pytest.approx(0.6, abs=0.03) and box.high[4] == pytest.approx(0.4, abs=0.03)
    assert box.high[1] == 1.0 and box.low[4] == 0.0


def test_a_box_in_the_middle_is_found_through_wrong_answers() -> None:
    points = points_of("lhs", 500, 4)
    rng = np.random.default_rng(1)
    inside = (np.abs(points[:, 2] - 0.5) < 0.2) & (points[:, 0] > 0.3)
    hits = np.where(rng.random(500) < 0.1, ~inside, inside)
    box = find_box(points, hits)
    assert box.limited == [0, 2]
    ends = (box.low[0], box.low[2], box.high[2])
    assert ends == pytest.approx((0.3, 0.3, 0.7), abs=0.05)


def test_words_are_peeled_as_a_whole() -> None:
    points = points_of("lhs", 300, 2)
    points[:, 0] = (np.floor(points[:, 0] * 3) + 0.5) / 3
    box = find_box(points, points[:, 0] > 0.6)
    assert box.limited == [0] and 0.5 < box.low[0] < 5 / 6


def test_the_whole_cube_is_the_answer_where_nothing_gains() -> None:
    points = points_of("lhs", 100, 3)
    assert not find_box(points, np.ones(100, dtype=bool)).limited


def few_below(points: np.ndarray) -> np.ndarray:
    return np.where((points[:, 0] > 0.5) & (points[:, 2] < 0.6), 900.0, 1100.0)


@cache
def known() -> Study:
    """Sets below 1,000 where pay counts much and little is lost; tests only look at it."""
    return made_up("sobol", 128, NAMES, few_below, lambda points: -50.0 * points[:, 3], noise=5.0, seeds=2)


def test_a_box_of_a_sweep_is_told_in_its_units_and_held_out() -> None:
    found = discover(known(), **ASKED)
    limits = found.limits.set_index("parameter")
    assert set(limits.index) == {"choice.pay", "demand.loss"}
    assert limits.loc["choice.pay", "low"] == pytest.approx(2.0, abs=0.1)  # the prior is 1 to 3
    assert limits.loc["demand.loss", "high"] == pytest.approx(0.21, abs=0.02)  # and 0 to .35
    assert found.stands and found.density > 0.9 and found.coverage > 0.9
    assert found.held_density > 0.8 and found.held_coverage > 0.8
    assert found.sets == 128 and 0.2 < found.base < 0.4
    other = discover(known(), WORKERS, above=1000.0)
    assert other.hits + found.hits == 128


def test_an_emulator_is_asked_at_further_sets_but_held_to_real_ones() -> None:
    study = made_up(
        "lhs",
        60,
        NAMES,
        lambda points: 800.0 + 400.0 * points[:, 1],
        lambda points: points[:, 0],
        noise=5.0,
        seeds=2,
    )
    found = discover(study, WORKERS, below=1000.0, on="emulator")
    assert found.limits["parameter"].tolist() == ["contracts.surplus_cut"]
    assert found.limits["high"].iloc[0] == pytest.approx(0.21, abs=0.01)  # the prior is .12 to .3
    assert found.score > 0.95 and found.sets == 60 and found.held_density > 0.85


def test_noise_has_no_box_that_stands() -> None:
    study = made_up(
        "lhs", 60, NAMES, lambda points: np.full(len(points), 900.0), few_below, noise=50.0, seeds=2
    )
    found = discover(study, WORKERS, below=890.0)
    assert not found.stands and found.held_density < 0.7
    for lang, words in (("en", "No box stands"), ("id", "Tidak ada kotak")):
        with speaking(lang):
            assert words in paragraph(found)


def test_an_effect_has_its_own_box() -> None:
    found = discover(known(), WORKERS, of="effect", below=-25.0)
    assert found.limits["parameter"].tolist() == ["other.offer"] and found.asked.scenario == "policy"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"below": None}, "one of above and below"),
        ({"above": 3.0}, "one of above and below"),
        ({"below": float("nan")}, "one of above and below"),
        ({"below": 1.0}, r"0 of 128 sets .* above 109"),
        ({"on": "runs"}, "means, emulator"),
        ({"indicator": "batik.worker"}, "batik.workers"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        discover(known(), **{**ASKED, **asked})


def test_a_walk_does_not_fill_the_space() -> None:
    study = made_up("morris", 20, NAMES, few_below, few_below, noise=5.0, seeds=2)
    with pytest.raises(UsageError, match="sobol, lhs"):
        discover(study, **ASKED)


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("discover", str(known().folder), "--indicator", WORKERS)
    assert main([*words, "--below", "1000", "--json", "--csv", "box.csv"]) == 0
    found = as_promised("discover", capsys.readouterr().out)
    assert found["stands"] and len(found["limits"]) == 2 and Path("box.csv").is_file()
    assert main([*words, "--below", "1000", "--lang", "id"]) == 0
    assert "set yang disisihkan" in " ".join(capsys.readouterr().out.split())
    assert main(list(words)) == 2
    assert "above" in capsys.readouterr().err
