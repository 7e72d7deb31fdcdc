"""The runs of a calibration: each leaves a line of readings in the folder, from which all is worked out.

A run is known by what it runs: the set's values, its seed and scale, and the code and data that computed it.
Lines come in any order; what is made of them does not depend on it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_index
from batiksim.config.dated_values import Value
from batiksim.errors import InputError, UsageError, WorkersError
from batiksim.i18n.texts import carried, text
from batiksim.runs import atomic_files, fingerprints
from batiksim.runs.branching import let_go, run_cases
from batiksim.runs.cluster import was_killed
from batiksim.runs.crews import Crew, finished, gathered
from batiksim.runs.engine import Means
from batiksim.runs.executors import default_jobs
from batiksim.runs.store import fingerprint
from batiksim.runs.tally import Tally
from batiksim.scenario import Scenario
from batiksim.studies import binding
from batiksim.studies.validation import nulls
from batiksim.studies.validation.facts import Fact
from batiksim.studies.validation.readings import Values, difference, read
from batiksim.studies.validation.scoring import shock

Floats = NDArray[np.float64]

ROWS = "readings.jsonl"
FACTS, CHECKS, WORLD = "facts", "checks", "world"
LEVERS = (binding.INFORMATION, binding.FAR_MORE_ORDERS)
# What a run costs beside the months of its people, as a share of the region.
_FIXED = 0.1


@dataclass(frozen=True)
class Ask:
    """One run: of set `number` with a seed at a scale, to the end of `until`, for readings of `facts`.

    `kind`: facts, checks (with twins without each shock) or world (how far the lever of either side reaches).
    """

    kind: str
    number: int
    seed: int
    scale: float
    values: Mapping[str, Value]
    facts: tuple[Fact, ...] = ()
    until: str = binding.UNTIL

    @cached_property
    def key(self) -> str:
        """What the line of this run is found by."""
        about = [
            self.kind,
            self.seed,
            self.scale,
            self.until,
            dict(self.values),
            [f.name for f in self.facts],
        ]
        return f"{self.kind}-{self.number}-{fingerprint({'run': about})[:16]}"

    @property
    def work(self) -> float:
        """The expected time, in months of a run of everybody."""
        times = {FACTS: 1, CHECKS: 1 + len(nulls.TWINS), WORLD: 2}[self.kind]
        return (_FIXED + self.scale) * (month_index(self.until) + 1) * times


def answer(ask: Ask) -> dict[str, Any]:
    """The line of a run: its `found` readings (None: undefined), or the `error` that stopped it."""
    began = time.perf_counter()
    told: dict[str, Any] = {"key": ask.key, "found": {}, "error": ""}
    try:
        settings = Scenario.default().but(ask.values)
        found = _gains(settings, ask) if ask.kind == WORLD else _readings(settings, ask)
        told["found"] = {name: value if math.isfinite(value) else None for name, value in found.items()}
    except OSError:
        raise  # it says nothing of the run
    except Exception as problem:  # values at which the model cannot run are refused, and told
        kind = "" if isinstance(problem, InputError) else f"{type(problem).__name__}: "
        told["error"] = f"{kind}{problem}"[:500]
    return told | {"seconds": round(time.perf_counter() - began, 3)}


def _readings(settings: Scenario, ask: Ask) -> dict[str, float]:
    twins = (
        {} if ask.kind == FACTS else {name: settings.but(changes) for name, changes in nulls.TWINS.items()}
    )
    tables = dict(zip(("", *twins), _tables([settings, *twins.values()], ask), strict=True))
    return {fact.name: _value(fact, tables) for fact in ask.facts}


def _tables(cases: Sequence[Scenario], ask: Ask) -> list[pd.DataFrame]:
    """The monthly table of each case, one after the other so that memory holds one model."""
    found: dict[int, pd.DataFrame] = {}
    for number, case in enumerate(cases):
        for outcome in run_cases([case], [0], seed=ask.seed, scale=ask.scale, until=ask.until):
            if outcome.model is None:
                raise RuntimeError(outcome.error)
            found[number] = outcome.model.results(record="monthly")
            let_go(outcome.model)
    return [found[number] for number in range(len(cases))]


def _value(fact: Fact, tables: Mapping[str, pd.DataFrame]) -> float:
    twin = tables.get(shock(fact)) if fact.statistic == "drop_vs_twin" else None
    return float(read(fact, _values(tables[""], fact), None if twin is None else _values(twin, fact))[0])


def _values(table: pd.DataFrame, fact: Fact) -> Values:
    """Monthly values of the indicator of a fact in a run, by place."""

    def values(place: str) -> pd.DataFrame:
        mine = table[table["place"] == place].set_index("month")
        return difference(fact.indicators, lambda name: mine[[name]].T.set_axis([0]))

    return values


def _gains(settings: Scenario, ask: Ask) -> dict[str, float]:
    """Workers more by either side's far lever, mean over 2026-40."""
    cases = binding.levers(settings)
    far = {[case.stem for case in cases].index(name): name for name in LEVERS}
    level: dict[int, float] = {}
    for outcome in run_cases(cases, [0, *far], seed=ask.seed, scale=ask.scale, until=ask.until):
        if outcome.model is None:
            raise RuntimeError(outcome.error)
        table = outcome.model.results(since=binding.SINCE)
        level[outcome.number] = float(table.loc[table["place"] == "all", binding.WORKERS].mean())
        if not outcome.number:
            let_go(outcome.model)
    return {name: level[number] - level[0] for number, name in far.items()}


class Book:
    """The lines of a folder: `rows` by key, of runs computed by the code and data of now."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / ROWS
        self._mark = fingerprint(fingerprints.package())[:16]
        self.rows: dict[str, dict[str, Any]] = {}
        with atomic_files.writing(folder):
            whole = atomic_files.read(self._file).decode("utf-8", "replace") if self._file.exists() else ""
            if whole and not whole.endswith(
                "\n"
            ):  # a line that was being written when the process was killed
                whole = whole[: whole.rfind("\n") + 1]
                atomic_files.write(self._file, whole)
        for line in whole.splitlines():
            try:
                row = json.loads(line)
                if row["mark"] == self._mark and not row["error"]:
                    self.rows[row["key"]] = {name: row[name] for name in ("key", "found", "error", "seconds")}
            except (ValueError, LookupError, TypeError, RecursionError):
                continue  # damaged: computed again

    def add(self, row: dict[str, Any]) -> None:
        """Keep a line."""
        with atomic_files.writing(self._file), open(self._file, "a", encoding="utf-8") as file:
            file.write(json.dumps({**row, "mark": self._mark}, allow_nan=False) + "\n")
        self.rows[row["key"]] = row

    def read(self, ask: Ask) -> dict[str, float] | None:
        """The readings of a run, NaN where undefined; None where it failed or is not there."""
        row = self.rows.get(ask.key)
        if row is None or row["error"]:
            return None
        return {name: math.nan if value is None else float(value) for name, value in row["found"].items()}


@dataclass(frozen=True)
class Team:
    """Who computes all rounds: a crew, or this process where there is none."""

    means: Means
    crew: Crew | None

    def carry_out(self, asks: Sequence[Ask], book: Book) -> None:
        """Compute the runs that are missing and keep each as soon as it is there.

        Raises WorkersError where a process of ours or a whole cluster dies.
        """
        left = [ask for ask in {ask.key: ask for ask in asks}.values() if ask.key not in book.rows]
        left.sort(key=lambda ask: -ask.work)  # so that no process idles at the end
        tell = _teller(self.means, len({ask.key for ask in asks}), left)
        tell()
        if self.crew is None:
            for ask in left:
                book.add(answer(ask))
                tell(ask.key, book)
            return
        try:
            with closing(finished(self.crew, carried(answer), left)) as results:
                for result in results:
                    if result is None:
                        tell()
                        continue
                    book.add(row := _row(*result))
                    tell(row["key"], book)
        except BrokenExecutor:
            raise WorkersError(text("run.worker_died")) from None


def _row(ask: Ask, future: Future[dict[str, Any]]) -> dict[str, Any]:
    """The line of a run; it has failed where every worker died that tried it."""
    try:
        return future.result()
    except Exception as error:
        if not was_killed(error):
            raise
    return {"key": ask.key, "found": {}, "error": text("cluster.killed", "en"), "seconds": 0.0}


def _teller(means: Means, runs: int, left: Sequence[Ask]) -> Callable[..., None]:
    """Tells how far a round is; called with the key of a line when it has come."""
    work = {ask.key: ask.work for ask in left}
    whole, began = sum(work.values()), time.monotonic()
    failed = 0

    def tell(key: str = "", book: Book | None = None) -> None:
        nonlocal failed
        if key:
            work.pop(key, None)
            failed += bool(book and book.rows[key]["error"])
        if means.progress is not None:
            rest = sum(work.values())
            done = whole - rest
            seconds = (time.monotonic() - began) * rest / done if done > 0.0 else None
            share = done / whole if whole else 1.0
            means.progress(Tally(runs - len(work) - failed, failed, len(work), seconds, share))

    return tell


@contextmanager
def team(means: Means, runs: int) -> Iterator[Team]:
    """Processes, an executor or a cluster for all rounds; any exception ends our own processes."""
    jobs = means.jobs or default_jobs(runs)
    if means.executor is None and jobs <= 1:
        yield Team(means, None)
        return
    latest, tell = Tally(0, 0, 0, None), means.progress

    def progress(tally: Tally) -> None:
        nonlocal latest
        latest = tally
        if tell is not None:
            tell(tally)

    def say(told: str) -> None:
        progress(replace(latest, told=told))

    with gathered(means.executor, jobs, say) as crew:
        yield Team(replace(means, progress=progress), crew)


def check_facts(facts: Sequence[Fact]) -> None:
    """Refuse facts that are read against a twin: fits are read in single runs. Raises UsageError."""
    for fact in facts:
        if fact.statistic == "drop_vs_twin":
            raise UsageError(text("calibrate.twin", name=fact.name))


def pooled(gains: Sequence[Mapping[str, Floats]]) -> list[tuple[str, dict[str, float]]]:
    """The world of each set, from the gains of each lever by seed, and its reaches, with one error for all
    sets (as in `binding`).
    """
    gaps = [one[LEVERS[0]] - one[LEVERS[1]] for one in gains]
    free = sum(gap.size - 1 for gap in gaps)
    squares = sum(float(((gap - gap.mean()) ** 2).sum()) for gap in gaps)
    spread = math.sqrt(squares / free) if free else math.nan
    found = []
    for one, gap in zip(gains, gaps, strict=True):
        error = spread / math.sqrt(gap.size)
        about = {"information": float(one[LEVERS[0]].mean()), "orders": float(one[LEVERS[1]].mean())}
        found.append((binding.world(float(gap.mean()), error), about | {"gap_error": error}))
    return found
