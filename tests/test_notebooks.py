"""The notebooks: scripts that run without a warning, and notebooks beside them that show the same cells."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted((ROOT / "notebooks").glob("*.py"))
FRAME = {"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg", "PYTHONUTF8": "1"}

# Each script at a small size, with fewer people, pairs, sets and years than readers see: what a line begins
# with, and what is said there then.
SMALL: dict[str, dict[str, str]] = {
    "01_first_run": {"SCALE": "0.01", "SEEDS": "2", "UNTIL": '"2028-12"', "DRAWS": "2"},
    "02_your_own_intervention": {
        "SCALE": "0.01", "SEEDS": "2", "SINCE": '"2012-01"', "UNTIL": '"2013-12"',
    },
    "03_sensitivity": {
        "SCALE": "0.01", "SINCE": '"2011-07"', "UNTIL": '"2011-12"', "SETS": "20", "WALKS, LEVELS": "2, 2",
    },
    "04_calibration": {
        "SCALE": "0.01", "ALONE": "4", "SETS": "6", "LUCKY": "2", "FACTS": '["pay_2011", "age_hand_large"]',
        "DRAWS, WAVES, FAKES, KEEP": "8, 1, 4, 2",
    },
    "05_doubt_and_discovery": {
        "SCALE": "0.01", "FUTURE, END": '"2012-01", "2012-12"', "DRAWS, SEEDS": "3, 2", "SWEPT": "0.01",
        "SINCE, UNTIL": '"2011-07", "2012-12"', "SETS": "20",
    },
    "06_one_life": {"SCALE": "0.01", "SINCE": '"2013-01"', "UNTIL": '"2014-12"'},
}  # fmt: skip
# How many of the first things it says come before anything is simulated; one where nothing stands here.
SAID = {"01_first_run": 2}

pytestmark = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)


def cells_of(script: Path) -> list[tuple[str, str]]:
    """Kind and text of each cell of a script in the percent format of jupytext."""
    parts = re.split(r"^# %%(?: \[(markdown)\])?\n", script.read_text(encoding="utf-8"), flags=re.M)[1:]
    kinds, texts = parts[::2], [part.strip("\n") for part in parts[1::2]]
    return [
        ("markdown", re.sub(r"^# ?", "", text, flags=re.M)) if kind else ("code", text)
        for kind, text in zip(kinds, texts, strict=True)
    ]


def notebook_of(script: Path) -> list[dict[str, Any]]:
    return list(json.loads(script.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"])


def test_every_script_has_its_notebook_and_the_other_way_round(script: Path) -> None:
    assert [path.with_suffix(".py") for path in sorted(script.parent.glob("*.ipynb"))] == SCRIPTS


def test_both_have_the_same_cells(script: Path) -> None:
    shown = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook_of(script)]
    assert shown == cells_of(script), "run `make notebooks`"


def test_the_notebook_was_executed_from_top_to_bottom(script: Path) -> None:
    code = [cell for cell in notebook_of(script) if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 4


def small(script: Path) -> str:
    """The script at a small size."""
    content = script.read_text(encoding="utf-8")
    for name, value in SMALL[script.stem].items():
        content, changed = re.subn(rf"^{name} = .*", f"{name} = {value}", content, flags=re.M)
        assert changed == 1, f"{script.name} says {name} {changed} times"
    return content


@pytest.mark.slow
def test_the_script_runs_without_a_warning(script: Path, tmp_path: Path) -> None:
    """In a process of its own, as a reader would run it, at a small size.

    What it says before anything is simulated must be what the notebook shows; numbers of simulations may
    differ in another version or on another platform.
    """
    (tmp_path / script.name).write_text(small(script), encoding="utf-8")
    command = [sys.executable, "-W", "error", str(tmp_path / script.name)]
    env = {**os.environ, **FRAME}
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=ROOT, env=env, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, done.stderr) == (0, "")
    outputs = [output for cell in notebook_of(script) for output in cell.get("outputs", [])]
    printed = ["".join(output["text"]) for output in outputs if output["output_type"] == "stream"]
    first = "".join(printed[: SAID.get(script.stem, 1)])
    assert first and done.stdout.startswith(first)
    assert len(done.stdout.splitlines()) >= len(first.splitlines()) + len(printed) - 1
