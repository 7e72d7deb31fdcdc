"""`batiksim app` as a process of its own, for tests, the probe and the bench."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

_STARTS_WITHIN = 180.0  # seconds; a machine that compiles has nothing to compile for its first page
_STOPS_WITHIN = 10.0


@dataclass
class Server:
    """A running app: its address, which ends in a slash, its process, and what it has said on stderr."""

    address: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def kill(self) -> None:
        """End it at once, as a laptop that is switched off does."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(*options: str, lang: str = "en") -> Iterator[Server]:
    """The app on a free port of this machine; raises RuntimeError with what it said if it does not start."""
    command = [sys.executable, "-m", "batiksim", "app", "--no-browser", "--json"]
    command += ["--lang", lang] if lang else []
    environment = {**os.environ, "PYTHONWARNINGS": "default", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*command, "--port", str(free_port()), *options],
        env=environment, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    said: list[str] = []
    assert process.stdout is not None and process.stderr is not None
    listener = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
    listener.start()
    watchdog = threading.Timer(_STARTS_WITHIN, process.kill)
    watchdog.start()
    try:
        address = _address(process.stdout)
        watchdog.cancel()
        if not address:
            process.wait(_STOPS_WITHIN)
            listener.join(_STOPS_WITHIN)
            raise RuntimeError("batiksim app did not start: " + "".join(said))
        yield Server(address, process, said)
    finally:
        watchdog.cancel()
        process.terminate()
        try:
            process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join(_STOPS_WITHIN)
        process.stdout.close()
        process.stderr.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _address(printed: IO[str]) -> str:
    """What the app prints first: JSON with its address; nothing when it ended instead."""
    lines = ""
    for line in printed:
        lines += line
        if line.startswith("}"):
            return str(json.loads(lines)["address"])
    return ""
