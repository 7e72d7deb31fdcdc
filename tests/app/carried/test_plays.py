"""The exported file in a browser, opened from a folder, without any network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from batiksim.app.carried.grid import load_grid
from batiksim.app.carried.page import page as page_of

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("stick")
    made = {lang: folder / f"batiksim-{lang}.html" for lang in ("en", "id")}
    for lang, file in made.items():
        file.write_text(page_of(lang), encoding="utf-8")
    return made


@pytest.fixture
def opened(browser: Browser, files: dict[str, Path]) -> Iterator[Opened]:
    faults: list[str] = []
    contexts = []

    def open_one(lang: str, width: int, height: int, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda said: said.type == "error" and faults.append(said.text))
        tab.on("pageerror", lambda error: faults.append(str(error)))
        own = ("file:", "blob:", "data:")
        tab.on("request", lambda asked: asked.url.startswith(own) or faults.append(asked.url))
        tab.goto(files[lang].as_uri())
        return tab

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def to_the_end(tab: Page) -> None:
    """Go to the last month, which has arrived when the whole stream has been read."""
    year = tab.locator(".stage-year")
    for _ in range(120):
        tab.locator(".stage-scrub").focus()
        tab.keyboard.press("End")
        if year.inner_text() == "2040":
            return
        tab.wait_for_timeout(250)


@pytest.mark.parametrize(("lang", "width", "height"), [("en", 1280, 800), ("id", 360, 740)])
def test_it_plays_policies_and_curves(opened: Opened, lang: str, width: int, height: int) -> None:
    tab = opened(lang, width, height)
    expect(tab.locator("html")).to_have_attribute("lang", lang)
    expect(tab.locator(".stage-canvas")).to_be_visible()
    expect(tab.locator(".stage-workers")).to_contain_text("18" if lang == "en" else "17", timeout=20_000)
    tab.locator("#preset-2").check()
    expect(tab.locator(".stage-difference")).to_be_visible(timeout=20_000)
    to_the_end(tab)
    expect(tab.locator(".stage-year")).to_have_text("2040", timeout=20_000)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_curves_are_those_of_the_grid(opened: Opened) -> None:
    tab = opened("en", 1280, 800)
    tab.locator("#lever-0-2").check()
    tab.locator("#lever-3-1").check()
    tab.locator(".curves summary").click()
    grid = load_grid()
    values = grid.values[grid.about["combinations"].index("2001"), :, 0] * grid.about["indicators"][0]["step"]
    rows = tab.locator(".curves tbody tr")
    expect(rows).to_have_count(len(grid.about["years"]))
    last = rows.last.locator("td").all_inner_texts()[1:]
    assert [int(one.replace(",", "").replace("−", "-")) for one in last] == values[:, -1].tolist()
    shown = tab.locator(".found").inner_text()
    assert f"{(values[:, -1] > 0).sum()} of {len(values)}" in shown
