"""`sweep`: scenarios under a sample drawn over the priors, kept run by run like a comparison.

What it is made for is asked of its folder: `sensitivity` (what moves an answer) and `discover` (where it
turns).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files
from batiksim.runs.cluster import Elsewhere
from batiksim.runs.design import Design, swept
from batiksim.runs.engine import Means
from batiksim.runs.tally import Progress
from batiksim.scenario import Settings, several
from batiksim.studies.compare import SEEDS_OF_A_DRAW, study_of
from batiksim.studies.sampling import ALL, draw_sample
from batiksim.studies.sampling.designs import SOBOL, STEPPED
from batiksim.studies.study import Study


def sweep(
    scenarios: Sequence[Settings] | Settings = "baseline",
    *,
    design: str = SOBOL,
    draws: int | None = None,
    parameters: str | Sequence[str] = ALL,
    seeds: int | Sequence[int] = SEEDS_OF_A_DRAW,
    scale: float = 0.1,
    since: str = FIRST_MONTH,
    until: str = DEFAULT_UNTIL,
    record: str = "yearly",
    jobs: int | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Elsewhere | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run scenarios under a sample drawn over the priors of `parameters`; return the study of all runs.

    `design` is "sobol", "lhs", "morris" or "one-factor" (`sampling.designs`), `draws` how many sets of
    values, by default as usual for it. Draws lie under the scenarios: what a policy says itself stays. The
    first scenario is the baseline of all pairs and may be alone. `seeds` are runs of each draw; the first two
    designs give each draw its own, the other two, which compare neighbours, the same to all.

    The sample is kept in the folder `out` as `sample.parquet`, every finished run beside it; the same call
    goes on where an earlier one was stopped. `jobs` and `executor` are as in `compare`.
    Raises UsageError or ParameterError for what cannot be drawn or run, and otherwise like `compare`.
    """
    folder = None if out is None else atomic_files.named(out)
    asked = sweep_of(
        scenarios, design=design, draws=draws, parameters=parameters, seeds=seeds, scale=scale, since=since,
        until=until, record=record,
    )  # fmt: skip
    return study_of(asked, folder, Means(jobs, executor, progress))


def sweep_of(
    scenarios: Sequence[Settings] | Settings,
    *,
    design: str,
    draws: int | None,
    parameters: str | Sequence[str],
    seeds: int | Sequence[int],
    scale: float,
    since: str,
    until: str,
    record: str,
) -> Design:
    """The design of the sweep that `sweep` would make; raises as it does."""
    given = several(scenarios)
    if not given:
        raise UsageError(text("sweep.no_scenario"))
    drawn = draw_sample(given, design, draws, parameters)
    some = range(1, seeds + 1) if isinstance(seeds, int) else seeds
    return swept(
        given,
        drawn,
        list(some),
        alike=design in STEPPED,
        scale=scale,
        since=since,
        until=until,
        record=record,
    )
