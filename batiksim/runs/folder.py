"""The folder of a study: what was asked, its scenarios, its parts, and in the end its results.

`study.json` is written first and `manifest.json` last: a folder with the first and without the second is a
study that was stopped and can go on. `batiksim run` of the first edition kept results and manifest only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from batiksim.errors import InputError, UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, locks, parts
from batiksim.runs.design import COMPARISON, SINGLE, Design, read_question, single
from batiksim.runs.manifest import inputs as first_inputs
from batiksim.runs.sample_table import SAMPLE, SampleTable
from batiksim.runs.shelf import Shelf
from batiksim.runs.store import MANIFEST, SCENARIO, fingerprint
from batiksim.scenario import Scenario

STUDY, SCENARIOS = "study.json", "scenarios"
# All that was asked once more, so that a file of it that was torn can be written again.
_COPY = f"{parts.FOLDER}/question.json"
# The folders in which `why` and `breakeven` keep their own comparisons.
QUESTIONS = ("why", "breakeven")
_NUMBER = (int, float)
_SHAPE: dict[str, Any] = {
    "inputs": str, "version": str, "scenarios": list, "regimes": list, "seeds": list, "scale": _NUMBER,
    "since": str, "until": str, "record": str, "full_scale": int, "titles": dict, "files": list,
    "periods": list, "discount_rate": _NUMBER,
}  # fmt: skip


def check(folder: Path, design: Design) -> None:
    """Refuse a folder with anything in it but a study of the same design. Raises UsageError."""
    if not _holds_something(folder):
        return
    if (folder / STUDY).exists() or (folder / _COPY).exists():
        same = _is_of(folder, design)
    elif (manifest := _first_run(folder)) is not None:
        same = design.kind == SINGLE and manifest["inputs"] == fingerprint(first_inputs(design))
    else:
        raise UsageError(text("store.foreign", folder=folder))
    if not same:
        raise UsageError(text("store.other_run", folder=folder))


def _is_of(folder: Path, design: Design) -> bool:
    """Whether the study in the folder is of this design: where its question is damaged, its copy or its parts
    tell. Raises UsageError where nothing does.
    """
    inputs = design.question()["inputs"]
    try:
        return bool(read_study(folder)["inputs"] == inputs)
    except UsageError:
        with suppress(UsageError):
            return bool(_read_study(folder, folder / _COPY)["inputs"] == inputs)
        if Shelf(folder).finished(design.bound).done:
            return True
        raise


def _first_run(folder: Path) -> dict[str, Any] | None:
    """The manifest of a `batiksim run` of the first edition, which was kept whole or not at all."""
    try:
        manifest = atomic_files.unsealed(atomic_files.read(folder / MANIFEST))
        return manifest if manifest["kind"] == SINGLE and manifest["inputs"] else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def prepare(folder: Path, design: Design) -> None:
    """Make the folder ready for the parts of a design; raises UsageError like `check`."""
    check(folder, design)
    with atomic_files.writing(folder):
        atomic_files.clear_drafts(atomic_files.subfolder(folder, parts.FOLDER))
    if not (is_asked(folder) and (folder / _COPY).exists()):
        _write_question(folder, design)


def _holds_something(folder: Path) -> bool:
    """Whether there is more than what a process leaves that was killed while it began."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise UsageError(text("store.is_file", folder=folder))
    begun = {entry.name for entry in atomic_files.entries(folder)}
    kept = folder / parts.FOLDER
    return bool(begun - {parts.FOLDER, SCENARIOS}) or (kept.is_dir() and bool(atomic_files.entries(kept)))


def is_asked(folder: Path) -> bool:
    """Whether the question of the comparison is there whole: `study.json`, the scenarios it names, and the
    table of its draws.
    """
    try:
        study = _read_study(folder, folder / STUDY)
        _scenario_files(folder, study)
        _sample_file(folder, study)
    except InputError:
        return False
    return True


def _write_question(folder: Path, design: Design) -> None:
    """Write the scenarios, then `study.json` that names them, and a copy of all that beside the parts."""
    texts = {
        f"{SCENARIOS}/{number}-{file_name(scenario.stem)}.yaml": scenario.to_yaml()
        for number, scenario in enumerate(design.scenarios, 1)
    }
    sums = {file: atomic_files.checksum_of(content.encode()) for file, content in texts.items()}
    if design.drawn is not None:
        packed = design.drawn.pack()
        sums[SAMPLE] = atomic_files.checksum_of(packed)
        with atomic_files.writing(folder):
            atomic_files.write(folder / SAMPLE, packed)
    study = {**design.question(), "files": list(texts), "checksums": sums}
    _restore(folder, {**study, "texts": texts})


def _restore(folder: Path, copy: Mapping[str, Any]) -> None:
    """Write the files that say what was asked, from the copy of them all."""
    with atomic_files.writing(folder):
        atomic_files.subfolder(folder, parts.FOLDER)
        atomic_files.write(folder / _COPY, atomic_files.sealed(copy))
        scenarios = atomic_files.subfolder(folder, SCENARIOS)
        atomic_files.clear_drafts(scenarios)
        for file, content in copy["texts"].items():
            atomic_files.write(scenarios / file.rpartition("/")[2], content)
        study = {key: value for key, value in copy.items() if key != "texts"}
        atomic_files.write(folder / STUDY, atomic_files.sealed(study))


def heal(folder: Path) -> None:
    """Write what was asked anew if a file of it is missing or damaged and the copy beside the parts is whole.

    Raises UsageError where the folder cannot be written.
    """
    if not (folder / _COPY).exists() or is_asked(folder):
        return
    try:
        copy = _read_study(folder, folder / _COPY)
        whole = copy["texts"].keys() == set(copy["files"])
    except (UsageError, LookupError, AttributeError):
        return  # what is told then is of the file itself
    if whole:
        with locks.alone(folder):
            _restore(folder, copy)


def file_name(stem: str) -> str:
    """The name of a scenario as part of a file name on any system."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem)[:60]


def read_study(folder: Path) -> dict[str, Any]:
    """The content of `study.json`; raises UsageError where there is no comparison or the file is damaged."""
    if not (folder / STUDY).exists():
        raise UsageError(_none_in(folder))
    return _read_study(folder, folder / STUDY)


def _read_study(folder: Path, file: Path) -> dict[str, Any]:
    there = (folder / _COPY).exists()
    remedy = text("folder.remedy.copy", folder=folder) if there else text("folder.remedy.study")
    with atomic_files.readable(file, remedy):
        study = atomic_files.unsealed(atomic_files.read(file))
        wrong = [key for key, kind in _SHAPE.items() if not isinstance(study[key], kind)]
        for about in study["scenarios"]:
            wrong += [key for key in ("name", "hash") if not isinstance(about[key], str)]
            study["titles"][about["name"]].keys(), about["regimes"]
        few = study.get("kind", COMPARISON) == COMPARISON and len(study["scenarios"]) < 2
        if wrong or few or len(study["scenarios"]) != len(study["files"]):
            raise ValueError(", ".join(wrong) or "files")
    return study


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
    files = _scenario_files(folder, study)
    return [Scenario.load(file, about["name"]) for file, about in zip(files, study["scenarios"], strict=True)]


def _scenario_files(folder: Path, study: Mapping[str, Any]) -> list[Path]:
    """Where the scenarios of a study are; raises UsageError for one that is missing or damaged."""
    found = []
    for name in study["files"]:
        file = folder / SCENARIOS / name.rpartition("/")[2]
        with atomic_files.readable(file, text("folder.remedy.scenarios")):
            kept = study.get("checksums", {}).get(name)  # the first edition has none
            if kept is not None:
                atomic_files.check(file, kept)
            atomic_files.open_plain(file).close()
        found.append(file)
    return found


def read_sample(folder: Path, study: Mapping[str, Any]) -> SampleTable | None:
    """The draws of a study as its folder keeps them, None where they are regimes or stand in `study.json`.

    Raises UsageError where the file is missing or damaged.
    """
    if (file := _sample_file(folder, study)) is None:
        return None
    with atomic_files.readable(file, text("folder.remedy.sample")):
        return SampleTable.unpack(atomic_files.read(file), file.name)


def _sample_file(folder: Path, study: Mapping[str, Any]) -> Path | None:
    """Where the table of the draws is; raises UsageError where it is missing or damaged."""
    kept = study.get("checksums", {}).get(SAMPLE)
    if kept is None:
        return None
    with atomic_files.readable(folder / SAMPLE, text("folder.remedy.sample")):
        atomic_files.check(folder / SAMPLE, kept)
    return folder / SAMPLE


def read_design(folder: Path) -> Design:
    """The design of a study that was begun; raises UsageError if its files were changed since."""
    if not (folder / STUDY).exists() and (manifest := _first_run(folder)) is not None:
        return _read_first_run(folder, manifest)
    study = read_study(folder)
    drawn = read_sample(folder, study)
    with atomic_files.readable(folder / STUDY, text("folder.remedy.study")):
        design = read_question(study, read_scenarios(folder, study), drawn)
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
