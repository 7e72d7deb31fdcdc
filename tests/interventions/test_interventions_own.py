"""A kind of one's own, as docs/interventions.md describes it: read from a file, run, and found by workers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from batiksim import interventions
from batiksim.errors import UsageError
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from batiksim.scenario import interventions as declared

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "interventions.md").read_text(encoding="utf-8")
SCENARIO = "title: Tools\nextends: baseline\ninterventions:\n  - tool_library: {from: 2011-07}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example of the document as a file; what it registers is forgotten afterwards."""
    (example,) = re.findall(r"^```python\n(.+?)^```", DOCUMENT, flags=re.M | re.S)
    path = tmp_path / "tool_library.py"
    path.write_text(example, encoding="utf-8")
    described = dict(interventions.kinds())
    monkeypatch.setattr(declared, "_described", lambda: described)
    monkeypatch.setenv(interventions.VARIABLE, "")
    yield path
    sys.modules.pop("batiksim_interventions_tool_library", None)


def skill(content: str) -> float:
    """Mean skill at the end of a year, and a check that the measure was paid for."""
    model = BatikModel(Scenario.parse(content), scale=0.01, until="2011-12").run()
    assert (model.costs.sum() > 0.0) == ("tool_library" in content)
    return float(model.people.skill[model.batik].mean())


def test_the_example_is_ten_lines_and_raises_skill(file: Path) -> None:
    interventions.load(file)
    assert declared.kind("tool_library").label["id"] == "Alat bersama"
    assert skill(SCENARIO) > skill(
        SCENARIO.replace("tool_library", "cooperative").replace("}", ", coverage: 0}")
    )
    statements = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(statements) <= 10


def test_worker_processes_find_it(file: Path) -> None:
    interventions.load(file)
    interventions.load(file)  # once more does nothing
    assert os.environ[interventions.VARIABLE] == str(file.resolve())
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(skill, SCENARIO).result() == skill(SCENARIO)


def test_the_command_line_finds_it(file: Path) -> None:
    scenario = file.with_name("tools.yaml")
    scenario.write_text(SCENARIO, encoding="utf-8")
    command = [sys.executable, "-m", "batiksim", "check", str(scenario)]
    for variable, code in ((str(file), 0), ("", 2)):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), interventions.VARIABLE: variable}
        assert subprocess.run(command, env=environment, capture_output=True).returncode == code


def test_scenarios_are_read_without_what_their_measures_do() -> None:
    code = (
        "import sys; from batiksim.scenario import Scenario;"
        "Scenario.parse('interventions: [{training: {from: 2026-01}}]').explain();"
        "assert not [name for name in sys.modules if name.startswith('batiksim.interventions')]"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), interventions.VARIABLE: ""}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_errors_of_such_files_are_plain(file: Path) -> None:
    with pytest.raises(UsageError, match=r"no Python file .*nowhere\.py"):
        interventions.load(file.with_name("nowhere.py"))
    broken = file.with_name("broken.py")
    broken.write_text("1 / 0\n", encoding="utf-8")
    for _ in range(2):  # also the second time
        with pytest.raises(UsageError, match=r"broken\.py:1: .*ZeroDivisionError: division by zero"):
            interventions.load(broken)
    broken.write_text("import os\n\ndef wrong(:\n", encoding="utf-8")
    command = [sys.executable, "-m", "batiksim", "check", "baseline"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), interventions.VARIABLE: str(broken)}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 2 and "broken.py:3: " in done.stderr and done.stderr.count("\n") == 1
    assert not os.environ[interventions.VARIABLE]
    taken = file.with_name("taken.py")
    taken.write_text(
        file.read_text(encoding="utf-8").replace("tool_library", "cooperative"), encoding="utf-8"
    )
    with pytest.raises(declared.ScenarioError, match="cooperative is registered already"):
        interventions.load(taken)


def test_a_kind_that_names_people_nobody_knows_is_refused(file: Path) -> None:
    file.write_text(
        file.read_text(encoding="utf-8").replace("who=()", 'who=("everybody",)'), encoding="utf-8"
    )
    with pytest.raises(declared.ScenarioError, match="who = everybody is not one of: workers"):
        interventions.load(file)
