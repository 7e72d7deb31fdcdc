"""`compare`: several scenarios under common random numbers, kept run by run, summed up in a `Study`."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files
from batiksim.runs import folder as folders
from batiksim.runs.cluster import Elsewhere
from batiksim.runs.design import NO_SAMPLE, Design, make_design
from batiksim.runs.engine import Means, carry_out
from batiksim.runs.tally import Progress
from batiksim.scenario import Settings, several
from batiksim.studies.sample import sample_of, taken, usual_sample
from batiksim.studies.study import Study

# Seeds of each draw of a sample, and of each world without one; runs of everybody of each scenario and world.
SEEDS_OF_A_DRAW, SEEDS, FULL_PAIRS = 2, 20, 4


def compare(
    scenarios: Sequence[Settings],
    seeds: int | Sequence[int] | None = None,
    *,
    sample: str | None = None,
    draws: int | None = None,
    jobs: int | None = None,
    scale: float = 0.1,
    since: str = FIRST_MONTH,
    until: str = DEFAULT_UNTIL,
    record: str = "yearly",
    regimes: Sequence[str] | None = None,
    baseline: str | None = None,
    full_scale: int | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Elsewhere | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run every scenario with the same seeds and return what differs between them.

    `scenarios` are scenarios, their files, names from the library or mappings like a file's content. They are
    run under each draw of a `sample`, "shipped" (default), "core", a file like `batiksim/data/sample.csv`,
    or "none": then in the two worlds as they ship. `draws` takes so many, each world in proportion. `seeds`
    is a number of seeds (a draw, default 2; without a sample 20), or the seeds themselves; each draw has
    its own, that of a policy is that of the baseline. `regimes` are values of `choice.regime`, run without a
    sample, and a scenario that sets its own is run in that only; the baseline of the pairs is the scenario of
    that name, by default the first; `full_scale` is how many runs of everybody are added for each scenario
    and world (default 4, without a sample 1), from which places and luck are reported.

    Every finished run is saved in the folder `out`; the same call goes on where an earlier one was stopped.
    Runs are computed in `jobs` processes (default: one a core) or on `executor`, any of `concurrent.futures`
    or `batiksim.Dask("tcp://HOST:PORT")`; a script or notebook that calls this needs no main guard.
    Raises UsageError for a sample that there is not, a folder that holds something else, that another process
    writes in or that cannot be written, and a cluster that cannot be reached, RunError if no run succeeded,
    WorkersError if a worker process died or a cluster is gone.
    """
    folder = None if out is None else atomic_files.named(out)
    design = designed(
        scenarios, seeds, sample=sample, draws=draws, scale=scale, since=since, until=until, record=record,
        regimes=regimes, baseline=baseline, full_scale=full_scale,
    )  # fmt: skip
    return study_of(design, folder, Means(jobs, executor, progress))


def designed(
    scenarios: Sequence[Settings],
    seeds: int | Sequence[int] | None = None,
    *,
    sample: str | None = None,
    draws: int | None = None,
    scale: float = 0.1,
    since: str = FIRST_MONTH,
    until: str = DEFAULT_UNTIL,
    record: str = "yearly",
    regimes: Sequence[str] | None = None,
    baseline: str | None = None,
    full_scale: int | None = None,
) -> Design:
    """The design of the comparison that `compare` would make; raises UsageError as it does."""
    asked = several(scenarios)
    which = sample or usual_sample(asked, regimes)
    if which == NO_SAMPLE and draws is not None:
        raise UsageError(text("sample.no_draws"))
    members = [] if which == NO_SAMPLE else taken(sample_of(which), draws)
    if seeds is None:
        seeds = SEEDS_OF_A_DRAW if members else SEEDS
    if full_scale is None:
        full_scale = FULL_PAIRS if members else 1
    return make_design(
        asked, seeds, members=members, sample=which, scale=scale, since=since, until=until, record=record,
        regimes=regimes, baseline=baseline, full_scale=full_scale,
    )  # fmt: skip


def study_of(design: Design, folder: Path | None, means: Means) -> Study:
    """Carry out the design of a comparison; without a folder the runs are kept as long as the study is."""
    if folder is not None:
        carry_out(design, folder, means)
        return Study(folder)
    passing = Path(tempfile.mkdtemp(prefix="batiksim-"))
    try:
        carry_out(design, passing, means)
        study = Study(passing)
    except BaseException:
        shutil.rmtree(passing, ignore_errors=True)
        raise
    weakref.finalize(study, shutil.rmtree, str(passing), ignore_errors=True)
    return study


def resume(
    out: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    executor: Elsewhere | None = None,
    progress: Progress | None = None,
) -> Study:
    """Go on with the comparison in a folder: runs that are missing or failed are computed, others kept.

    Raises UsageError if there is no comparison or its files were changed, otherwise like `compare`.
    """
    folder = atomic_files.named(out)
    folders.heal(folder)
    return study_of(folders.read_design(folder), folder, Means(jobs, executor, progress))
