"""The process that computes one comparison: `python -m batiksim.app.comparing.child`.

It reads the question as one line of JSON from its input, runs the engine of `batiksim compare` in a folder,
and prints a line of JSON for each thing that pages are told. It ends when its input is closed, as when the
server dies. Lines: `asked`, `pairs`, `answer`, `progress`, at last `finished` or `problem`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from batiksim.app.comparing.question import Question
from batiksim.errors import BatiksimError
from batiksim.i18n.texts import speaking
from batiksim.runs.parts import FOLDER as PARTS

if TYPE_CHECKING:
    from batiksim.runs.tally import Tally
    from batiksim.studies.arriving import Pair
    from batiksim.studies.study.answers import Period

# All runs there are are read for an answer: no more of the time than this goes into answers on the way.
_SHARE_OF_TIME = 0.3
_FEWEST = 2  # pairs of each policy, before which nothing is said on the way
_SOONEST = 1.5  # seconds between two answers
_OFTEN = 0.5  # seconds between two words on progress
_REMOVALS = 20
_POLITE = 4  # so that pages that are being looked at come first


def main() -> int:
    """Compute what the first line of the input asks for."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing but lines of ours
    asked = json.loads(sys.stdin.readline())
    folder = Path(asked["folder"])
    ending = threading.Event()
    watching = threading.Thread(target=end_with_input, args=(folder.parent, ending), daemon=True)
    watching.start()
    # From within, its folder cannot be made again by what computes once it is gone.
    os.chdir(folder.parent)
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    try:
        with speaking(asked["lang"]):
            Computing(Question.of_json(asked["question"]), Path(folder.name), asked["jobs"], out).run()
    except BatiksimError as error:
        if not ending.is_set():
            _say(out, "problem", message=str(error))
        return 1
    finally:
        if ending.is_set():  # what fails for want of its folder must not end us before all of it is gone
            watching.join()
    return 0


def end_with_input(own: Path | None = None, ending: threading.Event | None = None) -> None:
    """Wait for the input to be closed: nobody wants this any more, nor what it wrote in its `own` folder."""
    while os.read(sys.stdin.fileno(), 1):  # not through a buffer, whose lock would be held when we end
        pass
    if ending is not None:
        ending.set()
    if own is not None:
        for _ in range(_REMOVALS):  # what computes may write while its files go
            shutil.rmtree(own, ignore_errors=True)
            if not own.exists():
                break
    os._exit(1)


def _say(out: TextIO, kind: str, **what: Any) -> None:
    out.write(json.dumps({"kind": kind, **what}, ensure_ascii=False, separators=(",", ":")) + "\n")
    out.flush()


class Computing:
    """One comparison on its way; what is told of it goes to `out`."""

    def __init__(self, question: Question, folder: Path, jobs: int | None, out: TextIO) -> None:
        from batiksim.app.comparing import told
        from batiksim.studies.arriving import Arriving
        from batiksim.studies.compare import designed

        ask = self._question = question
        self._folder, self._jobs, self._out = folder, jobs, out
        self._design = designed(
            ask.loaded(), range(ask.seed, ask.seed + ask.seeds), sample=ask.sample, draws=ask.draws,
            scale=ask.scale, until=ask.until, full_scale=ask.full_pairs,
        )  # fmt: skip
        self._arriving = Arriving(self._design, folder, told.INDICATORS)
        self._next_answer = self._next_word = 0.0
        self._told: Counter[str] = Counter()
        self._periods: dict[str, tuple[Period, ...]] = {}

    def run(self) -> None:
        """Compute everything. Raises BatiksimError where it cannot be."""
        from batiksim.app.comparing import told
        from batiksim.runs.engine import Means, carry_out
        from batiksim.studies.study import Study

        _say(self._out, "asked", **told.asked(self._design, self._question))
        means = Means(self._jobs, progress=self._progress, came=self._came, small_first=True)
        carry_out(self._design, self._folder, means)
        _say(self._out, "answer", **told.answer(Study.load(self._folder)))
        shutil.rmtree(self._folder / PARTS, ignore_errors=True)  # the results have it all, in half the room
        _say(self._out, "finished")

    def _came(self, part: str) -> None:
        """Tell of the pairs that are whole now, and what all runs so far say."""
        from batiksim.app.comparing import told
        from batiksim.studies.study import Study

        pairs = [one for one in self._arriving.came(part) if not one.full]
        if pairs:
            rows = [told.pair(one, self._periods_of(one)) for one in pairs]
            _say(self._out, "pairs", rows=rows)
            self._told.update(one.scenario for one in pairs)
        now = time.monotonic()
        few = min(self._told[one.stem] for one in self._design.scenarios[1:]) < _FEWEST
        if few or now < self._next_answer:
            return
        _say(self._out, "answer", **told.answer(Study.open(self._folder)))
        spent = time.monotonic() - now
        self._next_answer = time.monotonic() + max(_SOONEST, spent * (1.0 / _SHARE_OF_TIME - 1.0))

    def _periods_of(self, one: Pair) -> tuple[Period, ...]:
        from batiksim.studies.study.answers import periods_within

        if one.scenario not in self._periods:
            spans = [span for (_, name), span in self._design.periods.items() if name == one.scenario]
            self._periods[one.scenario] = periods_within(spans, one.months)
        return self._periods[one.scenario]

    def _progress(self, tally: Tally) -> None:
        now = time.monotonic()
        if now >= self._next_word or not tally.left:
            self._next_word = now + _OFTEN
            counts = {"done": tally.done, "failed": tally.failed, "left": tally.left}
            _say(self._out, "progress", **counts, share=tally.share, seconds=tally.seconds)


if __name__ == "__main__":
    sys.exit(main())
