"""Every page, in both languages, on a desk and on a phone: it opens, says what it means, and fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from batiksim.i18n.texts import LANGUAGES, catalogue
from tools.app_checks import broken_words, settled, too_wide
from tools.app_probe import NARROW, SIZES, lessons, options, paths
from tools.app_server import serving

Tabs = Callable[..., Page]


@pytest.mark.parametrize("width, height", SIZES)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", paths())
def test_a_page_opens_says_what_it_means_and_fits(
    open_tab: Tabs, path: str, lang: str, width: int, height: int
) -> None:
    page = open_tab(**options(width, height))
    page.goto(f"{path}?lang={lang}")
    settled(page)
    assert page.locator("html").get_attribute("lang") == lang
    name = path.strip("/")
    assert page.title() == f"{catalogue()[f'app.{name}.title'][lang]} · batiksim"
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("nav [aria-current=page]")).to_have_count(1)
    assert broken_words(page) + too_wide(page) == []
    other = page.locator("[data-language]").first
    assert other.get_attribute("lang") != lang
    for one in lessons(page):  # a page of its own each; only that it opens is asked for here
        page.goto(f"{one}?lang={lang}")
        settled(page)
        assert broken_words(page) + too_wide(page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_of_a_lesson_fits_the_narrowest_screen(open_tab: Tabs, lang: str) -> None:
    page = open_tab(**options(NARROW, 640))
    page.goto(f"/lessons/shocks?lang={lang}")
    settled(page)
    steps = page.locator(".steps button")
    assert steps.count() == 7
    for step in steps.all():
        step.click()
        assert too_wide(page) == []


def test_what_is_hidden_is_not_shown(page: Page) -> None:
    page.goto("/report?lang=en")
    settled(page)
    assert page.locator("main [hidden]").count() > 0
    assert [one for one in page.locator("[hidden]").all() if one.is_visible()] == []


@pytest.mark.parametrize("path", ["/nowhere", "/lessons/nowhere", "/static/nowhere.html"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_address_that_leads_nowhere_is_a_page_too(page: Page, watch: Any, path: str, lang: str) -> None:
    watch.statuses.add(404)
    page.goto(f"{path}?lang={lang}")
    expect(page.get_by_role("heading", level=1)).to_have_text(catalogue()["app.missing.heading"][lang])
    expect(page.locator("nav a")).not_to_have_count(0)


def test_the_language_of_the_browser_is_spoken(open_tab: Tabs) -> None:
    with serving(lang="") as server:
        for locale, lang in [("id-ID", "id"), ("en-GB", "en"), ("nl-NL", "en")]:
            page = open_tab(base_url=server.address, locale=locale)
            page.goto("/teacher")
            assert page.locator("html").get_attribute("lang") == lang


def test_a_link_to_the_other_language_keeps_what_the_address_says(page: Page) -> None:
    page.goto("/try?lang=en&month=2020-05&seed=7")
    settled(page)
    page.locator("[data-language=id]").click()
    page.wait_for_url(re.compile("lang=id"))
    settled(page)
    assert "seed=7" in page.url and "month=2020-05" in page.url


def test_a_tab_keeps_its_name_and_a_duplicate_takes_another(page: Page) -> None:
    name = "import('/static/shell.js').then(({ session }) => session)"
    page.goto("/data")
    first = page.evaluate(name)
    page.reload()
    assert page.evaluate(name) == first
    copied = page.evaluate("JSON.stringify({ ...sessionStorage })")  # what a duplicated tab begins with
    with page.context.expect_page() as opened:
        page.evaluate("open('about:blank')")
    duplicate = opened.value
    duplicate.add_init_script(
        f"for (const [key, value] of Object.entries({copied})) sessionStorage.setItem(key, value)"
    )
    duplicate.goto("/data")
    assert duplicate.evaluate(name) != first


def test_without_scripts_a_page_says_so(open_tab: Tabs) -> None:
    page = open_tab(java_script_enabled=False)
    page.goto("/try")
    assert "JavaScript" in page.content()


def test_every_sentence_is_said_in_both_languages() -> None:
    for key, said in catalogue().items():
        if key.startswith("app."):
            assert all(said[lang].strip() for lang in LANGUAGES), key
            placeholders = {lang: set(re.findall(r"\{(\w+)\}", said[lang])) for lang in LANGUAGES}
            assert len({frozenset(one) for one in placeholders.values()}) == 1, key
