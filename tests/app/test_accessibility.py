"""WCAG 2.2 AA as far as a machine can tell: axe, the tab key, large text, less motion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tools.app_checks import accessibility, keyboard, moves, settled, too_wide
from tools.app_probe import SIZES, enlarged, lessons, options, paths

Tabs = Callable[..., Page]


@pytest.mark.parametrize("width, height", SIZES)
@pytest.mark.parametrize("path", paths())
def test_a_page_is_there_for_everybody(open_tab: Tabs, path: str, width: int, height: int) -> None:
    page = open_tab(**options(width, height))
    page.goto(f"{path}?lang=id")
    settled(page)
    assert accessibility(page) + keyboard(page) + enlarged(page) == []
    for one in lessons(page)[:1]:  # they are made alike
        page.goto(f"{one}?lang=id")
        settled(page)
        assert accessibility(page) + keyboard(page) == []


@pytest.mark.parametrize("path", paths())
def test_nothing_moves_for_who_wants_less_motion(open_tab: Tabs, path: str) -> None:
    page = open_tab(reduced_motion="reduce")
    page.goto(path)
    page.wait_for_load_state("load")
    page.wait_for_timeout(1500)
    assert moves(page) == []


BAD = """<main><h1>A loom</h1><img src="/static/icon.svg"><button></button>
<p id="pale">pale</p><a href="#" id="plain">no mark</a><div id="wide">wide</div></main>"""
BAD_STYLE = """#pale { color: #bbb } #plain:focus { outline: none } #wide { width: 3000px; animation: a 9s }
@keyframes a { to { opacity: 0.9 } }"""
SPOIL = """([content, style]) => {
    document.body.innerHTML = content;
    document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
}"""


def test_the_checks_find_what_they_are_there_to_find(open_tab: Tabs) -> None:
    page = open_tab(bypass_csp=True)
    page.goto("/static/app.css")
    page.evaluate(SPOIL, [BAD, BAD_STYLE])
    found = "\n".join(accessibility(page))
    for rule in ("image-alt", "button-name", "color-contrast"):
        assert f"axe {rule}" in found
    assert keyboard(page) == ["focus is not seen on a plain"]
    assert too_wide(page)
    assert moves(page)
