"""How the sample of a sweep is drawn: points of the unit cube, and the parameter values they stand for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import REGIME
from batiksim.runs.draws import DRAWN, Draw
from batiksim.runs.sample_table import SampleTable
from batiksim.scenario import Scenario
from batiksim.studies.sampling.designs import DESIGNS as DESIGNS
from batiksim.studies.sampling.designs import SCRAMBLE, points_of
from batiksim.studies.sampling.space import ALL as ALL
from batiksim.studies.sampling.space import chosen, refuse_contradictions, space_of


def draw_sample(
    scenarios: Sequence[Scenario], design: str, draws: int | None, parameters: str | Sequence[str] = ALL
) -> SampleTable:
    """Draw over the priors of `parameters` (names, patterns like `contracts.*`, "all"), by one of `DESIGNS`.

    The same arguments give the same sample on every machine. Priors are uniform, those a baseline states
    under `uncertainty` come before shipped ones; what must hold between parameters holds in every draw
    (`space`).
    Raises UsageError or ParameterError for what cannot be drawn.
    """
    lead = scenarios[0]
    names = chosen(parameters, lead)
    space = space_of(names, scenarios)
    points = points_of(design, draws, len(names))
    worlds = {REGIME in one.spans for one in scenarios}
    world = "" if worlds == {True} else DRAWN
    rows = tuple(
        Draw(str(number), FrozenDict(values), number, world)
        for number, values in enumerate(space.values(points), start=1)
    )
    refuse_contradictions(space, rows, scenarios)
    asked = parameters if isinstance(parameters, str) else ",".join(parameters)
    about = {
        "design": design, "parameters": asked, "draws": len(rows), "scramble": SCRAMBLE, "world": world,
        "ranges": {name: list(ends) for name, ends in space.ranges.items()},
    }  # fmt: skip
    return SampleTable(rows, names, points, np.full(len(rows), 1.0 / len(rows)), FrozenDict(about))
