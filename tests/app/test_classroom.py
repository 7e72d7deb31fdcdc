"""A class follows its teacher's screen; a full room says so politely."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from batiksim.app import classroom
from batiksim.app.classroom import Classroom, Gone, Room
from batiksim.app.sessions import IDLE, Full, Sessions
from batiksim.i18n.texts import catalogue
from tests.support.threads import apart
from tools.app_server import serving
from tools.app_watch import until

Tabs = Callable[..., Page]
STATE = {"scenario": None, "world": "orders-short", "seed": 1, "month": 180, "playing": False, "speed": 4}


def test_who_is_idle_makes_room() -> None:
    now = 0.0
    sessions = Sessions(2, lambda: now)
    sessions.admit("first000")
    now = IDLE - 1
    sessions.admit("second00")
    now = IDLE - 0.1
    with pytest.raises(Full, match="2"):
        sessions.admit("third000")
    sessions.admit("first000")  # who is in stays in
    now = 2 * IDLE - 0.5
    sessions.admit("third000")
    assert len(sessions) == 2
    sessions.leave("third000")
    sessions.leave("nobody00")
    assert len(sessions) == 1


def test_a_code_leads_to_its_class_and_the_key_to_its_teacher() -> None:
    rooms = Classroom()
    room = rooms.open("192.0.2.7")
    assert rooms.find(room.code.lower()) is room
    assert rooms.led(room.code, room.key) is room
    for key in ("", room.code, room.key[:-1], None, 3):
        with pytest.raises(Gone):
            rooms.led(room.code, key)
    rooms.end(room)
    with pytest.raises(Gone):
        rooms.find(room.code)


def test_one_address_ends_only_its_own_classes() -> None:
    rooms = Classroom()
    teachers = rooms.open("192.0.2.1")
    pranks = [rooms.open("192.0.2.66") for _ in range(10)]
    assert rooms.find(teachers.code) is teachers
    assert [one.ended for one in pranks] == [True] * 8 + [False] * 2


async def told_next(watching: Any) -> dict[str, Any]:
    """The next thing that is said, without the signs of life."""
    while True:
        event = await anext(watching)
        if event.startswith("data: "):
            return dict(json.loads(event.removeprefix("data: ")))
        if event.startswith("event: end"):
            return {"end": True}


def test_who_comes_late_gets_the_state_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "HEARTBEAT", 0.01)

    async def lesson() -> None:
        room = Room("BCDF", "key", "192.0.2.1")
        room.say({"month": 1})
        room.say({"month": 2})
        async with aclosing(room.watch()) as watching:
            assert (await told_next(watching))["state"] == {"month": 2}
            room.say({"month": 3})
            assert (await told_next(watching))["state"] == {"month": 3}
            assert room.watching == 1
            assert await anext(watching) == ": still here\n\n"
            room.end()
            assert await told_next(watching) == {"end": True}
        assert room.watching == 0

    apart(lesson())


def begin(page: Page) -> str:
    """Begin a class on the teacher's page; gives its code."""
    page.goto("/teacher")
    page.get_by_role("button", name="Begin a class").click()
    return page.locator("#code").inner_text()


def test_the_teachers_page_begins_keeps_and_ends_a_class(page: Page) -> None:
    code = begin(page)
    assert len(code) == 4
    expect(page.get_by_role("img")).to_have_attribute("src", re.compile(r"^data:image/svg\+xml"))
    expect(page.locator("#watching")).to_have_text("0")
    page.reload()
    expect(page.locator("#code")).to_have_text(code)
    page.get_by_role("button", name="End the class").click()
    expect(page.get_by_role("button", name="Begin a class")).to_be_focused()
    page.reload()
    expect(page.locator("#code")).to_have_count(0)


def say(page: Page, state: Any) -> int:
    """What the teacher's browser sends; gives the status."""
    return int(
        page.evaluate(
            """async (state) => {
                const { code, key } = JSON.parse(localStorage.getItem("batiksim-class"));
                const body = JSON.stringify({ key, state });
                return (await fetch(`/api/class/${code}/state`, { method: "POST", body })).status;
            }""",
            state,
        )
    )


FOLLOWER = """async () => {
    const place = document.createElement("div");
    document.body.append(place);
    window.shown = [];
    const { inClass } = await import("/static/classroom.js");
    window.room = inClass(place, { read: () => window.state, apply: (state) => window.shown.push(state) });
}"""


def test_screens_follow_until_the_class_ends(page: Page, open_tab: Tabs) -> None:
    code = begin(page)
    assert say(page, STATE) == 200
    pupil = open_tab(360, 740, locale="id")
    pupil.goto(f"/teacher?class={code.lower()}")
    pupil.evaluate(FOLLOWER)
    until(pupil, "window.shown.length === 1")
    assert pupil.evaluate("window.shown[0]") == STATE
    assert say(page, {**STATE, "month": 200, "scenario": {"title": {"en": "<b>", "id": "<b>"}}}) == 200
    until(pupil, "window.shown.length === 2")
    assert pupil.evaluate("window.shown[1].month") == 200
    expect(page.locator("#watching")).to_have_text("1", timeout=10_000)
    page.get_by_role("button", name="End the class").click()
    until(pupil, "window.room.role === null")
    assert "class=" not in pupil.url
    expect(pupil.get_by_text(catalogue()["app.class.ended"]["en"])).to_be_visible()


NO_STATES = [
    None,
    [],
    *({**STATE, name: value} for name, value in [("month", -1), ("month", 1e9), ("playing", 1)]),
    *({**STATE, name: value} for name, value in [("speed", 1e3), ("world", "<script>"), ("seed", "1")]),
    {**STATE, "scenario": "baseline"},
]


def test_what_no_screen_shows_is_not_passed_on(page: Page, watch: Any) -> None:
    watch.statuses.add(400)
    begin(page)
    assert [say(page, state) for state in NO_STATES] == [400] * len(NO_STATES)


def test_the_address_on_the_board_leads_to_the_class(page: Page, open_tab: Tabs) -> None:
    code = begin(page)
    address = page.locator(".address .url").inner_text()
    assert address.endswith(f"/{code}")
    answer = open_tab().request.get(address.replace(code, code.lower()), max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (307, f"/try?class={code}")


def test_a_code_that_leads_nowhere_is_told(page: Page, watch: Any) -> None:
    watch.statuses.add(404)
    page.goto("/teacher?class=ZZZZ")
    page.evaluate(FOLLOWER)
    expect(page.get_by_text(catalogue()["app.class.none"]["en"])).to_be_visible()
    assert page.evaluate("window.room.role") is None


def test_beyond_the_limit_a_screen_is_refused_until_one_is_closed(open_tab: Tabs, watch: Any) -> None:
    asks = """async () => {
        const { post, session } = await import("/static/shell.js");
        try { await post("/api/recipe", { session }); return ""; } catch (error) { return error.message; }
    }"""
    watch.statuses.add(503)
    with serving("--screens", "1") as small:
        first, second = open_tab(base_url=small.address), open_tab(base_url=small.address)
        first.goto("/teacher")
        second.goto("/teacher")
        assert first.evaluate(asks) == ""
        assert second.evaluate(asks) == catalogue()["app.refused.full"]["en"].replace("{most}", "1")
        first.close(run_before_unload=False)
        second.wait_for_timeout(300)
        assert second.evaluate(asks) == ""


def test_a_server_that_is_gone_is_told(open_tab: Tabs, watch: Any) -> None:
    watch.unanswered = True
    with serving() as server:
        page = open_tab(base_url=server.address)
        begin(page)
        server.kill()
        page.get_by_role("button", name="End the class").click()
        expect(page.get_by_text("The server does not answer")).to_be_visible()


TRY = "async () => {{ const {{ stage, state, levers }} = await import('/static/try.js'); return {}; }}"


def on(page: Page, expression: str) -> Any:
    """An expression with the stage, state and levers of a Try page."""
    return page.evaluate(TRY.format(expression))


POLICY = {
    "title": {"en": "Promotion", "id": "Promosi"},
    "extends": "baseline",
    "interventions": [{"demand_promotion": {"from": "2026-02"}}],
}


def test_one_future_for_all_screens(page: Page, open_tab: Tabs) -> None:
    code = begin(page)
    page.get_by_role("link", name="Open Try and lead").click()
    pupil = open_tab(360, 740)
    pupil.goto(f"/{code}")
    expect(pupil.get_by_text(f"class {code}")).to_be_visible()
    expect(page.get_by_text("Screens that follow: 1")).to_be_visible(timeout=15_000)
    on(page, "(stage.pause(), stage.month = 100)")
    until(pupil, TRY.format("stage.month === 100 && !stage.playing"))
    detail = json.dumps({"detail": {"scenario": POLICY}})
    on(page, f"levers.dispatchEvent(new CustomEvent('apply', {detail}))")
    then, before = "stage.value('batik.workers', 239)", "stage.value('batik.workers', 239, 'baseline')"
    for one in (page, pupil):
        until(one, TRY.format(f"{then} > 0 && {then} !== {before}"))
    assert on(pupil, "state.scenario") == on(page, "state.scenario")
    on(page, "(stage.month = 239)")
    until(pupil, TRY.format("stage.month === 239"))
    shown = "stage.value('batik.workers')"
    assert on(pupil, shown) == on(page, shown) != on(page, before)
    on(page, "(stage.speed = 8, stage.play())")
    until(pupil, TRY.format("stage.playing && stage.speed === 8"))
    pupil.get_by_role("button", name="Go my own way").click()
    assert "class=" not in pupil.url
    on(page, "(stage.pause(), stage.month = 50)")
    pupil.wait_for_timeout(1000)
    assert on(pupil, "stage.month") > 50
