"""`calibrate`: sets of assumptions that meet the facts, weighed, and what the facts can tell of assumptions.

    found = bs.calibrate(draws=300, waves=3, fake=20, keep=50, out="plausible")
    found.tables["parameters"]
    bs.compare(["baseline", "training"], sample="plausible/sample.parquet")

History matching in waves over all priors (Craig et al. 1997; Vernon et al. 2010): emulators rule out what
cannot meet a fact, and the simulator alone decides which sets are kept. Parameters that facts pin down are
found by drawing each wave where the one before leaves room, never by solving for them: a set is a point of
the priors, so that what is kept is spread as they are.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from batiksim import __version__
from batiksim.errors import RunError, UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, fingerprints, locks
from batiksim.runs.cluster import Elsewhere
from batiksim.runs.engine import Means
from batiksim.runs.executors import default_jobs
from batiksim.runs.store import fingerprint
from batiksim.runs.tally import Progress, Round
from batiksim.studies.calibration.evidence import Evidence, shipped_evidence
from batiksim.studies.calibration.process import Asked, Process, joined
from batiksim.studies.calibration.result import Calibration, concluded, often_missed
from batiksim.studies.calibration.runs import Book, check_facts, team
from batiksim.studies.validation.facts import CHECK, Fact, shipped_facts

QUESTION, KIND = "question.json", "batiksim calibration"
DRAWS, WAVES, FAKE, KEEP, WORLDS, SEEDS, SCALE, CUT = 300, 3, 20, 50, 2, 1, 0.1, 3.0
LEAST_SCALE = 0.1
BOUNDS: dict[str, tuple[float, float]] = {
    "draws": (20, 5000), "waves": (1, 10), "fake": (0, 500), "keep": (2, 1000), "worlds": (0, 500),
    "seeds": (1, 100), "scale": (LEAST_SCALE, 1.0), "cut": (1.0, 6.0),
}  # fmt: skip


def calibrate(
    *,
    draws: int = DRAWS,
    waves: int = WAVES,
    fake: int = FAKE,
    keep: int = KEEP,
    worlds: int = WORLDS,
    seeds: int = SEEDS,
    scale: float = SCALE,
    cut: float = CUT,
    jobs: int | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Elsewhere | None = None,
    progress: Progress | None = None,
    begins: Callable[[Round], None] | None = None,
) -> Calibration:
    """Find sets of assumptions that meet the fit list, and weigh them.

    `waves` of `draws` sets each, the first over all priors, are run with `seeds` at `scale`, and those worth
    it with everybody where a fact needs that; `fake` further sets play the facts. Up to `keep` sets are kept
    of those whose own runs meet every fact (implausibility at most `cut`), if possible at least `worlds` of
    either world. Every finished run is saved in the folder `out`; the same call goes on where an earlier one
    was stopped. `jobs`, `executor` and `progress` are as in `compare`; `begins` is told of each round.

    Raises UsageError for numbers out of bounds and a folder that holds something else, RunError if no set
    meets all facts, WorkersError if a worker process died or a cluster is gone.
    """
    asked = asked_of(
        draws=draws, waves=waves, fake=fake, keep=keep, worlds=worlds, seeds=seeds, scale=scale, cut=cut
    )
    folder = None if out is None else atomic_files.named(out)
    return carry_out(asked, folder, Means(jobs, executor, progress), begins)


def asked_of(
    *, draws: int, waves: int, fake: int, keep: int, worlds: int, seeds: int, scale: float, cut: float
) -> Asked:
    """What is asked for, checked, of the facts that ship. Raises UsageError."""
    given = {"draws": draws, "waves": waves, "fake": fake, "keep": keep, "worlds": worlds, "seeds": seeds}
    for name, value in {**given, "scale": scale, "cut": cut}.items():
        low, high = BOUNDS[name]
        whole = name not in given or (isinstance(value, int) and not isinstance(value, bool))
        if not (whole and math.isfinite(value) and low <= value <= high):
            raise UsageError(
                text("calibrate.bounds", name=name, value=value, low=f"{low:g}", high=f"{high:g}")
            )
    checks = tuple(fact for fact in shipped_facts() if fact.role == CHECK)
    return of_facts(Asked(**given, scale=scale, cut=cut, evidence=shipped_evidence(), checks=checks))


def of_facts(asked: Asked) -> Asked:
    """The same, if its numbers fit each other and its facts. Raises UsageError."""
    check_facts(asked.evidence.facts)
    if 2 * asked.worlds > asked.keep:
        raise UsageError(text("calibrate.worlds", worlds=asked.worlds, keep=asked.keep))
    if not asked.small.any():
        raise UsageError(text("calibrate.scale", scale=f"{asked.scale:g}"))
    return asked


def carry_out(
    asked: Asked, folder: Path | None, means: Means, begins: Callable[[Round], None] | None = None
) -> Calibration:
    """Compute what is missing in the folder and write its results anew."""
    with ExitStack() as stack:
        if folder is None:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="batiksim-")))
        else:
            check(place := folder, asked)
            atomic_files.make(place)
        stack.enter_context(locks.alone(place))
        with atomic_files.writing(place):
            atomic_files.write(place / QUESTION, atomic_files.sealed(question(asked)))
        book = Book(place)
        crew = stack.enter_context(team(means, asked.draws))
        jobs = means.jobs or default_jobs(asked.draws)
        process = Process(asked, book, crew, begins or (lambda _: None), jobs=jobs)
        process.pilot()
        runs, seconds = process.expected()
        process.begins(Round("all", runs, max(runs - len(book.rows), 0), seconds))
        done, fakes = process.waves()
        plausible = process.plausible(done)
        if not len(plausible.numbers):
            every = joined([one.sets for one in done])
            often = often_missed(asked.evidence, process.implausibility(every.readings), asked.cut)
            raise RunError(text("calibrate.none", sets=len(every.numbers), often=often))
        found = concluded(process, done, fakes, plausible)
        found.save(place)
        return replace(found, folder=folder)


def question(asked: Asked) -> dict[str, Any]:
    """What the folder keeps of what was asked; equal for equal results of equal code."""
    names = ("draws", "waves", "fake", "keep", "worlds", "seeds", "scale", "cut")
    evidence = asked.evidence
    errors = [evidence.low, evidence.high, evidence.error, evidence.discrepancy]
    marks = [[repr(fact) for fact in (*evidence.facts, *asked.checks)], [one.tolist() for one in errors]]
    return {
        "kind": KIND, "version": __version__, **{name: getattr(asked, name) for name in names},
        "facts": len(evidence.facts), "evidence": fingerprint({"facts": repr(marks)}),
        "package": fingerprint(fingerprints.package()),
    }  # fmt: skip


def check(folder: Path, asked: Asked) -> None:
    """Refuse a folder with anything in it but runs of the same question. Raises UsageError."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(text("store.is_file", folder=folder))
    if not atomic_files.entries(folder):
        return
    kept = read_question(folder)
    if kept is None:
        raise UsageError(text("store.foreign", folder=folder))
    now = json.loads(json.dumps(question(asked)))
    loose = ("version", "package", "evidence")  # runs of other code or facts are computed anew
    if {k: v for k, v in kept.items() if k not in loose} != {k: v for k, v in now.items() if k not in loose}:
        raise UsageError(text("store.other_run", folder=folder))


def read_question(folder: Path) -> dict[str, Any] | None:
    """What a folder was asked for; None where it holds no calibration."""
    try:
        kept = atomic_files.unsealed(atomic_files.read(folder / QUESTION))
        return kept if kept["kind"] == KIND else None
    except (OSError, ValueError, LookupError):
        return None


def reasked(folder: Path) -> Asked | None:
    """What to go on with in a folder, None where it holds no calibration. Raises UsageError."""
    kept = read_question(folder)
    if kept is None:
        return None
    return asked_of(**{name: kept[name] for name in BOUNDS})


def kept_runs(folder: Path) -> int:
    """How many finished runs of the code of now a folder keeps."""
    return len(Book(folder).rows)


__all__ = ["Calibration", "Evidence", "Fact", "calibrate"]
