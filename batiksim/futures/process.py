"""A worker process as the pool sees it: started, told, listened to, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from batiksim.futures.worker import LENGTH, packed

ROOT = Path(__file__).resolve().parents[2]
# A worker that was told to end has so many seconds for it.
PATIENCE = 2.0


class Process:
    """A worker process; `heard(process, number, what, content)` is told what it says, `gone(process)` that
    it has ended, however that came about.
    """

    def __init__(
        self, heard: Callable[[Process, int, int, Any], None], gone: Callable[[Process], None]
    ) -> None:
        self._heard, self._gone = heard, gone
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self.ready = False

    @property
    def pid(self) -> int | None:
        """The process's number, None before it was started."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start it: a fresh Python of the same installation, whose end of the pipe nobody else holds."""
        # A signal of the terminal is for its parent; the directory it was started in says nothing about code.
        own: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            own = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "batiksim.futures.worker",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}, **own,
        )  # fmt: skip
        self._listening = asyncio.create_task(self._listen())

    def tell(self, what: int, number: int, content: Any = None) -> None:
        """Send a message; one to a process that has just died is lost, as `gone` will say."""
        assert self._process is not None and self._process.stdin is not None
        with contextlib.suppress(OSError, RuntimeError):
            self._process.stdin.write(packed((what, number, content)))

    async def end(self) -> None:
        """End it, politely first; safe to call for one that has ended."""
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        with contextlib.suppress(OSError, RuntimeError):
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._listening is not None:
            await self._listening

    async def _listen(self) -> None:
        process = self._process
        assert process is not None and process.stdout is not None and process.stdin is not None
        source = process.stdout
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                (length,) = LENGTH.unpack(await source.readexactly(LENGTH.size))
                number, what, content = pickle.loads(await source.readexactly(length))
                self._heard(self, number, what, content)
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # one that says nothing any more is of no use
        process.stdin.close()
        await process.wait()
        self._gone(self)
