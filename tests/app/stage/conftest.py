"""The stage in a real browser: `modules` is a tab that can load its modules, `begun` makes a whole stage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from batiksim.futures.decoding import Future, decode
from batiksim.futures.future import futures
from batiksim.futures.record import record
from tests.support.stage import POLICY, SINCE, SMALL, UNTIL, begin, helped
from tools.app_watch import Watch

Begun = Callable[..., Page]


@pytest.fixture(scope="session")
def stream() -> bytes:
    """A small future under a policy, as it travels."""
    return b"".join(futures(POLICY, since=SINCE, until=UNTIL, scale=SMALL, seed=3))


@pytest.fixture(scope="session")
def truth(stream: bytes) -> Future:
    """The same, read by Python."""
    return decode([stream])


@pytest.fixture(scope="session")
def baseline() -> bytes:
    """The shipped record of the baseline."""
    return record("orders-short")


@pytest.fixture(scope="session")
def policy() -> bytes:
    """A future under the library's minimum wage, from the present to 2030."""
    return b"".join(futures("wage-floor", until=239))


@pytest.fixture
def modules(page: Page, watch: Watch) -> Page:
    watch.statuses.add(404)  # of the page on which nothing happens
    return helped(page)


@pytest.fixture
def begun(page: Page, watch: Watch, baseline: bytes) -> Begun:
    watch.statuses.add(404)
    return lambda lang="en", **options: begin(page, baseline, lang, **options)
