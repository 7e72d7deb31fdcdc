"""What the results of many runs take: bytes, files, memory, and the time until a question has its answer.

    python -m benchmarks.store [--runs 10000] [--write docs/reference/store.md]

Real runs of a tenth of the region are mixed anew for each run, by an executor that stands in for the model. All else is the engine: parts are saved, packed, put in order and asked as those of
`batiksim sweep` are. Each step is a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import peak_mb

SCENARIOS = ("baseline", "recommendations")
SEEDS, SCALE = 5, 0.1
TEMPLATES = (1, 2)  # the seeds of the real runs
INDICATOR, YEAR, ROUNDS = "batik.workers_under_30", 2035, 9
Parts = list[tuple[str, str, bytes | None]]


class Repeating(Executor):
    """Answers tasks with the real runs in a folder, with noise."""

    def __init__(self, pool: Executor, runs: Path) -> None:
        self._pool, self._runs = pool, runs

    def submit(self, _: Callable[..., Any], /, *given: Any, **__: Any) -> Future[Any]:
        """Repeat real runs in place of a task."""
        return self._pool.submit(repeated, given[0], self._runs)


def repeated(task: Any, runs: Path) -> Parts:
    """The parts of a task, made of real runs of its scenarios."""
    from batiksim.runs.parts import Part
    from batiksim.runs.store import SERIES
    from batiksim.runs.tasks import bound_here

    done: Parts = []
    for number, name in task.runs.items():
        stem, rng = task.scenarios[number].stem, np.random.default_rng([task.seed, number])
        keys = {"scenario": stem, "regime": task.draw.world, "draw": task.draw.number, "seed": task.seed}
        tables = {SERIES: _mixed(keys, [_real(runs / f"{stem}-{k}.parquet") for k in TEMPLATES], rng)}
        done.append((name, "", Part(name, 1.0, tables, bound=bound_here(task, name)).pack()))
    return done


@lru_cache(maxsize=None)
def _real(file: Path) -> pa.Table:
    return pq.read_table(file)


def _mixed(keys: Mapping[str, Any], real: Sequence[pa.Table], rng: np.random.Generator) -> pa.Table:
    """A mixture of two real runs: what is alike in all runs stays alike, what is counted is counted in the
    same steps, and all other digits are new.
    """
    columns = []
    for field in real[0].schema:
        if field.name in keys:
            columns.append(pa.array([keys[field.name]] * real[0].num_rows, field.type))
        elif pa.types.is_string(field.type):
            columns.append(real[0].column(field.name))
        else:
            one, other = (table.column(field.name).to_numpy() for table in real)
            mixed = one + (other - one) * rng.random()
            for step in (10.0, 1.0):
                if not (np.nan_to_num(one) % step).any() and not (np.nan_to_num(other) % step).any():
                    mixed = np.round(mixed / step) * step
                    break
            columns.append(pa.array(mixed, field.type, from_pandas=True))
    return pa.Table.from_arrays(columns, schema=real[0].schema)


def simulate(folder: Path) -> dict[str, float]:
    """Real runs, a file each."""
    from batiksim.recording.indicators import GROUPS
    from batiksim.runs.runner import run
    from batiksim.runs.store import series_table
    from batiksim.scenario import Scenario

    for name in SCENARIOS:
        for seed in TEMPLATES:
            scenario = Scenario.of(name)
            frame = run(scenario, seed=seed, scale=SCALE, record="yearly")
            rows = series_table(frame[frame["place"].isin(GROUPS)], scenario, draw=0, seed=seed)
            pq.write_table(rows, folder / f"{name}-{seed}.parquet")
    return {}


def keep(folder: Path, runs: int) -> dict[str, float]:
    """Carry out a sweep of so many runs; seconds, peak of memory, size and number of files."""
    from batiksim.runs.engine import Means, carry_out
    from batiksim.runs.executors import workers
    from batiksim.studies.sweep import sweep_of

    design = sweep_of(
        SCENARIOS, design="lhs", draws=runs // (len(SCENARIOS) * SEEDS), parameters="all", seeds=SEEDS,
        scale=SCALE, since="2011-01", until="2040-12", record="yearly",
    )  # fmt: skip
    ended: list[float] = []
    out, began = folder / "kept", time.perf_counter()

    def progress(tally: Any) -> None:
        if not tally.left:
            ended.append(time.perf_counter())

    with workers(2) as pool:
        carry_out(design, out, Means(executor=Repeating(pool, folder), progress=progress))
    parts = list((out / "parts").iterdir())
    results = [file for file in out.rglob("*") if file.is_file() and file not in parts]
    return {
        "runs": len(design.runs),
        "seconds": time.perf_counter() - began,
        "assembling": time.perf_counter() - ended[0],
        "peak_mb": peak_mb(),
        "mb": sum(file.stat().st_size for file in results) / 1e6,
        "files": len(results),
        "parts_mb": sum(file.stat().st_size for file in parts) / 1e6,
        "parts": len(parts),
    }


def ask(folder: Path) -> dict[str, float]:
    """Open the study and ask it; seconds and peak of memory."""
    from batiksim.studies.study import Study

    def timed(question: Callable[[], Any]) -> float:
        began = time.perf_counter()
        question()
        return time.perf_counter() - began

    before = peak_mb()
    opening = timed(lambda: Study.load(folder / "kept"))
    opened = peak_mb()
    study = Study.load(folder / "kept")
    reading = [timed(lambda: study.read(INDICATOR, years=YEAR, places="all")) for _ in range(ROUNDS)]
    found = study.read(INDICATOR, years=YEAR, places="all")
    assert len(found) == study.done, len(found)
    read = peak_mb()
    table = timed(lambda: study.table(INDICATOR, at=f"{YEAR}-12"))
    second = timed(lambda: study.sets("batik.workers", at=f"{YEAR}-12"))
    return {
        "opening": opening,
        "opening_mb": opened - before,
        "first": reading[0],
        "reading": median(reading),
        "reading_mb": read - opened,
        "table": table,
        "sets": second,
        "asking_mb": peak_mb() - before,
    }


def elsewhere(what: str, *given: object) -> dict[str, float]:
    """The measurement of a function of this module in a process of its own."""
    words = ", ".join(repr(str(one)) if isinstance(one, Path) else repr(one) for one in given)
    code = f"""
import json
from pathlib import Path
from benchmarks import store
print(json.dumps(store.{what}(*[Path(one) if isinstance(one, str) else one for one in ({words},)])))
"""
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(runs: int) -> dict[str, float]:
    """All measurements of a study of so many runs."""
    with tempfile.TemporaryDirectory(prefix="batiksim-") as place:
        folder = Path(place)
        elsewhere("simulate", folder)
        return {**elsewhere("keep", folder, runs), **elsewhere("ask", folder)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store")
    parser.add_argument("--runs", type=int, default=10_000)
    given = parser.parse_args(arguments)
    for runs in (given.runs // 10, given.runs):
        print(json.dumps(measured(runs), indent=1), flush=True)


if __name__ == "__main__":
    main()
