"""The watch over pages sees what it is there to see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tools.app_watch import Watch

Tabs = Callable[..., Page]
QUIET_PAGE = "/static/app.css"  # a page as far as a browser is concerned, with the rules of all others


def seen(watch: Watch) -> str:
    """What was seen so far, which is then forgotten: here it is meant."""
    told = "\n".join(watch.faults)
    watch._seen.clear()
    return told


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        ("() => console.error('a broken loom')", "console: a broken loom"),
        ("() => setTimeout(() => { throw new Error('no wax') })", "script: no wax"),
        ("() => fetch('/nowhere')", "status: 404"),
        ("() => fetch('/nowhere')", "console: Failed to load resource"),
        ("() => fetch('http://192.0.2.1/').catch(() => 0)", "console: "),  # the page's own rules forbid it
        ("() => console.log('a loom')", ""),
    ],
)
def test_a_fault_is_seen(page: Page, watch: Watch, happens: str, told: str) -> None:
    page.goto(QUIET_PAGE)
    assert not watch.faults
    page.evaluate(happens)
    page.wait_for_timeout(200)
    faults = seen(watch)
    assert told in faults
    assert bool(told) == bool(faults)


def test_a_request_beyond_this_machine_is_seen(open_tab: Tabs, watch: Watch) -> None:
    page = open_tab(bypass_csp=True)
    page.goto(QUIET_PAGE)
    page.evaluate("() => fetch('http://192.0.2.1/').catch(() => 0)")
    assert "request beyond this machine: http://192.0.2.1/" in seen(watch)


def test_what_is_meant_is_allowed(page: Page, watch: Watch) -> None:
    watch.statuses.add(404)
    page.goto("/nowhere")
    page.wait_for_timeout(100)
    assert page.get_by_role("heading", level=1).is_visible()
