"""Every combination of some levers under every draw of the sample's core: curves of a page without a server.

Nothing lies between what was run: levers snap to what the grid has. `python -m tools.carried` makes it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from batiksim import __version__
from batiksim.app.levers import levels
from batiksim.calendar import FIRST_MONTH, month_name
from batiksim.futures.settings import shown
from batiksim.runs.tally import Progress
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import kind
from batiksim.studies.sample import CORE, load_core

if TYPE_CHECKING:
    from batiksim.studies.study import Study

FILE = "grid.bin"
_TAKEN = (0, 2, 3)  # of the five levels of a lever: none, the usual strength, the next one
_SEEDS = 1

Whole = NDArray[np.int16]


@dataclass(frozen=True)
class Grid:
    """`values` (combinations, draws, indicators, years) in whole steps: the level of the first combination,
    which is no policy; of the others what they change, paired. `about` says what the axes are.
    """

    about: Mapping[str, Any]
    values: Whole

    def packed(self) -> bytes:
        """A line of JSON, then the values, deflated."""
        head = json.dumps(self.about, separators=(",", ":"), ensure_ascii=True)
        return head.encode() + b"\n" + zlib.compress(self.values.astype("<i2").tobytes(), 9)


def unpacked(content: bytes) -> Grid:
    """The grid that `packed` wrote."""
    head, _, rest = content.partition(b"\n")
    about = json.loads(head)
    return Grid(about, np.frombuffer(zlib.decompress(rest), "<i2").reshape(about["shape"]))


@cache
def load_grid() -> Grid:
    """The grid that ships."""
    return unpacked(files("batiksim.data").joinpath("records", FILE).read_bytes())


def levels_of(lever: str) -> list[float]:
    """The strengths of a lever that the grid has, in the unit of its kind."""
    strength = kind(lever).strength
    assert strength is not None
    return [levels(strength, shown().snaps)[at] for at in _TAKEN]


def combinations() -> list[tuple[int, ...]]:
    """For each combination the level of each lever; the first is none of all."""
    return list(product(range(len(_TAKEN)), repeat=len(shown().grid_levers)))


def scenario_of(combination: Sequence[int]) -> Scenario:
    """The policy of a combination, in force from now on."""
    show, scenario = shown(), Scenario.default()
    for lever, level in zip(show.grid_levers, combination, strict=True):
        if level:
            since, strength = month_name(show.now), levels_of(lever)[level]
            scenario = scenario.with_intervention(lever, since=since, strength=strength)
    name = "grid-" + "".join(map(str, combination))
    return replace(scenario, stem=name) if any(combination) else scenario


def make_grid(
    folder: Path | None = None,
    *,
    wanted: Sequence[tuple[int, ...]] | None = None,
    draws: int | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Grid:
    """Run the `wanted` combinations (default: all; the first is none) under `draws` of the core.

    Runs are kept in `folder`, from which the same call goes on.
    """
    from batiksim.runs.engine import Means
    from batiksim.studies.compare import designed, study_of

    show, wanted = shown(), combinations() if wanted is None else wanted
    design = designed(
        [scenario_of(one) for one in wanted], _SEEDS, sample=CORE, draws=draws, scale=show.scale,
        since=FIRST_MONTH, until=month_name(show.until), full_scale=0,
    )  # fmt: skip
    return grid_of(study_of(replace(design, lives=False), folder, Means(jobs, None, progress)), wanted)


def grid_of(study: Study, wanted: Sequence[tuple[int, ...]]) -> Grid:
    """The grid of a study of these combinations."""
    show = shown()
    years = [month[:4] for month in study.numbers.indicator(next(iter(show.grid_steps))).columns]
    first = years.index(month_name(show.now)[:4])
    drawn = sorted({*study.runs["draw"]})
    members = load_core()
    values = np.array(
        [_steps(study.numbers.indicator(name), study.scenarios, drawn, first, step)
         for name, step in show.grid_steps.items()]
    )  # fmt: skip
    values = values.transpose(1, 2, 0, 3)
    about = {
        "version": __version__,
        "levers": [{"kind": lever, "levels": levels_of(lever)} for lever in show.grid_levers],
        "combinations": ["".join(map(str, one)) for one in wanted],
        "draws": [{"id": members[one - 1].id, "world": members[one - 1].world} for one in drawn],
        "indicators": [{"name": name, "step": step} for name, step in show.grid_steps.items()],
        "years": [int(year) for year in years[first:]],
        "scale": show.scale,
        "seeds": sorted({int(seed) for seed in study.runs["seed"]}),
        "shape": list(values.shape),
    }
    return Grid(about, values)


def _steps(table: Any, scenarios: Sequence[str], draws: Sequence[int], first: int, step: float) -> Whole:
    """Values of an indicator as whole steps (scenarios, draws, years): the first as it is, others less it."""
    by_case = table.droplevel(["regime", "seed"]).iloc[:, first:]
    found = np.array([[by_case.loc[(name, draw)].to_numpy() for draw in draws] for name in scenarios])
    found[1:] -= found[0]
    steps = np.round(found / step)
    assert (np.abs(steps) < np.iinfo(np.int16).max).all()
    return steps.astype(np.int16)
