"""Asking a running app for a comparison, small enough for a test."""

from __future__ import annotations

import http.client
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

from tools.app_server import Server

PATIENCE = 600
# A policy that begins soon, so that few months are enough.
STIPENDS = {"interventions": [{"apprenticeship": {"from": "2012-01", "to": "2012-12", "seats": 3000}}]}
QUESTION: Mapping[str, Any] = {
    "session": "a-tab-of-a-test", "policies": [{"content": STIPENDS, "name": "tried"}], "sample": "shipped",
    "draws": 2, "seeds": 2, "full_pairs": 0, "scale": 0.01, "until": "2013-12",
}  # fmt: skip


@contextmanager
def streaming(server: Server, method: str, path: str, body: Any = None) -> Iterator[http.client.HTTPResponse]:
    """An answer of the app, its body not read yet; `body` is sent as JSON unless it is bytes."""
    where = urlsplit(server.address)
    assert where.hostname
    sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    with closing(http.client.HTTPConnection(where.hostname, where.port, timeout=PATIENCE)) as connection:
        connection.request(method, path, sent, {"content-type": "application/json"})
        with connection.getresponse() as response:
            yield response


def ask(server: Server, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer that is no stream."""
    with streaming(server, method, path, body) as response:
        return response.status, json.loads(response.read())


def said(response: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
    """The objects of an answer of one JSON object a line, as they come."""
    for line in response:
        yield json.loads(line)


def told(server: Server, question: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Everything that is told of a comparison, by kind of line, once it has ended."""
    with streaming(server, "POST", "/api/comparison?lang=en", dict(question)) as response:
        assert response.status == 200, response.read()
        return by_kind(said(response))


def by_kind(lines: Iterator[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for line in lines:
        found[line.pop("kind")].append(line)
    return dict(found)


def ended(lines: Mapping[str, list[dict[str, Any]]]) -> str:
    """How a comparison ended."""
    return str(lines["state"][-1]["status"])
