"""A dask cluster of processes of our own on the loopback address, whose workers can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_BEGINS = 60.0


class Cluster:
    """A scheduler and workers, ended by their number when the test ends."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._file = folder / "scheduler.json"
        self._log = (folder / "dask.log").open("ab")
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self._file))
        self.workers: list[subprocess.Popen[bytes]] = []
        deadline = time.monotonic() + _BEGINS
        while not self._file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.address = str(json.loads(self._file.read_text("utf-8"))["address"])

    def _start(self, what: str, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        program = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{what}",
            "--host",
            "127.0.0.1",
            "--no-dashboard",
        ]
        return subprocess.Popen(
            [*program, *words], env=self._environment | settings, stdout=self._log, stderr=self._log
        )

    def worker(self, **settings: str) -> subprocess.Popen[bytes]:
        """Start one with one thread; nobody starts it again when it dies."""
        words = ("--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny", "--memory-limit", "0")
        self.workers.append(self._start("worker", *words, **settings))
        return self.workers[-1]

    def end(self) -> None:
        """End all that were started, by their number."""
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                process.kill()
            process.wait()
        self._log.close()


@contextmanager
def cluster(folder: Path, workers: int, **settings: str) -> Iterator[Any]:
    """A cluster with so many workers."""
    made = Cluster(folder, **settings)
    try:
        for _ in range(workers):
            made.worker()
        yield made
    finally:
        made.end()
