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
from collections.abc import Callable
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


class Worker:
    """Carries out jobs one at a time; one that ranks higher is done in between the months of a lower one."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._waiting: queue.PriorityQueue[tuple[int, int, Job]] = queue.PriorityQueue()
        self._dropped: set[int] = set()

    def serve(self) -> None:
        """Get ready, then carry out jobs for ever."""
        threading.Thread(target=self._listen, daemon=True).start()
        from batiksim.config.parameters import WORLDS
        from batiksim.futures.future import never
        from batiksim.futures.jobs import LATER, WarmJob
        from batiksim.futures.pasts import Pasts

        self._pasts = Pasts()
        for _ in WarmJob().pieces(self._pasts, never):
            pass
        gc.collect()
        gc.freeze()  # what is there by now need not be searched for garbage
        self._tell(NO_JOB, READY)
        for world in WORLDS[1:]:
            self._waiting.put((LATER, NO_JOB, WarmJob(world)))
        while True:
            self._do(*self._waiting.get())
            if self._waiting.empty():
                gc.collect()  # models and their parts hold each other, and their arrays are large

    def _listen(self) -> None:
        """Read what the pool says until there is nobody who could say anything."""
        with contextlib.suppress(OSError, EOFError):
            while len(head := self._source.read(LENGTH.size)) == LENGTH.size:
                what, number, job = pickle.loads(self._source.read(*LENGTH.unpack(head)))
                if what == DO:
                    self._waiting.put((job.rank, number, job))
                else:
                    self._dropped.add(number)
        os._exit(0)

    def _do(self, rank: int, number: int, job: Job) -> None:
        with speaking(job.lang):
            try:
                for piece in job.pieces(self._pasts, self._look(rank, number)):
                    self._tell(number, PIECE, piece)
                self._tell(number, ENDED)
            except StoppedError:
                self._tell(number, STOPPED)
            except BatiksimError as error:
                self._tell(number, FAILED, str(error))
            except Exception as error:
                traceback.print_exc()
                self._tell(number, FAILED, text("app.futures.failed", why=f"{type(error).__name__}: {error}"))
            finally:
                self._dropped.discard(number)

    def _look(self, rank: int, number: int) -> Callable[[], bool]:
        """What a job asks every month: whether it was dropped; those that rank higher are done first."""

        def cancelled() -> bool:
            while not self._waiting.empty():
                first = self._waiting.get()
                if first[0] >= rank:
                    self._waiting.put(first)
                    break
                self._do(*first)
            return number in self._dropped

        return cancelled

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
