"""What studies cost: a run, one more policy on a known baseline, a comparison under draws, a thousand runs.

Each is measured in a process of its own, in seconds of one processor; what is larger than what was run is
extrapolated, and says from what.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from batiksim.runs.kept_pasts import OFF, VARIABLE
from benchmarks.measure import peak_mb

SCALE, UNTIL = 0.1, "2040-12"
DRAWS, SEEDS, MEASURED_DRAWS = 50, 2, 2
RUNS, MEASURED_RUNS = 1_000, 20
PASTS = 3


def measured(what: str) -> dict[str, float]:
    """Processor seconds, and MB at the peak, of one of `STUDIES`, in a fresh process that has warmed up."""
    code = f"from benchmarks.studies import _tell; _tell({what!r})"
    alone = {**os.environ, VARIABLE: OFF}  # what somebody has run before must not help
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=alone)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _tell(what: str) -> None:
    from batiksim.runs.runner import run

    run(scale=0.005, until="2011-06")
    print(json.dumps({"seconds": STUDIES[what](), "peak_mb": peak_mb()}))


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _run() -> float:
    """A run of the baseline at a tenth, recorded by year."""
    from batiksim.runs.runner import run

    return _timed(lambda: run(scale=SCALE, until=UNTIL, record="yearly"))


def _new_policy() -> float:
    """A policy from 2026 on, whose baseline has been run before: mean over some seeds."""
    from batiksim.runs.branching import run_cases
    from batiksim.runs.cache import Cache
    from batiksim.scenario import Scenario

    base = Scenario.default()
    known, new = (base.with_intervention(kind, since="2026-01") for kind in ("training", "cooperative"))
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder) / "pasts")

        def run(cases: list[Scenario], seed: int) -> None:
            for outcome in run_cases(
                cases, [1], seed=seed, scale=SCALE, until=UNTIL, yearly=True, pasts=cache
            ):
                assert outcome.model is not None, outcome.trace
                outcome.model.results(record="yearly")

        for seed in range(1, PASTS + 1):
            run([base, known], seed)
        return _timed(lambda: [run([base, new], seed) for seed in range(1, PASTS + 1)]) / PASTS


def _comparison() -> float:
    """Three scenarios under 50 draws with two seeds, without runs of everybody and lives: from two draws."""
    from batiksim.runs.engine import Means
    from batiksim.studies.compare import designed, study_of

    design = designed(
        ["baseline", "training", "recommendations"], SEEDS, draws=MEASURED_DRAWS, scale=SCALE, until=UNTIL,
        full_scale=0,
    )  # fmt: skip
    # Lives are told of the two worlds, however many draws there are.
    seconds = _timed(lambda: study_of(replace(design, lives=False), None, Means(1)))
    return seconds * DRAWS / MEASURED_DRAWS


def _ensemble() -> float:
    """A thousand runs of the baseline at a tenth: from twenty."""
    from batiksim.runs.runner import run_many
    from batiksim.scenario import Scenario

    def all_of_them() -> None:
        for _ in run_many(
            Scenario.default(), range(1, MEASURED_RUNS + 1), jobs=1, scale=SCALE, until=UNTIL, record="yearly"
        ):
            pass

    return _timed(all_of_them) * RUNS / MEASURED_RUNS


STUDIES: dict[str, Callable[[], float]] = {
    "run_tenth": _run,
    "new_policy": _new_policy,
    "compare_3_by_50": _comparison,
    "runs_1000": _ensemble,
}
TOLD = {
    "run_tenth": f"a run at {SCALE:g} to {UNTIL[:4]}",
    "new_policy": f"one new policy on a known baseline, at {SCALE:g}",
    "compare_3_by_50": f"compare 3 scenarios x {DRAWS} draws x {SEEDS} seeds (from {MEASURED_DRAWS})",
    "runs_1000": f"{RUNS:,} runs at {SCALE:g} (from {MEASURED_RUNS})",
}
