"""Compare, report and data in a real browser, in both languages, on a desktop and on a phone."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from batiksim.config.parameters import load_parameters
from batiksim.data import rows
from tests.support.app_comparisons import STIPENDS

Tabs = Callable[..., Page]
SMALL = "draws=2&full=0&scale=0.01&until=2013-12"
LONG = 600_000  # ms; a machine under load
TRIED = quote(json.dumps(STIPENDS))


def wide(page: Page) -> int:
    """How far a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_compare_from_one_button_to_a_report(page: Page) -> None:
    page.goto(f"/compare?lang=en&p=mine,flood-years&s={TRIED}&{SMALL}")
    expect(page.get_by_text("12 runs.")).to_be_visible()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("Finished: 12 runs, 0 failed.").first).to_be_visible(timeout=LONG)
    articles = page.locator("article.policy")
    expect(articles).to_have_count(2)
    strip = articles.first.get_by_role("img")
    expect(strip).to_have_attribute("aria-label", re.compile("4 pairs as dots, Batik workers under 30"))
    assert strip.locator("circle, path[stroke-width='1.6']").count() == 4
    expect(articles.last).to_contain_text("never in force")
    expect(page.locator(".sentence")).to_contain_text("In the model")
    page.get_by_label("Indicator").select_option("batik.workers")
    expect(articles.first.get_by_role("img")).to_have_attribute("aria-label", re.compile("Batik workers"))
    articles.first.locator("summary").click()
    expect(articles.first.get_by_role("columnheader", name="Standard error")).to_be_visible()
    expect(page.locator("code")).to_have_text(
        re.compile("^batiksim compare baseline tried.yaml flood-years --sample")
    )

    # A reload and the other language keep it all.
    page.reload()
    expect(page.locator("article.policy")).to_have_count(2)
    expect(page.get_by_label("Indicator")).to_have_value("batik.workers")
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page.locator(".sentence")).to_contain_text("Dalam model")
    expect(page.get_by_label("Indikator")).to_have_value("batik.workers")

    page.get_by_role("link", name="Buat laporan").click()
    expect(page.get_by_text("Laporan sudah siap.")).to_be_visible(timeout=LONG)
    report = page.frame_locator("iframe")
    expect(report.get_by_role("heading", level=1)).to_be_visible()
    assert report.locator("html").get_attribute("lang") == "id"
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("ZIP")).click()
    with zipfile.ZipFile(BytesIO(Path(download.value.path()).read_bytes())) as archive:
        kinds = {Path(name).suffix for name in archive.namelist()}
        assert {".png", ".csv", ".html", ".yaml"} <= kinds


def test_what_was_tried_is_compared_and_cancelled(phone: Page) -> None:
    phone.goto(f"/compare?lang=id&s={TRIED}&draws=12&seeds=40&full=0&scale=0.01")
    expect(phone.get_by_text("1 dari 6 dipilih")).to_be_visible()
    assert wide(phone) == 0
    phone.get_by_role("button", name="Bandingkan", exact=True).click()
    phone.get_by_role("button", name="Batalkan").click()
    expect(phone.get_by_text(re.compile("^Dibatalkan setelah")).first).to_be_visible()
    assert "c" in parse_qs(urlsplit(phone.url).query)
    assert wide(phone) == 0


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("title: {en: Mine, id: Punyaku}\ninterventions:\n- training: {from: 2026-01}\n", None),
        ("contracts.surplus_cut: 3\n", "line 1, column 1"),
    ],
)
def test_a_file_is_added_or_its_mistakes_are_told(page: Page, written: str, said: str | None) -> None:
    page.goto("/compare?lang=en")
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.yaml", "mimeType": "text/yaml", "buffer": written.encode()}
    )
    if said is None:
        expect(page.get_by_role("button", name="Remove Mine")).to_be_visible()
        page.reload()
        expect(page.get_by_role("button", name="Remove Mine")).to_be_visible()
    else:
        expect(page.locator("#mistakes")).to_contain_text(said)
        expect(page.get_by_text("3 of 6 chosen")).to_be_visible()


def test_a_comparison_that_is_gone_is_said(page: Page, watch: object) -> None:
    watch.statuses.add(404)  # type: ignore[attr-defined]
    page.goto("/compare?lang=en&c=nothing-of-that-id")
    expect(page.get_by_text("not kept any more")).to_be_visible()


def test_every_number_is_found_by_what_it_is_called(page: Page) -> None:
    page.goto("/data?lang=en")
    found = page.locator("#panel .quiet[role=status]")
    expect(found).to_have_text(f"{len(load_parameters())} of {len(load_parameters())}")
    page.get_by_role("searchbox").fill("kappa")
    expect(found).to_have_text(re.compile(r"^[1-9]\d? of"))
    page.get_by_label("How sure").select_option("high")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(found).to_have_text(f"{len(load_parameters())} of {len(load_parameters())}")


@pytest.mark.parametrize(
    "name", ["choice.batik", "wage.hours_hand", "apprenticeship", "evidence-n_workers_city"]
)
@pytest.mark.parametrize("lang", ["en", "id"])
def test_a_link_opens_what_it_names(page: Page, name: str, lang: str) -> None:
    page.goto(f"/data?lang={lang}#{name}")
    entry = page.locator(f'[id="{name}"]')
    expect(entry).to_have_attribute("open", "")
    expect(entry.locator("dl")).to_be_visible()


@pytest.mark.parametrize("tab", ["numbers", "measures", "evidence", "checks", "limits"])
def test_data_fits_a_phone(phone: Page, tab: str) -> None:
    phone.goto(f"/data?lang=id&tab={tab}")
    expect(phone.get_by_role("tab", selected=True)).to_be_visible()
    assert wide(phone) == 0


def test_checks_show_what_fails(page: Page) -> None:
    page.goto("/data?lang=en&tab=checks")
    failed = {row["target"] for row in rows("failed_checks.csv")}
    page.get_by_label("Only what fails").check()
    expect(page.locator("tbody tr")).to_have_count(len(failed))
    expect(page.locator("td.missed")).to_have_count(len(rows("failed_checks.csv")))


def test_a_report_without_anything_to_report_says_where_to_go(phone: Page) -> None:
    phone.goto("/report?lang=id")
    expect(phone.get_by_role("link", name="Coba kebijakan")).to_be_visible()
    assert wide(phone) == 0


def test_a_report_is_made_of_what_is_on_the_screen(page: Page) -> None:
    page.goto(f"/try?lang=en&s={TRIED}")
    page.get_by_role("link", name="Report of this policy").click()
    expect(page.get_by_text("The report is about what you tried")).to_be_visible()
    page.goto(f"{page.url}&{SMALL}")  # with few runs
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_text("The report is ready.")).to_be_visible(timeout=LONG)
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
