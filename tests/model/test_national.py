"""The nation: 101 anonymous centres that share its totals as the clusters of Table 1 share theirs."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from batiksim import data
from batiksim.errors import ScenarioError, UsageError
from batiksim.model.batik_model import BatikModel
from batiksim.runs.design import make_design
from batiksim.scenario import Scenario
from batiksim.world.drivers import umk_of
from batiksim.world.geography import CENTRE, load_places
from batiksim.world.places import FILES, NATIONAL, members, regions, summary
from tools.national import CENTRES, centres

ROWS = data.rows(FILES[NATIONAL])
TABLE1 = [row for row in data.rows("places.csv") if row["workers_table1"]]
OF_NATION = {"start.places": NATIONAL}
SCALE = 0.003


@pytest.fixture(scope="module")
def nation() -> BatikModel:
    """Two years of a small sample of the nation."""
    return BatikModel(Scenario.load("national"), seed=1, scale=SCALE, until="2012-12").run()


def column(rows: object, name: str) -> np.ndarray:
    return np.sort([float(row[name]) for row in rows])  # type: ignore[attr-defined]


def test_the_file_is_what_the_tool_writes(tmp_path: Path) -> None:
    table = centres()
    with (tmp_path / "again.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    assert (tmp_path / "again.csv").read_text(encoding="utf-8") == data.text(FILES[NATIONAL])


def test_ids_and_numbers_are_in_one_set_only() -> None:
    both = [*data.rows("places.csv"), *ROWS]
    assert len(ROWS) == CENTRES == 101
    for name in ("id", "number"):
        assert len({row[name] for row in both}) == len(both)


@pytest.mark.parametrize("name", ["firms_table1", "workers_table1"])
def test_sizes_are_distributed_as_in_table_1(name: str) -> None:
    known, drawn = column(TABLE1, name), column(ROWS, name)
    assert [drawn[0], drawn[-1]] == pytest.approx([known[0], known[-1]], rel=0.05)
    ranks = (np.arange(len(known)) + 0.5) / len(known)
    np.testing.assert_allclose(np.log(np.quantile(drawn, ranks)), np.log(known), atol=0.3)


def test_as_many_are_organised_as_in_table_1_and_the_same_ones() -> None:
    for degree in ("0", "0.5", "1"):
        known = [float(row["workers_table1"]) for row in TABLE1 if row["organised"] == degree]
        drawn = [float(row["workers_table1"]) for row in ROWS if row["organised"] == degree]
        assert len(drawn) / CENTRES == pytest.approx(len(known) / len(TABLE1), abs=1 / CENTRES)
        assert np.mean(drawn) == pytest.approx(np.mean(known), rel=0.1)


def test_large_and_small_centres_lie_side_by_side() -> None:
    """Among the three nearest of each centre; were sizes in order, neighbours would hardly differ."""
    places = load_places(NATIONAL)
    size = np.log(places.workers_table1)
    near = size[places.nearest[:, :3]].mean(axis=1)
    assert abs(np.corrcoef(size, near)[0, 1]) < 0.3
    assert len({tuple(row) for row in places.nearest.tolist()}) == CENTRES


def test_the_minimum_wage_is_one_path_between_those_of_pekalongan(nation: BatikModel) -> None:
    two = np.array([[810_000.0, 810_000.0], [900_000.0, 880_000.0]])
    places = umk_of(np.array([0, 1, CENTRE]), two)
    assert places.tolist() == [[810_000, 810_000, 810_000], [900_000, 880_000, 890_000]]
    assert (np.ptp(nation.drivers.umk, axis=1) == 0.0).all()


def test_no_floods_and_no_dated_factories(nation: BatikModel) -> None:
    assert (nation.drivers.flood == 1.0).all() and not nation.drivers.factory_jobs.any()


def test_the_totals_are_those_of_the_nation_at_any_scale(nation: BatikModel) -> None:
    for scale in (SCALE, 0.01):
        start = BatikModel(Scenario.load("national"), scale=scale, until="2011-01").run().results()
        whole = start[start["place"] == "all"].iloc[0]
        assert whole["batik.workers"] == pytest.approx(200_000, rel=0.03)
        # A centre has at least one firm, which shows where a sample has hardly more than that.
        assert whole["firms.count"] == pytest.approx(47_000, rel=0.1)
    cohort = nation.settings.value("population.cohort_national")
    youth = nation.results().query("place == 'all'")["youth.people"]
    assert youth.iloc[0] == pytest.approx(10 * cohort, rel=0.05)


def test_there_are_no_rows_city_and_regency_but_the_rest_adds_up(nation: BatikModel) -> None:
    table = nation.results()
    assert table["place"].unique().tolist() == [*regions(NATIONAL), "all", "city", "regency"]
    numbers = table.drop(columns=["month", "place"])
    assert numbers[table["place"].isin(["city", "regency"])].isna().all(axis=None)
    whole = table[table["place"] == "all"].set_index("month")
    own = table[table["place"].isin(regions(NATIONAL))].groupby("month")
    for name in ("batik.workers", "firms.count", "output.value", "youth.people"):
        pd.testing.assert_series_equal(own[name].sum(), whole[name], rtol=1e-9)
    assert whole["pay.batik_over_umk"].notna().all() and whole["pay.gap_city_regency"].isna().all()


def test_ages_have_no_city_and_regency_either(nation: BatikModel) -> None:
    ages = nation.recorder.ages()
    assert np.isnan(ages[:, -2:]).all() and not np.isnan(ages[:, :-2]).any()


def test_where_names_centres_of_the_nation_only() -> None:
    text = "title: a\nextends: national\ninterventions:\n  - training: {{from: 2027-01, where: {where}}}\n"
    some = Scenario.parse(text.format(where="[centre-101, centre-001]"))
    assert some.interventions[0].where == ("centre-001", "centre-101")
    everywhere = Scenario.parse(text.format(where="all"))
    assert everywhere.interventions[0].where == tuple(regions(NATIONAL))
    assert Scenario.parse(everywhere.to_yaml()).hash == everywhere.hash
    for where in ("kauman", "[centre-001, city]"):
        with pytest.raises(ScenarioError, match=r"4:\d+: training.where: (kauman|city) is not among"):
            Scenario.parse(text.format(where=where))
    with pytest.raises(ScenarioError, match=r"did you mean centre-.*batiksim list centres"):
        Scenario.parse(text.format(where="center-010"))


def test_a_policy_for_everywhere_goes_along_to_the_nation_one_for_kauman_does_not() -> None:
    there = Scenario.load("wage-floor").but(OF_NATION)
    assert there.interventions[0].where == tuple(regions(NATIONAL)) and there.places == NATIONAL
    assert (
        there.but({"start.places": "pekalongan"}).interventions == Scenario.load("wage-floor").interventions
    )
    with pytest.raises(ScenarioError, match="is not among the places"):
        Scenario.load("edutourism").but(OF_NATION)
    with pytest.raises(ScenarioError, match=r"2:\d+: .*is not among the places"):
        Scenario.parse("title: a\nextends: edutourism\nparameters: {start.places: national}\n")


def test_groups_are_named_by_set() -> None:
    for which in FILES:
        assert summary(members("all", which)) == ("all",)
    assert members("city", NATIONAL) == members("kauman", NATIONAL) == summary(()) == ()


def test_the_nation_and_pekalongan_make_no_pair_and_need_no_map() -> None:
    def plan(*names: str) -> object:
        scenarios = [Scenario.load(name) for name in names]
        return make_design(
            scenarios, 1, scale=0.01, since="2011-01", until="2012-12", record="yearly", regimes=None,
            baseline=None, full_scale=1,
        ).full_scale  # fmt: skip

    with pytest.raises(UsageError, match="national simulates the places national, the baseline baseline"):
        plan("baseline", "training", "national")
    assert plan("national", "national-information") == 0
    assert plan("baseline", "training") == 1


def test_a_run_too_large_for_memory_is_refused_with_a_scale_that_would_do() -> None:
    with pytest.raises(
        UsageError, match=r"would hold 28 million people .* a scale of at most 1\.7"
    ) as caught:
        BatikModel(Scenario.load("national"), scale=4)
    scale = float(str(caught.value).split()[-1])
    assert 1.7 <= scale < 1.8
