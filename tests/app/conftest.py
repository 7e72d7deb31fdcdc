"""A real server and a real browser for the tests of the app.

`server` is `batiksim app` on a free port, kept for all files of a process; `page` a tab of 1280 x 800,
`phone` one of 360 x 740, `open_tab` makes others. Whatever a page should never do (an error on the console
or in a script, an answer that is a refusal, a request beyond this machine) fails the test;
`watch.statuses.add(404)` says what is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from batiksim.report.browser import find_browser
from tools.app_server import Server, serving
from tools.app_watch import Watch
from tools.browser import HOW, chromium, in_ci

Tabs = Callable[..., Page]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running
        assert not running.said, "".join(running.said)  # no traceback, no warning on the terminal


# Not kept longer than a file: while playwright runs, nothing else in this thread can have an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if find_browser() is None:
        (pytest.fail if in_ci() else pytest.skip)(HOW)
    with chromium() as started:
        yield started


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_tab(browser: Browser, server: Server, watch: Watch) -> Iterator[Tabs]:
    """`open_tab(width=, height=, **options of a browser context)`: a tab; its paths are those of `server`."""
    contexts = []

    def open_one(width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(
            **{
                "base_url": server.address,
                "viewport": {"width": width, "height": height},
                "accept_downloads": True,
                **options,
            }
        )
        contexts.append(context)
        watch.over(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def page(open_tab: Tabs) -> Page:
    return open_tab()


@pytest.fixture
def phone(open_tab: Tabs) -> Page:
    return open_tab(360, 740, has_touch=True, is_mobile=True)
