"""Studies on a dask cluster: the bytes of here, whatever dies there, and clear words where nobody is left."""

from __future__ import annotations

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from batiksim.cli import main
from batiksim.errors import UsageError, WorkersError
from batiksim.runs import cluster as clusters
from batiksim.runs import draws
from batiksim.runs.cluster import Dask
from batiksim.runs.tally import Tally
from batiksim.scenario import Scenario
from batiksim.studies.compare import compare, resume
from tests.support.comparisons import HEAD, SMALL, contents, scenario, two
from tools.dask_cluster import ROOT, Cluster, cluster

pytest.importorskip("distributed")
real = pytest.mark.slow
pytestmark = pytest.mark.usefixtures("small_whole")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask"), 2) as made:
        yield made


@pytest.fixture
def dask(running: Cluster) -> Cluster:
    """A cluster of two workers, alive."""
    for _ in range(2 - sum(worker.poll() is None for worker in running.workers)):
        running.worker()
    return running


def once(runs: int, do: Callable[[], None]) -> Callable[[Tally], None]:
    """Progress that does something once, as soon as so many runs have come in."""
    done = []

    def progress(tally: Tally) -> None:
        if tally.done >= runs and tally.left and not done:
            done.append(tally.done)
            do()

    return progress


# --- the same bytes


@real
def test_a_cluster_gives_the_bytes_of_here(dask: Cluster, finished: Path, tmp_path: Path) -> None:
    compare(two(), 3, executor=Dask(dask.address), out=tmp_path / "kept", **SMALL)
    assert contents(tmp_path / "kept") == contents(finished)


@real
def test_a_worker_that_is_killed_changes_nothing(dask: Cluster, finished: Path, tmp_path: Path) -> None:
    killed = once(1, dask.workers[-1].kill)
    compare(two(), 3, executor=Dask(dask.address), out=tmp_path / "kept", progress=killed, **SMALL)
    assert dask.workers[-1].poll() is not None and contents(tmp_path / "kept") == contents(finished)


@real
def test_others_go_on_where_all_workers_are_killed(dask: Cluster, finished: Path, tmp_path: Path) -> None:
    def replace() -> None:
        for worker in dask.workers:
            worker.kill()
        dask.worker()

    told: list[str] = []
    killed = once(2, replace)

    def progress(tally: Tally) -> None:
        told.append(tally.told)
        killed(tally)

    compare(two(), 3, executor=Dask(dask.address), out=tmp_path / "kept", progress=progress, **SMALL)
    assert contents(tmp_path / "kept") == contents(finished)
    assert any(word.startswith("waiting for workers") for word in told)


@real
def test_a_study_that_is_stopped_takes_its_tasks_back(dask: Cluster, finished: Path, tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(two(), 3, executor=Dask(dask.address), out=tmp_path, progress=once(1, stop), **SMALL)
    from distributed import Client

    with Client(dask.address, set_as_default=False) as client:
        deadline = time.monotonic() + 20
        while any(client.processing().values()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(client.processing().values())
        assert 1 <= len(list(tmp_path.glob("parts/0*.zip"))) < 8
        resume(tmp_path, executor=Dask(client))
        assert client.status == "running"
    assert contents(tmp_path) == contents(finished)


# --- runs that fail


@real
def test_runs_that_fail_are_rows_as_they_are_here(dask: Cluster, brittle: Scenario, tmp_path: Path) -> None:
    """Kinds of interventions of a user's own come along; one of these fails, one kills who tries it."""
    asked = {**SMALL, "full_scale": 0}
    here = compare([Scenario.default(), brittle], 2, jobs=1, out=tmp_path / "here", **asked)
    there = compare([Scenario.default(), brittle], 2, executor=Dask(dask.address), **asked)
    rows = ["scenario", "seed", "status", "error"]
    assert there.runs[rows].equals(here.runs[rows]) and (here.runs["status"] == "failed").sum() == 1
    from distributed import Client

    with Client(dask.address, set_as_default=False) as client:
        client.run_on_scheduler(_give_up_at_once)
    fatal = scenario("fatal", "interventions:\n  - fatal: {from: 2012-03}\n")
    study = compare(
        [Scenario.default(), fatal], 4, executor=Dask(dask.address), out=tmp_path / "there", **asked
    )
    failed = study.runs[study.runs["status"] == "failed"]
    assert set(failed["seed"]) == {2} and len(failed) == 2 and len(study.runs) == 8
    assert failed["error"].str.contains("KilledWorker").all()
    assert sum(worker.poll() is None for worker in dask.workers) == 1


def _give_up_at_once(dask_scheduler: object = None) -> None:
    dask_scheduler.allowed_failures = 0  # type: ignore[attr-defined]


# --- nobody there


@real
def test_a_study_without_workers_or_scheduler_keeps_what_it_has(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(draws, "WORLDS", ("orders-short",))
    Path("courses.yaml").write_text(two()[1].to_yaml(), encoding="utf-8")
    words = "compare baseline courses.yaml --sample none --seeds 3 --scale 0.005 --until 2012-12 --out kept"
    other = tmp_path / "other"
    shutil.copytree(ROOT / "batiksim", other / "batiksim", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "batiksim" / "rules" / "choice.py").open("a") as file:
        file.write("\n# another rule\n")
    with cluster(tmp_path, 0) as dask:
        on = f" --executor dask --scheduler {dask.address} --wait 2"
        assert main((words + on).split()) == 1
        told = capsys.readouterr().err
        assert "waiting for workers (1 s of 2)" in told and "Traceback" not in told
        assert told.splitlines()[-1].startswith("batiksim: no worker of tcp://127.0.0.1:")
        assert told.endswith("none is there; 0 of 8 runs are kept, go on with: batiksim resume kept\n")
        dask.worker(PYTHONPATH=str(other))
        with pytest.raises(WorkersError, match="its code is another than that of batiksim"):
            resume("kept", executor=Dask(dask.address, wait=4))
        assert not list(Path("kept").glob("parts/*.zip"))
        dask.worker()
        said: list[str] = []
        killed = once(2, dask.scheduler.kill)

        def progress(tally: Tally) -> None:
            said.append(tally.told)
            killed(tally)

        with pytest.raises(WorkersError, match="is gone"):
            resume("kept", executor=Dask(dask.address), progress=progress)
        assert any("gets no run: its code is another" in word for word in said)
    kept = {path.name: path.stat().st_mtime_ns for path in Path("kept").glob("parts/*.zip")}
    assert 2 <= len(kept) < 9
    resume("kept", jobs=1)
    assert kept.items() <= {p.name: p.stat().st_mtime_ns for p in Path("kept").glob("parts/*.zip")}.items()
    assert contents(Path("kept"))["series.parquet"] == contents(finished)["series.parquet"]


@pytest.mark.parametrize("listens", [False, True])
def test_nobody_at_the_address(listens: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_CONNECT", 1.0)
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        if listens:
            port.listen()
        began = time.monotonic()
        with pytest.raises(UsageError, match=r"no dask scheduler answers at 127\.0\.0\.1:"):
            compare(two(), 1, executor=Dask(f"127.0.0.1:{port.getsockname()[1]}"), out=tmp_path, **SMALL)
    assert time.monotonic() - began < 20


def test_without_the_package_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r'python -m pip install "batiksim\[cluster\]"'):
        compare(two(), 1, executor=Dask("127.0.0.1:8786"), **SMALL)


@pytest.mark.parametrize(
    "address",
    ["", "8786", "host", "host:0", "host:70000", "http://host:1", "tcp://a b:1", "tcp://h:1/x", "x:1\n"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is no address of a scheduler"):
        Dask(address)


@pytest.mark.parametrize(
    "address", ["host:1", "tcp://10.0.0.1:8786", "tls://a.example:65535", "tcp://[::1]:8786"]
)
def test_addresses(address: str) -> None:
    assert Dask(address).scheduler == address


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--executor dask", "needs --scheduler"),
        ("--executor processes --scheduler a:1", "--scheduler is only for --executor dask"),
        ("--wait 5", "--wait is only for --executor dask"),
        ("--executor dask --scheduler a:1 --jobs 2", "--jobs is for processes here"),
        ("--executor dask --scheduler nowhere", "is no address of a scheduler"),
        ("--executor slurm", "is not one of: processes, dask"),
        ("--scheduler a:1 --wait 0", "0 is outside 1..86400"),
    ],
)
def test_options_that_contradict(
    words: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(HEAD.format("mine"), encoding="utf-8")
    for command in ("compare baseline mine.yaml", "sweep", "run mine.yaml", "resume nowhere", "validate"):
        assert main([*command.split(), *words.split()]) == 2
        assert told in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
