"""Expected effect, doubt, luck and targets, on made-up numbers: against plain loops over rows of files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from statistics import NormalDist, mean, stdev, variance

import numpy as np
import pandas as pd
import pytest

from batiksim.runs.design import Design, Run, make_design
from batiksim.runs.store import SERIES
from batiksim.scenario import Scenario
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.study import Study, answers
from tests.studies.test_sample import member
from tests.support.made_up_study import HEAD, SCENARIOS, YOUNG, Change, made_up, question

WORLDS = (ORDERS_SHORT, HANDS_SHORT)
OWN_SHORT = ("2014-12", "2015-12", "2016-12", "2017-12")
TARGET = "target:\n  - {indicator: batik.workers_under_30, at_least: 60, by: 2020}\n"


def drawn(draws: int = 4, seeds: int = 2, until: str = "2026-12", record: str = "yearly") -> Design:
    """Baseline and policies under draws of a sample, both worlds by turns."""
    members = [(k, member(f"one-{k}", WORLDS[k % 2])) for k in range(1, draws + 1)]
    texts = {**SCENARIOS, "aiming": HEAD.format("aiming", "{from: 2015-01}") + TARGET}
    scenarios = [Scenario.default(), *(Scenario.parse(text, name) for name, text in texts.items())]
    return make_design(
        scenarios, seeds, members=members, sample="shipped", scale=0.1, since="2011-01", until=until,
        record=record, regimes=None, baseline=None, full_scale=3,
    )  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two worlds as they ship, nine seeds each."""
    return made_up(tmp_path_factory.mktemp("worlds"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Four draws of a sample, two seeds each, and three pairs of everybody in each world."""

    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        if run.scenario == "short":
            frames[SERIES][YOUNG] += 40.0 * run.draw

    return made_up(tmp_path_factory.mktemp("sample"), change, drawn())


def pairs(
    study: Study, scenario: str, months: tuple[str, ...], name: str = YOUNG, place: str = "all", *,
    everybody: bool = False,
) -> dict[str, dict[int, list[float]]]:  # fmt: skip
    """World -> draw -> mean differences of its seeds, found the slow way."""
    rows = study.places if everybody else study.series
    rows = rows[(rows["place"] == place) & rows["month"].isin(months)]
    values = {
        (key[0], key[1], int(key[2]), int(key[3])): group[name].mean()
        for key, group in rows.groupby(["scenario", "regime", "draw", "seed"], observed=True)
    }
    found: dict[str, dict[int, list[float]]] = {}
    for (of, regime, draw, seed), value in values.items():
        base = values.get((study.baseline, regime, draw, seed))
        if of == scenario and base is not None:
            found.setdefault(regime, {}).setdefault(draw, []).append(value - base)
    return found


def row(table: pd.DataFrame, **keys: object) -> pd.Series:
    for name, key in keys.items():
        table = table[table[name] == key]
    assert len(table) == 1
    return table.iloc[0]


# --- periods


def told(study: Study, scenario: str) -> list[tuple[str, str, str, bool]]:
    found = answers.periods(study, scenario)
    return [(one.name, one.months[0], one.months[-1], one.cut) for one in found]


def test_periods_are_own_years_and_years_after_the_end(study: Study) -> None:
    assert told(study, "short") == [
        ("own", "2014-12", "2017-12", False),
        ("after_5", "2022-12", "2022-12", False),
        ("after_10", "2026-12", "2026-12", True),
    ]
    assert [one[0] for one in told(study, "long")] == ["own", "after_5", "after_10"]
    assert told(study, "endless") == [("own", "2015-12", "2026-12", False)]


@pytest.mark.parametrize(
    ("until", "periods"),
    [
        ("2019-12", [("own", "2014-12", "2017-12", False), ("after_5", "2019-12", "2019-12", True)]),
        ("2017-12", [("own", "2014-12", "2017-12", False)]),
        ("2015-12", [("own", "2014-12", "2015-12", False)]),
    ],
    ids=["two years after its end", "as it ends", "before its end"],
)
def test_a_policy_that_ends_near_the_end_of_the_run(
    tmp_path: Path, until: str, periods: list[tuple[str, str, str, bool]]
) -> None:
    """The last month stands for what would come later, once."""
    study = made_up(tmp_path, asked=question(2, until))
    assert told(study, "short") == periods
    table = study.effects(YOUNG)
    assert table[table["scenario"] == "short"].groupby("period", sort=False).size().tolist() == [3] * len(
        periods
    )


def test_months_of_monthly_records_are_averaged_over_the_same_years(tmp_path: Path) -> None:
    study = made_up(tmp_path, asked=question(2, "2019-12", "monthly"))
    found = answers.periods(study, "long")[0]
    assert (len(found.months), found.months[0], found.months[-1]) == (12, "2014-07", "2015-06")
    got = row(study.effects(YOUNG), scenario="long", period="own", regime=ORDERS_SHORT)
    assert got["expected"] == pytest.approx(mean(pairs(study, "long", found.months)[ORDERS_SHORT][0]))


# --- two worlds as they ship


@pytest.mark.parametrize(("name", "sign"), [(YOUNG, 1), ("pay.gini", -1)])
def test_of_one_draw_the_error_is_that_of_its_seeds(study: Study, name: str, sign: int) -> None:
    by_world = pairs(study, "short", OWN_SHORT, name)
    table = study.effects(name)
    errors = []
    for world in WORLDS:
        values = by_world[world][0]
        got = row(table, scenario="short", period="own", regime=world)
        errors.append(stdev(values) / 3)
        assert (got["draws"], got["pairs"]) == (1, 9)
        assert got["expected"] == pytest.approx(mean(values)) and got["error"] == pytest.approx(errors[-1])
        assert got["high"] - got["expected"] == pytest.approx(2.306004 * errors[-1])  # t with 8
        assert math.isnan(got["doubt"]) and (got["better"] > 0.5) == (sign * got["expected"] > 0)
        base = study.series[(study.series["scenario"] == "baseline") & (study.series["regime"] == world)]
        base = base[(base["place"] == "all") & base["month"].isin(OWN_SHORT)]
        assert got["baseline"] == pytest.approx(base[name].mean())
    both = row(table, scenario="short", period="own", regime="all")
    assert both["expected"] == pytest.approx(mean([mean(by_world[world][0]) for world in WORLDS]))
    assert both["error"] == pytest.approx(math.hypot(*errors) / 2) and both["pairs"] == 18
    assert math.isnan(both["doubt"])  # of two worlds that were chosen


def test_too_few_runs_are_told_with_how_many_would_do(study: Study) -> None:
    table = study.effects(YOUNG)
    few = table[table["verdict"] == "too few"]
    assert len(few) and (few["needed"] > few["pairs"]).all()
    assert ((few["low"] <= 0) & (few["high"] >= 0)).all()
    shown = table[table["verdict"] == "shown"]
    assert ((shown["low"] > 0) | (shown["high"] < 0)).all()


def test_a_single_place_is_read_from_runs_of_everybody(study: Study) -> None:
    got = row(study.effects(YOUNG, place="kauman"), scenario="endless", regime=HANDS_SHORT)
    months = answers.periods(study, "endless")[0].months
    (value,) = pairs(study, "endless", months, place="kauman", everybody=True)[HANDS_SHORT][0]
    assert got["expected"] == pytest.approx(value) and got["pairs"] == 1 and math.isnan(got["error"])


def test_pairs_of_failed_runs_are_left_out(tmp_path: Path) -> None:
    def failed(run: Run) -> bool:
        lost = run.scenario == "long" and run.regime == HANDS_SHORT
        return lost or (run.scenario, run.seed) == ("baseline", 2) or (run.scenario, run.seed) == ("short", 3)

    study = made_up(tmp_path, asked=question(5), failed=failed)
    table = study.effects(YOUNG)
    got = row(table, scenario="short", period="own", regime=ORDERS_SHORT)
    assert got["pairs"] == 3
    assert got["expected"] == pytest.approx(mean(pairs(study, "short", OWN_SHORT)[ORDERS_SHORT][0]))
    assert set(table[table["scenario"] == "long"]["regime"]) == {ORDERS_SHORT}
    assert (table[table["scenario"] == "long"]["pairs"] == 4).all()


def test_nothing_is_said_to_be_nothing(tmp_path: Path) -> None:
    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        frames[SERIES][YOUNG] = 100.0 + (run.scenario == "short")

    table = made_up(tmp_path, change, question(3)).effects(YOUNG)
    assert set(table[table["scenario"] == "long"]["verdict"]) == {"nothing"}
    short = table[table["scenario"] == "short"]
    assert set(short["verdict"]) == {"shown"} and (short["expected"] == 1.0).all()
    assert (short["better"] == 1.0).all() and not short["differ"].any()


def test_worlds_that_differ_are_told_apart(tmp_path: Path) -> None:
    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        noise = np.random.default_rng([run.seed, len(run.scenario)]).normal()
        gain = 50.0 if run.scenario == "short" and run.regime == HANDS_SHORT else 20.0
        frames[SERIES][YOUNG] = 100.0 + noise + gain * (run.scenario != "baseline")

    table = made_up(tmp_path, change, question(6)).effects(YOUNG).groupby("scenario")["differ"].agg(set)
    assert table.to_dict() == {"short": {True}, "long": {False}, "endless": {False}}


# --- a sample


def test_of_a_sample_the_error_is_that_of_draws(sample: Study) -> None:
    by_world = pairs(sample, "short", OWN_SHORT)
    draws = [values for world in by_world.values() for values in world.values()]
    assert [len(values) for values in draws] == [2] * 4
    means = [mean(values) for values in draws]
    got = row(sample.effects(YOUNG), scenario="short", period="own", regime="all")
    error, noise2 = stdev(means) / 2, mean(variance(values) for values in draws)
    doubt = math.sqrt(max(0.0, variance(means) - noise2 / 2))
    assert (got["draws"], got["pairs"]) == (4, 8)
    assert got["expected"] == pytest.approx(mean(means)) and got["error"] == pytest.approx(error)
    assert got["low"] == pytest.approx(mean(means) - 3.182446 * error)  # t with 3
    assert got["doubt"] == pytest.approx(doubt) and doubt > 0.0
    b = doubt**2 / (doubt**2 + noise2 / 2)
    v = b * noise2 / 2 + (1 - b) ** 2 * error**2
    shrunk = [mean(means) + b * (one - mean(means)) for one in means]
    chance = mean(NormalDist().cdf(one / math.sqrt(v)) for one in shrunk)
    assert got["better"] == pytest.approx(chance)
    one = answers.draws(sample, "short", YOUNG, answers.periods(sample, "short")[0])
    assert sorted(one["shrunk"]) == pytest.approx(sorted(shrunk))
    assert sorted(one["value"]) == pytest.approx(sorted(means)) and set(one["regime"]) == {*WORLDS}


def test_luck_is_that_of_everybody(sample: Study) -> None:
    by_world = pairs(sample, "short", OWN_SHORT, everybody=True)
    assert [len(values) for world in by_world.values() for values in world.values()] == [3, 3]
    table = sample.effects(YOUNG)
    pooled = math.sqrt(mean(variance(world[0]) for world in by_world.values()))
    got = row(table, scenario="short", period="own", regime="all")
    assert got["luck"] == pytest.approx(pooled) and got["luck_pairs"] == 6
    assert got["luck_high"] - got["expected"] == pytest.approx(2.131847 * pooled)  # t with 4, 95 %
    of = row(table, scenario="short", period="own", regime=HANDS_SHORT)
    assert of["luck"] == pytest.approx(stdev(by_world[HANDS_SHORT][0])) and of["luck_pairs"] == 3


def test_a_price_is_of_means_over_draws(sample: Study) -> None:
    costs = sample.costs(discount=0.0)
    got = row(costs, scenario="short", regime="all", years=5)
    gains = pairs(sample, "short", ("2018-12",))
    means = [mean(values) for world in gains.values() for values in world.values()]
    assert got["gain"] == pytest.approx(mean(means)) and got["draws"] == 4 and got["pairs"] == 8
    spent = sample.spending[
        (sample.spending["place"] == "all") & sample.spending["month"].between("2014-12", "2018-12")
    ]
    paid = spent.groupby(["scenario", "draw", "seed"], observed=True)["idr"].sum()
    assert got["cost"] == pytest.approx((paid["short"] - paid["baseline"]).mean())
    assert got["cost"] == pytest.approx(got["cost_public"] + got["cost_private"])


# --- targets


def levels(study: Study, scenario: str, month: str) -> Iterator[tuple[int, float]]:
    rows = study.series[(study.series["place"] == "all") & (study.series["month"] == month)]
    for _, one in rows[rows["scenario"] == scenario].iterrows():
        yield one["draw"], one[YOUNG]


def test_a_target_is_reached_with_the_probability_over_draws(sample: Study) -> None:
    table = sample.targets()
    assert set(table["scenario"]) == {"aiming"} and set(table["regime"]) == {"all", *WORLDS}
    got = row(table, regime="all")
    by_draw: dict[int, list[float]] = {}
    for draw, level in levels(sample, "aiming", "2020-12"):
        by_draw.setdefault(draw, []).append(level - 60.0)
    means = [mean(values) for values in by_draw.values()]
    assert got["expected"] == pytest.approx(60.0 + mean(means))
    assert got["error"] == pytest.approx(stdev(means) / 2)
    assert 0.0 < got["probability"] < 1.0 and (got["draws"], got["pairs"]) == (4, 8)
    found = answers.chance(sample, "aiming", YOUNG, "all", ["2020-12"], 60.0)
    assert got["probability"] == found.better
    base = answers.chance(sample, "baseline", YOUNG, "all", ["2020-12"], 60.0)
    assert got["baseline_probability"] == base.better


def aiming(target: str) -> Design:
    policy = Scenario.parse(HEAD.format("aim", "{from: 2015-01}") + f"target:\n  - {{{target}}}\n", "aim")
    return make_design(
        [Scenario.default(), policy], 4, scale=0.1, since="2011-01", until="2020-12", record="monthly",
        regimes=(ORDERS_SHORT,), baseline=None, full_scale=1,
    )  # fmt: skip


def seeded(run: Run, frames: dict[str, pd.DataFrame]) -> None:
    months = frames[SERIES]["month"].str[5:].astype(float)
    frames[SERIES][YOUNG] = frames[SERIES]["output.value"] = months + run.seed


@pytest.mark.parametrize(
    ("target", "expected", "better", "change"),
    [
        ("indicator: batik.workers_under_30, at_least: 10, by: 2019", 14.5, True, seeded),
        ("indicator: batik.workers_under_30, at_most: 10, by: 2019", 14.5, False, seeded),
        ("indicator: output.value, at_least: 80, by: 2019", 78.0 + 12 * 2.5, True, seeded),
        ("indicator: batik.workers_under_30, at_least: 10, by: 2030", math.nan, None, seeded),
    ],
    ids=["stock of December", "at most", "flow of a year", "beyond the run"],
)
def test_a_target_is_in_the_unit_of_its_year(
    tmp_path: Path, target: str, expected: float, better: bool | None, change: Change
) -> None:
    got = row(made_up(tmp_path, change, aiming(target)).targets(), regime=ORDERS_SHORT)
    assert got["expected"] == pytest.approx(expected, nan_ok=True)
    if better is None:
        assert math.isnan(got["probability"])
    else:
        assert (got["probability"] > 0.9) == better


def test_who_names_no_target_is_told_none(study: Study) -> None:
    assert study.targets().empty
