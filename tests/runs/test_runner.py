"""Runs in one process and in many, and the folder that keeps them: the same bytes, whole or not at all."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batiksim.runs.record import record_runs

from batiksim.errors import RunError, UsageError
from batiksim.present.numbers import interval, limits, number, quantity, signed
from batiksim.recording.indicators import load_indicators
from batiksim.runs import store
from batiksim.runs.executors import workers
from batiksim.runs.headline import Band, band, key_months
from batiksim.runs.runner import run, run_many
from batiksim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {"scale": 0.005, "since": "2011-01", "until": "2011-12", "record": "monthly"}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.default()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> Path:
    out = tmp_path_factory.mktemp("runs") / "new" / "kept"
    record_runs(scenario, range(1, 4), settings=SETTINGS, jobs=1, out=str(out))
    return out


def test_any_number_of_processes_writes_the_same_bytes(
    folder: Path, tmp_path: Path, scenario: Scenario
) -> None:
    for jobs in (1, 2):
        record_runs(scenario, range(1, 4), settings=SETTINGS, jobs=jobs, out=str(tmp_path / str(jobs)))
        for name in (store.SERIES, store.SCENARIO):
            assert (tmp_path / str(jobs) / name).read_bytes() == (folder / name).read_bytes()


def test_series_has_the_promised_rows_and_types(folder: Path, scenario: Scenario) -> None:
    table = pq.read_table(folder / store.SERIES)
    assert table.schema.names == [*store.KEYS.names, *load_indicators()]
    assert {field.type for field in list(table.schema)[len(store.KEYS) :]} == {pa.float64()}
    rows = table.select(store.KEYS.names).to_pylist()
    assert len({tuple(row.values()) for row in rows}) == len(rows) == 3 * 12 * 24
    assert [row["seed"] for row in rows] == sorted(row["seed"] for row in rows)
    assert {(row["scenario"], row["regime"], row["draw"]) for row in rows} == {
        ("baseline", scenario.regime, 0)
    }
    assert {"all", "city", "regency", "kauman"} <= {row["place"] for row in rows}
    first = table.slice(0, 1).to_pylist()[0]
    assert first["month"] == "2011-01"
    assert table["batik.regeneration_ratio"].null_count >= 11 * 24 * 3  # undefined in the first year: null


def test_series_is_what_run_returns(folder: Path, scenario: Scenario) -> None:
    frame = run(scenario, seed=2, **SETTINGS)
    table = pq.read_table(folder / store.SERIES, filters=[("seed", "=", 2)])
    for name in load_indicators():
        np.testing.assert_array_equal(table[name].to_numpy(), frame[name].to_numpy())


def test_scenario_file_loads_back_to_the_same_hash(folder: Path, scenario: Scenario) -> None:
    assert Scenario.load(folder / store.SCENARIO).hash == scenario.hash


def test_manifest_says_what_was_run(folder: Path, scenario: Scenario) -> None:
    manifest = json.loads((folder / store.MANIFEST).read_text(encoding="utf-8"))
    assert manifest["scenario_hash"] == scenario.hash
    assert manifest["seeds"] == [1, 2, 3]
    assert {key: manifest[key] for key in SETTINGS} == SETTINGS
    assert {"python", "batiksim", "mesa", "numpy", "numba"} <= set(manifest["versions"])
    assert all(manifest["versions"].values()) and manifest["platform"]["system"]
    assert [entry["error"] for entry in manifest["runs"]] == [None] * 3
    assert all(entry["seconds"] > 0 for entry in manifest["runs"])


def test_the_same_run_again_replaces_another_is_refused(folder: Path, scenario: Scenario) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / ".batiksim-draft-of-a-killed-run").mkdir()
    record_runs(scenario, range(1, 4), settings=SETTINGS, out=str(folder))
    assert {path.name for path in folder.iterdir()} == set(before)
    assert (folder / store.SERIES).read_bytes() == before[store.SERIES]
    with pytest.raises(UsageError, match="another scenario, seeds or settings"):
        record_runs(scenario, range(1, 3), settings=SETTINGS, out=str(folder))
    assert (folder / store.SERIES).read_bytes() == before[store.SERIES]


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        store.check_folder(tmp_path, "print")
    with pytest.raises(UsageError, match="is a file"):
        store.check_folder(tmp_path / "letter.txt", "print")
    (tmp_path / store.MANIFEST).write_text("[1]", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        store.check_folder(tmp_path, "print")


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    with pytest.raises(KeyboardInterrupt), store.draft(out, "print") as place:
        store.write_text(place / store.SCENARIO, "half")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_runs_that_all_fail_leave_nothing(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no looms")

    monkeypatch.setattr("batiksim.runs.runner._frame", broken)
    with pytest.raises(RunError, match=r"none of 2 runs succeeded.*: no looms"):
        record_runs(scenario, range(2), settings=SETTINGS, out=str(tmp_path / "kept"))
    assert not list(tmp_path.iterdir())


def test_progress_ends_at_one(scenario: Scenario) -> None:
    shares: list[float] = []
    results = list(run_many(scenario, [7, 5], progress=shares.append, **SETTINGS))
    assert [result.seed for result in results] == [7, 5]  # in the order asked for
    assert len(shares) == 24 and shares == sorted(shares) and shares[-1] == 1


def test_workers_end_with_an_exception() -> None:
    before = set(multiprocessing.active_children())
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), workers(2) as pool:
        pool.submit(time.sleep, 300)
        pool.submit(os.getpid).result()
        raise KeyboardInterrupt
    assert time.monotonic() - started < 60
    assert set(multiprocessing.active_children()) == before


class Deadly:
    """Ends the process that unpickles it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


def test_a_dead_worker_is_told() -> None:
    with pytest.raises(RunError, match="a worker process ended unexpectedly"):
        list(run_many(Deadly(), [1, 2], jobs=2, **SETTINGS))  # type: ignore[arg-type]


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by its number")
def test_workers_do_not_outlive_a_killed_parent() -> None:
    code = (
        "import os\n"
        "from batiksim.runs.executors import workers\n"
        "with workers(1) as pool:\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 9
    deadline = time.monotonic() + 30
    while alive(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(int(done.stdout))


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # a process nobody has waited for yet is dead all the same
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z")


def test_band_is_the_middle_ninety_percent() -> None:
    assert band([3.0]) == Band(3.0, None, None, 1)
    assert band([None, float("nan")]) == Band(None, None, None, 0)
    assert band([*range(101), None]) == Band(50.0, 5.0, 95.0, 101)


def test_key_months_are_start_now_and_end() -> None:
    months = [f"{year}-{month:02d}" for year in (2025, 2026, 2027) for month in range(1, 13)]
    assert key_months(months, date(2026, 11, 24)) == ["2025-01", "2026-11", "2027-12"]
    assert key_months(months, date(2024, 1, 1)) == ["2025-01", "2027-12"]
    assert key_months(months[:1], date(2024, 1, 1)) == ["2025-01"]


def test_numbers_in_two_languages() -> None:
    assert number(1234567.8, 1, "en") == "1,234,567.8" and number(1234567.8, 1, "id") == "1.234.567,8"
    assert number(-2, 0, "en") == "−2" and number(None) == number(float("nan")) == "–"
    assert quantity(0.1234, "share", "id") == "12,3 %" and quantity(0.5, "ratio", "en") == "0.50"
    assert signed(0.0142, "share", "en") == "+1.4 points" and signed(0.0142, "share", "id") == "+1,4 poin"
    assert (
        signed(-0.01, "share", "en") == "\N{MINUS SIGN}1.0 points"
        and signed(1e-6, "share", "en") == "0.0 points"
    )
    assert signed(0.0003, "share", "en") == "+0.03 points" and signed(0.004, "ratio", "id") == "+0,004"
    assert limits("−2,5 % per tahun", "−0,5 % per tahun") == ("−2,5", "−0,5 % per tahun")
    assert limits("Rp 900 million", "Rp 1.2 billion") == ("Rp 900 million", "1.2 billion")
    assert interval(0.1, 0.25, "share", "en") == "10.0–25.0 %"
