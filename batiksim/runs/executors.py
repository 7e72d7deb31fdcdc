"""Worker processes: spawned, deaf to Ctrl-C, and never outliving the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

# The pool waits on all its workers at once, and Windows can wait on no more than this many handles.
_WINDOWS_WORKERS = 61


def default_jobs(runs: int) -> int:
    """The number of processes used when nobody says: one a run, at most one a core."""
    return max(1, min(runs, os.cpu_count() or 1))


@contextmanager
def workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of `jobs` worker processes; on any exception they are ended at once, whatever they are doing.

    Workers are spawned, never forked, so that Windows, macOS and Linux behave alike.
    """
    if sys.platform == "win32":
        jobs = min(jobs, _WINDOWS_WORKERS)
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    try:
        yield pool
    except BaseException:
        # Waiting politely would let every worker finish its run first: half a minute after a Ctrl-C.
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    """Prepare a worker: Ctrl-C is the parent's business, and a worker whose parent died ends itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent,), daemon=True).start()


def _die_with(parent: Any) -> None:
    """Wait for the parent process to end, however it ends, then end this one."""
    parent.join()
    os._exit(1)
