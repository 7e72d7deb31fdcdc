"""Worker processes: loky's, deaf to Ctrl-C, never outliving the process that started them.

loky starts a fresh Python that does not run the user's script again, on every system, so that a plain script
and a notebook need no main guard.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

# The pool waits on all its workers at once, and Windows can wait on no more than this many handles.
_WINDOWS_WORKERS = 61
# How often a worker looks whether its parent is still there.
_LOOK_SECONDS = 0.5


def default_jobs(runs: int) -> int:
    """The number of processes used when nobody says: one a run, at most one a core we may use."""
    from loky import cpu_count

    return max(1, min(runs, cpu_count()))


@contextmanager
def workers(jobs: int) -> Iterator[Executor]:
    """A pool of `jobs` worker processes; on any exception they are ended at once, whatever they are doing.

    The pool is our own and so are its processes: nobody else's, loky's reusable pool included, is touched.
    """
    from loky.backend.context import LokyContext
    from loky.process_executor import ProcessPoolExecutor

    started: list[Any] = []

    class Context(LokyContext):
        """Remembers the processes it starts."""

        def Process(self, *args: Any, **kwargs: Any) -> Any:
            started.append(LokyContext.Process(*args, **kwargs))
            return started[-1]

    class Pool(ProcessPoolExecutor):
        """Starts its workers with the first task, undisturbed by Ctrl-C."""

        def submit(self, *args: Any, **kwargs: Any) -> Any:
            with _undisturbed():
                return super().submit(*args, **kwargs)

    if sys.platform == "win32":
        jobs = min(jobs, _WINDOWS_WORKERS)
    pool = Pool(jobs, context=Context(), initializer=_start_worker, initargs=(os.getpid(),))
    try:
        yield pool
    except BaseException:
        # Waiting politely would let every worker finish its run first: half a minute after a Ctrl-C.
        for process in started:
            if process.pid is not None:
                process.terminate()
        raise
    finally:
        with warnings.catch_warnings():  # loky warns where it finds no `pgrep` to look for their children
            warnings.simplefilter("ignore")
            pool.shutdown(wait=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: a process started meanwhile is deaf to it from its first breath."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(parent: int) -> None:
    """Prepare a worker: Ctrl-C is the parent's business, and a worker whose parent died ends itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()


def _die_with(parent: int) -> None:
    """Wait for the parent process to end, however it ends, then end this one."""
    if sys.platform == "win32":
        import _winapi

        handle = _winapi.OpenProcess(0x00100000, False, parent)  # SYNCHRONIZE
        _winapi.WaitForSingleObject(handle, _winapi.INFINITE)
    else:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
    os._exit(1)
