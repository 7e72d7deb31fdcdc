"""The docs as a site: every page behind a door, every public name in the API, nothing from the internet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import batiksim
from batiksim.report.browser import find_browser
from tools.browser import HOW, chromium, in_ci

pytest.importorskip("mkdocs", reason="the extra [docs] is not installed")

from tools.site_hooks import AT_THE_TOP, address, home

ROOT = Path(__file__).resolve().parents[2]
# What a browser fetches without being asked.
FETCHES = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
PAGES = {"model.md", "id/teaching.md", "img/app.webp", *AT_THE_TOP.values()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as strictly as `make site` does: a warning ends it."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder))
    assert config.strict
    assert config.validation.nav.omitted_files == config.validation.links.anchors == 30  # warnings
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return folder


class Fetched(HTMLParser):
    """Addresses that a page fetches when it is opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in FETCHES and given.get("rel") not in ("canonical", "next", "prev"):
            self.found.append(given.get(FETCHES[tag]) or "")


def test_every_page_is_there_and_behind_a_door(site: Path) -> None:
    docs = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    docs |= {Path(page).with_suffix(".html") for page in AT_THE_TOP.values()}
    assert docs == {path.relative_to(site) for path in site.rglob("*.html")} - {Path("404.html")}
    start = (site / "index.html").read_text(encoding="utf-8")
    doors = set(re.findall(r'href="([^"#:]+\.html)" class="md-nav__link', start))
    assert docs - {Path("index.html")} <= {Path(door) for door in doors}


def test_opening_a_page_asks_nobody(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    for page in pages:
        fetched = Fetched(page.read_text(encoding="utf-8")).found
        assert fetched and not [link for link in fetched if re.match(r"(?:[a-z]+:)?//", link)], page.name
    for style in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", style.read_text(encoding="utf-8"))


def test_every_public_name_is_in_the_api(site: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (site / "api").glob("*.html"))
    missing = [name for name in batiksim.__all__ if f'id="batiksim.{name}"' not in pages]
    assert not missing


def test_the_api_tells_what_docstrings_tell(site: Path) -> None:
    page = (site / "api" / "studies.html").read_text(encoding="utf-8")
    assert batiksim.compare.__doc__ and batiksim.compare.__doc__.splitlines()[0] in page


@pytest.mark.parametrize(
    ("link", "source", "here", "leads"),
    [
        ("model.md#e3", "docs/start.md", "start.md", "model.md#e3"),
        ("../model.md", "docs/id/teaching.md", "id/teaching.md", "../model.md"),
        ("../README.md#you-teach", "docs/index.md", "index.md", "readme.md#you-teach"),
        ("../../CHANGELOG.md", "docs/id/teaching.md", "id/teaching.md", "../changelog.md"),
        ("docs/model.md", "CHANGELOG.md", "changelog.md", "model.md"),
        ("../notebooks/x.ipynb", "docs/a.md", "a.md", "HOME/blob/main/notebooks/x.ipynb"),
        ("../batiksim/data/README.md#t", "docs/a.md", "a.md", "HOME/blob/main/batiksim/data/README.md#t"),
        ("HOME/blob/main/docs/model.md", "README.md", "readme.md", "model.md"),
        ("HOME/raw/main/docs/img/app.webp", "README.md", "readme.md", "img/app.webp"),
        ("HOME/blob/main/LICENSE", "README.md", "readme.md", "HOME/blob/main/LICENSE"),
        ("https://semver.org", "CHANGELOG.md", "changelog.md", "https://semver.org"),
        ("#here", "docs/a.md", "a.md", "#here"),
    ],
)
def test_links_lead_to_a_page_or_to_the_repository(link: str, source: str, here: str, leads: str) -> None:
    found = address(link.replace("HOME", home()), source, here, PAGES)
    assert found == leads.replace("HOME", home())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if find_browser() is None:
        (pytest.fail if in_ci() else pytest.skip)(HOW)
    with chromium() as started:
        yield started


def test_it_is_read_and_searched_from_a_stick(site: Path, browser: Any) -> None:
    """On a phone, from file://: no request beyond the folder, no page wider than the screen."""
    tab = browser.new_page(viewport={"width": 360, "height": 740})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for name in ("index", "uncertainty", "data", "odd", "api/studies", "reference/parameters"):
        tab.goto((site / f"{name}.html").as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, name
    tab.goto((site / "index.html").as_uri())
    tab.click("label[for=__search] >> visible=true")
    tab.type(".md-search__input", "broker")  # it listens to keys
    tab.wait_for_selector(".md-search-result__item")
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
