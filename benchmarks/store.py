"""What the results of many runs take: bytes, files, memory, and the time until a question has its answer.

    python -m benchmarks.store [--runs 10000] [--write docs/reference/store.md]

Real runs of a tenth of the region are mixed anew for each run, by an executor that stands in for the model.
All else is the engine: parts are saved, packed, put in order and asked as those of `batiksim sweep` are. Each
step is a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import cache
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


@cache
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
            mixed = mixed.astype("float32").astype("float64")  # as `store.in_short` has them
            columns.append(pa.array(mixed, field.type, from_pandas=True))
    return pa.Table.from_arrays(columns, schema=real[0].schema)


def simulate(folder: Path) -> dict[str, float]:
    """Real runs, a file each."""
    from batiksim.runs.runner import run
    from batiksim.runs.store import in_short, series_table
    from batiksim.scenario import Scenario

    for name in SCENARIOS:
        for seed in TEMPLATES:
            scenario = Scenario.of(name)
            frame = run(scenario, seed=seed, scale=SCALE, record="yearly")
            rows = series_table(in_short(frame), scenario, draw=0, seed=seed)
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
    out, begun_mb = folder / "kept", peak_mb()
    began = time.process_time()

    def progress(tally: Any) -> None:
        if not tally.left:
            ended.append(time.process_time())

    with workers(2) as pool:
        carry_out(design, out, Means(executor=Repeating(pool, folder), progress=progress))
    parts = list((out / "parts").iterdir())
    results = [file for file in out.rglob("*") if file.is_file() and file not in parts]
    return {
        "runs": len(design.runs),
        "packing_ms": (ended[0] - began) * 1000.0 / len(design.runs),
        "assembling": time.process_time() - ended[0],
        "begun_mb": begun_mb,
        "peak_mb": peak_mb(),
        "mb": sum(file.stat().st_size for file in results) / 1e6,
        "files": len(results),
        "parts_mb": sum(file.stat().st_size for file in parts) / 1e6,
        "parts": len(parts),
    }


def ask(folder: Path) -> dict[str, float]:
    """Open the study and ask it; seconds and peak of memory."""
    from batiksim.studies.study import Study

    def timed(question: Callable[[], Any]) -> tuple[float, float]:
        wall, began = time.perf_counter(), time.process_time()
        question()
        return time.perf_counter() - wall, time.process_time() - began

    before = peak_mb()
    opening = timed(lambda: Study.load(folder / "kept"))
    opened = peak_mb()
    study = Study.load(folder / "kept")
    assert len(study.read(INDICATOR, years=YEAR, places="all")) == study.done
    reading = [timed(lambda: study.read(INDICATOR, years=YEAR, places="all")) for _ in range(ROUNDS)]
    read = peak_mb()
    table = timed(lambda: study.table(INDICATOR, at=f"{YEAR}-12"))
    second = timed(lambda: study.sets("batik.workers", at=f"{YEAR}-12"))
    return {
        "opening": opening[1],
        "opening_mb": opened - before,
        "reading": median(cpu for _, cpu in reading),
        "reading_wall": min(wall for wall, _ in reading),
        "reading_mb": read - opened,
        "table": table[1],
        "sets": second[1],
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


LINES = (
    ("mb", "results, MB", "{:,.0f}"),
    ("files", "in files", "{:,.0f}"),
    ("parts_mb", "parts, which may be deleted when the study is finished, MB", "{:,.0f}"),
    ("parts", "in files", "{:,.0f}"),
    ("packing_ms", "keeping and packing a run, ms of a processor", "{:.0f}"),
    ("assembling", "putting the results in order, s", "{:.0f}"),
    ("peak_mb", "most memory of the process that does so, MB", "{:,.0f}"),
    ("opening", "opening the study, s", "{:.2f}"),
    ("opening_mb", "memory for it, MB", "{:.0f}"),
    ("reading", f'`study.read("{INDICATOR}", years={YEAR}, places="all")`, s', "{:.2f}"),
    ("reading_wall", "the same by the clock, the best of " + str(ROUNDS), "{:.2f}"),
    ("reading_mb", "memory for it, MB", "{:.0f}"),
    ("table", f"`study.table(\"{INDICATOR}\")`, the first question, s", "{:.2f}"),
    ("sets", '`study.sets("batik.workers")` after it, s', "{:.2f}"),
    ("asking_mb", "memory for both, MB", "{:.0f}"),
)  # fmt: skip
PAGE = """# The store: what ten thousand runs take

Written by `python -m benchmarks.store --write docs/reference/store.md`; how runs are kept stands in
[comparisons.md](../comparisons.md#the-folder). Two real runs of each scenario (`{scenarios}`,
a tenth of the region, 2011-2040 by year) are mixed anew for every run, by an executor that stands in for
the model; all else is the engine, as in `batiksim sweep`. Where real runs differ, no two of these share a
digit, so real results are a little smaller. Times are seconds of a processor on {cores} cores that others
used too, that of `read` the median of {rounds}; memory is the peak of a process of its own{before}.

| | {head} |
|---|{rules}
{lines}
"""


def page(found: Sequence[Mapping[str, float]]) -> str:
    """The page of measurements, a column a study."""
    lines = [
        f"| {what} | {' | '.join(form.format(one[key]) for one in found)} |" for key, what, form in LINES
    ]
    return PAGE.format(
        scenarios="`, `".join(SCENARIOS), rounds=ROUNDS, cores=os.cpu_count(),
        before=f", that of one that has only begun is {found[-1]['begun_mb']:,.0f} MB",
        head=" | ".join(f"{one['runs']:,.0f} runs" for one in found), rules="---:|" * len(found),
        lines="\n".join(lines),
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--write", type=Path, help="the page, such as docs/reference/store.md")
    given = parser.parse_args(arguments)
    told = page([measured(runs) for runs in (given.runs // 10, given.runs)])
    print(told)
    if given.write:
        given.write.write_text(told, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
