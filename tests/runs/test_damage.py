"""Files of a comparison that are missing or damaged: named, with what helps, and made anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.report.page import enough
from batiksim.runs import ensemble
from batiksim.studies.compare import compare, resume
from batiksim.studies.policy_questions import BREAKEVEN
from batiksim.studies.study import Study
from tests.cli.test_cli import one_clean_line
from tests.support.comparisons import SMALL, contents, two


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


def _other_table(file: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), file)


def _rotten(file: Path) -> None:
    """A table whose ends are whole and whose middle is not."""
    content = file.read_bytes()
    file.write_bytes(content[:200] + bytes(len(content) // 3) + content[200 + len(content) // 3 :])


def _write(content: bytes) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(content) and None


HEADER = b"scenario,regime,draw,seed,scale,status,seconds,error\n"
DAMAGE: list[tuple[str, Callable[[Path], None]]] = [
    ("life.json", Path.unlink),
    ("life.json", _write(b"[]")),
    ("manifest.json", _write(b"[]")),
    ("life.json", _write(b'{"rule": {}, "lives": [1]}')),
    ("series.parquet", Path.unlink),
    ("series.parquet", _other_table),
    ("costs.parquet", _write(b"PAR1")),
    ("runs.csv", _write(b"")),
    ("runs.csv", _write(HEADER)),
    ("runs.csv", _write(b"a,b\n1,2\n")),
    ("runs.csv", _write(HEADER + b"baseline,orders-short,0,1,x,ok,1,\n")),
    ("runs.csv", _write(b"\xff\xfe\xff")),
]


@pytest.mark.parametrize(("name", "harm"), DAMAGE)
def test_a_damaged_result_is_named_and_made_anew(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, harm: Callable[[Path], None]
) -> None:
    before = contents(copy)
    harm(copy / name)
    with pytest.raises(UsageError) as told:
        Study.load(copy)
    assert str(copy / name) in str(told.value) and f"batiksim resume {copy}" in str(told.value)
    monkeypatch.setattr(ensemble, "run_task", None)  # nothing is computed twice
    assert len(resume(copy, jobs=1).runs) == 8
    assert contents(copy) == before


def test_a_table_that_rots_inside_is_made_anew(copy: Path) -> None:
    before = contents(copy)
    _rotten(copy / "series.parquet")
    resume(copy, jobs=1)
    assert contents(copy) == before


@pytest.mark.parametrize("key", ["inputs", "scenarios", "seeds", "titles", "files", "periods", None])
def test_a_damaged_question_is_named(copy: Path, capsys: pytest.CaptureFixture[str], key: str | None) -> None:
    file = copy / "study.json"
    content = file.read_text(encoding="utf-8")
    study = json.loads(content)
    if key is None:
        file.write_text(content[: len(content) // 2], encoding="utf-8")
    else:
        del study[key]
        file.write_text(json.dumps(study), encoding="utf-8")
    assert main(["report", str(copy)]) == 2
    told = capsys.readouterr().err
    assert one_clean_line(told) and f"{file} is missing or damaged" in told
    assert f"batiksim resume {copy}" in told
    torn = file.read_bytes()
    assert main(["resume", str(copy), "--quiet"]) == 0  # from its copy beside the parts
    assert file.read_text(encoding="utf-8") == content
    capsys.readouterr()
    (copy / "parts" / "question.json").unlink()
    file.write_bytes(torn)
    for command in ("report", "resume"):
        assert main([command, str(copy)]) == 2
        told = capsys.readouterr().err
        assert one_clean_line(told) and f"{file} is missing or damaged" in told


def test_missing_scenarios_are_named_and_written_again(copy: Path) -> None:
    before = contents(copy)
    shutil.rmtree(copy / "scenarios")
    resume(copy)
    assert contents(copy) == before
    shutil.rmtree(copy / "scenarios")
    (copy / "parts" / "question.json").unlink()
    with pytest.raises(UsageError, match=r"1-baseline\.yaml is missing .*batiksim compare"):
        resume(copy)
    compare(two(), 3, jobs=1, out=copy, **SMALL)
    assert contents(copy) == before


def test_a_damaged_answer_is_named(copy: Path) -> None:
    study = Study.load(copy)
    for content in (b"\xff\xfe\xff", b"", b"scenario,regime,over,value,probability\na,b,years,x,1\n"):
        (copy / BREAKEVEN).write_bytes(content)
        with pytest.raises(UsageError, match=r"breakeven\.csv is missing or damaged .*delete it"):
            list(enough.smallest(study))
