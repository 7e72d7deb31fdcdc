"""Folders that can be trusted: what changed, was swapped, cannot be read or is hostile gives no number."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import sys
import time
import weakref
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.interventions import load, registry
from batiksim.runs import atomic_files, ensemble, fingerprints, manifest, parts
from batiksim.runs.branching import let_go, run_cases
from batiksim.runs.folder import read_design
from batiksim.runs.shelf import Shelf
from batiksim.runs.tally import Tally
from batiksim.scenario import interventions as declared
from batiksim.studies.compare import compare, resume
from batiksim.studies.policy_questions import ANSWERS, BREAKEVEN, answered, save
from batiksim.studies.study import Study
from tests.cli.test_cli import ROOT, environment, one_clean_line
from tests.support.comparisons import SMALL, contents, scenario, two

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal, link or file there")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


def tallies_of(folder: Path) -> list[Tally]:
    tallies: list[Tally] = []
    resume(folder, jobs=1, progress=tallies.append)
    return tallies


# --- flipped and swapped


KEPT = (
    "series.parquet", "ages.parquet", "incomes.parquet", "costs.parquet", "places.parquet", "life.json",
    "runs.csv", "manifest.json", "study.json", "scenarios/1-baseline.yaml",
)  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_a_flipped_byte_is_told_with_its_file_and_what_helps(copy: Path, name: str) -> None:
    file = copy / name
    content = file.read_bytes()
    for place in (0, len(content) // 2, len(content) - 2):
        file.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        with pytest.raises(UsageError, match=r"batiksim (?:resume|compare)") as told:
            Study.load(copy)
            read_design(copy)
        assert str(file) in str(told.value)
    file.write_bytes(content)
    Study.load(copy)


def test_a_flipped_byte_in_a_part_has_it_computed_again(copy: Path) -> None:
    bound, file = read_design(copy).bound, copy / "parts" / "000001.zip"
    content = file.read_bytes()
    for place in range(0, len(content), len(content) // 50):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        shelf = Shelf(copy)
        assert "000001" not in shelf.finished(bound).done and shelf.load("000001") is None


def test_parts_that_were_swapped_are_computed_again(copy: Path) -> None:
    before = contents(copy)
    one, other = copy / "parts" / "000000.zip", copy / "parts" / "000001.zip"
    shutil.copy(one, other)  # seed 1 as if it were seed 2
    (copy / "manifest.json").unlink()
    assert (tallies_of(copy)[0].left, contents(copy)) == (1, before)


def test_a_part_of_another_seed_is_told_by_what_it_is_bound_to(copy: Path) -> None:
    shelf, design = Shelf(copy), read_design(copy)
    part = shelf.load("000000")
    assert part is not None
    parts.save(copy, "000001", replace(part, name="000001").pack())  # by a clever hand
    found = Shelf(copy).finished(design.bound)
    assert "000001" not in found.done and found.anew == {"000001": "run"}


def test_a_flipped_answer_is_told(copy: Path) -> None:
    study = Study.load(copy)
    table = answered(study, BREAKEVEN)
    save(copy, {BREAKEVEN: table.assign(value=1.5)})
    file = copy / BREAKEVEN
    assert answered(study, BREAKEVEN).empty
    file.write_bytes(file.read_bytes().replace(b"value", b"valve"))
    with pytest.raises(UsageError, match=r"breakeven\.csv is missing or damaged .*checksum.*delete it"):
        answered(study, BREAKEVEN)
    (copy / ANSWERS).unlink()  # of the first edition
    answered(study, BREAKEVEN)


# --- made by something else


@pytest.mark.parametrize(("what", "told"), [("code", "code of batiksim"), ("data", "data of batiksim")])
def test_other_code_or_data_and_all_is_computed_anew(
    copy: Path, monkeypatch: pytest.MonkeyPatch, what: str, told: str
) -> None:
    before, now = contents(copy), fingerprints.package()
    monkeypatch.setattr(fingerprints, "package", lambda: now | {what: "other"})
    Study.load(copy)  # what was made then can still be read
    tallies = tallies_of(copy)
    assert tallies[0].left == 8 and f"8 runs that are kept are computed anew: the {told}" in tallies[0].told
    assert contents(copy) == before
    assert not tallies_of(copy)


def test_the_command_says_what_is_computed_anew(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = fingerprints.package()
    monkeypatch.setattr(fingerprints, "package", lambda: now | {"code": "other"})
    monkeypatch.setattr(ensemble, "run_task", lambda task, worked: iter(()))
    assert main(["resume", str(copy), "--jobs", "1"]) == 0
    assert capsys.readouterr().err.count("are computed anew: the code of batiksim has changed since") == 1


def test_parts_of_the_first_edition_can_be_read_and_are_computed_anew(copy: Path) -> None:
    shelf, design = Shelf(copy), read_design(copy)
    for name in design.parts:
        part = shelf.load(name)
        assert part is not None
        about = {"seconds": 1.0, "error": "", "trace": "", "notes": part.notes}
        with zipfile.ZipFile(copy / "parts" / f"{name}.zip", "w") as archive:
            archive.writestr("about.json", json.dumps(about))
            for entry, table in part.tables.items():
                sink = io.BytesIO()
                pq.write_table(table, sink)
                archive.writestr(entry, sink.getvalue())
    loaded = Shelf(copy).load("000000")
    assert loaded is not None and loaded.tables["series.parquet"].num_rows
    found = Shelf(copy).finished(design.bound)
    assert not found.done and "an earlier edition" in found.told(design.parts)


def test_fingerprints_know_the_users_own_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = {name: one for name, one in declared.kinds().items() if name not in ("brittle", "deadly")}
    own = (ROOT / "tests" / "support" / "brittle.py").read_text(encoding="utf-8")
    prints = []
    for folder, more in (("a", ""), ("b", "# changed\n"), ("c", "")):
        file = tmp_path / folder / f"looms_{folder}.py"
        file.parent.mkdir()
        file.write_text(own + more, encoding="utf-8")
        monkeypatch.setenv("BATIKSIM_INTERVENTIONS", "")
        described = dict(shipped)
        monkeypatch.setattr(declared, "_described", lambda described=described: described)
        monkeypatch.setattr(registry, "_ACTS", {name: registry._ACTS[name] for name in shipped})
        load(file)
        prints.append(fingerprints.plugins([scenario("x", "interventions:\n  - brittle: {from: 2012-03}\n")]))
    assert prints[0] == prints[2] != prints[1] and fingerprints.plugins(two()) == ""


# --- read errors


def test_a_read_error_is_neither_missing_nor_a_failed_run(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, read = contents(copy), atomic_files.read
    kept = (copy / "parts" / "000002.zip").read_bytes()

    def broken(file: Path, *limit: int) -> bytes:
        if file.name == "000002.zip":
            raise OSError(errno.EIO, "Input/output error")
        return read(file, *limit)

    with monkeypatch.context() as patch:
        patch.setattr(atomic_files, "read", broken)
        assert main(["resume", str(copy), "--jobs", "1"]) == 2
        told = capsys.readouterr().err
        assert one_clean_line(told) and "000002.zip cannot be read (Input/output error)" in told
    assert (copy / "parts" / "000002.zip").read_bytes() == kept and contents(copy) == before
    monkeypatch.setattr(ensemble, "run_task", None)
    assert len(resume(copy, jobs=1).runs) == 8


def test_a_run_that_cannot_read_a_file_is_not_recorded_as_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from batiksim.model import batik_model

    def broken(name: str) -> Any:
        raise OSError(errno.EIO, "Input/output error", name)

    with monkeypatch.context() as patch:
        patch.setattr(batik_model, "data_rows", broken)
        with pytest.raises(UsageError, match=r"stakeholders\.csv: Input/output error"):
            compare(two(), 1, jobs=1, out=tmp_path, full_scale=False, **SMALL)
    assert not list(tmp_path.glob("parts/0*.zip"))


# --- killed


@POSIX
def test_killed_at_any_instant_a_folder_heals(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import tests.support.killed as k; k.main()", str(tmp_path), "7"],
        cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", timeout=600,
    )  # fmt: skip
    instants = done.stdout.split()
    assert done.returncode == 0 and len(instants) == 3, done.stdout + done.stderr
    assert all(int(number) >= 30 for number in instants)


def test_results_older_than_their_runs_are_made_anew(copy: Path) -> None:
    """A failed run was tried again and succeeded, and the process was killed before it could tell."""
    before = contents(copy)
    shelf = Shelf(copy)
    good = shelf.load("000001")
    assert good is not None
    parts.save(copy, "000001", replace(good, tables={}, error="no looms").pack())
    (copy / "manifest.json").unlink()
    design = read_design(copy)
    from batiksim.runs import engine

    engine._finish(design, copy, engine.Means(jobs=1), manifest.Beginning())
    assert (Study.load(copy).runs["status"] != "ok").sum() == 1
    parts.save(copy, "000001", good.pack())
    assert (resume(copy, jobs=1).runs["status"] == "ok").all() and contents(copy) == before


@pytest.mark.parametrize(
    "name", ["study.json", "manifest.json", "scenarios/2-courses.yaml", "parts/question.json"]
)
def test_an_empty_control_file_heals(copy: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = contents(copy)
    (copy / name).write_bytes(b"")
    monkeypatch.setattr(ensemble, "run_task", None)
    assert len(resume(copy, jobs=1).runs) == 8 and contents(copy) == before
    (copy / name).write_bytes(b"{")
    compare(two(), 3, jobs=1, out=copy, **SMALL)
    assert contents(copy) == before


# --- hostile folders


def _bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.json", json.dumps({"seconds": 1, "error": "", "trace": "", "notes": None}))
        with archive.open("series.parquet", "w", force_zip64=True) as entry:
            for _ in range(256):
                entry.write(bytes(1 << 20))


def _deep(file: Path) -> None:
    file.write_text("[" * 200_000, encoding="utf-8")


def _huge(file: Path) -> None:
    with open(file, "wb") as huge:
        huge.truncate(1 << 42)


def _device(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@POSIX
@pytest.mark.parametrize("harm", [_bomb, _deep, _huge, _device, _pipe])
def test_a_strangers_part_is_computed_again(copy: Path, harm: Callable[[Path], None]) -> None:
    harm(copy / "parts" / "000001.zip")
    began = time.process_time()
    found = Shelf(copy)
    assert found.load("000001") is None and len(found.finished(read_design(copy).bound).done) == 8
    assert time.process_time() - began < 30  # a bomb that goes off takes minutes, a pipe for ever


@POSIX
@pytest.mark.parametrize(
    ("name", "harm"),
    [("study.json", _deep), ("study.json", _pipe), ("study.json", _device), ("manifest.json", _deep),
     ("manifest.json", _huge), ("life.json", _deep), ("life.json", _huge), ("runs.csv", _pipe),
     ("series.parquet", _huge), ("series.parquet", _device)],
)  # fmt: skip
def test_a_strangers_file_has_a_clear_answer(copy: Path, name: str, harm: Callable[[Path], None]) -> None:
    harm(copy / name)
    with pytest.raises(UsageError) as told:
        Study.load(copy)
    assert str(copy / name) in str(told.value)


def test_a_table_that_would_unfold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = parts.Part("x", 1.0, {"series.parquet": pa.table({"a": pa.nulls(1 << 20, pa.int8())})}).pack()
    assert len(packed) < 1 << 14 and parts.unpack("x", packed) is not None
    monkeypatch.setattr(parts, "_CELLS", 1 << 19)
    assert parts.unpack("x", packed) is None


@POSIX
@pytest.mark.parametrize("name", ["parts", "scenarios"])
def test_nothing_is_written_through_a_link_out_of_the_folder(
    copy: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / name).rename(tmp_path / "elsewhere")
    (copy / name).symlink_to(tmp_path / "elsewhere")
    kept = sorted((tmp_path / "elsewhere").iterdir())
    kept[0].unlink()
    (copy / "manifest.json").unlink()
    assert main(["resume", str(copy), "--jobs", "1"]) == 2
    told = capsys.readouterr().err
    assert one_clean_line(told) and f"{copy / name} is a link" in told
    assert sorted((tmp_path / "elsewhere").iterdir()) == kept[1:]


@POSIX
def test_a_file_that_is_a_link_is_replaced_not_followed(copy: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("dear", encoding="utf-8")
    for name in ("series.parquet", "study.json", "parts/000001.zip", "scenarios/1-baseline.yaml"):
        (copy / name).unlink()
        (copy / name).symlink_to(mine)
    resume(copy, jobs=1)
    assert mine.read_text(encoding="utf-8") == "dear" and not (copy / "series.parquet").is_symlink()
    (copy / ".batiksim-lock").symlink_to(tmp_path / "new")
    (copy / "manifest.json").unlink()
    with pytest.raises(UsageError, match="cannot write to"):
        resume(copy, jobs=1)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["a\0b", " "])
def test_no_name_of_a_folder(name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        atomic_files.named(name)


# --- memory and clock


def test_models_of_finished_runs_are_gone_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    gc.disable()
    try:
        alive: list[weakref.ref[Any]] = []
        for seed in range(2):
            for outcome in run_cases(two(), [0, 1], seed=seed, scale=0.005, until="2012-02"):
                assert outcome.model is not None
                alive += [weakref.ref(outcome.model.people), weakref.ref(outcome.model.recorder)]
                outcome.model.person(int(outcome.model.people.id[0]))
                if outcome.number == 0:
                    let_go(outcome.model)
                del outcome
        assert len(alive) == 8 and not any(one() is not None for one in alive)
    finally:
        gc.enable()


@POSIX
def test_memory_stays_where_it_was_after_ten_runs() -> None:
    """In a process of its own, without the garbage collector."""
    code = (
        "import gc, resource; gc.disable()\n"
        "from batiksim.runs.runner import run\n"
        "used = []\n"
        "for seed in range(30):\n"
        "    run(seed=seed, scale=0.02, until='2011-01')\n"
        "    used.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        "print(used[-1] / used[9])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8"
    )
    assert float(done.stdout) < 1.05, done.stdout + done.stderr


@pytest.mark.parametrize("year", [1970, 2107, 9999])
def test_parts_do_not_mind_the_clock(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((year, 1, 1, 0, 0, 0, 3, 1, 0)))
    part = parts.Part("x", 1.0, {"series.parquet": pa.table({"a": [1]})})
    assert parts.unpack("x", part.pack()) == part


@pytest.mark.parametrize("year", [1971, 2150])
def test_a_clock_that_is_set_meanwhile_changes_no_duration(year: int) -> None:
    began = manifest.Beginning(at=datetime(year, 1, 1, tzinfo=UTC), tick=time.monotonic() - 90)
    said = manifest.about_this_machine(1, began, ["batiksim"])
    assert 90 <= said["seconds"] < 150
    assert said["started"] == f"{year}-01-01T00:00:00+00:00"
    assert said["finished"].startswith(f"{year}-01-01T00:01")
