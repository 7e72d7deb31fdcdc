"""The folder of a comparison: what it was asked, its scenarios, its parts, and in the end its results.

`study.json` is written first and `manifest.json` last: a folder with the first and without the second is a
comparison that was stopped and can go on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, parts
from batiksim.runs.design import Plan
from batiksim.runs.store import MANIFEST
from batiksim.scenario import Scenario

STUDY, SCENARIOS = "study.json", "scenarios"
# The folders in which `why` and `breakeven` keep their own comparisons.
QUESTIONS = ("why", "breakeven")
_NUMBER = (int, float)
_SHAPE: dict[str, Any] = {
    "inputs": str, "version": str, "scenarios": list, "regimes": list, "seeds": list, "scale": _NUMBER,
    "since": str, "until": str, "record": str, "full_scale": bool, "titles": dict, "files": list,
    "periods": list, "discount_rate": _NUMBER,
}  # fmt: skip


def check(folder: Path, plan: Plan) -> None:
    """Refuse a folder with anything in it but a comparison made for the same plan. Raises UsageError."""
    if not _holds_something(folder):
        return
    if not (folder / STUDY).exists():
        raise UsageError(text("store.foreign", folder=folder))
    if read_study(folder)["inputs"] != plan.inputs()["inputs"]:
        raise UsageError(text("store.other_run", folder=folder))


def prepare(folder: Path, plan: Plan) -> None:
    """Make the folder ready for the parts of a plan; raises UsageError like `check`."""
    check(folder, plan)
    with atomic_files.writing(folder):
        (folder / parts.FOLDER).mkdir(parents=True, exist_ok=True)
        atomic_files.clear_drafts(folder / parts.FOLDER)
    if not is_asked(folder):
        _write_question(folder, plan)


def _holds_something(folder: Path) -> bool:
    """Whether there is more than what a process leaves that was killed while it began."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise UsageError(text("store.is_file", folder=folder))
    begun = {entry.name for entry in atomic_files.entries(folder)}
    return bool(begun - {parts.FOLDER, SCENARIOS}) or any(
        entry.is_file() for entry in (folder / parts.FOLDER).glob("*")
    )


def is_asked(folder: Path) -> bool:
    """Whether the question of the comparison is there whole: `study.json` and the scenarios it names."""
    if not (folder / STUDY).exists():
        return False
    return all((folder / file).exists() for file in read_study(folder)["files"])


def _write_question(folder: Path, plan: Plan) -> None:
    """Write the scenarios, then `study.json` that names them."""
    files = []
    with atomic_files.writing(folder):
        (folder / SCENARIOS).mkdir(exist_ok=True)
        for number, scenario in enumerate(plan.scenarios, 1):
            files.append(f"{SCENARIOS}/{number}-{file_name(scenario.stem)}.yaml")
            atomic_files.write_text(folder / files[-1], scenario.to_yaml())
    with atomic_files.draft(folder) as place:
        atomic_files.write_json(place / STUDY, {**plan.inputs(), "files": files})


def file_name(stem: str) -> str:
    """The name of a scenario as part of a file name on any system."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem)[:60]


def read_study(folder: Path) -> dict[str, Any]:
    """The content of `study.json`; raises UsageError where there is no comparison or the file is damaged."""
    file = folder / STUDY
    if not file.exists():
        raise UsageError(_none_in(folder))
    with atomic_files.readable(file, text("folder.remedy.study")):
        study = json.loads(file.read_text(encoding="utf-8"))
        wrong = [key for key, kind in _SHAPE.items() if not isinstance(study[key], kind)]
        for about in study["scenarios"]:
            wrong += [key for key in ("name", "hash") if not isinstance(about[key], str)]
            study["titles"][about["name"]].keys(), about["regimes"]
        if wrong or not len(study["scenarios"]) == len(study["files"]) > 1:
            raise ValueError(", ".join(wrong) or "files")
    return dict(study)


def _none_in(folder: Path) -> str:
    """What is there instead of a comparison."""
    if not folder.is_dir():
        return atomic_files.no_folder(folder)
    if {entry.name for entry in atomic_files.entries(folder)} & set(QUESTIONS):
        return text("folder.question", folder=folder)
    return text("compare.no_study", folder=folder)


def read_scenarios(folder: Path, study: Mapping[str, Any]) -> list[Scenario]:
    """The scenarios of a comparison as its folder keeps them.

    Raises UsageError for a file that is missing, ScenarioError for one that cannot be understood.
    """
    found = []
    for about, name in zip(study["scenarios"], study["files"], strict=True):
        file = folder / SCENARIOS / name.rpartition("/")[2]
        with atomic_files.readable(file, text("folder.remedy.scenarios")):
            file.open("rb").close()
        found.append(Scenario.load(file, about["name"]))
    return found


def read_plan(folder: Path) -> Plan:
    """The plan of a comparison that was begun; raises UsageError if its files were changed since."""
    study = read_study(folder)
    plan = Plan(
        tuple(read_scenarios(folder, study)), tuple(study["regimes"]), tuple(study["seeds"]), study["scale"],
        study["since"], study["until"], study["record"], study["full_scale"],
    )  # fmt: skip
    with atomic_files.readable(folder / STUDY, text("folder.remedy.study")):
        same = plan.inputs()["inputs"] == study["inputs"]
    if not same:
        raise UsageError(text("compare.changed", folder=folder, version=study["version"]))
    return plan


def is_finished(folder: Path) -> bool:
    """Whether the comparison in the folder has come to its end, failed runs included."""
    return (folder / MANIFEST).exists()
