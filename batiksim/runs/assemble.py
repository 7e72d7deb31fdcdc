"""The files of a finished comparison, made of its parts in the order of the plan.

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
from batiksim.runs import parts
from batiksim.runs.atomic_files import write_json, write_text
from batiksim.runs.design import FULL, Plan, Run
from batiksim.runs.store import AGES, COSTS, INCOMES, PLACES, SERIES, SeriesWriter

LIFE, RUNS = "life.json", "runs.csv"
TABLES = (SERIES, AGES, INCOMES, COSTS)
RUN_COLUMNS = ("scenario", "regime", "draw", "seed", "scale", "status", "seconds", "error")


def assemble(plan: Plan, folder: Path, draft: Path) -> list[dict[str, Any]]:
    """Write the tables of all runs into `draft`, from the parts in `folder`; return the rows of `runs.csv`.

    A run without a part, or with an error, has its row and nothing else.
    """
    rows = []
    with ExitStack() as stack:
        writers = {name: stack.enter_context(SeriesWriter(draft / name)) for name in (*TABLES, PLACES)}
        for run in plan.runs:
            part = parts.load(folder, run.part) or parts.Part(
                run.part, 0.0, error=text("compare.no_part", "en")
            )
            rows.append(_row(run, part))
            for name, table in _tables(plan, run, part):
                writers[name].add(table)
    lives = [parts.load(folder, plan.life_part(regime)) for regime in plan.regimes]
    rule = {lang: text("life.rule", lang) for lang in LANGUAGES}
    told = [life for part in lives if part is not None for life in part.notes or ()]
    write_json(draft / LIFE, {"rule": rule, "lives": told})
    _write_rows(draft / RUNS, rows)
    return rows


def _tables(plan: Plan, run: Run, part: parts.Part) -> Iterable[tuple[str, pa.Table]]:
    """Which rows of a run go to which file: places are reported from runs of the whole region only."""
    if not part.tables:
        return
    if not run.region:
        yield from ((name, part.tables[name]) for name in TABLES)
    if run.region or (plan.full_scale and run.scale == FULL and run.seed == plan.seeds[0]):
        yield PLACES, part.tables[SERIES]


def _row(run: Run, part: parts.Part) -> dict[str, Any]:
    status = "failed" if part.error else "ok"
    values = (
        run.scenario,
        run.regime,
        run.draw,
        run.seed,
        run.scale,
        status,
        round(part.seconds, 3),
        part.error,
    )
    return dict(zip(RUN_COLUMNS, values, strict=True))


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, RUN_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, content.getvalue())
