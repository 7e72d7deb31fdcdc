"""A process that is killed at every step of its work with a folder: what is left must heal.

Run as a program of its own, which forks, killed at every so many steps:
`python -c "import tests.support.killed as k; k.main()" FOLDER 1`.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from batiksim.runs import ensemble, shelf
from batiksim.runs.design import Task, single
from batiksim.runs.engine import Means, carry_out
from batiksim.runs.parts import Part
from batiksim.runs.tasks import Worked, run_task
from batiksim.scenario import Scenario

DESIGN = single(Scenario.default(), [1, 2], scale=0.005, since="2011-01", until="2011-02", record="monthly")
SAME = ("series.parquet", "study.json", "scenario.yaml", "scenarios/1-baseline.yaml")
# What Python announces before it is done; every one of them is an instant to die at.
_STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}

Tasks = Callable[[Task, Worked | None], Iterator[Part]]


def main() -> None:
    """Print how many instants there were, or what did not heal."""
    place, every = Path(sys.argv[1]), int(sys.argv[2])
    known: dict[int, list[Part]] = {task.seed: list(run_task(task)) for task in DESIGN.tasks()}

    def computed(task: Task, worked: Worked | None = None) -> Iterator[Part]:
        yield from (part for part in known[task.seed] if part.name in task.parts)

    def failing(task: Task, worked: Worked | None = None) -> Iterator[Part]:
        for part in computed(task):
            yield part if task.seed == 1 else replace(part, tables={}, error="no looms")

    whole, half = place / "whole", place / "half"
    _carry_out(whole, computed)
    _carry_out(half, failing)
    told = []
    for begun, many in ((None, shelf.MANY), (half, shelf.MANY), (None, 1)):
        shelf.MANY = many  # with one of two runs the second has both packed
        instant = 0
        while _killed(place / "killed", begun, computed, instant):
            told += [f"{begun} {instant}: {what}" for what in _not_healed(place / "killed", whole, computed)]
            instant += every
        print(instant)
    print("\n".join(told), end="")


def _carry_out(folder: Path, tasks: Tasks) -> None:
    ensemble.run_task = tasks
    carry_out(DESIGN, folder, Means(jobs=1))


def _killed(folder: Path, begun: Path | None, tasks: Tasks, instant: int) -> bool:
    """Whether a process that works on a copy of `begun` could be killed at that instant."""
    shutil.rmtree(folder, ignore_errors=True)
    if begun is not None:
        shutil.copytree(begun, folder)
    child = os.fork()
    if not child:
        left = instant

        def watch(event: str, about: tuple[object, ...]) -> None:
            nonlocal left
            if event in _STEPS and str(folder) in str(about[0]):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        _carry_out(folder, tasks)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _not_healed(folder: Path, whole: Path, tasks: Tasks) -> list[str]:
    """What is not as it should be after the same work once more."""
    _carry_out(folder, tasks)
    wrong = [name for name in SAME if (folder / name).read_bytes() != (whole / name).read_bytes()]
    rows = (folder / "runs.csv").read_text(encoding="utf-8")
    # What is left over beside results that are whole waits until somebody writes there again.
    left = [str(path) for path in folder.glob("*/.batiksim*")]
    return wrong + left + ([rows] if rows.count(",ok,") != 2 else [])
