"""How results are kept: to the last digit, read by column, in a memory that does not grow with the runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import batiksim as bs
from batiksim.errors import UsageError
from batiksim.recording.indicators import GROUPS
from batiksim.runs import folder as folders
from batiksim.runs import parts, results, shelf, store
from batiksim.runs.assemble import assemble
from batiksim.runs.design import single
from batiksim.runs.store import KEYS, SERIES, SeriesWriter, encoding
from batiksim.scenario import Scenario
from batiksim.studies import study as studies
from batiksim.studies.compare import resume
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from tests.support.made_up_study import PLACES, made_up

WORKERS = "batik.workers"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return made_up(tmp_path_factory.mktemp("known"))


# --- what is written


def test_numbers_come_back_to_the_last_digit(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    schema = pa.schema([pa.field("month", pa.string(), nullable=False), pa.field("x", pa.float64())])
    numbers = rng.standard_normal(1000) * 10.0 ** rng.integers(-300, 300, 1000)
    numbers[::7] = np.nan
    table = pa.table([["2011-12"] * 1000, pa.array(numbers, from_pandas=True)], schema=schema)
    with SeriesWriter(tmp_path / SERIES) as writer:
        for first in range(0, 1000, 90):
            writer.add(table.slice(first, 90))
    assert pq.read_table(tmp_path / SERIES) == table
    np.testing.assert_array_equal(pd.read_parquet(tmp_path / SERIES)["x"].to_numpy(), numbers)
    assert encoding(schema)["use_byte_stream_split"] == ["x"]


def test_row_groups_are_full_however_runs_divide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "ROWS_IN_A_GROUP", 64)
    with SeriesWriter(tmp_path / SERIES) as writer:
        for first, rows in ((0, 30), (30, 30), (60, 200), (260, 10)):
            writer.add(pa.table({"a": list(range(first, first + rows))}))
    about = pq.read_metadata(tmp_path / SERIES)
    groups = [about.row_group(group).num_rows for group in range(about.num_row_groups)]
    assert groups == [64, 64, 64, 64, 14]
    assert pq.read_table(tmp_path / SERIES)["a"].to_pylist() == list(range(270))


def test_a_sweep_of_samples_keeps_groups_to_seven_digits(tmp_path: Path) -> None:
    about: dict[str, Any] = {"scale": 0.005, "until": "2011-12", "record": "yearly"}
    study = bs.sweep(draws=2, design="lhs", parameters="choice.pay", seeds=[3], jobs=1, out=tmp_path, **about)
    assert list(study.series["place"].unique()) == list(GROUPS) and study.series.attrs["units"][WORKERS]
    drawn = study.read([WORKERS, "pay.batik_median"], places="all")
    value = pq.read_table(tmp_path / "sample.parquet")["choice.pay"].to_pylist()[0]
    own = bs.run(Scenario.default().but({"choice.pay": value}), seed=3, **about).query("place == 'all'")
    for name in (WORKERS, "pay.batik_median"):
        kept = drawn.loc[drawn["draw"] == 1, name].to_numpy()
        assert kept.dtype == np.float64
        np.testing.assert_array_equal(kept, own[name].to_numpy().astype("float32").astype("float64"))


def test_memory_does_not_grow_with_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("CHUNK", 20), ("MANY", 20)):
        monkeypatch.setattr(shelf, name, value)
    monkeypatch.setattr(store, "ROWS_IN_A_GROUP", 1000)
    rng = np.random.default_rng(1)
    usual = pa.default_memory_pool()
    peaks = []
    for runs in (100, 400):
        about: dict[str, Any] = {"scale": 0.1, "since": "2011-01", "until": "2040-12", "record": "yearly"}
        design, folder = single(Scenario.default(), range(runs), **about), tmp_path / str(runs)
        folders.prepare(folder, design)
        found = shelf.Shelf(folder)
        pool = pa.proxy_memory_pool(usual)
        pa.set_memory_pool(pool)
        try:
            for run in design.runs:
                table = pa.table({f"x{k}": rng.random(90) for k in range(20)})
                parts.save(folder, run.part, parts.Part(run.part, 1.0, {SERIES: table}).pack())
                found.came(run.part)
                found.pack()
            del table
            found.tidy()
            rows = assemble(design, found, folder)
        finally:
            pa.set_memory_pool(usual)
        assert len(rows) == runs and pq.read_metadata(folder / SERIES).num_rows == 90 * runs
        assert len(list(folder.glob("parts/*.zip"))) == runs // 20
        peaks.append(pool.max_memory())
    assert peaks[1] < 1.2 * peaks[0] < 20e6, peaks


# --- what is read


def test_read_is_series_without_the_rest(known: Study) -> None:
    series = known.series
    pd.testing.assert_frame_equal(known.read(WORKERS), series[[*KEYS.names, WORKERS]])
    some = known.read([YOUNG, WORKERS], years=[2012, 2020], scenarios=["short", "baseline"], places="kauman")
    rows = series["month"].isin(["2012-12", "2020-12"]) & series["scenario"].isin(["short", "baseline"])
    wanted = series.loc[rows & (series["place"] == "kauman"), [*KEYS.names, YOUNG, WORKERS]]
    pd.testing.assert_frame_equal(some, wanted.reset_index(drop=True))
    assert set(some["place"]) == {"kauman"} < set(PLACES)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"indicators": "batik.worker"}, r"no indicator called batik.worker \(did you mean batik.workers"),
        ({"indicators": WORKERS, "years": 2041}, "2041 is not among the recorded months 2011-12..2026-12"),
        ({"indicators": WORKERS, "scenarios": "shorts"}, r"called shorts \(did you mean short\?\)"),
        ({"indicators": WORKERS, "places": ["all", "atlantis"]}, "no place or group called atlantis"),
    ],
)
def test_what_there_is_not_cannot_be_read(known: Study, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        known.read(**asked)


@pytest.fixture
def columns_read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The columns that are read of any table while a test runs, None for all of them."""
    found: list[Any] = []
    plain: Callable[..., pa.Table] = pq.read_table

    def spy(*given: Any, columns: Any = None, **more: Any) -> pa.Table:
        found.append(columns)
        return plain(*given, columns=columns, **more)

    monkeypatch.setattr(pq, "read_table", spy)
    return found


def test_nothing_is_read_that_is_not_asked(known: Study, columns_read: list[Any]) -> None:
    study = Study.load(known.folder)
    assert study.done and study.total and study.cases and not columns_read
    study.read(WORKERS, years=2020)
    study.table(YOUNG)
    study.effects(WORKERS)
    study.sets(WORKERS)
    assert columns_read and None not in columns_read
    read = {name for columns in columns_read for name in columns}
    assert read - set(KEYS.names) == {WORKERS, YOUNG}


def test_what_would_fill_the_memory_is_refused(known: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "MOST_CELLS", 1000)
    with pytest.raises(UsageError, match=r"rows of all indicators .* read\(indicators, years"):
        Study.load(known.folder).series  # noqa: B018
    assert len(Study.load(known.folder).read(WORKERS))


def test_a_large_file_is_checked_when_it_is_read(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "AT_ONCE", 0)
    file, before = copy / SERIES, (copy / SERIES).read_bytes()
    about = pq.read_metadata(file).row_group(0)
    place = next(k for k in range(about.num_columns) if about.column(k).path_in_schema == "pay.batik_median")
    start, size = about.column(place).data_page_offset, about.column(place).total_compressed_size
    harmed = bytearray(before)
    harmed[start + size // 2] ^= 1
    file.write_bytes(harmed)
    study = Study.load(copy)
    assert len(study.read(WORKERS))  # other columns are whole
    for question in (lambda: study.read("pay.batik_median"), lambda: study.table("pay.batik_median")):
        with pytest.raises(UsageError) as told:
            question()
        assert str(file) in str(told.value) and f"batiksim resume {copy}" in str(told.value)
    resume(copy, jobs=1)
    assert file.read_bytes() == before
    file.write_bytes(before[:-1])
    with pytest.raises(UsageError, match=r"series\.parquet is missing or damaged"):
        Study.load(copy)
