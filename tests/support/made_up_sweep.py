"""A sweep whose results are a known function of its sample: no model is run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.runs import folder as folders
from batiksim.runs.assemble import RUN_COLUMNS, RUNS
from batiksim.runs.atomic_files import write_json
from batiksim.runs.store import KEYS, MANIFEST, SERIES
from batiksim.scenario import Scenario
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from batiksim.studies.sweep import sweep_of
from tests.support.comparisons import scenario

Known = Callable[[np.ndarray], np.ndarray]
WORKERS = "batik.workers"


def made_up(
    design: str,
    draws: int,
    names: Sequence[str],
    level: Known,
    effect: Known,
    *,
    noise: float,
    seeds: int,
    failed: Collection[int] = (),
) -> Study:
    """A baseline whose workers are `level` of the points of the sample, and a policy that adds `effect`, in
    2011 and 2012, each run with its own `noise`; runs of the draws `failed` have no result.
    """
    policy = scenario("policy", "interventions:\n  - training: {from: 2011-06}\n")
    asked = sweep_of(
        [Scenario.default(), policy], design=design, draws=draws, parameters=names, seeds=seeds, scale=0.1,
        since="2011-01", until="2012-12", record="yearly",
    )  # fmt: skip
    assert asked.drawn is not None
    folder = Path(tempfile.mkdtemp())
    folders.prepare(folder, asked)
    known = level(asked.drawn.points), effect(asked.drawn.points)
    luck = noise * np.random.default_rng(7).standard_normal(len(asked.runs))
    runs = pd.DataFrame([vars(run) for run in asked.runs])
    runs["status"] = np.where(runs["draw"].isin(failed), "failed", "ok")
    runs = runs.assign(seconds=1.0, error="")
    runs[list(RUN_COLUMNS)].to_csv(folder / RUNS, index=False)
    row = runs["draw"].to_numpy() - 1
    values = known[0][row] + luck + np.where(runs["scenario"] == "policy", known[1][row], 0.0)
    good = runs.assign(**{WORKERS: values, YOUNG: values / 2.0, "place": "all"})[runs["status"] == "ok"]
    rows = pd.concat([good.assign(month=month) for month in ("2011-12", "2012-12")])
    kept = pa.schema([*KEYS, pa.field(WORKERS, pa.float64()), pa.field(YOUNG, pa.float64())])
    pq.write_table(pa.Table.from_pandas(rows[kept.names], kept, preserve_index=False), folder / SERIES)
    write_json(folder / MANIFEST, {})
    return Study.load(folder)
