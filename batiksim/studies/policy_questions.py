"""What questions about one policy share: whom and how they ask, if need be as a finished comparison did."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, draws, locks
from batiksim.runs import folder as folders
from batiksim.runs.design import NO_SAMPLE, Design, make_design
from batiksim.scenario import Scenario
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from batiksim.studies.study import Study

# What is passed on to a comparison where neither the caller nor the folder says it.
_USUAL = {"seeds": 20, "scale": 0.1, "until": DEFAULT_UNTIL, "record": "yearly"}
_KEPT = ("seeds", "scale", "until", "record", "regimes")
# The answers they leave in it, and the share of pairs in which a policy that is enough is better.
WHY, MEASURES, BREAKEVEN = "why.csv", "why_measures.csv", "breakeven.csv"
# Their checksums.
ANSWERS = "why_breakeven.json"
ENOUGH = 0.9
# The columns that say which question a row of them answers: hashes of policy and baseline, and of what.
QUESTION = ("hash", "baseline_hash", "regime", "over", "indicator", "month", "scale", "goal")
_WORDS = (*QUESTION[:-2], "scenario", "channel", "label", "label_id")


def asked(
    policies: Sequence[Scenario], baseline: Scenario | None, folder: Path | None, given: Mapping[str, Any]
) -> tuple[list[Scenario], Scenario, dict[str, Any]]:
    """The policies, the baseline and the settings of comparisons (None in `given`: not said).

    What nobody says is taken from the finished comparison in `folder`, if there is one, otherwise usual.
    Raises UsageError for a folder with anything else in it, and where no policy is named at all.
    """
    said = {key: value for key, value in given.items() if value is not None}
    if folder is not None and (folder / folders.STUDY).exists():
        if not folders.is_finished(folder):
            raise UsageError(text("compare.not_finished", folder=folder))
        design = folders.read_design(folder)
        kept = {key: getattr(design, key) for key in _KEPT}
        if design.sample != NO_SAMPLE:  # of its draws each has seeds of its own
            kept["seeds"] = _USUAL["seeds"]
        settings = kept | said
        policies, base = policies or design.scenarios[1:], baseline or design.scenarios[0]
    else:
        if folder is not None and folder.exists() and not _is_ours(folder):
            raise UsageError(text("store.foreign", folder=folder))
        base = baseline or Scenario.default()
        settings = {**_USUAL, "regimes": draws.usual_regimes((base, *policies))} | said
    if not policies:
        if folder is not None and not folder.exists():
            raise UsageError(atomic_files.no_folder(folder))
        raise UsageError(text("why.which"))
    if isinstance(settings["seeds"], int):
        settings["seeds"] = range(1, settings["seeds"] + 1)
    return list(policies), base, settings


def paired(scenarios: Sequence[Scenario], settings: Mapping[str, Any]) -> Design:
    """The design that compares scenarios with the first, for what a question needs and no more."""
    settings = {key: settings[key] for key in _KEPT}
    design = make_design(scenarios, since=FIRST_MONTH, baseline=None, full_scale=0, **settings)
    return replace(design, lives=False)


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and all(
        path.name.startswith(folders.QUESTIONS) for path in atomic_files.entries(folder)
    )


def save(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as CSV into a folder, all of them or none. Raises UsageError.

    Rows that answer other questions stay in them (`QUESTION`).
    """
    with locks.alone(folder), atomic_files.draft(folder, last=ANSWERS) as draft:
        kept = _checksums(folder)
        for name, table in tables.items():
            atomic_files.write_text(draft / name, _csv(_among_others(folder / name, table)))
            kept[name] = atomic_files.checksum(draft / name)
        atomic_files.write_text(draft / ANSWERS, atomic_files.sealed({"files": kept}))


def _checksums(folder: Path) -> dict[str, str]:
    """Checksums of the answers in a folder; those of the first edition have none."""
    if not (folder / ANSWERS).exists():
        return {}
    with atomic_files.readable(folder / ANSWERS, text("folder.remedy.checksums")):
        return dict(atomic_files.unsealed(atomic_files.read(folder / ANSWERS))["files"])


def _read(file: Path) -> io.BytesIO:
    """An answer that is kept; raises ValueError if it is not as it was written."""
    content = atomic_files.read(file)
    kept = _checksums(file.parent).get(file.name)
    if kept is not None and kept != atomic_files.checksum_of(content):
        raise ValueError(text("folder.checksum"))
    return io.BytesIO(content)


def _among_others(file: Path, table: pd.DataFrame) -> pd.DataFrame:
    """The table as text, in the place of earlier answers to its questions among those to others."""
    new = _as_text(io.StringIO(_csv(table)))
    try:
        old = _as_text(_read(file))
    except (FileNotFoundError, ValueError):
        old = new[:0]
    if list(old) != list(new):  # of an earlier version: it does not say what it answers
        old = new[:0]
    key = [column for column in QUESTION if column in new]
    answers = {asked: rows for part in (old, new) for asked, rows in part.groupby(key, sort=False)}
    return pd.concat([new[:0], *answers.values()])


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def _as_text(file: io.BytesIO | io.StringIO) -> pd.DataFrame:
    """A CSV file with its numbers as they are written."""
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def about(policy: Scenario, base: Scenario, indicator: str, month: str, scale: float) -> dict[str, Any]:
    """What a table says of its question beside its rows: the columns of `QUESTION` that all rows share."""
    return {
        "indicator": indicator, "month": month, "scale": float(scale), "hash": policy.hash,
        "baseline_hash": base.hash,
    }  # fmt: skip


def answered(study: Study, name: str) -> pd.DataFrame:
    """The rows of a table in the folder of a comparison that answer its question: of its scenarios, baseline,
    regimes and scale, on batik workers under 30 in its last month, of no target; none where there is no such
    table.

    Raises UsageError if the table cannot be read.
    """
    file, none = study.folder / name, pd.DataFrame(columns=[*QUESTION, "scenario"])
    if not file.exists():
        return none
    types = defaultdict(lambda: "float64", dict.fromkeys(_WORDS, "str"))
    with atomic_files.readable(file, text("folder.remedy.answer", command=file.stem, folder=file.parent)):
        table = pd.read_csv(_read(file), dtype=types)
    if not {*QUESTION} - {"over", "goal"} <= set(table.columns):
        return none
    names = {one["hash"]: one["name"] for one in reversed(study.about["scenarios"])}
    mine = {(one["name"], one["hash"]) for one in study.about["scenarios"]}  # two can be the same but in name
    same = (
        table["hash"].isin(names) & table["regime"].isin(study.regimes)
        & (table["baseline_hash"] == study.about["scenarios"][0]["hash"])
        & (table["indicator"] == YOUNG) & (table["month"] == study.months[-1])
        & np.isclose(table["scale"], study.about["scale"])
    )  # fmt: skip
    table = table[same & table["goal"].isna()] if "goal" in table else table[same]
    called = zip(table["scenario"], table["hash"], strict=True)
    return table.assign(scenario=[one[0] if one in mine else names[one[1]] for one in called])
