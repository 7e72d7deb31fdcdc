"""One engine: any design, in any number of files, stopped anywhere, opened before it is finished."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import batiksim as bs
from batiksim.calendar import month_index
from batiksim.cli import main
from batiksim.config.frozen_dict import FrozenDict
from batiksim.errors import UsageError
from batiksim.runs import draws, ensemble, shelf
from batiksim.runs.design import TABLES, Design, make_design
from batiksim.runs.draws import Draw, under
from batiksim.runs.engine import Means, carry_out
from batiksim.runs.folder import read_design
from batiksim.runs.parts import Part, names_in, save
from batiksim.runs.store import SERIES
from batiksim.runs.tally import Tally
from batiksim.scenario import Scenario
from batiksim.studies.compare import compare, resume
from batiksim.studies.study import Study
from tests.support.comparisons import HEAD, SMALL, TRAINING, contents, scenario, two

BRIEF = {"scale": 0.005, "since": "2011-01", "until": "2011-06", "record": "monthly"}
CUT = "contracts.surplus_cut"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


def brief(seeds: int = 2) -> Design:
    policy = scenario("early", "interventions:\n  - training: {from: 2011-03}\n")
    return make_design(
        [Scenario.default(), policy],
        seeds,
        regimes=("orders-short",),
        baseline=None,
        **BRIEF,
    )


class Stop(KeyboardInterrupt):
    """A Ctrl-C when so many runs have come in."""


def stop_after(runs: int) -> Callable[[Tally], None]:
    def progress(tally: Tally) -> None:
        if tally.done >= runs and tally.left:
            raise Stop

    return progress


# --- draws


def test_a_draw_lies_under_what_a_scenario_says() -> None:
    draw = Draw("drawn", FrozenDict({CUT: 0.3, "choice.conformity": 2.0}), 4)
    dated = scenario("dated", f"parameters:\n  {CUT}: {{2012-01..2012-12: 0.1}}\n")
    case = under(dated, draw)
    assert case is not None and case.value("choice.conformity") == 2.0
    months = ("2011-12", "2012-01", "2012-12", "2013-01")
    assert [case.value(CUT, month_index(month)) for month in months] == [0.3, 0.1, 0.1, 0.3]
    assert under(dated, draws.NOTHING) is dated and case.stem == "dated"
    bound = scenario("bound", "parameters:\n  choice.regime: hands-short\n")
    assert (
        under(bound, draws.regime("orders-short")) is None
        and under(bound, draws.regime("hands-short")) is not None
    )


def test_a_sweep_is_one_more_design(tmp_path: Path) -> None:
    """Draws of a sample with seeds of their own: kept, read back, paired within each draw."""
    drawn = [Draw(f"draw {n}", FrozenDict({CUT: cut}), n) for n, cut in ((1, 0.1), (2, 0.3))]
    pairs = ((drawn[0], 5), (drawn[0], 6), (drawn[1], 7))
    policy = scenario("early", "interventions:\n  - training: {from: 2011-03}\n")
    sweep = Design((Scenario.default(), policy), pairs, **BRIEF, lives=False, tables=(SERIES,))
    with ThreadPoolExecutor(1) as executor:
        carry_out(sweep, tmp_path / "kept", Means(executor=executor))
    carry_out(sweep, tmp_path / "again", Means(jobs=1))
    table = pq.read_table(tmp_path / "kept" / SERIES).to_pandas()
    assert (tmp_path / "again" / SERIES).read_bytes() == (tmp_path / "kept" / SERIES).read_bytes()
    keys = table[["scenario", "draw", "seed"]].itertuples(index=False, name=None)
    assert set(keys) == {(name, draw.number, seed) for name in ("baseline", "early") for draw, seed in pairs}
    own = bs.run(Scenario.default().but({CUT: 0.3}), seed=7, **BRIEF)  # type: ignore[arg-type]
    rows = table.query("scenario == 'baseline' and draw == 2")
    np.testing.assert_array_equal(rows["pay.batik_median"].to_numpy(), own["pay.batik_median"].to_numpy())
    kept = read_design(tmp_path / "kept")
    assert kept.pairs == pairs and kept.question()["inputs"] == sweep.question()["inputs"]
    study = Study.load(tmp_path / "kept")
    assert study.table("batik.workers").set_index("scenario")["pairs"].to_dict() == {
        "baseline": 0,
        "early": 3,
    }
    other = Design(sweep.scenarios, pairs[:2], **BRIEF, lives=False, tables=(SERIES,))
    with pytest.raises(UsageError, match="another scenario, seeds or settings"):
        carry_out(other, tmp_path / "kept")


# --- many parts


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "CHUNK", 3)
    monkeypatch.setattr(shelf, "MANY", 2)


@pytest.mark.usefixtures("small_chunks")
def test_many_parts_are_packed_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "MANY", 300)
        carry_out(brief(5), tmp_path / "plain", Means(jobs=1))
    kept, parts = tmp_path / "kept", tmp_path / "kept" / "parts"
    with pytest.raises(Stop):
        carry_out(brief(5), kept, Means(jobs=1, progress=stop_after(9)))
    assert len(list(parts.glob("chunk-*.zip"))) >= 2 and len(list(parts.glob("0*.zip"))) <= 3
    assert Study.open(kept).done == 9
    told: list[Tally] = []
    carry_out(brief(5), kept, Means(jobs=1, progress=told.append))
    assert told[0].done >= 9  # those in chunks were not computed again
    assert not list(parts.glob("0*.zip"))  # in the end all are in chunks
    for name in (*TABLES, "life.json", "study.json"):
        assert (kept / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    for part in shelf.Shelf(kept).names:
        packed, loose = (shelf.Shelf(folder).load(part) for folder in (kept, tmp_path / "plain"))
        assert packed is not None and loose is not None and packed.bound == loose.bound
        assert packed.tables == loose.tables and (part[0] == "0") == bool(packed.tables)
    first = min(parts.glob("chunk-*.zip"))
    lost = sum(name.isdigit() for name in names_in(first))
    content = first.read_bytes()
    first.write_bytes(content[:900] + bytes([content[900] ^ 1]) + content[901:])
    (kept / SERIES).unlink()
    told.clear()
    carry_out(brief(5), kept, Means(jobs=1, progress=told.append))
    assert told[0].left == lost > 0 and not first.exists()  # its parts are in a new one
    assert (kept / SERIES).read_bytes() == (tmp_path / "plain" / SERIES).read_bytes()
    shutil.rmtree(parts)
    monkeypatch.setattr(ensemble, "run_task", None)
    carry_out(brief(5), kept, Means(jobs=1))  # results are whole without parts


def test_chunks_of_the_former_format_are_found(tmp_path: Path) -> None:
    """A chunk was a zip archive of the files of its parts."""
    made = [Part(name, 1.0, {SERIES: pa.table({"a": [1.0]})}, bound={"run": name}) for name in "xy"]
    (tmp_path / "parts").mkdir()
    with zipfile.ZipFile(tmp_path / "parts" / "chunk-000001.zip", "w", zipfile.ZIP_STORED) as archive:
        for part in made:
            archive.writestr(part.name, part.pack())
    found = shelf.Shelf(tmp_path)
    assert [found.load(name) for name in "xyz"] == [*made, None]
    assert found.finished({part.name: dict(part.bound) for part in made}).done == {"x", "y"}


@pytest.mark.usefixtures("small_chunks")
def test_what_other_code_made_is_not_mixed_with_what_this_code_makes(tmp_path: Path) -> None:
    """Columns may have been added since: such parts stay alone until they are made anew."""
    (tmp_path / "parts").mkdir()
    found = shelf.Shelf(tmp_path)

    def come(name: str, column: str) -> None:
        save(tmp_path, name, Part(name, 1.0, {SERIES: pa.table({column: [1.0]})}).pack())
        found.came(name)
        found.pack()

    for name, column in zip("abcd", ("old", "new", "new", "new"), strict=True):
        come(name, column)
    assert [path.name for path in sorted((tmp_path / "parts").iterdir())] == [
        "a.zip", "chunk-000001.zip", "d.zip",
    ]  # fmt: skip
    come("a", "new")
    found.tidy()
    assert [path.name[:5] for path in (tmp_path / "parts").iterdir()] == ["chunk"] * 2
    tables = [part.tables[SERIES].column_names for part in shelf.Shelf(tmp_path).each("abcd") if part]
    assert tables == [["new"]] * 4


# --- not finished yet


def test_a_study_can_be_opened_while_it_grows(tmp_path: Path) -> None:
    asked = {**SMALL, "jobs": 1, "full_scale": False, "out": tmp_path}
    with pytest.raises(Stop):
        compare(two(), 3, progress=stop_after(3), **asked)  # type: ignore[arg-type]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    study = Study.open(tmp_path)
    assert (study.done, study.total, study.finished) == (3, 6, False) and "3 of 6 runs" in repr(study)
    table = study.table("batik.workers").set_index("scenario")
    assert table["pairs"].to_dict() == {"baseline": 0, "courses": 1} and len(study.series) == 3 * 2 * 24
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}  # nothing is written
    with pytest.raises(Stop):
        resume(tmp_path, jobs=1, progress=stop_after(5))
    assert study.done == 3 and not study.refresh() and study.done == 5
    assert study.table("batik.workers").set_index("scenario")["pairs"]["courses"] == 2
    whole = resume(tmp_path, jobs=1)
    assert study.refresh() and study.finished and study.done == 6
    pd.testing.assert_frame_equal(study.table("batik.workers"), whole.table("batik.workers"))


def test_a_study_of_no_run_yet_says_so(tmp_path: Path) -> None:
    with pytest.raises(Stop):
        carry_out(brief(), tmp_path, Means(jobs=1, progress=stop_after(0)))
    with pytest.raises(UsageError, match="none of the 4 runs"):
        Study.open(tmp_path)


# --- the first edition


def first_edition(folder: Path) -> None:
    """Make of a folder what the first edition would have kept: nothing is bound, nothing has a checksum."""
    for file in folder.glob("parts/*"):
        if file.suffix != ".zip":
            file.unlink()
            continue
        with zipfile.ZipFile(file) as archive:
            held = {name: archive.read(name) for name in archive.namelist()}
        (about,) = json.loads(held.pop("about.json"))["parts"]
        about = {key: about[key] for key in ("seconds", "error", "trace", "notes")}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("about.json", json.dumps(about))
            for name, content in held.items():
                archive.writestr(name, content)
    for name, newer in (
        ("study.json", ("lives", "runs", "checksums")),
        ("manifest.json", ("bound", "files")),
    ):
        if (folder / name).exists():
            said = json.loads((folder / name).read_text(encoding="utf-8"))
            for key in (*newer, "checksum"):
                said.pop(key, None)
            (folder / name).write_text(json.dumps(said, indent=2), encoding="utf-8")


@pytest.mark.usefixtures("small_whole")
def test_a_comparison_of_the_first_edition_opens_and_goes_on(copy: Path) -> None:
    before, tables = contents(copy), Study.load(copy).table("batik.workers")
    first_edition(copy)
    pd.testing.assert_frame_equal(Study.load(copy).table("batik.workers"), tables)
    (copy / "manifest.json").unlink()
    (copy / "parts" / "000003.zip").unlink()
    assert Study.open(copy).done == 7  # as far as it is
    resume(copy, jobs=1)
    for name in (*TABLES, "places.parquet", "life.json"):
        assert (copy / name).read_bytes() == before[name]


def test_a_run_of_the_first_edition_is_recognised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["run", "baseline", "--scale", "0.005", "--until", "2011-06", "--seeds", "2", "--jobs", "1"]
    words += ["--out", str(tmp_path)]
    assert main(words) == 0
    shown, series = capsys.readouterr().out, (tmp_path / SERIES).read_bytes()
    first_edition(tmp_path)
    for name in ("study.json", "runs.csv"):
        (tmp_path / name).unlink()
    for name in ("parts", "scenarios"):
        shutil.rmtree(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "scenario.yaml", SERIES]
    assert main([*words[:-4], "--seeds", "3", *words[-4:]]) == 2
    assert "another scenario, seeds or settings" in capsys.readouterr().err
    assert main(["resume", str(tmp_path), "--jobs", "1"]) == 0
    assert capsys.readouterr().out == shown and (tmp_path / SERIES).read_bytes() == series
    monkeypatch.setattr(ensemble, "run_task", None)  # now it is whole
    assert main(words) == 0


# --- questions that were stopped


@pytest.mark.parametrize(
    "line", ["why courses.yaml", "breakeven courses.yaml --over years", "run courses.yaml --seeds 3"]
)
def test_whatever_was_stopped_goes_on_with_resume(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(draws, "WORLDS", ("orders-short",))
    Path("courses.yaml").write_text(HEAD.format("courses") + TRAINING.replace("2012", "2011"), "utf-8")
    words = f"{line} --scale 0.005 --until 2011-12 --jobs 1".split()
    words += [] if line.startswith("run") else ["--seeds", "2"]
    assert main([*words, "--out", "whole"]) == 0
    shown = capsys.readouterr()
    computed, fails = ensemble.run_task, iter([False, True])

    def stopped(*about: object) -> object:
        if next(fails):
            raise KeyboardInterrupt
        return computed(*about)  # type: ignore[arg-type]

    monkeypatch.setattr(ensemble, "run_task", stopped)
    assert main([*words, "--out", "kept"]) == 130
    assert "go on with: batiksim resume kept" in capsys.readouterr().err
    monkeypatch.setattr(ensemble, "run_task", computed)
    assert main(["resume", "kept", "--jobs", "1"]) == 0
    again = capsys.readouterr()
    assert again.out == shown.out
    if words[0] != "run":
        assert "of them are left" in again.err and "of them are left" not in shown.err
    for file in Path("whole").glob("*.csv"):
        if file.name != "runs.csv":
            assert (Path("kept") / file.name).read_bytes() == file.read_bytes()
    assert not list(Path("kept").glob("*/*.json")) or words[0] == "run"
