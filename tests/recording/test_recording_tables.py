"""Workers by age, incomes by group and costs by payer: by hand for a tiny region, and sums of a real run."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from batiksim.codes import INCOMES, STAKEHOLDERS
from batiksim.errors import UsageError
from batiksim.kernels.sums import AGE_BANDS
from batiksim.model.batik_model import BatikModel
from batiksim.recording.recorder import Recorder
from batiksim.recording.tables import ages, costs, incomes
from batiksim.scenario import Scenario
from tests.support.made_up import MONTH, tiny_region


@pytest.fixture(scope="module")
def tiny() -> Recorder:
    recorder = Recorder(tiny_region())
    recorder.record()
    return recorder


@pytest.fixture(scope="module")
def model() -> BatikModel:
    policy = Scenario.parse(
        "title: {en: Courses, id: Kursus}\nextends: baseline\n"
        "interventions:\n  - training: {from: 2011-07, where: [kauman, jenggot]}\n"
    )
    return BatikModel(policy, scale=0.02, until="2013-12").run()


def of(table: pd.DataFrame, value: str, **keys: object) -> float:
    for name, key in keys.items():
        table = table[table[name] == key]
    return float(table[value].sum())


def test_ages_of_a_tiny_region(tiny: Recorder) -> None:
    table = ages(tiny, since=MONTH)
    assert len(table) == 6 * 2 * len(AGE_BANDS)
    assert of(table, "count", place="medono", sex="woman", age=55) == 2  # one woman of 55, half scale
    assert of(table, "count", place="medono", sex="man", age=40) == 2
    assert of(table, "count", place="kauman", sex="woman", age=25) == 2
    assert of(table, "count", place="bojong", age=20) == 4
    assert of(table, "count", place="all") == 12 and of(table, "count", place="regency") == 4


def test_incomes_of_a_tiny_region(tiny: Recorder) -> None:
    table = incomes(tiny, since=MONTH)
    expected = {
        "hand_women": 1_160_000, "hand_men": 0, "stamp_women": 0, "stamp_men": 600_000, "brokers": 300_000,
        "owners": 1_800_000, "traders": 440_000, "garment_workers": 720_000, "materials": 2_200_000,
        "support": 100_000,
    }  # fmt: skip
    assert {group: of(table, "idr", place="all", group=group) / 2 for group in INCOMES} == expected
    assert of(table, "idr", place="kauman", group="hand_women") == 1_600_000


def test_costs_of_a_tiny_region(tiny: Recorder) -> None:
    table = costs(tiny, since=MONTH)
    assert table["payer"].unique().tolist() == list(STAKEHOLDERS)
    assert of(table, "idr", place="all", payer="government") == 30
    assert of(table, "idr", place="kauman", payer="craft") == 6
    assert of(table, "idr", place="medono") == 22


def test_pay_is_counted_of_those_who_have_left_since(tiny: Recorder) -> None:
    region = tiny_region()
    region.batik = region.batik[1:]  # the woman of 55 retired after she was paid
    region.people.stage[0] = 7
    region.former = np.array([0, 0])
    recorder = Recorder(region)
    recorder.record()
    assert of(incomes(recorder, since=MONTH), "idr", place="all", group="hand_women") == 2 * 1_160_000


def test_tables_add_up_to_the_indicators(model: BatikModel) -> None:
    recorder = model.recorder
    for record in ("monthly", "yearly"):
        series = model.results(record=record).set_index(["month", "place"])
        counts = ages(recorder, record=record)
        total = counts.groupby(["month", "place"])["count"].sum()
        np.testing.assert_allclose(total.reindex(series.index), series["batik.workers"])
        women = counts[counts["sex"] == "woman"].groupby(["month", "place"])["count"].sum()
        tasks = series["batik.workers_hand_women"] + series["batik.workers_stamp_women"]
        np.testing.assert_allclose(women.reindex(series.index), tasks)
        paid = costs(recorder, record=record).pivot(index=["month", "place"], columns="payer", values="idr")
        paid = paid.reindex(series.index)
        assert paid.to_numpy().sum() > 0
        np.testing.assert_allclose(paid[["government", "academia"]].sum(axis=1), series["public.cost"])
        rest = paid.drop(columns=["government", "academia"]).sum(axis=1)
        np.testing.assert_allclose(rest, series["private.cost"])


def test_workers_receive_what_firms_pay_them(model: BatikModel) -> None:
    table = incomes(model.recorder)
    received = table[table["place"] == "all"].pivot(index="month", columns="group", values="idr")
    shares = model.results().set_index(["month", "place"]).xs("all", level="place")
    chain = ["materials", "brokers", "owners", "traders"]
    paid = received[["hand_women", "hand_men", "stamp_women", "stamp_men"]].sum(axis=1)
    whole = received[chain].sum(axis=1) + paid
    np.testing.assert_allclose(paid / whole, shares["chain.share_worker"])
    np.testing.assert_allclose(received["brokers"] / whole, shares["chain.share_broker"])


def test_a_year_is_a_december_or_a_sum(model: BatikModel) -> None:
    monthly, yearly = (incomes(model.recorder, record=record) for record in ("monthly", "yearly"))
    one = {"place": "city", "group": "owners"}
    year = monthly[monthly["month"].str.startswith("2012-")]
    assert of(yearly, "idr", month="2012-12", **one) == pytest.approx(of(year, "idr", **one))
    several = ages(model.recorder)
    december = several[several["month"] == "2012-12"].reset_index(drop=True)
    count = ages(model.recorder, since=12, record="yearly")
    pd.testing.assert_frame_equal(count[count["month"] == "2012-12"].reset_index(drop=True), december)
    assert count["month"].unique().tolist() == ["2012-12", "2013-12"]


def test_a_recorder_of_years_measures_what_years_show(model: BatikModel) -> None:
    twin = BatikModel(model.settings, scale=0.02, until="2013-12")
    twin.recorder.yearly = True
    twin.run()
    exact = {"check_exact": True}
    pd.testing.assert_frame_equal(twin.results(record="yearly"), model.results(record="yearly"), **exact)
    for table in (ages, incomes, costs):
        mine, whole = (table(some.recorder, record="yearly") for some in (twin, model))
        pd.testing.assert_frame_equal(mine, whole, **exact)
    for ask in (twin.results, lambda: ages(twin.recorder), lambda: costs(twin.recorder)):
        with pytest.raises(UsageError, match="recorded by year"):
            ask()


def test_memory_is_taken_as_months_are_run_and_shared_by_copies(model: BatikModel) -> None:
    def size(some: BatikModel) -> int:
        return len(pickle.dumps(some.recorder.__getstate__() | {"_model": None}))

    whole, yearly = (BatikModel(model.settings, scale=0.005, until="2012-12") for _ in range(2))
    yearly.recorder.yearly = True
    empty = size(whole)
    whole.run("2011-02")
    two = size(whole) - empty
    assert size(whole.run("2011-06")) - empty == pytest.approx(3 * two, rel=0.05)
    twin = copy.deepcopy(whole.recorder)
    assert all(twin._blocks[month] is block for month, block in whole.recorder._blocks.items())
    whole.step()
    assert len(twin._blocks) == 6 and len(whole.recorder._blocks) == 7
    assert size(yearly.run()) - empty < 2.1 * two  # two years take what four months do
    assert len(yearly.results(record="yearly")) == 2 * 24


def test_nothing_measured_is_an_empty_table() -> None:
    model = BatikModel(scale=0.005, until="2011-02")
    assert model.results().empty and ages(model.recorder).empty and costs(model.recorder).empty
    assert list(model.results()) == list(model.run().results())


def test_another_way_to_record_is_an_error(tiny: Recorder) -> None:
    with pytest.raises(UsageError, match="weekly"):
        ages(tiny, record="weekly")
