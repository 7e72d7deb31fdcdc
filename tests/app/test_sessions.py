"""Fifteen screens change something in one moment: each gets its own future, and the server stays small."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import islice
from urllib.parse import urlsplit

import pytest

from batiksim.futures.frames import HEADER, MONTHS, unframed
from batiksim.futures.future import futures
from tools.app_bench import memory, policy
from tools.app_server import Server

SESSIONS = 15
MOST_MB = 400  # of the process that serves
CHECKED = (0, 14)  # whose months are computed once more
BEGINNING = 4  # pieces: header, people, key frame, first months


def begun(server: Server, number: int, together: threading.Barrier) -> list[tuple[int, bytes]]:
    """The frames of a future up to its first months, asked for when all others ask."""
    address = urlsplit(server.address)
    connection = HTTPConnection(address.hostname or "", address.port or 0, timeout=300)
    asked = {"scenario": policy(10 + number), "session": f"sessions-{number:08d}", "wish": 1}
    connection.connect()
    together.wait(60)
    connection.request("POST", "/api/future", json.dumps(asked), {"content-type": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 200
    found = []
    for kind, payload in unframed(iter(lambda: answer.read1(65536), b"")):
        found.append((kind, payload))
        if kind == MONTHS:
            break
    connection.close()
    return found


@pytest.fixture(scope="module")
def all_begun(server: Server) -> list[list[tuple[int, bytes]]]:
    together = threading.Barrier(SESSIONS)
    with ThreadPoolExecutor(SESSIONS) as threads:
        return list(threads.map(lambda number: begun(server, number, together), range(SESSIONS)))


def test_everybody_gets_their_own_future(all_begun: list[list[tuple[int, bytes]]]) -> None:
    titles = [json.loads(frames[0][1])["title"]["en"] for frames in all_begun]
    assert [frames[0][0] for frames in all_begun] == [HEADER] * SESSIONS
    assert titles == [policy(10 + number)["title"]["en"] for number in range(SESSIONS)]


@pytest.mark.parametrize("number", CHECKED)
def test_its_months_are_those_of_a_run_alone(all_begun: list[list[tuple[int, bytes]]], number: int) -> None:
    alone = list(unframed(islice(futures(policy(10 + number)), BEGINNING)))
    assert all_begun[number] == alone


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_the_server_stays_small(all_begun: list[list[tuple[int, bytes]]], server: Server) -> None:
    assert 0 < memory(server.process.pid)[0] < MOST_MB
