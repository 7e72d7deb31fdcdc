"""The folder of a study: what was asked, its scenarios, its parts, and in the end its results.

`study.json` is written first and `manifest.json` last: a folder with the first and without the second is a
study that was stopped and can go on. `batiksim run` of the first edition kept results and manifest only.
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
from batiksim.runs.design import SINGLE, Design, read_question, single
from batiksim.runs.manifest import inputs as first_inputs
from batiksim.runs.store import MANIFEST, SCENARIO, fingerprint
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


def check(folder: Path, design: Design) -> None:
    """Refuse a folder with anything in it but a study of the same design. Raises UsageError."""
    if not _holds_something(folder):
        return
    if (folder / STUDY).exists():
        same = read_study(folder)["inputs"] == design.question()["inputs"]
    elif (manifest := _first_run(folder)) is not None:
        same = design.kind == SINGLE and manifest["inputs"] == fingerprint(first_inputs(design))
    else:
        raise UsageError(text("store.foreign", folder=folder))
    if not same:
        raise UsageError(text("store.other_run", folder=folder))


def _first_run(folder: Path) -> dict[str, Any] | None:
    """The manifest of a `batiksim run` of the first edition, which was kept whole or not at all."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return dict(manifest) if manifest["kind"] == SINGLE and manifest["inputs"] else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def prepare(folder: Path, design: Design) -> None:
    """Make the folder ready for the parts of a design; raises UsageError like `check`."""
    check(folder, design)
    with atomic_files.writing(folder):
        (folder / parts.FOLDER).mkdir(parents=True, exist_ok=True)
        atomic_files.clear_drafts(folder / parts.FOLDER)
    if not is_asked(folder):
        _write_question(folder, design)


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


def _write_question(folder: Path, design: Design) -> None:
    """Write the scenarios, then `study.json` that names them."""
    files = []
    with atomic_files.writing(folder):
        (folder / SCENARIOS).mkdir(exist_ok=True)
        for number, scenario in enumerate(design.scenarios, 1):
            files.append(f"{SCENARIOS}/{number}-{file_name(scenario.stem)}.yaml")
            atomic_files.write_text(folder / files[-1], scenario.to_yaml())
    with atomic_files.draft(folder) as place:
        atomic_files.write_json(place / STUDY, {**design.question(), "files": files})


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
        few = study.get("kind") != SINGLE and len(study["scenarios"]) < 2
        if wrong or few or len(study["scenarios"]) != len(study["files"]):
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


def read_design(folder: Path) -> Design:
    """The design of a study that was begun; raises UsageError if its files were changed since."""
    if not (folder / STUDY).exists() and (manifest := _first_run(folder)) is not None:
        return _read_first_run(folder, manifest)
    study = read_study(folder)
    with atomic_files.readable(folder / STUDY, text("folder.remedy.study")):
        design = read_question(study, read_scenarios(folder, study))
        same = design.question()["inputs"] == study["inputs"]
    if not same:
        raise UsageError(text("compare.changed", folder=folder, version=study["version"]))
    return design


def _read_first_run(folder: Path, manifest: Mapping[str, Any]) -> Design:
    """The design of a run of the first edition, from its manifest and scenario."""
    with atomic_files.readable(folder / MANIFEST, text("folder.remedy.study")):
        scenario = Scenario.load(folder / SCENARIO, manifest["scenario"])
        about = {key: manifest[key] for key in ("scale", "since", "until", "record")}
        design = single(scenario, manifest["seeds"], **about)
        same = manifest["inputs"] == fingerprint(first_inputs(design))
    if not same:
        raise UsageError(text("compare.changed", folder=folder, version=manifest["versions"]["batiksim"]))
    return design


def is_finished(folder: Path) -> bool:
    """Whether the study in the folder has come to its end, failed runs included."""
    return (folder / MANIFEST).exists()
