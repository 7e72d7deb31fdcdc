"""What no page sends: refused with a sentence; nothing outside the app is read or written, and it goes on."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.threads import apart
from tools.app_server import Server

SESSION = "abcdefgh12345678"
ROOT = Path(__file__).resolve().parents[2]
JSON = {"content-type": "application/json"}


def ask(
    server: Server, method: str, path: str, body: bytes | str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request, sent as it is written here."""
    address = urlsplit(server.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def told(server: Server, path: str, body: Any) -> tuple[int, str]:
    """Status and sentence for a body: what can be JSON, or bytes."""
    sent = body if isinstance(body, bytes) else json.dumps(body)
    status, _, answer = ask(server, "POST", path, sent, **JSON)
    message = json.loads(answer)["message"]
    assert "Traceback" not in message
    assert 5 < len(message) < 1000
    return status, message


@pytest.fixture(autouse=True)
def alive(server: Server) -> Iterator[None]:
    """Whatever was sent, the app answers afterwards, and has said nothing on the terminal."""
    yield
    assert ask(server, "GET", "/api/state")[0] == 200
    said = "".join(server.said)
    server.said.clear()
    assert not said


OUTSIDE = (
    "/static/../page.html.jinja",
    "/static/../../../pyproject.toml",
    "/static/..%2f..%2f..%2fpyproject.toml",
    "/static/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
    "/static/..%5c..%5c..%5cpyproject.toml",
    "/static//etc/passwd",
    "/static/%00",
    "/static/shell.js%00.css",
    "/static/",
    "/static/stage",
    "//etc/passwd",
    "/../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/" + "a/" * 2000,
    "/static/" + "ä" * 3000,
    "/static/C:/Windows/win.ini",
)


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path[:40])
def test_no_file_outside_is_read(server: Server, path: str) -> None:
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status = int(answer.split()[1])
    assert status in (400, 404, 405, 414), answer[:200]
    for secret in (b"[build-system]", b"root:", b"{% for", b"<title>Index"):
        assert secret not in answer


def test_files_of_the_app_are_sent_and_no_others(server: Server) -> None:
    static = ROOT / "batiksim" / "app" / "static"
    for file in static.rglob("*"):
        if file.is_file():
            status, headers, content = ask(server, "GET", f"/static/{file.relative_to(static).as_posix()}")
            assert (status, content) == (200, file.read_bytes())
            assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/try", "/static/shell.js", "/api/state", "/pyproject.toml"])
def test_nothing_is_written(server: Server, method: str, path: str) -> None:
    status, _, _ = ask(server, method, path, b"overwritten", **JSON)
    assert status in (404, 405)


HOSTS = ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "127.0.0.1@evil.example", "[::2]")


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/try", "/api/state", "/static/shell.js", "/nowhere"])
def test_a_name_of_somebody_else_is_refused(server: Server, path: str, host: str) -> None:
    status, _, answer = ask(server, "GET", path, host=host)
    assert status in (400, 421)
    assert b"batiksim app" in answer or status == 400


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "file://"]
)
@pytest.mark.parametrize("path", ["/api/future", "/api/check", "/api/class", "/api/leave"])
def test_another_page_may_ask_nothing(server: Server, path: str, origin: str) -> None:
    status, headers, _ = ask(server, "POST", path, b"{}", origin=origin, content_type="text/plain")
    assert status == 403
    assert "access-control-allow-origin" not in headers


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "not a number": b'{"session": "abcdefgh", "seed": NaN}',
    "infinite": b'{"session": "abcdefgh", "seed": 1e999}',
    "a seed of many digits": b'{"session": "abcdefgh", "seed": ' + b"9" * 6000 + b"}",
    "deep": nested(50),
    "very deep": nested(20_000),
    "deep lists": b"[" * 60_000,
    "no text": b'{"session": "\xff\xfe"}',
    "half a character": b'{"session": "abcdefgh", "world": "\\ud800"}',
    "no session": b'{"seed": 1}',
    "a path for a session": b'{"session": "../../../etc/passwd"}',
    "another world": b'{"session": "abcdefgh", "world": "<script>alert(1)</script>"}',
    "a list for a world": b'{"session": "abcdefgh", "world": ["orders-short"]}',
    "a list for a scenario": b'{"session": "abcdefgh", "scenario": []}',
    "true for a seed": b'{"session": "abcdefgh", "seed": true}',
    "a negative seed": b'{"session": "abcdefgh", "seed": -1}',
    "keys twice": b'{"session": "abcdefgh", "session": 5}',
}


READING = ("/api/future", "/api/recipe", "/api/story")
ALL = (*READING, "/api/check", "/api/leave")
# Where session, seed, world and scenario are read, all of it must be right.
REFUSED = [
    pytest.param(path, body, id=f"{path} {name}")
    for name, body in BODIES.items()
    for path in (READING if body.startswith(b'{"session": "abcdefgh", "') else ALL)
]


@pytest.mark.parametrize(("path", "body"), REFUSED)
def test_a_body_that_no_page_sends_is_refused(server: Server, path: str, body: bytes) -> None:
    assert told(server, path, body)[0] == 400


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    status, message = told(server, "/api/check", {"text": "a" * 300_000, "name": ""})
    assert (status, "256 kB" in message) == (413, True)


def test_a_body_that_grows_too_large_is_refused(server: Server) -> None:
    address = urlsplit(server.address)
    chunk = b"%x\r\n%s\r\n" % (65536, b" " * 65536)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        connection.sendall(
            b"POST /api/check HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        with suppress(OSError):
            for _ in range(400):
                connection.sendall(chunk)
                time.sleep(0.002)
            pytest.fail("it did not hang up")


def scenario(**more: Any) -> dict[str, Any]:
    return {"session": SESSION, "scenario": {"title": {"en": "t", "id": "t"}, "extends": "baseline", **more}}


SCENARIOS: dict[str, dict[str, Any]] = {
    "an unknown key": scenario(looms=3),
    "an unknown parameter": scenario(parameters={"__class__.__init__": 1}),
    "a number beyond its range": scenario(parameters={"contracts.surplus_cut": 1e300}),
    "a text for a number": scenario(parameters={"contracts.surplus_cut": "<img src=x onerror=alert(1)>"}),
    "a month far away": scenario(parameters={"contracts.surplus_cut": {"9999-99": 0.1}}),
    "another file as its parent": scenario(extends="../../../etc/passwd"),
    "an address as its parent": scenario(extends="http://192.0.2.1/a.yaml"),
    "a list of lists": scenario(interventions=[[[[1]]]]),
    "a measure nobody knows": scenario(interventions=[{"os.system": {"from": "2027-01"}}]),
    "a Python object": scenario(interventions=[{"!!python/object/apply:os.system": ["touch hacked"]}]),
    "thousands of measures": scenario(interventions=[{"training": {"from": "2027-01"}}] * 6000),
    "a very long title": scenario(title="x" * 200_000),
    "no text for a title": scenario(title={"en": 1, "id": [2]}),
    "control characters": scenario(title={"en": "\u0000\u001b[31m", "id": "\u202e"}),
}


@pytest.mark.parametrize("body", SCENARIOS.values(), ids=SCENARIOS.keys())
@pytest.mark.parametrize("path", ["/api/future", "/api/recipe"])
def test_a_scenario_that_cannot_be_is_refused(server: Server, path: str, body: dict[str, Any]) -> None:
    status, message = told(server, path, body)
    assert status == 400
    assert "\x1b" not in message and "\x00" not in message


ABC = "abcdefghijklmnopqrstu"
FILES: dict[str, str] = {
    "a Python object": "title: !!python/object/apply:os.system ['touch hacked']\n",
    "a bomb of aliases": "a: &a [1, 1]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise(ABC)),
    "deep": "a: " + "[" * 20_000,
    "deep by indents": "".join(" " * depth + "a:\n" for depth in range(400)),
    "not a number": "parameters: {contracts.surplus_cut: .nan}\n",
    "many lines": "a: 1\n" * 40_000,
    "two documents": "title: a\n---\ntitle: b\n",
    "an anchor of itself": "a: &a [*a]\n",
    "another file": "extends: /etc/passwd\n",
    "no text": "\u0000\u0001\ufffe",
    "a long number": "parameters: {contracts.surplus_cut: " + "9" * 100_000 + "}\n",
}


@pytest.mark.parametrize("written", FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_scenario_is_told_its_mistakes(server: Server, written: str) -> None:
    body = json.dumps({"text": written, "name": "../../x<script>.yaml"})
    status, _, answer = ask(server, "POST", "/api/check", body, **JSON)
    found = json.loads(answer)
    assert (status, found["ok"]) == (200, False)
    assert 1 <= len(found["mistakes"]) <= 50
    assert all(len(one["message"]) < 1000 for one in found["mistakes"])
    assert not Path("hacked").exists()


def test_rules_are_laid_on_every_answer(server: Server) -> None:
    for method, path, host in [
        ("GET", "/try", "localhost"),
        ("GET", "/nowhere", "localhost"),
        ("GET", "/static/shell.js", "localhost"),
        ("GET", "/static/nothing.js", "localhost"),
        ("POST", "/try", "localhost"),
        ("POST", "/api/future", "localhost"),
        ("GET", "/try", "evil.example"),
    ]:
        _, headers, _ = ask(server, method, path, host=host)
        rules = headers["content-security-policy"]
        assert "default-src 'self'" in rules and "frame-ancestors 'none'" in rules
        assert "unsafe" not in rules
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


BEGUN = {
    "nothing": b"",
    "half a head": b"GET /try HTTP/1.1\r\nhost: loc",
    "half a body": b"POST /api/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{",
}


@pytest.mark.parametrize("start", BEGUN.values(), ids=BEGUN.keys())
def test_who_says_nothing_more_is_not_waited_for(start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while it goes on byte by byte: the whole request has its time."""
    import asyncio

    import uvicorn

    from batiksim.app import connections

    monkeypatch.setattr(connections, "WITHIN", 0.4)

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass

    async def hung_up() -> bytes:
        config = uvicorn.Config(answers, http=connections.Patient, lifespan="off", log_level="critical")
        app = uvicorn.Server(config)
        listening = socket.create_server(("127.0.0.1", 0))
        serving = asyncio.create_task(app.serve(sockets=[listening]))
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(start)

        async def drip() -> None:
            while True:
                await asyncio.sleep(0.05)
                writer.write(b"a" if start else b"")

        dripping = asyncio.create_task(drip())
        try:
            async with asyncio.timeout(20):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            dripping.cancel()
            writer.close()
            app.should_exit = True
            await serving
            listening.close()

    assert apart(hung_up()) == b""


def test_many_connections_that_say_nothing_leave_room(server: Server) -> None:
    address = urlsplit(server.address)
    idle = [socket.create_connection((address.hostname or "", address.port or 0)) for _ in range(200)]
    try:
        assert ask(server, "GET", "/try")[0] == 200
    finally:
        for connection in idle:
            connection.close()


def test_requests_that_are_given_up_cost_nothing_later(server: Server) -> None:
    """Twenty futures, each asked for and left at once: the workers are free again."""
    address = urlsplit(server.address)
    for wish in range(20):
        body = json.dumps({"session": SESSION, "seed": 100 + wish, "wish": wish}).encode()
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            head = f"POST /api/future HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
    body = json.dumps({"session": SESSION, "seed": 1, "wish": 21})
    status, _, content = ask(server, "POST", "/api/future", body, **JSON)
    assert status == 200
    assert len(content) > 50_000


def test_a_wish_that_comes_again_is_answered_again(server: Server) -> None:
    body = json.dumps({"session": SESSION, "seed": 1, "wish": 1})
    first, second = (ask(server, "POST", "/api/future", body, **JSON)[2] for _ in range(2))
    assert first == second
