"""A comparison under many draws of two worlds, whose results are known: what a survey could learn of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.codes import STAKEHOLDERS
from batiksim.runs import folder as folders
from batiksim.runs.assemble import RUN_COLUMNS, RUNS
from batiksim.runs.atomic_files import write_json
from batiksim.runs.design import Design, make_design
from batiksim.runs.store import COSTS, KEYS, MANIFEST, SERIES
from batiksim.scenario import Scenario
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import Member, load_sample
from batiksim.studies.study import Study
from tests.support.made_up_study import SCENARIOS, YOUNG

WORLDS = (ORDERS_SHORT, HANDS_SHORT)
DRAWS = 44
TELLING, USELESS, MOVES = "batik.share_under_30", "batik.share_women", "choice.pay"
MONTHS = tuple(f"{year}-12" for year in range(2012, 2019))
PAID = {"short": 4e9, "long": 1e9}


def design(draws: int = DRAWS, seeds: int = 2) -> Design:
    """Baseline and two policies, from 2014 on, under draws that differ in three parameters."""
    shipped = load_sample()[0].values
    members = []
    for k in range(1, draws + 1):
        u = drawn(k)
        values = {MOVES: 1.0 + 2.0 * u[0], "demand.loss": 0.3 * u[1], "contracts.surplus_cut": 0.3 * u[2]}
        members.append((k, Member(f"one-{k}", WORLDS[k % 2], {**shipped, **values})))
    scenarios = [Scenario.default(), *(Scenario.parse(SCENARIOS[name], name) for name in PAID)]
    asked = make_design(
        scenarios, seeds, members=members, sample="shipped", scale=0.1, since="2012-01", until="2018-12",
        record="yearly", regimes=None, baseline=None, full_scale=0,
    )  # fmt: skip
    return replace(asked, tables=(SERIES, COSTS), lives=False)


def drawn(draw: int) -> np.ndarray:
    """Where a draw stands between the ends of its three assumptions."""
    return np.random.default_rng([draw, 1]).random(3)


def _rows(asked: Design) -> Iterator[dict[str, object]]:
    """Young workers hang on `MOVES`, which the share of the young shows and that of women does not; the
    policy "short" helps where it is high and harms where it is low, "long" helps a little everywhere.
    """
    for run in asked.runs:
        z = (drawn(run.draw)[0] - 0.5) * np.sqrt(12.0)
        luck = np.random.default_rng([run.seed, 2]).standard_normal()
        own = np.random.default_rng([run.seed, 3, len(run.scenario)]).standard_normal(len(MONTHS))
        chance = np.random.default_rng([run.seed, 4]).random(len(MONTHS))
        helped = {"short": 20.0 + 100.0 * z, "long": 30.0}.get(run.scenario, 0.0)
        for k, month in enumerate(MONTHS):
            later = helped if month >= "2014" else 0.0
            yield {
                "regime": run.regime, "scenario": run.scenario, "draw": run.draw, "seed": run.seed,
                "month": month, "place": "all",
                YOUNG: 1000.0 + 300.0 * z + 60.0 * luck + later + 5.0 * own[k],
                TELLING: 0.3 + 0.06 * z + 0.005 * luck, USELESS: chance[k],
            }  # fmt: skip


def sampled(folder: Path) -> Study:
    """The comparison, in the files of a folder; no model is run."""
    asked = design()
    folders.prepare(folder, asked)
    runs = pd.DataFrame([vars(run) for run in asked.runs]).assign(status="ok", seconds=1.0, error="")
    runs[list(RUN_COLUMNS)].to_csv(folder / RUNS, index=False)
    series = pd.DataFrame(list(_rows(asked)))
    numbers = [pa.field(name, pa.float64()) for name in (YOUNG, TELLING, USELESS)]
    _write(folder / SERIES, series, pa.schema([*KEYS, *numbers]))
    costs = series[[field.name for field in KEYS]].merge(pd.DataFrame({"payer": STAKEHOLDERS}), how="cross")
    pays = (costs["payer"] == "government") & (costs["month"] >= "2014")
    costs["idr"] = np.where(pays, costs["scenario"].map(PAID).fillna(0.0), 0.0)
    _write(folder / COSTS, costs, pa.schema([*KEYS, ("payer", pa.string()), ("idr", pa.float64())]))
    write_json(folder / MANIFEST, {})
    return Study.load(folder)


def _write(file: Path, rows: pd.DataFrame, schema: pa.Schema) -> None:
    pq.write_table(pa.Table.from_pandas(rows[schema.names], schema, preserve_index=False), file)
