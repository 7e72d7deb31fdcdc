"""The questions to a study, on made-up numbers: against plain loops over rows, and cases known by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import batiksim
from batiksim.codes import INCOMES as EARNERS
from batiksim.codes import STAKEHOLDERS
from batiksim.errors import UsageError
from batiksim.i18n.texts import speaking
from batiksim.present.names import regime
from batiksim.runs import draws
from batiksim.runs.design import Run, regime_pairs
from batiksim.runs.store import COSTS, INCOMES, SERIES
from batiksim.scenario import Scenario
from batiksim.studies.study import Study
from tests.support.made_up_study import made_up, question

YOUNG = "batik.workers_under_30"
SEEDS = range(1, 10)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return made_up(tmp_path_factory.mktemp("study"))


def test_a_folder_with_the_regimes_of_an_older_version_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draws, "RENAMED", {})
    written = {"orders-short": "single", "tipping": "tipping"}
    named = Scenario.regime.func
    monkeypatch.setattr(Scenario, "regime", property(lambda self: written[named(self)]))
    pairs = regime_pairs(("single", "tipping"), (1, 2))
    region = tuple(pair for pair in pairs if pair[1] == 1)
    old = made_up(tmp_path, asked=replace(question(2), pairs=pairs, region=region))
    monkeypatch.undo()
    assert Study.load(old.folder).regimes == ["single", "tipping"]
    assert set(old.table()["regime"]) == {"single", "tipping"}
    with speaking("en"):
        assert [regime(of) for of in old.regimes] == ["orders are short", "the craft can tip"]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Differences and costs known by hand: every run is the baseline of its seed but for what is said here.

    "short" adds 100 young workers while it runs and 40 afterwards, for 120 million IDR a year from government
    and 30 from the craft; "long" adds 5 to half of the seeds; "endless" loses 10 and is paid for by nobody.
    """

    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        base = np.random.default_rng(run.seed)
        series = frames[SERIES]
        names = [name for name in series.columns if name not in ("month", "place")]
        series[names] = base.random((len(series), len(names))) * 10
        for name in (INCOMES, COSTS):
            frames[name]["idr"] = 1e9 if name == INCOMES else 0.0
        year = series["month"].str[:4].astype(int)
        if run.scenario == "short":
            series.loc[year.between(2014, 2017), YOUNG] += 100
            series.loc[year > 2017, YOUNG] += 40
            paid = frames[COSTS]
            running = paid["month"].str[:4].astype(int).between(2014, 2017) & (paid["place"] == "all")
            paid.loc[running & (paid["payer"] == "government"), "idr"] = 120e6
            paid.loc[running & (paid["payer"] == "craft"), "idr"] = 30e6
            frames[INCOMES].loc[frames[INCOMES]["group"] == "brokers", "idr"] -= 1e6
        if run.scenario == "long" and run.seed % 2:
            series.loc[year >= 2014, YOUNG] += 5
        if run.scenario == "endless":
            series.loc[year >= 2015, YOUNG] -= 10
        series["market.unfilled_share"], series["market.idle_share"] = 0.1, 0.05
        if run.regime == "hands-short":
            series["market.idle_share"] = 0.2 if run.seed <= 5 else 0.0

    return made_up(tmp_path_factory.mktemp("known"), change)


def value(study: Study, regime: str, scenario: str, seed: int, month: str, name: str) -> float:
    """One number, found the slow way."""
    rows = study.series
    rows = rows[(rows["regime"] == regime) & (rows["scenario"] == scenario) & (rows["seed"] == seed)]
    return float(rows[(rows["month"] == month) & (rows["place"] == "all")][name].iloc[0])


def row(table: pd.DataFrame, **keys: object) -> pd.Series:
    for name, key in keys.items():
        table = table[table[name] == key]
    assert len(table) == 1
    return table.iloc[0]


def test_table_is_what_a_loop_over_seeds_gives(study: Study) -> None:
    for indicator, sign in ((YOUNG, 1), ("pay.gini", -1)):
        table = study.table(indicator, at="2020-12")
        assert len(table) == 2 * 4
        mine = [value(study, "hands-short", "long", seed, "2020-12", indicator) for seed in SEEDS]
        base = [value(study, "hands-short", "baseline", seed, "2020-12", indicator) for seed in SEEDS]
        differences = [a - b for a, b in zip(mine, base, strict=True)]
        got = row(table, regime="hands-short", scenario="long")
        assert got["median"] == pytest.approx(sorted(mine)[4])
        assert got["difference"] == pytest.approx(sorted(differences)[4])
        assert got["difference_low_50"] == pytest.approx(sorted(differences)[2])
        assert got["difference_high_50"] == pytest.approx(sorted(differences)[6])
        one, two = sorted(differences)[:2]
        assert got["difference_low_90"] == pytest.approx(one + 0.4 * (two - one))  # (9 - 1) * .05 = .4
        assert got["wins"] == sum(sign * difference > 0 for difference in differences)
        assert got["probability"] == pytest.approx(got["wins"] / 9) and got["pairs"] == got["runs"] == 9
        lead = row(table, regime="hands-short", scenario="baseline")
        assert lead["pairs"] == 0 and math.isnan(lead["difference"]) and math.isnan(lead["probability"])


def test_an_indicator_without_direction_has_no_winner(study: Study) -> None:
    table = study.table("garment.workers")
    assert table["wins"].isna().all() and table["difference"].notna().sum() == 6
    with pytest.raises(UsageError, match="no better direction"):
        study.regret("garment.workers")


def test_fan_is_the_table_of_every_month(study: Study) -> None:
    fan = study.fan("batik.workers")
    assert len(fan) == 8 * 16
    one = study.table("batik.workers", at="2019-12")
    pd.testing.assert_frame_equal(fan[fan["month"] == "2019-12"].reset_index(drop=True), one)


def test_questions_that_have_no_answer_are_refused(study: Study) -> None:
    with pytest.raises(UsageError, match="did you mean batik"):
        study.table("batik.worker")
    with pytest.raises(UsageError, match="too small to report"):
        study.table(place="kauman")
    with pytest.raises(UsageError, match="no place or group called atlantis"):
        Study(study.folder).numbers.indicator(YOUNG, "atlantis")
    with pytest.raises(UsageError, match=r"2026-11 is not among the recorded months 2011-12\.\.2026-12"):
        study.table(at="2026-11")
    with pytest.raises(UsageError, match="not a month"):
        study.table(at="soon")
    with pytest.raises(UsageError, match="1999"):
        study.winners(year=1999)
    with pytest.raises(UsageError, match="holds no comparison"):
        batiksim.Study.load(study.folder.parent)


def test_what_one_young_worker_costs_by_hand(known: Study) -> None:
    costs = known.costs(discount=0.1)
    # 2014-01 on: five years end in 2018-12, when 40 are left; four years were paid
    at5 = row(costs, regime="orders-short", scenario="short", years=5)
    present = 150e6 * (1 + 1 / 1.1 + 1 / 1.21 + 1 / 1.331)
    assert at5["month"] == "2018-12" and at5["verdict"] == "ok" and at5["gain"] == pytest.approx(40)
    assert at5["cost"] == pytest.approx(present) and at5["cost_error"] == at5["gain_error"] == 0.0
    assert at5["cost_public"] == pytest.approx(0.8 * present)
    assert at5["cost_private"] == at5["craft"] == pytest.approx(0.2 * present)
    assert [at5["per_worker"], at5["per_worker_high_90"]] == pytest.approx([present / 40] * 2)
    assert row(known.costs(discount=0.0), regime="orders-short", scenario="short", years=10)[
        "cost"
    ] == pytest.approx(600e6)
    assert row(costs, regime="orders-short", scenario="short", years=20)["verdict"] == "beyond the run"
    for scenario, verdict in (("long", "costs nothing"), ("endless", "not distinguishable from none")):
        got = row(costs, regime="hands-short", scenario=scenario, years=5)
        assert got["verdict"] == verdict and math.isnan(got["per_worker"])
    rate = known.costs()
    assert row(rate, regime="orders-short", scenario="short", years=5)["cost"] == pytest.approx(
        sum(150e6 / 1.06**year for year in range(4))
    )


def test_a_gain_that_nobody_pays_for(tmp_path: Path) -> None:
    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        frames[SERIES][YOUNG] = 100.0 if run.scenario == "baseline" else 150.0
        frames[COSTS]["idr"] = 1e6 if run.scenario != "endless" else 0.0

    costs = made_up(tmp_path, change, question(3)).costs()
    assert row(costs, regime="orders-short", scenario="short", years=5)["verdict"] == "costs nothing"
    assert row(costs, regime="orders-short", scenario="endless", years=5)["verdict"] == "saves money"


def test_plane_and_acceptability_by_hand(known: Study) -> None:
    plane = known.plane(years=5, discount=0.0)
    points = plane[(plane["regime"] == "orders-short") & (plane["scenario"] == "short")]
    assert points["seed"].tolist() == list(SEEDS)
    np.testing.assert_allclose(points["cost"], 600e6)
    np.testing.assert_allclose(points["gain"], 40)
    curve = known.acceptability(years=5, discount=0.0)
    mine = curve[(curve["regime"] == "orders-short") & (curve["scenario"] == "short")]
    assert mine["worth"].iloc[-1] == pytest.approx(45e6)  # three times 15 million
    assert mine.loc[mine["worth"] < 15e6, "probability"].eq(0).all()
    assert mine.loc[mine["worth"] > 15.1e6, "probability"].eq(1).all()
    lost = curve[(curve["regime"] == "orders-short") & (curve["scenario"] == "endless")]
    assert lost["probability"].eq(0).all()
    assert known.plane(years=20).empty and known.acceptability(years=20).empty


def test_costs_of_random_pairs_are_what_a_loop_gives(study: Study) -> None:
    got = row(study.costs(discount=0.05), regime="hands-short", scenario="endless", years=10)
    spent = study.spending[study.spending["place"] == "all"]
    totals = []
    for seed in SEEDS:
        total = 0.0
        for name, sign in (("endless", 1), ("baseline", -1)):
            rows = spent[
                (spent["seed"] == seed) & (spent["scenario"] == name) & (spent["regime"] == "hands-short")
            ]
            for year in range(2015, 2025):
                amount = rows[rows["month"] == f"{year}-12"]["idr"].sum()
                total += sign * amount / 1.05 ** (year - 2015)
        totals.append(total)
    assert got["month"] == "2024-12" and got["cost"] == pytest.approx(np.mean(totals))
    assert got["cost_error"] == pytest.approx(np.std(totals, ddof=1) / 3) and got["draws"] == 1
    assert sum(got[payer] != 0 for payer in STAKEHOLDERS) == 6


def test_regret_by_a_loop(study: Study, known: Study) -> None:
    got = row(study.regret(at="2018-12"), regime="orders-short", scenario="short")
    losses = []
    for seed in SEEDS:
        values = {
            name: value(study, "orders-short", name, seed, "2018-12", YOUNG) for name in study.scenarios
        }
        losses.append(max(values.values()) - values["short"])
    assert got["median"] == pytest.approx(np.median(losses)) and got["largest"] == pytest.approx(max(losses))
    assert got["best_in"] == losses.count(0.0) and got["runs"] == 9
    table = known.regret(at="2016-12").set_index(["regime", "scenario"])
    assert (
        table.loc[("orders-short", "short"), "largest"] == 0 and table.loc[("all", "short"), "best_in"] == 18
    )
    assert table.loc[("orders-short", "endless"), "median"] == pytest.approx(110)


def test_which_side_binds(known: Study) -> None:
    table = known.binding()
    assert set(table["since"]) == {"2014-12"}
    single = row(table, regime="orders-short", scenario="short")
    assert single["side"] == "supply" and single["supply"] == 1 and single["unfilled"] == pytest.approx(0.1)
    assert row(table, regime="hands-short", scenario="short")["side"] == "mixed"


def test_what_remains_after_the_end(known: Study) -> None:
    table = known.remains()
    short = table[(table["regime"] == "orders-short") & (table["scenario"] == "short")].set_index("years")
    assert short["month"].fillna("").to_dict() == {0: "2017-12", 5: "2022-12", 10: ""}
    assert short["left"].iloc[:2].tolist() == pytest.approx([1, 0.4])
    assert short["left_low_90"].iloc[1] == short["left_high_90"].iloc[1] == pytest.approx(0.4)
    assert short["expected"].iloc[:2].tolist() == pytest.approx([100, 40])
    assert short["verdict"].to_dict() == {0: "ok", 5: "ok", 10: "beyond the run"}
    long = row(table, regime="orders-short", scenario="long", years=5)
    assert long["verdict"] == "ok" and long["left"] == pytest.approx(1)  # 5 in five seeds of nine is shown
    assert set(table[table["scenario"] == "endless"]["verdict"]) == {"does not end"}


def test_nothing_is_left_of_what_was_not_shown(study: Study) -> None:
    table = study.remains()
    unclear = table[(table["low"] < 0) & (table["high"] > 0) & (table["years"] == 0)]
    assert len(unclear) and set(unclear["verdict"]) == {"not distinguishable from none"}
    assert unclear["left"].isna().all()


def test_who_gains_and_who_loses(known: Study) -> None:
    table = known.winners(year=2016)
    short = table[(table["regime"] == "orders-short") & (table["scenario"] == "short")].set_index(
        ["group", "what"]
    )
    assert len(short) == len(EARNERS) + 5 + 1
    assert short.loc[("brokers", "income"), "verdict"] == "loses"
    assert short.loc[("brokers", "income"), "relative"] == pytest.approx(-0.001)
    assert short.loc[("owners", "income"), "verdict"] == "unchanged"
    assert short.loc[("public_purse", "purse"), "expected"] == pytest.approx(-120e6)
    assert short.loc[("public_purse", "purse"), "verdict"] == "loses"
    assert short.loc[("workers_hand_women", "people"), "verdict"] == "unchanged"
    own = known.winners().groupby("scenario")[["first", "last"]].agg(set)
    assert own.loc["short"].tolist() == [{2014}, {2017}] and own.loc["endless"].tolist() == [{2015}, {2026}]
    purse = row(known.winners(), regime="orders-short", scenario="short", group="public_purse")
    assert purse["expected"] == pytest.approx(-120e6) and purse["verdict"] == "loses"


def test_places_come_from_the_run_of_everybody(study: Study) -> None:
    table = study.by_place("firms.count", at="2015-12")
    assert set(table["place"]) == {"kauman", "bojong"} and len(table) == 8 * 2
    got = row(table, regime="orders-short", scenario="long", place="kauman")
    rows = study.places[(study.places["month"] == "2015-12") & (study.places["place"] == "kauman")]
    mine, base = (
        rows[(rows["regime"] == "orders-short") & (rows["scenario"] == name)]["firms.count"].iloc[0]
        for name in ("long", "baseline")
    )
    assert got["value"] == mine and got["difference"] == pytest.approx(mine - base)


def test_monthly_records_give_the_same_years(tmp_path: Path) -> None:
    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        frames[COSTS]["idr"] = 1e6 if run.scenario != "baseline" else 0.0

    study = made_up(tmp_path, change, question(2, "2016-12", "monthly"))
    got = study.costs(discount=0.0)
    assert set(got["verdict"]) == {"beyond the run"}
    assert len(study.months) == 72
    purse = row(study.winners(), regime="orders-short", scenario="short", group="public_purse")
    assert purse["expected"] == pytest.approx(-24e6)


def test_tables_can_be_asked_for_without_places(tmp_path: Path) -> None:
    study = made_up(tmp_path, asked=replace(question(2), region=()))
    with pytest.raises(UsageError, match="places cannot be reported"):
        study.by_place()


def test_an_index_is_a_level_against_the_first_month_of_its_run(finished: Path) -> None:
    """Worked out anew from `series`: each run against itself, then the mean of the runs of a draw."""
    study = Study.load(finished)
    rows = study.series[(study.series["place"] == "all") & (study.series["scenario"] == study.baseline)]
    wide = rows.set_index(["regime", "seed", "month"])["batik.workers"].unstack("month")
    assert len(wide.columns) > 1
    by_hand = (wide[study.months[-1]] / wide[study.months[0]]).mean()
    found = study.sets("batik.workers").set_index(["of", "scenario"])
    assert found.at[("index", study.baseline), "mean"] == pytest.approx(by_hand)
    assert by_hand != pytest.approx(1.0)
