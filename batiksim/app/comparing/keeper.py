"""The comparisons that a server holds: two computed at once, others in a queue, a few finished ones kept."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from batiksim.app.comparing.question import Question
from batiksim.errors import BatiksimError
from batiksim.i18n.texts import language, text

QUEUED, RUNNING, FINISHED, CANCELLED, FAILED = "queued", "running", "finished", "cancelled", "failed"
OVER = (FINISHED, CANCELLED, FAILED)
MOST_AT_ONCE, MOST_WAITING, MOST_KEPT = 2, 12, 8
STUDY = "study"
_CHILD = "batiksim.app.comparing.child"
# Lines of which the newest says it all, in the order a page that comes late is given them.
_LATEST = ("state", "asked", "progress", "answer")
_PATIENCE = 5.0


class Full(BatiksimError):
    """More comparisons are waiting than are held."""


class Comparison:
    """One comparison: what was asked, what pages are told, and the folder it is computed in."""

    def __init__(self, question: Question, session: str, folder: Path) -> None:
        self.id = secrets.token_urlsafe(9)
        self.question, self.session, self.folder = question, session, folder
        self.lang = language()
        self.status = QUEUED
        self._lines: dict[str, tuple[int, bytes]] = {}
        self._pairs: list[bytes] = []
        self._number = 0
        self._lock = threading.Lock()
        self._watchers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def study(self) -> Path:
        """The folder of the study, there as soon as it is computed."""
        return self.folder / STUDY

    def tell(self, kind: str, line: bytes) -> None:
        """Take in a line for all who watch."""
        with self._lock:
            self._take(kind, line)
            watchers = list(self._watchers)
        self._wake(watchers)

    def _take(self, kind: str, line: bytes) -> None:
        self._number += 1
        if kind == "pairs":
            self._pairs.append(line)
        else:
            self._lines[kind] = self._number, line

    def _wake(self, watchers: Iterable[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
        for loop, event in watchers:
            with suppress(RuntimeError):  # a loop that was closed meanwhile
                loop.call_soon_threadsafe(event.set)

    def become(self, status: str, **more: Any) -> None:
        """Tell that the comparison is in another state; nothing follows the end."""
        said = {"kind": "state", "id": self.id, "status": status, **more}
        with self._lock:
            if self.status in OVER:
                return
            self.status = status  # with its line at once: who sees the end has been told it
            self._take("state", json.dumps(said, ensure_ascii=False).encode() + b"\n")
            watchers = list(self._watchers)
        self._wake(watchers)

    async def follow(self) -> AsyncIterator[bytes]:
        """All there is to tell so far, then what comes, to the end; who is slow is told the newest only."""
        here = asyncio.get_running_loop(), asyncio.Event()
        seen, pairs = 0, 0
        with self._lock:
            self._watchers.add(here)
        try:
            while True:
                here[1].clear()
                with self._lock:
                    over = self.status in OVER
                    fresh = [self._lines[kind] for kind in _LATEST if kind in self._lines]
                    lines = [line for number, line in fresh if number > seen]
                    lines += self._pairs[pairs:]
                    seen, pairs = self._number, len(self._pairs)
                if lines:
                    yield b"".join(lines)
                if over:
                    return
                await here[1].wait()
        finally:
            with self._lock:
                self._watchers.discard(here)


class Comparisons:
    """All comparisons of a server, in a private folder that goes when the server ends.

    A tab has one at a time: a new one ends the one it is still computing.
    """

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", _CHILD)) -> None:
        self._command = list(command)
        self._folder = tempfile.TemporaryDirectory(prefix="batiksim-app-", ignore_cleanup_errors=True)
        self._all: dict[str, Comparison] = {}
        self._lock = threading.RLock()
        self._closed = False

    def start(self, question: Question, session: str) -> Comparison:
        """Hold one more comparison and compute it as soon as others let it. Raises Full."""
        with self._lock:
            for other in self._of(QUEUED, RUNNING):
                if other.session == session:
                    self.cancel(other)
            if len(self._of(QUEUED)) >= MOST_WAITING:
                raise Full(text("app.compare.full"))
            made = Comparison(question, session, Path(tempfile.mkdtemp(dir=self._folder.name)))
            self._all[made.id] = made
            for old in self._of(*OVER)[: -MOST_KEPT or None]:
                self._forget(old)
            self._go_on()
        return made

    def find(self, name: str) -> Comparison | None:
        """The comparison of that id, None if it is not held."""
        return self._all.get(name)

    def cancel(self, one: Comparison) -> None:
        """End a comparison; what it told stays."""
        with self._lock:
            one.become(CANCELLED)
            if one.process is not None:
                one.process.kill()
            self._clear(one)
            self._go_on()

    def close(self) -> None:
        """End everything and remove every file."""
        with self._lock:
            self._closed = True
            for one in self._of(QUEUED, RUNNING):
                self.cancel(one)
            processes = [one.process for one in self._all.values() if one.process is not None]
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE)
        self._folder.cleanup()

    def _of(self, *states: str) -> list[Comparison]:
        return [one for one in self._all.values() if one.status in states]

    def _go_on(self) -> None:
        """Begin what waits, as far as there is room; tell the others their place."""
        if self._closed:
            return
        for one in self._of(QUEUED)[: max(0, MOST_AT_ONCE - len(self._of(RUNNING)))]:
            self._begin(one)
        for place, one in enumerate(self._of(QUEUED), start=1):
            one.become(QUEUED, place=place)

    def _begin(self, one: Comparison) -> None:
        one.become(RUNNING)
        # Everything that passes goes when the folder does, also after a kill.
        passing = {name: str(one.folder) for name in ("TMPDIR", "TEMP", "TMP")}
        one.process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, **passing}, cwd=one.folder,
        )  # fmt: skip
        asked = {
            "question": one.question.as_json(), "folder": str(one.study), "lang": one.lang, "jobs": None,
        }  # fmt: skip
        assert one.process.stdin is not None
        with suppress(OSError):  # it died at once: told by who listens
            one.process.stdin.write(json.dumps(asked).encode() + b"\n")
            one.process.stdin.flush()
        threading.Thread(target=self._listen, args=(one, one.process), daemon=True).start()

    def _listen(self, one: Comparison, process: subprocess.Popen[bytes]) -> None:
        """Pass on what the process says, to its end."""
        assert process.stdout is not None
        assert process.stdin is not None
        last: Callable[[], None] = lambda: one.become(FAILED, message=text("app.compare.broken", one.lang))  # noqa: E731
        for line in process.stdout:
            if not line.endswith(b"\n"):  # it was killed while it spoke
                break
            kind = line[:60].split(b'"')[3].decode()  # {"kind":"...",
            if kind == "finished":
                last = lambda: one.become(FINISHED)  # noqa: E731
            elif kind == "problem":
                message = str(json.loads(line)["message"])
                last = lambda message=message: one.become(FAILED, message=message)  # type: ignore[misc]  # noqa: E731
            else:
                one.tell(kind, line)
        process.wait()  # before its input is closed: that would make it throw away what it made
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        with self._lock:
            last()
            one.process = None
            if one.status != FINISHED:
                self._clear(one)
            self._go_on()

    def _clear(self, one: Comparison) -> None:
        if one.process is None or one.process.poll() is not None:
            shutil.rmtree(one.folder, ignore_errors=True)

    def _forget(self, one: Comparison) -> None:
        del self._all[one.id]
        self._clear(one)
