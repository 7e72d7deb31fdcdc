"""Run a scenario with many seeds and keep what comes out: headline numbers and, if wanted, a run folder."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batiksim.errors import RunError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, manifest, store
from batiksim.runs.headline import Headline
from batiksim.runs.runner import Progress, Result, run_many

if TYPE_CHECKING:
    from batiksim.scenario import Scenario


def record_runs(
    scenario: Scenario,
    seeds: Sequence[int],
    *,
    settings: dict[str, Any],
    jobs: int = 1,
    out: str | None = None,
    progress: Progress | None = None,
) -> tuple[Headline, list[Result]]:
    """Run all seeds and return the headline numbers and the results, without their tables.

    `settings` has the keys scale, since, until and record; `out` is the run folder to write, or None. The
    folder is written whole or not at all; runs that failed are named in its manifest.
    Raises UsageError if the folder holds something else or cannot be written, RunError when no run succeeded.
    """
    kept = None if out is None else atomic_files.named(out)
    runs = run_many(scenario, seeds, jobs=jobs, progress=progress, **settings)
    if kept is None:
        return _collect(runs, None)
    started = datetime.now(UTC)
    asked = manifest.inputs(scenario, seeds, settings)
    inputs = store.fingerprint(asked)
    with store.draft(kept, inputs) as place:
        headline, results = _collect(runs, place / store.SERIES)
        atomic_files.write_text(place / store.SCENARIO, scenario.to_yaml())
        described = manifest.manifest(
            asked, inputs, results, command=["batiksim", *sys.argv[1:]], jobs=jobs, started=started
        )
        atomic_files.write_json(place / store.MANIFEST, described)
    return headline, results


def _collect(runs: Generator[Result], series: Path | None) -> tuple[Headline, list[Result]]:
    """Take the results one by one, so that the rows of one run at a time are in memory."""
    headline, results = Headline(), []
    with closing(runs), store.SeriesWriter(series) if series else nullcontext() as writer:
        for result in runs:
            if result.table is not None:
                headline.add(result.table)
                if writer:
                    writer.add(result.table)
            results.append(replace(result, table=None))
    if all(result.error for result in results):
        raise RunError(text("run.all_failed", runs=len(results), error=results[0].error)) from _trace(results)
    return headline, results


def _trace(results: list[Result]) -> Exception:
    """The traceback of the first run that failed, as text a worker process could send."""
    return RuntimeError(results[0].trace)
