"""Runs in one process and in many, and the folder that keeps them: the same bytes, whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from loky import get_reusable_executor

from batiksim.errors import RunError, UsageError
from batiksim.model.batik_model import BatikModel
from batiksim.present.numbers import interval, limits, number, quantity, signed
from batiksim.recording.indicators import load_indicators
from batiksim.runs import folder as folders
from batiksim.runs import store
from batiksim.runs.design import single
from batiksim.runs.engine import Means
from batiksim.runs.executors import workers
from batiksim.runs.headline import Band, band, key_months
from batiksim.runs.runner import record_runs, run, run_many
from batiksim.scenario import Scenario
from tests.cli.test_cli import environment

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {"scale": 0.005, "since": "2011-01", "until": "2011-12", "record": "monthly"}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.default()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> Path:
    out = tmp_path_factory.mktemp("runs") / "new" / "kept"
    kept(scenario, range(1, 4), out)
    return out


def kept(scenario: Scenario, seeds: range, out: Path, jobs: int = 1) -> None:
    record_runs(single(scenario, seeds, **SETTINGS), means=Means(jobs), out=out)


def test_any_number_of_processes_writes_the_same_bytes(
    folder: Path, tmp_path: Path, scenario: Scenario
) -> None:
    for jobs in (1, 2):
        kept(scenario, range(1, 4), tmp_path / str(jobs), jobs)
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
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    (folder / ".batiksim-draft-of-a-killed-run").mkdir()
    (folder / store.SERIES).unlink()
    kept(scenario, range(1, 4), folder)
    assert {path.name for path in folder.iterdir()} == {*before, "parts", "scenarios"}
    assert (folder / store.SERIES).read_bytes() == before[store.SERIES]
    with pytest.raises(UsageError, match="another scenario, seeds or settings"):
        kept(scenario, range(1, 3), folder)
    assert (folder / store.SERIES).read_bytes() == before[store.SERIES]


def test_a_folder_with_other_things_is_refused(tmp_path: Path, scenario: Scenario) -> None:
    design = single(scenario, range(1, 4), **SETTINGS)
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        folders.check(tmp_path, design)
    with pytest.raises(UsageError, match="is a file"):
        folders.check(tmp_path / "letter.txt", design)
    (tmp_path / store.MANIFEST).write_text("[1]", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        folders.check(tmp_path, design)


def test_runs_that_all_fail_write_no_results(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("no looms")

    monkeypatch.setattr(BatikModel, "step", broken)
    with pytest.raises(RunError, match=r"none of 2 runs succeeded.*: no looms"):
        kept(scenario, range(2), tmp_path / "kept")
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {"parts", "scenarios", "study.json"}


def test_progress_ends_at_one(scenario: Scenario) -> None:
    shares: list[float] = []
    results = list(run_many(scenario, [7, 5], progress=shares.append, **SETTINGS))
    assert [result.seed for result in results] == [7, 5]  # in the order asked for
    assert len(shares) > 24 and shares == sorted(shares) and shares[-1] == 1  # every month is told


@pytest.mark.parametrize("foreign", ["a reusable pool of loky", "a pool of somebody"])
def test_only_processes_of_our_own_end_with_an_exception(foreign: str) -> None:
    theirs = get_reusable_executor(1) if foreign.startswith("a reusable") else ProcessPoolExecutor(1)
    with theirs:
        other = theirs.submit(os.getpid).result()
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt), workers(2) as pool:
            pool.submit(time.sleep, 300)
            mine = pool.submit(os.getpid).result()
            raise KeyboardInterrupt
        assert time.monotonic() - started < 60
        assert alive(other) and theirs.submit(os.getpid).result() == other
        assert not alive(mine)


def test_a_dead_worker_is_told(brittle: Scenario) -> None:
    deadly = brittle.but({}, title="deadly")
    deadly = replace(
        deadly, interventions=tuple(replace(one, kind="deadly") for one in brittle.interventions)
    )
    with pytest.raises(RunError, match="a worker process ended unexpectedly"):
        list(run_many(deadly, [1, 2], jobs=2, **SETTINGS | {"until": "2012-04"}))


def test_a_plain_script_without_a_main_guard_uses_several_processes(tmp_path: Path) -> None:
    """And a kind of intervention that it defines itself reaches them."""
    script = tmp_path / "plain.py"
    script.write_text(PLAIN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["begins", "4 of 4"], done.stdout
    assert int(done.stdout.split("\n")[2]) > 0 and not done.stderr


PLAIN = """
import os
import batiksim as bs
from batiksim.interventions import intervention

print("begins", flush=True)

@intervention("gift", label="Gift", channel="none", stakeholder="government", payer="government", unit_cost=0,
              cost_unit="IDR/year", cost_source="made up")
def gift(model, policy, dose):
    seen = os.environ["SEEN"]
    open(os.path.join(seen, str(os.getpid())), "a").close()

os.makedirs("seen")
os.environ["SEEN"] = os.path.abspath("seen")
few = {"scale": 0.005, "until": "2011-03", "jobs": 2}
base = bs.Scenario.default()
given = bs.Scenario.parse("interventions:\\n  - gift: {from: 2011-02}\\n", "given")
study = bs.compare([base, given], 2, regimes=["orders-short"], full_scale=False, record="monthly", **few)
print(study.done, "of", study.total)
seen = {int(name) for name in os.listdir("seen")}
print(len(seen - {os.getpid()}))
"""


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
