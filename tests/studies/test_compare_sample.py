"""`compare` under the plausible sample: which draws, which seeds, and that nothing else decides the bytes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from batiksim.errors import UsageError
from batiksim.scenario import Scenario
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.compare import compare, resume
from batiksim.studies.sample import load_sample, taken, usual_sample, write_sample
from batiksim.studies.study import Study
from tests.runs.test_engine import Stop, stop_after
from tests.studies.test_sample import member
from tests.support.comparisons import SAME, scenario, two

TINY = {"scale": 0.005, "until": "2012-12", "jobs": 1, "full_scale": 0}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample of three draws, two of them with short orders."""
    found = tmp_path_factory.mktemp("sample") / "mine.csv"
    members = [member("a", ORDERS_SHORT), member("b", HANDS_SHORT), member("c", ORDERS_SHORT)]
    found.write_text(write_sample(members), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def kept(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison under that sample, two seeds a draw; tests only look at it."""
    out = tmp_path_factory.mktemp("kept") / "one"
    compare(two(), 2, sample=str(file), out=out, **TINY)  # type: ignore[arg-type]
    return out


def test_each_draw_has_its_seeds_and_a_policy_those_of_the_baseline(kept: Path, file: Path) -> None:
    study = Study.load(kept)
    runs = study.runs
    seeds = {name: dict.fromkeys(zip(one["draw"], one["seed"], strict=True)) for name, one in
             runs.groupby("scenario")}  # fmt: skip
    assert seeds["baseline"] == seeds["courses"]
    assert list(seeds["baseline"]) == [(1, 1), (1, 2), (2, 3), (2, 4), (3, 5), (3, 6)]
    assert dict(zip(runs["draw"], runs["regime"], strict=True)) == {
        1: ORDERS_SHORT, 2: HANDS_SHORT, 3: ORDERS_SHORT,
    }  # fmt: skip
    assert study.sample == str(file) and f"--sample {file}" in study.command
    effects = study.effects().set_index("regime")
    assert effects.loc["all", ["draws", "pairs"]].tolist() == [3, 6]
    assert effects.loc[ORDERS_SHORT, ["draws", "pairs"]].tolist() == [2, 4]
    before = study.series[(study.series["month"] == "2011-12") & (study.series["place"] == "all")]
    levels = before.set_index(["scenario", "draw", "seed"])["batik.workers"]
    assert (levels["baseline"] == levels["courses"]).all()  # nothing differs before the policy starts
    assert levels["baseline"].groupby("draw").first().nunique() == 3


def test_any_number_of_jobs_gives_the_same_bytes(kept: Path, file: Path, tmp_path: Path) -> None:
    compare(two(), 2, sample=str(file), out=tmp_path / "two", **{**TINY, "jobs": 2})  # type: ignore[arg-type]
    mine = contents_there(tmp_path / "two")
    assert mine == contents_there(kept) and len(mine) > 5


def contents_there(folder: Path) -> dict[str, bytes]:
    files = (folder / name for name in (*SAME, "study.json"))
    return {file.name: file.read_bytes() for file in files if file.exists()}


def test_a_comparison_under_a_sample_goes_on(kept: Path, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "stopped"
    with pytest.raises(Stop):
        compare(two(), 2, sample=str(file), out=out, progress=stop_after(5), **TINY)  # type: ignore[arg-type]
    resume(out, jobs=1)
    assert contents_there(out) == contents_there(kept)


def test_few_draws_hold_both_worlds(tmp_path: Path) -> None:
    study = compare(two(), 1, draws=2, out=tmp_path / "kept", **TINY)  # type: ignore[arg-type]
    assert study.sample == "shipped" and set(study.runs["regime"]) == {HANDS_SHORT, ORDERS_SHORT}
    assert "--sample shipped --draws 2" in study.command
    shares = Counter(one.world for one in load_sample())
    for count in range(2, len(load_sample()) + 1):
        worlds = [one.world for _, one in taken(load_sample(), count)]
        assert len(worlds) == count and {HANDS_SHORT, ORDERS_SHORT} <= set(worlds)
        for world, share in shares.items():
            assert abs(worlds.count(world) - count * share / len(load_sample())) < 1.0
    numbers = [number for number, _ in taken(load_sample(), 5)]
    assert numbers == sorted(numbers)


def test_without_a_sample_there_are_the_worlds_as_they_ship() -> None:
    study = compare(two(), 2, sample="none", **TINY)  # type: ignore[arg-type]
    assert study.sample == "none" and set(study.runs["draw"]) == {0}
    assert set(study.runs["regime"]) == {HANDS_SHORT, ORDERS_SHORT} and set(study.runs["seed"]) == {1, 2}


def test_a_scenario_that_sets_its_own_regime() -> None:
    bound = scenario("bound", "parameters:\n  choice.regime: hands-short\n")
    assert usual_sample(two()) == "shipped" and usual_sample([*two(), bound]) == "none"
    tipping = scenario("tipping", "parameters:\n  choice.regime: tipping\n")
    with pytest.raises(UsageError, match="tipping, which no draw of the sample has"):
        compare([Scenario.default(), tipping], 1, sample="shipped", **TINY)  # type: ignore[arg-type]
    assert usual_sample(two(), ["orders-short"]) == "none"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sample": "shiped"}, "shipped"),
        ({"sample": "."}, "give a table like"),
        ({"draws": 0}, "0 draws; the sample has 1"),
        ({"draws": 1000}, f"1000 draws; the sample has 1..{len(load_sample())}"),
        ({"draws": 2, "sample": "none"}, "draws belong to a sample"),
    ],
)
def test_what_is_no_sample_is_refused(tmp_path: Path, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        compare(two(), 1, out=tmp_path / "kept", **{**TINY, **wrong})  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
