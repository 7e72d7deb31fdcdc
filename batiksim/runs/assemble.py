"""The files of results, made of the parts of a study in the order of its design, a few parts at a time.

All but `runs.csv` and `manifest.json`, which hold times, are the same bytes however the runs were computed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa

from batiksim.i18n.texts import LANGUAGES, text
from batiksim.runs.atomic_files import write_json, write_text
from batiksim.runs.design import FULL, Design, Run
from batiksim.runs.fingerprints import reason
from batiksim.runs.parts import Part
from batiksim.runs.shelf import Shelf
from batiksim.runs.store import PLACES, SERIES, SeriesWriter

LIFE, RUNS = "life.json", "runs.csv"
RUN_COLUMNS = ("scenario", "regime", "draw", "seed", "scale", "status", "seconds", "error")
OK, FAILED, WAITING = "ok", "failed", "waiting"


def assemble(design: Design, shelf: Shelf, draft: Path, *, unfinished: bool = False) -> list[dict[str, Any]]:
    """Write the tables of all runs into `draft`, from the parts on the shelf; return the rows of `runs.csv`.

    A run without a part, or with an error, has its row and nothing else; without a part it has failed, or is
    waited for while the study is `unfinished`.
    """
    missing = "" if unfinished else text("compare.no_part", "en")
    rows = []
    with ExitStack() as stack:
        writers = {name: stack.enter_context(SeriesWriter(draft / name)) for name in (*design.tables, PLACES)}
        for run, found in zip(design.runs, shelf.each(run.part for run in design.runs), strict=True):
            part = _answer(design, found)
            rows.append(_row(run, part or Part(run.part, 0.0, error=missing)))
            if part is None and unfinished:
                rows[-1]["status"] = WAITING
            for name, table in _tables(design, run, part) if part else ():
                writers[name].add(table)
    if design.lives:
        lives = [_answer(design, part) for part in shelf.each(design.life_parts)]
        rule = {lang: text("life.rule", lang) for lang in LANGUAGES}
        told = [life for part in lives if part is not None for life in part.notes or ()]
        write_json(draft / LIFE, {"rule": rule, "lives": told})
    _write_rows(draft / RUNS, rows)
    return rows


def _answer(design: Design, part: Part | None) -> Part | None:
    """A part, unless it answers another question; by what code, may be anybody's for reading."""
    other = part is not None and reason(part.bound, design.bound[part.name]) in ("scenario", "run")
    return None if other else part


def _tables(design: Design, run: Run, part: Part) -> Iterable[tuple[str, pa.Table]]:
    """Which rows of a run go to which file: places are reported from runs of the whole region only."""
    if not part.tables:
        return
    if not run.region:
        yield from ((name, part.tables[name]) for name in design.tables)
    if run.region or run.scale == FULL:
        yield PLACES, part.tables[SERIES]


def _row(run: Run, part: Part) -> dict[str, Any]:
    status = FAILED if part.error else OK
    values = (
        run.scenario, run.regime, run.draw, run.seed, run.scale, status, round(part.seconds, 3), part.error,
    )  # fmt: skip
    return dict(zip(RUN_COLUMNS, values, strict=True))


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, RUN_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, content.getvalue())
