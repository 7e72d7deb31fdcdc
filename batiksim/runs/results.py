"""Are the result files of a finished comparison all there, and do they hold what their names say?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, design
from batiksim.runs.assemble import LIFE, RUN_COLUMNS, RUNS
from batiksim.runs.store import AGES, COSTS, INCOMES, KEYS, MANIFEST, PLACES, SERIES

YOUNG = "batik.workers_under_30"
_OWN = {
    SERIES: {YOUNG}, PLACES: {YOUNG}, AGES: {"sex", "age", "count"}, INCOMES: {"group", "idr"},
    COSTS: {"payer", "idr"},
}  # fmt: skip
_WORDS = ("scenario", "regime", "status", "error")
_NUMBERS = ("draw", "seed", "scale", "seconds")


def check(folder: Path, study: Mapping[str, Any], *, whole: bool = False) -> None:
    """Look at every result of the comparison that `study` (study.json) asks for.

    Beginnings and ends of the tables only, or `whole`: every row. Raises UsageError that names the first file
    that is missing, damaged or something else, and how to get it back.
    """
    runs = read_runs(folder, study)
    if not (runs["status"] == "ok").any():
        return
    remedy = _remedy(folder)
    region = study["full_scale"] and ((runs["status"] == "ok") & (runs["scale"] == design.FULL)).any()
    for name, own in _OWN.items():
        if name == PLACES and not region:
            continue
        with atomic_files.readable(folder / name, remedy), pq.ParquetFile(folder / name) as table:
            if missing := {*KEYS.names, *own} - set(table.schema_arrow.names):
                raise ValueError(text("folder.no_columns", names=", ".join(sorted(missing))))
            for _ in table.iter_batches() if whole else ():
                pass
    read_lives(folder)
    read_manifest(folder)


def read_runs(folder: Path, study: Mapping[str, Any]) -> pd.DataFrame:
    """`runs.csv`, one row a run; "" where there was no error. Raises UsageError if rows are missing."""
    kept: dict[str, Any] = dict.fromkeys(_WORDS, str) | dict.fromkeys(_NUMBERS, float)
    kept |= dict.fromkeys(("draw", "seed"), "int64")
    with atomic_files.readable(folder / RUNS, _remedy(folder)):
        runs = pd.read_csv(folder / RUNS, dtype=kept, keep_default_na=False)
        if missing := set(RUN_COLUMNS) - set(runs):
            raise ValueError(text("folder.no_columns", names=", ".join(sorted(missing))))
        cases = sum(len(about["regimes"]) for about in study["scenarios"])
        wanted = cases * (len(study["seeds"]) + int(study["full_scale"] and study["scale"] != design.FULL))
        if len(runs) != wanted:
            raise ValueError(text("folder.rows", found=len(runs), wanted=wanted))
    return runs


def read_lives(folder: Path) -> dict[str, Any]:
    """`life.json`: the paired lives and the rule they were chosen by. Raises UsageError."""
    with atomic_files.readable(folder / LIFE, _remedy(folder)):
        kept = json.loads((folder / LIFE).read_text(encoding="utf-8"))
        kept["rule"].keys(), [life.keys() for life in kept["lives"]]
    return dict(kept)


def read_manifest(folder: Path) -> dict[str, Any]:
    """`manifest.json`: with what, on what and when the comparison was made. Raises UsageError."""
    with atomic_files.readable(folder / MANIFEST, _remedy(folder)):
        kept = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        [kept.get(about, {}).keys() for about in ("versions", "platform")]
    return dict(kept)


def _remedy(folder: Path) -> str:
    return text("folder.remedy.results", folder=folder)
