"""A sweep whose results are a known function of its sample: no model is run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from batiksim.runs import folder as folders
from batiksim.runs import parts
from batiksim.runs.assemble import assemble
from batiksim.runs.atomic_files import write_json
from batiksim.runs.shelf import Shelf
from batiksim.runs.store import MANIFEST, SERIES, series_table
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
    for run in asked.runs:
        if run.draw in failed:
            _keep(folder, parts.Part(run.part, 1.0, {}, error="no looms"))
            continue
        luck = noise * np.random.default_rng([int(run.part), 7]).standard_normal()
        value = known[0][run.draw - 1] + luck + (run.scenario == "policy") * known[1][run.draw - 1]
        rows = pd.DataFrame(
            {"month": ["2011-12", "2012-12"], "place": "all", WORKERS: value, YOUNG: value / 2}
        )
        table = series_table(
            rows, asked.cases[run.regime, run.scenario], draw=run.draw, seed=run.seed, regime=run.regime
        )
        _keep(folder, parts.Part(run.part, 1.0, {SERIES: table}))
    assemble(asked, Shelf(folder), folder)
    write_json(folder / MANIFEST, {})
    return Study.load(folder)


def _keep(folder: Path, part: parts.Part) -> None:
    """Write a part without waiting for the disk."""
    (folder / parts.FOLDER / f"{part.name}{parts.ENDING}").write_bytes(part.pack())
