"""Are the result files of a finished study all there, and do they hold what their names say?

Files larger than `AT_ONCE` are not read to see that: what is read of them later, a page at a time, is checked
then against the checksum of the page.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, design
from batiksim.runs.assemble import LIFE, RUN_COLUMNS, RUNS
from batiksim.runs.store import AGES, COHORTS, COSTS, INCOMES, KEYS, MANIFEST, PLACES, SERIES

YOUNG = "batik.workers_under_30"
_OWN = {
    SERIES: {YOUNG}, PLACES: {YOUNG}, AGES: {"sex", "age", "count"}, INCOMES: {"group", "idr"},
    COSTS: {"payer", "idr"}, COHORTS: {"sex", "age", "count"},
}  # fmt: skip
# Bytes whose checksum takes about a tenth of a second.
AT_ONCE = 1 << 26
_WORDS = ("scenario", "regime", "status", "error")
_NUMBERS = ("draw", "seed", "scale", "seconds")


def check(folder: Path, study: Mapping[str, Any], *, whole: bool = False) -> None:
    """Look at every result of the study that `study` (study.json) asks for.

    Beginnings and ends of large tables only, or `whole`: every row. Raises UsageError that names the first
    file that is missing, damaged or something else, and how to get it back.
    """
    kept = read_manifest(folder).get("files", {})  # the first edition has no checksums
    for name, known in kept.items():
        with atomic_files.readable(folder / name, _remedy(folder)):
            atomic_files.check(folder / PurePath(name).name, known, math.inf if whole else AT_ONCE)
    runs = read_runs(folder, study)
    if not (runs["status"] == "ok").any():
        return
    remedy = _remedy(folder)
    region = study["full_scale"] and ((runs["status"] == "ok") & (runs["scale"] == design.FULL)).any()
    for name, own in _OWN.items():
        if name not in study.get("tables", design.TABLES) and not (name == PLACES and region):
            continue
        with (
            atomic_files.readable(folder / name, remedy),
            atomic_files.open_plain(folder / name) as file,
            pq.ParquetFile(file) as table,
        ):
            if missing := {*KEYS.names, *own} - set(table.schema_arrow.names):
                raise ValueError(text("folder.no_columns", names=", ".join(sorted(missing))))
            for _ in table.iter_batches() if whole else ():
                pass
    if study.get("lives", True):
        read_lives(folder)


def read_table(
    file: Path, columns: Sequence[str] | None = None, where: Sequence[Any] | None = None
) -> pa.Table:
    """Some columns (None: all) of the rows of a table of results that satisfy the filters; nothing else of it
    is read. Words are numbers of a dictionary, see `unfolded`.

    Raises UsageError where what is read is damaged, that names the file and how to get it back.
    """
    with atomic_files.readable(file, _remedy(file.parent)):
        words = [field.name for field in pq.read_schema(file) if pa.types.is_string(field.type)]
        wanted = None if columns is None else list(columns)
        return pq.read_table(
            file,
            columns=wanted,
            filters=where or None,
            read_dictionary=words,
            page_checksum_verification=True,
        )


def unfolded(table: pa.Table) -> pa.Table:
    """The table with its words as texts."""
    for k, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = pa.field(field.name, pa.string(), field.nullable, field.metadata)
            table = table.set_column(k, plain, table.column(k).cast(pa.string()))
    return table


def read_runs(folder: Path, study: Mapping[str, Any]) -> pd.DataFrame:
    """`runs.csv`, one row a run; "" where there was no error. Raises UsageError if rows are missing."""
    kept: dict[str, Any] = dict.fromkeys(_WORDS, str) | dict.fromkeys(_NUMBERS, float)
    kept |= dict.fromkeys(("draw", "seed"), "int64")
    with atomic_files.readable(folder / RUNS, _remedy(folder)):
        runs = pd.read_csv(io.BytesIO(atomic_files.read(folder / RUNS)), dtype=kept, keep_default_na=False)
        if missing := set(RUN_COLUMNS) - set(runs):
            raise ValueError(text("folder.no_columns", names=", ".join(sorted(missing))))
        if len(runs) != (wanted := _runs(study)):
            raise ValueError(text("folder.rows", found=len(runs), wanted=wanted))
    return runs


def _runs(study: Mapping[str, Any]) -> int:
    """How many runs a study has; its first edition did not say."""
    cases = sum(len(about["regimes"]) for about in study["scenarios"])
    seeds = len(study["seeds"]) + int(study["full_scale"] and study["scale"] != design.FULL)
    return int(study.get("runs", cases * seeds))


def read_lives(folder: Path) -> dict[str, Any]:
    """`life.json`: the paired lives and the rule they were chosen by. Raises UsageError."""
    with atomic_files.readable(folder / LIFE, _remedy(folder)):
        kept = json.loads(atomic_files.read(folder / LIFE).decode("utf-8"))
        kept["rule"].keys(), [life.keys() for life in kept["lives"]]
    return dict(kept)


def read_manifest(folder: Path) -> dict[str, Any]:
    """`manifest.json`: with what, on what and when the comparison was made. Raises UsageError."""
    with atomic_files.readable(folder / MANIFEST, _remedy(folder)):
        kept = atomic_files.unsealed(atomic_files.read(folder / MANIFEST))
        [kept.get(about, {}).keys() for about in ("versions", "platform", "files")]
    return dict(kept)


def _remedy(folder: Path) -> str:
    return text("folder.remedy.results", folder=folder)
