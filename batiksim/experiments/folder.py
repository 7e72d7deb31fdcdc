"""The folder of a comparison: what it was asked, its scenarios, its parts, and in the end its results.

`study.json` is written first and `manifest.json` last: a folder with the first and without the second is a
comparison that was stopped and can go on.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from batiksim.errors import RunError, UsageError
from batiksim.experiments import parts
from batiksim.experiments.plan import Plan
from batiksim.experiments.store import MANIFEST, write_json, write_text
from batiksim.scenario import Scenario
from batiksim.texts import text

STUDY, SCENARIOS = "study.json", "scenarios"
DRAFT = ".batiksim-draft-"


def prepare(folder: Path, plan: Plan) -> None:
    """Make the folder ready for the parts of a plan, or check that it was made for the same one.

    Raises UsageError for a folder with anything else in it, RunError where it cannot be written.
    """
    asked = plan.inputs()
    if _holds_something(folder):
        if read_study(folder)["inputs"] != asked["inputs"]:
            raise UsageError(text("store.other_run", folder=folder))
    else:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(text("store.cannot_make", folder=folder, why=error.strerror or error)) from error
    try:
        for left_over in folder.glob(f"{DRAFT}*"):  # of a process that was killed
            shutil.rmtree(left_over, ignore_errors=True)
        (folder / parts.FOLDER).mkdir(exist_ok=True)
        parts.clear_unfinished(folder)
        if not (folder / STUDY).exists():
            _write_question(folder, plan, asked)
    except OSError as error:
        raise RunError(text("store.cannot_write", folder=folder, why=error.strerror or error)) from error


def _holds_something(folder: Path) -> bool:
    """Whether there is more than what a process leaves that was killed while it began."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise UsageError(text("store.is_file", folder=folder))
    begun = {entry.name for entry in folder.iterdir() if not entry.name.startswith(DRAFT)}
    return bool(begun - {parts.FOLDER, SCENARIOS}) or any(
        entry.is_file() for entry in (folder / parts.FOLDER).glob("*")
    )


def _write_question(folder: Path, plan: Plan, asked: Mapping[str, Any]) -> None:
    """Write the scenarios, then `study.json` that names them."""
    (folder / SCENARIOS).mkdir(exist_ok=True)
    files = []
    for number, scenario in enumerate(plan.scenarios, 1):
        files.append(f"{SCENARIOS}/{number}-{file_name(scenario.stem)}.yaml")
        write_text(folder / files[-1], scenario.to_yaml())
    place = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder))
    write_json(place / STUDY, {**asked, "files": files})
    os.replace(place / STUDY, folder / STUDY)
    place.rmdir()


def file_name(stem: str) -> str:
    """The name of a scenario as part of a file name on any system."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem)[:60]


def read_study(folder: Path) -> dict[str, Any]:
    """The content of `study.json`; raises UsageError where there is no comparison."""
    try:
        study = json.loads((folder / STUDY).read_text(encoding="utf-8"))
        study["inputs"], study["scenarios"], study["files"]
    except (OSError, ValueError, LookupError, TypeError):
        raise UsageError(text("compare.no_study", folder=folder)) from None
    return dict(study)


def read_plan(folder: Path) -> Plan:
    """The plan of a comparison that was begun; raises UsageError if its files were changed since."""
    study = read_study(folder)
    scenarios = []
    for about, file in zip(study["scenarios"], study["files"], strict=True):
        read = Scenario.parse(
            (folder / SCENARIOS / Path(file).name).read_text(encoding="utf-8"), about["name"]
        )
        scenarios.append(read)
    plan = Plan(
        tuple(scenarios), tuple(study["regimes"]), tuple(study["seeds"]), study["scale"], study["since"],
        study["until"], study["record"], study["full_scale"],
    )  # fmt: skip
    if plan.inputs()["inputs"] != study["inputs"]:
        raise UsageError(text("compare.changed", folder=folder, version=study["version"]))
    return plan


def is_finished(folder: Path) -> bool:
    """Whether the comparison in the folder has come to its end, failed runs included."""
    return (folder / MANIFEST).exists()
