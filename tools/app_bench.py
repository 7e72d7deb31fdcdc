"""How the app does with a class: `python -m tools.app_bench --sessions 15` prints a table.

A real server, one real browser, and as many sessions as asked for beside it: threads that load the page and
what it asks for as a browser does, listen to a class, and then all change a policy in the same moment. Times
are of the wall; memory is what processes hold (VmRSS of /proc, so on Linux only).
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from batiksim.config.parameters import WORLDS
from batiksim.futures.frames import MONTHS, unframed
from batiksim.futures.settings import shown
from tools.app_server import Server, serving
from tools.browser import chromium

LATE = "2036-01"
READY_WITHIN = 180.0
FRAMES_OVER = 5000  # milliseconds

# Run in the page: until the first month is drawn; frames while it plays; until a policy has its first month.
FIRST_PICTURE = """async () => {
    const { stage } = await import("/static/try.js");
    while (!(stage.value("batik.workers") > 0)) await new Promise(requestAnimationFrame);
    return performance.now();
}"""
FIRST_PAINT = """() => performance.getEntriesByName("first-contentful-paint")[0].startTime"""
FRAMES = """(over) => new Promise((done) => {
    const begun = performance.now();
    let count = 0;
    const look = (now) => {
        count++;
        if (now - begun < over) requestAnimationFrame(look);
        else done((count * 1000) / (now - begun));
    };
    requestAnimationFrame(look);
})"""
PLAY = """async () => { const { stage } = await import("/static/try.js"); stage.play(); }"""
LEVER = """async ([scenario, since]) => {
    const { stage, levers } = await import("/static/try.js");
    stage.pause();
    stage.month = since;
    const before = stage.parts.at(-1);
    const begun = performance.now();
    levers.dispatchEvent(new CustomEvent("apply", { detail: { scenario } }));
    const there = () => stage.parts.at(-1) !== before && stage.parts.at(-1).last > since;
    while (!there()) await new Promise(requestAnimationFrame);
    return performance.now() - begun;
}"""


@dataclass
class Table:
    """Lines of the report: what was measured, how much, and the target if there is one."""

    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, target: str = "") -> None:
        """One line."""
        said = f"{value:,.0f}" if value >= 20 else f"{value:.2f}"
        self.lines.append((what, f"{said} {unit}", target))
        print(f"  {what}: {said} {unit}", file=sys.stderr, flush=True)

    def __str__(self) -> str:
        widths = [max(len(line[column]) for line in self.lines) for column in range(2)]
        return "\n".join(
            f"| {what:<{widths[0]}} | {value:>{widths[1]}} | {target}" for what, value, target in self.lines
        )


@dataclass(eq=False)
class Screen(threading.Thread):
    """A session beside the browser: one after another it does what `steps` say, when all others do."""

    server: Server
    number: int
    together: threading.Barrier
    room: str
    first: float = 0.0
    whole: float = 0.0
    received: int = 0
    problem: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        try:
            self._live()
        except Exception as error:
            self.problem = f"{type(error).__name__}: {error}"
            self.together.abort()

    def _live(self) -> None:
        connection = _connected(self.server)
        page = _got(connection, f"/try?class={self.room}").decode()
        for path in {*re.findall(r'(?:src|href)="(/static/[^"]+)"', page), "/static/stage/stage.js"}:
            _got(connection, path)
        _got(connection, f"/api/record?world={WORLDS[0]}")
        following = _connected(self.server)
        following.request("GET", f"/api/class/{self.room}")
        listened = following.getresponse()
        listened.readline()
        self.together.wait()
        begun = time.monotonic()
        months = 0
        for kind, _ in unframed(self._asked(policy(10 + self.number))):
            if kind == MONTHS:
                months += 1
                self.first = self.first or time.monotonic() - begun
        self.whole = time.monotonic() - begun
        if not months:
            raise RuntimeError("no months came")
        self.together.wait()  # memory is looked at while everybody is there
        self.together.wait()
        following.close()
        connection.close()

    def _asked(self, scenario: dict[str, Any]) -> Iterator[bytes]:
        connection = _connected(self.server)
        body = {"scenario": scenario, "session": f"bench-{self.number:08d}", "wish": 1}
        connection.request("POST", "/api/future", json.dumps(body))
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(answer.read().decode()[:200])
        while piece := answer.read1(65536):
            self.received += len(piece)
            yield piece
        connection.close()


def policy(percent: int, since: str = "2026-01") -> dict[str, Any]:
    """A scenario of its own for each number."""
    named = f"bench {percent} {since}"
    promotion = {"demand_promotion": {"from": since, "strength": percent / 1000}}
    return {"title": {"en": named, "id": named}, "interventions": [promotion]}


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=15)
    sessions = parser.parse_args().sessions
    table = Table()
    started = time.monotonic()
    with serving("--screens", str(sessions + 5)) as server:
        _got(_connected(server), "/try")
        table.add("serving", time.monotonic() - started, "s", "3")
        while json.loads(_got(_connected(server), "/api/state"))["ready"] < _workers(server):
            if time.monotonic() - started > READY_WITHIN:
                raise TimeoutError("the workers do not get ready")
            time.sleep(0.1)
        table.add("workers ready", time.monotonic() - started, "s")
        with chromium() as browser:
            context = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 800})
            context.new_page().goto("/data")  # the browser itself is warm
            page = context.new_page()
            page.goto("/try")
            picture = page.evaluate(FIRST_PICTURE)
            table.add("first paint", page.evaluate(FIRST_PAINT) / 1000, "s", "2.5")
            table.add("first picture", picture / 1000, "s")
            page.evaluate(PLAY)
            table.add("frames a second, playing", page.evaluate(FRAMES, FRAMES_OVER), "")
            now, late = shown().now, 12 * (int(LATE[:4]) - 2011)
            measured = [page.evaluate(LEVER, [policy(percent), now]) for percent in (1, 2, 3)]
            table.add("a lever moved now, first months", median(measured) / 1000, "s", "0.3")
            page.wait_for_timeout(4000)  # the future of the last one is whole
            changed = [policy(3)]
            for percent in (4, 5, 6):
                later = policy(percent, LATE)
                changed.append(
                    {**later, "interventions": [*policy(3)["interventions"], *later["interventions"]]}
                )
            measured = [page.evaluate(LEVER, [one, late]) for one in changed[1:]]
            table.add("a lever moved in 2036, first months", median(measured) / 1000, "s", "1")
            page.close()
            browsing(server, sessions, table)
    print(table)
    return 0


def browsing(server: Server, sessions: int, table: Table) -> None:
    """So many sessions at once."""
    room = json.loads(_posted(server, "/api/class", {}))
    state = {"scenario": None, "seed": 1, "month": 0, "playing": True, "speed": 4}
    _posted(server, f"/api/class/{room['code']}/state", {"key": room["key"], "state": state})
    together = threading.Barrier(sessions + 1, timeout=600)
    screens = [Screen(server, number, together, room["code"]) for number in range(sessions)]
    for screen in screens:
        screen.start()
    try:
        together.wait()  # all are there
        together.wait()  # all have their futures
    except threading.BrokenBarrierError:
        raise RuntimeError("; ".join(screen.problem for screen in screens if screen.problem)) from None
    relay, workers = memory(server.process.pid)
    together.wait()
    for screen in screens:
        screen.join()
    table.add(
        f"{sessions} changes at once, first months, last of all", max(one.first for one in screens), "s", "3"
    )
    table.add("... median", median(one.first for one in screens), "s")
    table.add("... all whole", max(one.whole for one in screens), "s")
    table.add("a future, as it travels", median(one.received for one in screens) / 1000, "kB")
    table.add("memory of the relay", relay, "MB", "400 at 15, 700 at 30")
    table.add("memory of all workers", workers, "MB")


def memory(process: int) -> tuple[float, float]:
    """What a process and those that it has started hold, in MB; nothing where there is no /proc."""
    held: dict[int, float] = {}
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(re.findall(r"^(PPid|VmRSS):\s+(\d+)", status.read_text(), re.MULTILINE))
        except OSError:
            continue
        parents[int(status.parent.name)] = int(said.get("PPid", 0))
        held[int(status.parent.name)] = int(said.get("VmRSS", 0)) / 1024
    return held.get(process, 0.0), sum(held[child] for child, parent in parents.items() if parent == process)


def _workers(server: Server) -> int:
    return int(json.loads(_got(_connected(server), "/api/state"))["workers"])


def _connected(server: Server) -> http.client.HTTPConnection:
    address = urlsplit(server.address)
    return http.client.HTTPConnection(address.hostname or "", address.port, timeout=300)


def _got(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers={"accept-encoding": "gzip"} if path.startswith("/static") else {})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {content[:200].decode(errors='replace')}")
    return content


def _posted(server: Server, path: str, body: dict[str, Any]) -> bytes:
    connection = _connected(server)
    connection.request("POST", path, json.dumps(body))
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {content[:200].decode(errors='replace')}")
    return content


if __name__ == "__main__":
    sys.exit(main())
