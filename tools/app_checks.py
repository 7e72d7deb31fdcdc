"""What is asked of every page of the app; a check gives its complaints, none if all is well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tools.app_watch import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# WCAG 2.2 AA and what axe calls good practice; it looks at the size of targets only on demand.
_AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# What no reader should meet: values that are none, sentences not filled in, keys without a sentence.
_BROKEN = re.compile(r"\b(?:null|undefined|NaN|\[object \w+\])(?!\w)|\{\w+\}|\bapp\.\w+\.\w+")

_TOO_WIDE = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const cut = (one) => /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX);
    const scrolls = (one) => one && (cut(one) || scrolls(one.parentElement));
    const out = [...document.body.querySelectorAll("*")].filter(
        (one) => one.getBoundingClientRect().right > wide + 1 && !scrolls(one.parentElement));
    const said = (one) => [one.tagName, one.getAttribute("class"), one.textContent.slice(0, 30)].join(" ");
    return [`${document.documentElement.scrollWidth} px wide`, ...out.slice(0, 5).map(said)];
}"""
# All that can be worked with, by a name; a group of radio buttons is one stop.
_CONTROLS = """() => {
    const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]");
    const chosen = (one) => document.querySelector(`input[name="${one.name}"]:checked`);
    const kinds = "a[href], button, input, select, textarea, summary, [tabindex]";
    window.controls = [...document.querySelectorAll(kinds)].filter((one) => seen(one) && one.tabIndex >= 0
        && !one.disabled && (one.type !== "radio" || one.checked || !chosen(one)));
    window.named = (one) => [one.tagName.toLowerCase(), one.id || one.getAttribute("aria-label")
        || one.textContent.trim().slice(0, 40) || one.name || one.className].join(" ");
    return window.controls.map(window.named);
}"""
_FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const holder = getComputedStyle(one.parentElement);
    const sticks = (what) => what && !what.contains(one) && !one.contains(what)
        && (/fixed|sticky/.test(getComputedStyle(what).position) || sticks(what.parentElement));
    const marked = (its) => (its.outlineStyle !== "none" && parseFloat(its.outlineWidth) >= 1)
        || its.boxShadow !== "none";
    const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return {
        at: window.controls.indexOf(one),
        said: window.named(one),
        marked: marked(style) || marked(holder),
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        covered: Boolean(sticks(middle)),
    };
}"""
_MOVES = """() => document.getAnimations().filter((one) => one.playState === "running").map(
    (one) => one.effect?.target?.className ?? "?")"""


_SAID = """() => document.body.innerText + [...document.querySelectorAll("[aria-label], [alt], [title]")].map(
    (one) => `${one.ariaLabel ?? ""} ${one.alt ?? ""} ${one.title ?? ""}`).join(" ")"""


def settled(page: Page) -> None:
    """Wait until a page shows what it has to show, and hold its clock."""
    page.wait_for_load_state("load")
    until(page, "() => document.querySelector('#page')?.childElementCount > 0")
    if page.locator(".page-try").count():
        stage = "const { stage } = await import('/static/try.js')"
        until(page, f"async () => {{ {stage}; return stage.value('batik.workers') > 0; }}")
        page.evaluate(f"async () => {{ {stage}; stage.pause(); }}")
    page.evaluate("() => document.fonts.ready.then(() => 0)")


def broken_words(page: Page) -> list[str]:
    """Words on the page that no writer has meant."""
    said = page.evaluate(_SAID)
    code = page.evaluate(
        "() => [...document.querySelectorAll('code, pre')].map((one) => one.innerText).join(' ')"
    )
    return [f"the page says {one!r}" for one in sorted({*_BROKEN.findall(said)} - {*_BROKEN.findall(code)})]


def too_wide(page: Page) -> list[str]:
    """What makes a reader scroll sideways."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return ["too wide: " + "; ".join(found)] if found else []


def accessibility(page: Page) -> list[str]:
    """What axe has to say."""
    from axe_playwright_python.sync_playwright import Axe

    found: list[dict[str, Any]] = Axe().run(page, options=_AXE).response["violations"]
    return [
        f"axe {one['id']} ({one['impact']}): {one['help']}: {node['html'][:160]} {_why(node)}"
        for one in found
        for node in one["nodes"][:3]
    ]


def _why(node: dict[str, Any]) -> str:
    told = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return f"({told[0]})" if told else ""


def keyboard(page: Page, most: int = 300) -> list[str]:
    """Walk through the page by the tab key: what is not reached or not seen, and where there is no way on."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    controls: list[str] = page.evaluate(_CONTROLS)
    reached: set[int] = set()
    told = []
    before = None
    for _ in range(min(most, 2 * len(controls) + 10)):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found is None:
            break  # past the last one
        if found["said"] == before and found["at"] in reached:
            told.append(f"no way on from {found['said']}")
            break
        before = found["said"]
        if found["at"] in reached:
            break  # once around
        if found["at"] >= 0:
            reached.add(found["at"])
        if not found["marked"]:
            told.append(f"focus is not seen on {found['said']}")
        if not found["inside"]:
            told.append(f"focus is outside of the window on {found['said']}")
        if found["covered"]:
            told.append(f"something covers the focused {found['said']}")
    missed = [said for number, said in enumerate(controls) if number not in reached]
    return told + [f"not reached by the tab key: {said}" for said in missed]


def moves(page: Page) -> list[str]:
    """What moves although the reader wants nothing to move."""
    running: list[str] = page.evaluate(_MOVES)
    told = [f"moves: {one}" for one in running]
    if page.locator(".page-try").count():
        playing = page.evaluate("async () => (await import('/static/try.js')).stage.playing")
        told += ["the clock plays by itself"] if playing else []
    return told
