"""A finished comparison of made-up numbers: every question to it has an answer that plain loops can give."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from batiksim.calendar import month_name
from batiksim.codes import INCOMES as EARNERS
from batiksim.codes import STAKEHOLDERS
from batiksim.recording.indicators import GROUPS, load_indicators
from batiksim.runs import folder as folders
from batiksim.runs import parts
from batiksim.runs.assemble import assemble
from batiksim.runs.atomic_files import write_json
from batiksim.runs.design import NO_SAMPLE, Design, Run, make_design
from batiksim.runs.shelf import Shelf
from batiksim.runs.store import AGES, COSTS, INCOMES, MANIFEST, SERIES, keyed_table, series_table
from batiksim.scenario import Scenario
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG

PLACES = ("kauman", "bojong", *GROUPS)
HEAD = "title: {{en: {0}, id: {0}}}\nextends: baseline\ninterventions:\n  - training: {1}\n"
SCENARIOS = {
    "short": HEAD.format("short", "{from: 2014-01, to: 2017-12}"),
    "long": HEAD.format("long", "{from: 2014-07, to: 2015-06}"),
    "endless": HEAD.format("endless", "{from: 2015-01}"),
}
Change = Callable[[Run, dict[str, pd.DataFrame]], None]


def question(seeds: int = 9, until: str = "2026-12", record: str = "yearly") -> Design:
    """Baseline and three policies of known months, two regimes."""
    scenarios = [Scenario.default(), *(Scenario.parse(text, name) for name, text in SCENARIOS.items())]
    return make_design(
        scenarios, seeds, scale=0.1, since="2011-01", until=until, record=record,
        regimes=("orders-short", "hands-short"), baseline=None, full_scale=True,
    )  # fmt: skip


def made_up(
    folder: Path,
    change: Change = lambda run, frames: None,
    asked: Design | None = None,
    failed: Callable[[Run], bool] = lambda run: False,
) -> Study:
    """Numbers drawn at random for every run, then changed by `change`, in the files of a comparison."""
    asked = asked or question()
    drawn = asked.sample != NO_SAMPLE
    folders.prepare(folder, asked)
    for run in asked.runs:
        if failed(run):
            parts.save(folder, run.part, parts.Part(run.part, 1.0, {}, error="no looms").pack())
            continue
        frames = _frames(np.random.default_rng([int(run.part), 5]), asked)
        change(run, frames)
        case = asked.cases[run.regime, run.scenario]
        keys = {"draw": run.draw, "seed": run.seed, "regime": run.regime if drawn else ""}
        tables = {SERIES: series_table(frames[SERIES], case, **keys)}
        tables |= {name: keyed_table(frames[name], case, **keys) for name in (AGES, INCOMES, COSTS)}
        parts.save(folder, run.part, parts.Part(run.part, 1.0, tables).pack())
    assemble(asked, Shelf(folder), folder)
    write_json(folder / MANIFEST, {})
    return Study.load(folder)


def answering(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of `why.csv` or `breakeven.csv` with the columns that make them answers about a comparison."""
    hashes = {about["name"]: about["hash"] for about in study.about["scenarios"]}
    return table.assign(
        hash=table["scenario"].map(hashes), baseline_hash=hashes[study.baseline], indicator=YOUNG,
        month=study.months[-1], scale=study.about["scale"],
    )  # fmt: skip


@cache
def _combined(names: tuple[str, ...], labels: tuple[tuple[object, ...], ...]) -> pd.DataFrame:
    """Every combination of labels; all runs of a study have the same."""
    return pd.MultiIndex.from_product(labels, names=names).to_frame(index=False)


def _frames(rng: np.random.Generator, asked: Design) -> dict[str, pd.DataFrame]:
    step = 12 if asked.record == "yearly" else 1
    last = tuple(month_name(month) for month in range(step - 1, 12 * (int(asked.until[:4]) - 2010), step))

    def rows(**labels: tuple[object, ...]) -> pd.DataFrame:
        return _combined(("month", "place", *labels), (last, PLACES, *labels.values())).copy()

    series = rows()
    series = pd.concat(
        [series, pd.DataFrame({name: rng.random(len(series)) * 100 for name in load_indicators()})], axis=1
    )
    ages = rows(sex=("woman", "man"), age=(15, 20)).assign(count=1.0)
    incomes, costs = rows(group=tuple(EARNERS)), rows(payer=STAKEHOLDERS)
    for frame in (incomes, costs):
        frame["idr"] = rng.random(len(frame)) * 1e9
    return {SERIES: series, AGES: ages, INCOMES: incomes, COSTS: costs}
