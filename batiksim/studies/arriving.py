"""Paired differences of a comparison, one by one as its runs come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batiksim.runs.design import FULL, Design, Run
from batiksim.runs.shelf import Shelf
from batiksim.runs.store import SERIES

Floats = NDArray[np.float64]
REGION = "all"


@dataclass(frozen=True)
class Pair:
    """One policy against the baseline under the same draw with the same luck.

    `differences` (indicators, months) are those of the whole region; `full` where everybody was simulated.
    """

    scenario: str
    regime: str
    draw: int
    seed: int
    full: bool
    months: tuple[str, ...]
    differences: Floats


class Arriving:
    """Pairs the runs of a design as their parts come into `folder`; `indicators` are what is told of them."""

    def __init__(self, design: Design, folder: Path, indicators: Sequence[str]) -> None:
        self._shelf, self._indicators = Shelf(folder), list(indicators)
        self._baseline = design.scenarios[0].stem
        self._runs = {run.part: run for run in design.runs}
        self._scale = design.scale
        self._bases: dict[tuple[str, int, int, float], Floats] = {}
        self._waiting: dict[tuple[str, int, int, float], list[tuple[Run, Floats]]] = {}
        self._months: tuple[str, ...] = ()

    def came(self, part: str) -> Iterator[Pair]:
        """The pairs that are whole now that a part has come, none for one that failed."""
        run = self._runs.get(part)
        found = None if run is None else self._read(part)
        if run is None or found is None:
            return
        key = (run.regime, run.draw, run.seed, run.scale)
        if run.scenario == self._baseline:
            self._bases[key] = found
            for other, values in self._waiting.pop(key, []):
                yield self._pair(other, values - found)
        elif key in self._bases:
            yield self._pair(run, found - self._bases[key])
        else:
            self._waiting.setdefault(key, []).append((run, found))

    def _pair(self, run: Run, differences: Floats) -> Pair:
        full = run.scale == FULL and run.region
        return Pair(run.scenario, run.regime, run.draw, run.seed, full, self._months, differences)

    def _read(self, part: str) -> Floats | None:
        """The values of a run, (indicators, months)."""
        self._shelf.came(part)
        kept = self._shelf.load(part)
        if kept is None or kept.error or SERIES not in kept.tables:
            return None
        table = kept.tables[SERIES].select(["month", "place", *self._indicators]).to_pandas()
        table = table[table["place"] == REGION]
        self._months = tuple(str(month) for month in table["month"])
        return table[self._indicators].to_numpy(dtype="float64").T
