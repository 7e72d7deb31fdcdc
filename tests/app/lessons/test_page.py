"""The lessons in a browser: step by step, in both languages, by keyboard and on a phone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from batiksim.app.lessons import lesson, lessons
from batiksim.app.lessons.shown import told
from batiksim.i18n.texts import speaking, text

STEPS = ("question", "bet", "run", "result", "why", "puzzle", "teacher")
WAIT = 300_000  # ms: the workers compile first, on a machine that may have other things to do


def kept(page: Page) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(
        page.evaluate("localStorage.getItem('batiksim-lessons')") or "{}"
    )
    return found


def step(page: Page, name: str) -> None:
    page.locator(".steps button").nth(STEPS.index(name)).click()
    expect(page.locator("#step-name")).to_be_focused()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_list_leads_to_every_lesson(page: Page, lang: str) -> None:
    page.goto(f"lessons?lang={lang}")
    cards = page.locator(".cards h2 a")
    expect(cards).to_have_count(6)
    assert cards.all_inner_texts() == [one.title[lang] for one in lessons()]
    cards.nth(5).click()
    expect(page.locator("h1")).to_have_text(lesson("budget").title[lang])


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.name)
def test_every_step_of_every_lesson_fits_a_phone(phone: Page, one: object) -> None:
    name = one.name  # type: ignore[attr-defined]
    bet = {"bet": "x", "guess": [1000.0] * 16}
    phone.goto(f"lessons/{name}?lang=id")
    phone.evaluate(
        f"localStorage.setItem('batiksim-lessons', JSON.stringify({{'{name}': {json.dumps(bet)}}}))"
    )
    phone.reload()
    for position, of in enumerate(STEPS):
        phone.locator(".steps button").nth(position).click()
        expect(phone.locator("#step-name")).to_have_text(text(f"app.lessons.step.{of}", "id"))
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, of


def test_no_result_before_the_bet(page: Page) -> None:
    page.goto("lessons/margin?lang=en")
    step(page, "result")
    expect(page.locator("#step-name")).to_have_text("Bet")
    expect(page.locator("#notices")).to_contain_text("Place your bet first")
    page.get_by_label("The owners", exact=False).check()
    step(page, "result")
    expect(page.locator(".note.good")).to_have_text("Your bet was right.")
    with speaking("en"):
        expect(page.locator(".reveal")).to_have_text(told(lesson("margin"))["bet"]["reveal"])


def test_a_line_is_drawn_with_the_mouse_and_kept(page: Page) -> None:
    page.goto("lessons/wage-gap?lang=en#bet")
    picture = page.locator("svg.drawable")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + box["height"] * 0.3, steps=6)
    page.mouse.up()
    guess = kept(page)["wage-gap"]["guess"]
    assert isinstance(guess, list) and len(guess) == 10 and guess[-1] > guess[0]
    page.reload()
    assert kept(page)["wage-gap"]["guess"] == guess
    step(page, "result")
    expect(page.locator(".step .note")).to_contain_text("of 10 years")


def test_a_line_is_typed(page: Page) -> None:
    page.goto("lessons/shocks?lang=en#bet")
    page.get_by_label("Your guess for 2025").fill("9000")
    page.get_by_label("Your guess for 2025").press("Enter")
    page.get_by_label("Your guess for 2025").blur()
    guess = kept(page)["shocks"]["guess"]
    assert isinstance(guess, list) and guess[-1] == 9000 and len(guess) == 6
    step(page, "result")
    rows = page.locator("figure.chart").first.locator("tbody tr")
    expect(rows.last.locator("td").last).to_have_text("9,000")


@pytest.mark.slow
def test_a_run_of_ones_own_and_a_puzzle_that_is_solved(page: Page) -> None:
    page.goto("lessons/wage-gap?lang=en")
    page.evaluate(
        "localStorage.setItem('batiksim-lessons', JSON.stringify({'wage-gap': {guess: Array(10).fill(900)}}))"
    )
    page.reload()
    step(page, "run")
    page.get_by_role("button", name="Run the model").click()
    expect(page.locator(".status").first).to_contain_text("Done", timeout=WAIT)
    step(page, "result")
    expect(page.locator(".line-own").last).to_be_attached()
    step(page, "puzzle")
    page.get_by_role("radio", name="Rp 50,000").check()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".answer .note")).to_contain_text("Not yet", timeout=WAIT)
    page.get_by_role("group", name="Monthly wage subsidy").get_by_role("radio", name="none").check()
    page.get_by_role("radio", name="Rp 500,000").check()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".answer .note.good")).to_be_visible(timeout=WAIT)
    assert kept(page)["wage-gap"]["solved"] is True
    (goal, *_) = (row for row in page.locator(".answer tbody tr").all_inner_texts())
    assert "at least 200" in goal


def test_progress_can_be_forgotten(page: Page) -> None:
    page.goto("lessons/budget?lang=en")
    page.goto("lessons?lang=en")
    expect(page.locator(".card").last).to_contain_text("step 1 of 7")
    page.get_by_role("button", name="Forget my progress").click()
    expect(page.locator(".card").last).not_to_contain_text("step 1")
    assert kept(page) == {}


def test_a_lesson_that_is_not_there(open_tab: Callable[..., Page], watch: object) -> None:
    watch.statuses.add(404)  # type: ignore[attr-defined]
    tab = open_tab()
    tab.goto("lessons/../lessons/none?lang=id")
    expect(tab.locator("h1")).to_have_text(text("app.missing.heading", "id"))
