"""A worker process: `python -m batiksim.futures.worker`, started and spoken to by the pool.

It reads jobs from its standard input and writes what comes of them to its standard output, each message a
pickle with its length before it; only the pool that started it is at the other end. When the input ends, its
parent is gone, however that came about, and it ends at once, whatever it is doing.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from batiksim.errors import BatiksimError, StoppedError
from batiksim.i18n.texts import speaking, text

if TYPE_CHECKING:
    from batiksim.futures.jobs import Job

LENGTH = struct.Struct("<I")
# What is said of a job: a piece of it, its end, why it failed. `READY` is said once, of no job.
READY, PIECE, ENDED, STOPPED, FAILED = range(5)
DO, DROP = range(2)
NO_JOB = 0


def packed(message: Any) -> bytes:
    """A message as it travels."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)) + content


@dataclass(eq=False)
class _Running:
    """A job that has begun."""

    number: int
    job: Job
    pieces: Iterator[Any]
    turns: int = 0
    busy: bool = False


class Worker:
    """Carries out jobs, a piece of each in turn, so that nobody waits for the whole of another's; those that
    rank higher are done in between the months of a lower one.
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._waiting: queue.SimpleQueue[tuple[int, Job]] = queue.SimpleQueue()
        self._running: list[_Running] = []
        self._dropped: set[int] = set()

    def serve(self) -> None:
        """Get ready, then carry out jobs for ever."""
        threading.Thread(target=self._listen, daemon=True).start()
        from batiksim.futures.future import never
        from batiksim.futures.jobs import LATER, WarmJob
        from batiksim.futures.pasts import Pasts

        self._pasts = Pasts()
        for _ in WarmJob().pieces(self._pasts, never):
            pass
        gc.collect()
        gc.freeze()  # what is there by now need not be searched for garbage
        self._tell(NO_JOB, READY)
        while True:
            self._begin(*self._waiting.get())
            self._in_turn(LATER + 1)
            gc.collect()  # models and their parts hold each other, and their arrays are large

    def _listen(self) -> None:
        """Read what the pool says until there is nobody who could say anything."""
        with contextlib.suppress(OSError, EOFError):
            while len(head := self._source.read(LENGTH.size)) == LENGTH.size:
                what, number, job = pickle.loads(self._source.read(*LENGTH.unpack(head)))
                if what == DO:
                    self._waiting.put((number, job))
                else:
                    self._dropped.add(number)
        os._exit(0)

    def _begin(self, number: int, job: Job) -> None:
        def cancelled() -> bool:
            """What a job asks every month: whether it was dropped; those that rank higher are done first."""
            self._in_turn(job.rank)
            return number in self._dropped

        self._running.append(_Running(number, job, job.pieces(self._pasts, cancelled)))

    def _in_turn(self, below: int) -> None:
        """Carry out what ranks before `below`, whoever had the fewest turns first, until there is none."""
        while True:
            while not self._waiting.empty():
                self._begin(*self._waiting.get())
            due = [one for one in self._running if one.job.rank < below and not one.busy]
            if not due:
                return
            self._advance(min(due, key=lambda one: (one.job.rank, one.turns)))

    def _advance(self, one: _Running) -> None:
        """Give a job one turn: its next piece."""
        one.turns, one.busy = one.turns + 1, True
        with speaking(one.job.lang):
            try:
                piece = next(one.pieces)
            except StopIteration:
                self._end(one, ENDED)
            except StoppedError:
                self._end(one, STOPPED)
            except BatiksimError as error:
                self._end(one, FAILED, str(error))
            except Exception as error:
                traceback.print_exc()
                self._end(one, FAILED, text("app.futures.failed", why=f"{type(error).__name__}: {error}"))
            else:
                self._tell(one.number, PIECE, piece)
        one.busy = False

    def _end(self, one: _Running, what: int, content: Any = None) -> None:
        self._running.remove(one)
        self._dropped.discard(one.number)
        self._tell(one.number, what, content)

    def _tell(self, number: int, what: int, content: Any = None) -> None:
        self._sink.write(packed((number, what, content)))
        self._sink.flush()


def main() -> None:
    """Serve the pool at the other end of standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # whatever prints, it is no message
    sys.stdout = sys.stderr
    with contextlib.suppress(BrokenPipeError):
        Worker(source, sink).serve()
    os._exit(0)


if __name__ == "__main__":
    main()
