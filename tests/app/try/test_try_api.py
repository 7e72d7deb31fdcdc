"""What the Try page asks the server for, asked without a browser."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batiksim.calendar import month_index, month_name
from batiksim.cli import main
from batiksim.config.parameters import WORLDS
from batiksim.futures.decoding import Future, decode
from batiksim.futures.record import record
from batiksim.futures.settings import shown
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from tools.app_server import Server, serving

SESSION = "tests-of-try"
NOW = shown().now
# A lever that was moved twice: the first measure ends, another begins.
TWICE: dict[str, Any] = {
    "title": "Moved twice",
    "interventions": [
        {"demand_promotion": {"from": "2026-01", "to": "2027-06", "strength": 0.2}},
        {"demand_promotion": {"from": "2027-07", "strength": 0.05}},
        {"apprenticeship": {"from": "2026-03", "strength": 1_000_000, "where": ["kauman", "jenggot"]}},
    ],
}


@pytest.fixture(scope="module")
def asked() -> Iterator[Server]:
    """A server of this file's own: some tests end its sessions."""
    with serving() as running:
        yield running


def ask(server: Server, path: str, body: Any = None) -> tuple[int, bytes]:
    """Status and content; a body is posted, bytes as they are."""
    content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(server.address.rstrip("/") + path, data=content)
    try:
        with urllib.request.urlopen(request, timeout=300) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def told(server: Server, path: str, body: Any = None, status: int = 200) -> Any:
    found, content = ask(server, path, body)
    assert found == status, content
    return json.loads(content)


def wish(scenario: Any = TWICE, **more: Any) -> dict[str, Any]:
    return {"scenario": scenario, "session": SESSION, "wish": 1, **more}


@pytest.fixture(scope="module")
def future(asked: Server) -> Future:
    status, content = ask(asked, "/api/future", wish(seed=2, world="hands-short"))
    assert status == 200
    return decode([content])


@pytest.fixture(scope="module")
def recipe(asked: Server) -> dict[str, str]:
    found: dict[str, str] = told(asked, "/api/recipe", wish(seed=2, world="hands-short"))
    return found


@pytest.mark.slow
def test_a_future_is_a_fresh_run_of_the_file(asked: Server, future: Future, recipe: dict[str, str]) -> None:
    status, written = ask(asked, "/api/scenario.yaml", wish(world="hands-short"))
    assert status == 200
    assert written.decode() == recipe["yaml"]
    scenario = Scenario.parse(written.decode())
    assert scenario.hash == recipe["hash"]
    assert scenario.to_yaml() == recipe["yaml"]
    model = BatikModel(scenario, seed=2, scale=shown().scale)
    table = model.run(month_name(shown().until)).results()
    fresh = table[(table["place"] == "all") & (table["month"] >= month_name(NOW))]
    for name in shown().indicators:
        assert np.array_equal(future.series(name), fresh[name].astype("f4").astype(float), equal_nan=True), (
            name
        )


@pytest.mark.slow
def test_command_and_python_give_the_numbers_of_the_screen(
    future: Future, recipe: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(recipe["file"]).write_text(recipe["yaml"], encoding="utf-8")
    december = next(month for month in future.months if month.month == shown().until)
    printed = StringIO()
    with redirect_stdout(printed):
        assert main([*recipe["command"].split()[1:], "--json", "--quiet"]) == 0
    run = json.loads(printed.getvalue())
    assert run["hash"] == recipe["hash"]
    assert run["indicators"]["batik.workers"]["2040-12"]["median"] == december.numbers["batik.workers"]
    names: dict[str, Any] = {}
    with redirect_stdout(StringIO()):
        exec(recipe["python"], names)
    table = names["table"]
    last = table[(table["place"] == "all") & (table["month"] == "2040-12")]
    assert last["batik.workers"].item() == december.numbers["batik.workers"]


def test_months_before_a_change_stay_as_they_were(asked: Server, future: Future) -> None:
    promotion, _, stipends = TWICE["interventions"]
    once = {"interventions": [{"demand_promotion": {"from": "2026-01", "strength": 0.2}}, stipends]}
    assert promotion["demand_promotion"]["to"] == "2027-06"
    months = month_index("2027-07") - NOW
    status, content = ask(asked, "/api/future", wish(once, seed=2, world="hands-short", wish=2))
    assert status == 200
    workers, other = future.series("batik.workers"), decode([content]).series("batik.workers")
    assert np.array_equal(workers[:months], other[:months])
    assert not np.array_equal(workers[months:], other[months:])
    # Asked for from the change on, it is the same future.
    status, content = ask(asked, "/api/future", wish(seed=2, world="hands-short", wish=3, since=NOW + months))
    assert status == 200
    assert np.array_equal(decode([content]).series("batik.workers"), workers[months:])


@pytest.mark.parametrize("world", WORLDS)
def test_the_record_is_what_ships(asked: Server, world: str) -> None:
    status, content = ask(asked, f"/api/record?world={world}")
    assert (status, content) == (200, record(world))
    assert ask(asked, "/api/record?world=../../etc/passwd")[0] == 400
    assert set(told(asked, "/api/places")["worlds"]) == set(WORLDS)


def test_lives_and_workshops(asked: Server, future: Future) -> None:
    last = future.months[12]
    worker = int(np.flatnonzero((last.state == 3) & (last.firm != 65535))[0])
    about = wish(seed=2, world="hands-short", month=last.month)
    life = told(asked, "/api/story?lang=id", {**about, "kind": "person", "row": worker})
    assert life["row"] == worker
    assert life["place"] == future.header["places"][future.place[worker]]
    assert life["lines"][0] and life["stage"] == "batik"
    firm = told(asked, "/api/story", {**about, "kind": "firm", "row": int(last.firm[worker])})
    assert sum(firm["staff"].values()) == int(((last.firm == last.firm[worker]) & (last.state == 3)).sum())
    assert told(asked, "/api/story", {**about, "kind": "ghost", "row": 1}, 400)["message"]
    assert told(asked, "/api/story", {**about, "kind": "person", "row": 10**9}, 400)["message"]


def test_a_good_file(asked: Server) -> None:
    written = Scenario.of(TWICE).to_yaml()
    found = told(asked, "/api/check", {"text": written, "name": "C:\\files\\moved.yaml"})
    assert found["ok"] and found["title"] == "Moved twice"
    assert Scenario.of(found["scenario"]).hash == Scenario.of(TWICE).hash
    as_json = json.dumps(TWICE, indent="\t")
    assert told(asked, "/api/check", {"text": as_json, "name": "moved.json"})["ok"]


def test_a_bad_file_has_all_its_mistakes_with_line_and_column(asked: Server) -> None:
    measures = "- informations: {from: 2026-01}\n- training: {from: 2026-13}\n"
    written = f"title: Bad\nparametres: {{}}\ninterventions:\n{measures}"
    found = told(asked, "/api/check", {"text": written, "name": "bad.yaml"})
    assert not found["ok"]
    assert [(one["line"], one["column"]) for one in found["mistakes"]] == [(2, 1), (4, 3), (5, 20)]
    assert "parameters" in found["mistakes"][0]["message"]
    assert "information" in found["mistakes"][1]["message"]
    said = told(asked, "/api/check?lang=id", {"text": written, "name": "bad.yaml"})["mistakes"]
    assert said[0]["message"] != found["mistakes"][0]["message"]


@pytest.mark.parametrize(
    "written",
    [
        "extends: /etc/passwd\n",
        "extends: ../../../../etc/passwd\n",
        "a: &a [*a, *a]\n",
        "!!python/object/apply:os.system [id]\n",
        "title: " + "x" * 70_000,
        "[" * 500,
        "\x00",
        "",
        '{"interventions": [{"information": {"from": "2026-01", "strength": 1e999}}]}',
        "title: <script>alert(1)</script>\nparameters: {<script>: 1}\n",
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence(asked: Server, written: str) -> None:
    for name in ("hostile.yaml", "hostile.json"):
        found = told(asked, "/api/check", {"text": written, "name": name})
        assert not found["ok"]
        assert found["mistakes"][0]["message"]
        assert "root:" not in json.dumps(found)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"session": "' + SESSION.encode() + b'", "seed": NaN}',
        wish([1]),
        wish(world="tipping"),
        wish(world=["orders-short"]),
        wish(seed=-1),
        wish(seed=1.5),
        wish(seed=True),
        wish(since=10_000),
        wish(session="../x"),
        wish(session=None),
        wish({"extends": "/etc/passwd"}),
        wish({"parameters": {"no.such": 1}}),
        wish({"interventions": [{"information": {"from": "2026-01", "strength": 7}}]}),
        wish({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": 1}}}}}}}}}}),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_a_sentence(asked: Server, body: Any) -> None:
    for path in ("/api/future", "/api/recipe", "/api/story", "/api/ghosts"):
        if isinstance(body, dict) and body.get("since") and path != "/api/future":
            continue
        message = told(asked, path, body, 400)["message"]
        assert message and "Traceback" not in message and "root:" not in message


def test_the_state_of_the_workers(asked: Server) -> None:
    assert told(asked, "/api/state")["state"] in ("warming", "ready")
    assert asked.process.poll() is None
