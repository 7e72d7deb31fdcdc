"""Units and labels go along: with data frames, into parquet and back, into xarray."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray

import batiksim as bs
from batiksim.recording import tables
from batiksim.recording.described import from_parquet
from batiksim.runs import store
from batiksim.studies.study import Study
from tests.support.worlds import world


@pytest.fixture(scope="module")
def model() -> bs.BatikModel:
    return world(until="2012-01").run()


def test_results_know_units_and_labels(model: bs.BatikModel) -> None:
    known = bs.load_indicators()
    monthly, yearly = model.results(), model.results(record="yearly")
    json.dumps(monthly.attrs)
    assert monthly.attrs["units"] == {name: one.unit for name, one in known.items()}
    for lang in ("en", "id"):
        assert monthly.attrs["labels"][lang] == {name: one.label[lang] for name, one in known.items()}
    assert yearly.attrs["units"]["batik.entrants"] == "people/year"
    assert yearly.attrs["units"]["public.cost"] == "IDR/year"
    assert yearly.attrs["units"]["batik.workers"] == "people"
    paid = {name for name, one in known.items() if one.unit == "IDR/month" and one.kind != "flow"}
    assert paid and {yearly.attrs["units"][name] for name in paid} == {"IDR/month"}  # a level stays one
    assert tables.costs(model.recorder).attrs["units"] == {"idr": "IDR/month"}
    assert tables.ages(model.recorder).attrs["units"] == {"count": "people"}
    assert monthly[monthly["place"] == "all"].attrs == monthly.attrs


def test_pandas_writes_and_reads_them(model: bs.BatikModel, tmp_path: Path) -> None:
    frame = model.results()
    frame.to_parquet(tmp_path / "own.parquet")
    again = pd.read_parquet(tmp_path / "own.parquet")
    assert again.attrs == frame.attrs


def test_parquet_carries_them_by_column(model: bs.BatikModel, tmp_path: Path) -> None:
    frame = model.results()
    table = store.series_table(frame, model.settings, draw=0, seed=3)
    with store.SeriesWriter(tmp_path / "series.parquet") as writer:
        writer.add(table)
    schema = pq.read_schema(tmp_path / "series.parquet")
    for name, one in bs.load_indicators().items():
        about = schema.field(name).metadata
        assert about[b"unit"].decode() == one.unit
        assert (about[b"label_en"].decode(), about[b"label_id"].decode()) == (
            one.label["en"],
            one.label["id"],
        )
    assert b"unit" not in (schema.field("month").metadata or {})
    again = from_parquet(pq.read_table(tmp_path / "series.parquet"))
    assert again.attrs == frame.attrs
    for name in bs.load_indicators():
        np.testing.assert_array_equal(again[name], frame[name])
    costs = store.keyed_table(tables.costs(model.recorder), model.settings, draw=0, seed=3)
    assert costs.schema.field("idr").metadata[b"unit"] == b"IDR/month"
    assert costs.schema.field("idr").metadata[b"label_id"].decode() == "Biaya kebijakan"
    bare = table.replace_schema_metadata().cast(store.pa.schema([f.remove_metadata() for f in table.schema]))
    assert from_parquet(bare).attrs == {}  # a file of before


def test_results_become_a_dataset(model: bs.BatikModel) -> None:
    frame = model.results()
    found = bs.to_xarray(frame, lang="id")
    assert dict(found.sizes) == {"month": 13, "place": 24}
    assert found["place"].values.tolist() == frame["place"][:24].tolist()  # in the order of the table
    workers = found["batik.workers"]
    label = bs.load_indicators()["batik.workers"].label["id"]
    assert workers.attrs == {"units": "people", "long_name": label}
    assert workers["month"].dt.strftime("%Y-%m").values.tolist() == frame["month"].unique().tolist()
    for month, place in (("2011-02", "kauman"), ("2012-01", "all")):
        row = frame[(frame["month"] == month) & (frame["place"] == place)]
        assert workers.sel(month=month, place=place).item() == row["batik.workers"].item()
    assert "units" in frame.attrs  # the table is as it was
    long = bs.to_xarray(tables.ages(model.recorder))
    assert set(long.sizes) == {"month", "place", "sex", "age"}
    assert long["count"].sel(place="all").sum() == workers.sel(place="all").sum()


def test_seeds_of_their_own_in_each_draw_are_runs() -> None:
    rows = [
        {"draw": draw, "seed": seed, "month": "2011-01", "place": place, "x": 100 * draw + seed}
        for draw, seeds in ((0, (1, 2)), (1, (3, 4)))
        for seed in seeds
        for place in ("kauman", "all")
    ]
    found = bs.to_xarray(pd.DataFrame(rows))
    assert dict(found.sizes) == {"run": 4, "month": 1, "place": 2}
    assert (found["x"] == 100 * found["draw"] + found["seed"]).all()
    assert found["x"].where(found["seed"] == 3, drop=True).squeeze().values.tolist() == [103, 103]
    crossed = [row | {"seed": row["seed"] % 2} for row in rows]
    assert dict(bs.to_xarray(pd.DataFrame(crossed)).sizes) == {"draw": 2, "seed": 2, "month": 1, "place": 2}


def test_what_cannot_be_a_dataset_is_refused(model: bs.BatikModel, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = model.results()
    with pytest.raises(bs.InputError, match="the only one of its month, place"):
        bs.to_xarray(pd.concat([frame, frame]))
    with pytest.raises(bs.InputError):
        bs.to_xarray(frame[["batik.workers"]])
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(bs.InputError, match=r"batiksim\[research\]"):
        bs.to_xarray(frame)


def test_a_study_knows_them_too(finished: Path) -> None:
    study = Study.load(finished)
    assert study.series.attrs["units"]["batik.workers"] == "people"
    assert study.spending.attrs["units"] == {"idr": "IDR/year"}
    assert study.ages.attrs["labels"]["en"] == {"count": "Batik workers"}
    table = study.table("batik.entrants")
    assert table.attrs["indicator"] == "batik.entrants"
    assert table.attrs["units"]["median"] == table.attrs["units"]["difference_low_90"] == "people/year"
    assert "probability" not in table.attrs["units"] and "pairs" not in table.attrs["units"]
    found = study.to_xarray()
    assert isinstance(found, xarray.Dataset)
    assert set(found.sizes) == {"scenario", "regime", "draw", "seed", "month", "place"}
    one = study.series.iloc[-1]
    at = {name: one[name] for name in ("scenario", "regime", "draw", "seed", "month", "place")}
    assert found["batik.workers"].sel(at).item() == one["batik.workers"]
