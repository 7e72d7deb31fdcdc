"""The Try page in a browser: play, guess, levers, links, files, lives; what goes wrong is said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from batiksim.futures.record import record
from batiksim.futures.settings import shown
from batiksim.scenario import Scenario
from tools.app_server import serving
from tools.app_watch import Watch

Tabs = Callable[..., Page]
LONG = 240_000  # ms; the first future waits for workers that compile
PROMOTION = "#lever-demand_promotion"
NOW = "2026-01"

pytestmark = pytest.mark.slow


IN_PAGE = "import('/static/try.js').then(({ stage, state, busy }) => %s)"


def stage(page: Page, what: str) -> Any:
    """What an expression about the page's `stage` gives."""
    return page.evaluate(IN_PAGE % what)


def wait(page: Page, what: str) -> None:
    """Wait until an expression about the page's `stage` is true."""
    for _ in range(LONG // 200):
        if stage(page, what):
            return
        page.wait_for_timeout(200)
    pytest.fail(f"never: {what}")


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def scenario_in(page: Page) -> Any:
    return json.loads(query(page)["s"])


def at(page: Page, month: str = NOW, lang: str = "en", **more: str) -> None:
    """Open the page at a month, its baseline whole."""
    address = f"/try?lang={lang}&month={month}" + "".join(
        f"&{name}={quote(said)}" for name, said in more.items()
    )
    page.goto(address)
    page.wait_for_function("() => document.querySelector('.stage-month')?.textContent", timeout=LONG)
    wait(page, f"!busy() && stage.parts[0]?.complete && stage.month === {months(month)}")


def months(name: str) -> int:
    return (int(name[:4]) - 2011) * 12 + int(name[5:]) - 1


def apply(page: Page, value: str, lever: str = PROMOTION) -> None:
    """Set a lever and wait until its future is whole."""
    page.fill(f"{lever}-box", value)
    page.press(f"{lever}-box", "Enter")
    whole(page)


def whole(page: Page) -> None:
    wait(page, "!busy() && stage.parts.length > 1 && stage.parts[0].complete && stage.parts.at(-1).complete")


def test_the_past_plays_to_the_present_and_asks_for_a_guess(page: Page) -> None:
    page.goto("/try?lang=en")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Skip")).to_be_visible(timeout=LONG)
    assert stage(page, "[stage.month, stage.playing]") == [shown().now, False]
    expect(page.locator(".status")).to_contain_text("January 2026")
    page.get_by_role("button", name="Skip").click()
    page.reload()
    wait(page, f"stage.month >= {shown().now}")
    expect(page.get_by_role("button", name="Skip")).to_be_hidden()  # asked once


def test_a_lever_runs_its_link_and_the_way_back(page: Page) -> None:
    at(page)
    expect(page.locator(PROMOTION)).to_have_attribute("data-state", "off")
    page.fill(f"{PROMOTION}-box", "20")
    expect(page.locator(PROMOTION)).to_have_attribute("data-state", "edited")
    expect(page.locator(".flag")).to_have_text("Edited, not applied: 1. Would hold from January 2026.")
    assert "s" not in query(page)  # nothing runs yet
    apply(page, "20")
    expect(page.locator(PROMOTION)).to_have_attribute("data-state", "running")
    assert scenario_in(page) == {"interventions": [{"demand_promotion": {"from": NOW, "strength": 0.2}}]}
    expect(page.locator(f"{PROMOTION} .measured")).to_contain_text(re.compile(r"Rp [\d.]+ billion a year"))
    expect(page.locator(".slot-difference")).to_be_visible()
    gained = stage(page, "stage.difference('batik.workers', 359)")
    page.reload()
    whole(page)
    assert stage(page, "stage.difference('batik.workers', 359)") == gained
    expect(page.locator(f"{PROMOTION}-box")).to_have_value("20")
    page.get_by_role("link", name="Bahasa Indonesia").click()
    whole(page)
    assert query(page)["lang"] == "id"
    assert stage(page, "stage.difference('batik.workers', 359)") == gained
    page.go_back()
    page.get_by_role("button", name="No policy").click()
    expect(page.locator(".slot-difference")).to_be_hidden()
    assert "s" not in query(page)
    page.go_back()
    whole(page)
    expect(page.locator(f"{PROMOTION}-box")).to_have_value("20")


def test_a_lever_moved_later_leaves_the_months_before_true(page: Page) -> None:
    at(page)
    apply(page, "20")
    before = stage(page, "Array.from({ length: 72 }, (_, i) => stage.value('batik.workers', 180 + i))")
    stage(page, f"stage.month = {months('2031-12')}")
    expect(page.locator(f"{PROMOTION} .state")).to_have_text("Running: 20 %")
    apply(page, "5")
    assert scenario_in(page)["interventions"] == [
        {"demand_promotion": {"from": NOW, "strength": 0.2, "to": "2031-12"}},
        {"demand_promotion": {"from": "2032-01", "strength": 0.05}},
    ]
    shown_now = "Array.from({ length: 180 }, (_, i) => stage.value('batik.workers', 180 + i))"
    pieced = stage(page, shown_now)
    assert pieced[:72] == before
    expect(page.locator(f"{PROMOTION} .dates")).to_have_text("20 % Jan 2026 to Dec 2031; 5 % from Jan 2032")
    page.reload()  # in one piece it is the same
    whole(page)
    assert stage(page, "stage.parts.length") == 2
    assert query(page)["month"] == "2031-12"
    assert stage(page, shown_now) == pieced


def test_a_number_out_of_range_cannot_be_applied(page: Page) -> None:
    at(page)
    page.fill(f"{PROMOTION}-box", "1000")
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()
    expect(page.locator(f"{PROMOTION} .state")).to_contain_text("0 to 100 %")
    page.locator(PROMOTION).get_by_role("button", name=re.compile("Back to")).click()
    expect(page.locator(f"{PROMOTION}-box")).to_have_value("0")


def test_options_of_a_lever(page: Page) -> None:
    at(page)
    lever = page.locator("#lever-apprenticeship")
    lever.get_by_text("For whom, where, until when, cost").click()
    page.fill("#lever-apprenticeship-seats", "300")
    page.fill("#lever-apprenticeship-coverage", "50")
    page.select_option("#lever-apprenticeship-to", "2030-12")
    lever.get_by_text(re.compile("^Where:")).click()
    lever.get_by_label("Kauman").check()
    lever.get_by_label("Buaran (reg.)").check()
    page.get_by_role("button", name="Apply").click()
    whole(page)
    (measure,) = scenario_in(page)["interventions"]
    body = measure["apprenticeship"]
    assert (body["seats"], body["coverage"], body["to"]) == (300, 0.5, "2030-12")
    assert sorted(body["where"]) == ["kab-buaran", "kauman"]
    Scenario.of({"interventions": [measure]})


def test_the_slider_snaps_and_the_search_finds(page: Page) -> None:
    at(page)
    page.focus(f"{PROMOTION}-range")
    values = []
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        values.append(page.input_value(f"{PROMOTION}-box"))
    assert values == ["2.5", "5", "10", "20"]
    page.get_by_text(re.compile(r"^\d+ more policies$")).click()
    page.get_by_label("Search").fill("uniform")
    expect(page.locator(".more .lever:visible")).to_have_count(1)
    page.get_by_label("Search").fill("no such thing")
    expect(page.get_by_text("No policy has this word.")).to_be_visible()


def test_the_other_world_and_other_luck(page: Page) -> None:
    at(page)
    one = stage(page, "stage.value('batik.workers', 359)")
    page.get_by_label("Hands are short").check()
    wait(page, "stage.parts[0].header?.world === 'hands-short' && stage.parts[0].complete")
    other = stage(page, "stage.value('batik.workers', 359)")
    assert other < one
    assert query(page)["world"] == "hands-short"
    assert stage(page, "stage.month") == shown().now
    page.get_by_label("Orders are short").check()
    page.get_by_role("button", name="Other luck").click()
    wait(page, "stage.parts[0].header?.seed === 2 && stage.parts[0].complete")
    assert query(page)["seed"] == "2"
    assert stage(page, "stage.value('batik.workers', 359)") not in (one, other)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"s": "{"}, "cannot be read"),
        ({"s": "[1]"}, "cannot be read"),
        ({"s": '{"interventions":[{"information":{"from":"2026-01","strength":9}}]}'}, "is wrong"),
        ({"s": '{"interventions":[{"<img src=x onerror=alert(1)>":{"from":"2026-01"}}]}'}, "is wrong"),
        ({"s": '{"extends":"/etc/passwd"}'}, "is wrong"),
        ({"world": "<script>"}, "world=<script>"),
        ({"seed": "-3"}, "seed=-3"),
        ({"v": "0.0.1"}, "made with batiksim 0.0.1"),
    ],
)
def test_a_link_that_is_broken_or_hostile_is_told_and_the_baseline_shown(
    page: Page, said: dict[str, str], told: str
) -> None:
    at(page, **said)
    expect(page.locator("#notices")).to_contain_text(told)
    assert stage(page, "[stage.parts.length, state.scenario]") == [1, None]
    assert page.locator("#notices img, #notices script").count() == 0


def test_a_month_that_is_none(page: Page) -> None:
    page.goto("/try?lang=en&month=9999-99")
    expect(page.locator("#notices")).to_contain_text("month=9999-99")


def test_files(page: Page, tmp_path: Path) -> None:
    at(page)
    apply(page, "10")
    with page.expect_download() as download:
        page.get_by_role("button", name="Scenario file (YAML)").click()
    written = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename.endswith("-orders-short.yaml")
    scenario = Scenario.parse(written)
    assert scenario.to_yaml() == written and "10 %" in scenario.title["en"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers (CSV)").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    head, last = lines[0].split(","), lines[-1].split(",")
    assert (len(lines), last[0]) == (361, "2040-12")
    assert float(last[head.index("batik.workers")]) == stage(page, "stage.value('batik.workers', 359)")
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture of the map").click()
    assert Path(download.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    # What was saved can be opened again, in another tab as well.
    page.get_by_role("button", name="No policy").click()
    file = tmp_path / "again.yaml"
    file.write_text(written, encoding="utf-8")
    page.set_input_files("#upload", file)
    whole(page)
    expect(page.locator(f"{PROMOTION}-box")).to_have_value("10")
    expect(page.locator(".mistakes")).to_contain_text("again.yaml is fine")


def test_a_bad_file_is_told_with_line_and_column(page: Page, tmp_path: Path) -> None:
    at(page)
    file = tmp_path / "bad.yaml"
    file.write_text(
        "title: Bad\nparametres: {}\ninterventions:\n- informations: {from: 2026-01}\n", encoding="utf-8"
    )
    page.set_input_files("#upload", file)
    expect(page.locator(".mistakes li")).to_have_count(2)
    expect(page.locator(".mistakes li").first).to_contain_text("Line 2, column 1: parametres")
    expect(page.locator(".mistakes li").last).to_contain_text("did you mean information?")
    assert stage(page, "stage.parts.length") == 1


def test_a_place_and_a_life(page: Page) -> None:
    at(page, lang="id")
    page.locator("button.stage-place").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_contain_text("skala penuh")
    expect(page.locator(".panel td.shown").first).to_have_text(re.compile(r"^[\d.]+$"))
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    worker = "stage.parts[0].tip.seek(180).state.findIndex((state, row) => state === 3 && row > 500)"
    picked = f"{{ detail: {{ place: null, firm: null, row: {worker} }} }}"
    stage(page, f"stage.dispatchEvent(new CustomEvent('pick', {picked}))")
    expect(page.locator(".panel .story li").first).to_be_visible(timeout=LONG)
    expect(page.locator(".panel h2")).to_contain_text("Seorang")


def test_a_phone(phone: Page) -> None:
    at(phone, lang="id")
    width = "document.documentElement.scrollWidth"
    assert phone.evaluate(width) == 360
    expect(phone.locator(PROMOTION)).to_be_hidden()
    phone.locator(".chip").nth(1).click()
    expect(phone.locator(PROMOTION)).to_be_in_viewport()
    phone.fill(f"{PROMOTION}-box", "20")
    expect(phone.locator(".flag")).to_be_in_viewport()
    phone.get_by_role("button", name="Terapkan").click()
    whole(phone)
    expect(phone.locator(PROMOTION)).to_be_hidden()
    assert phone.evaluate(width) == 360
    parts = "const [a, b] = ['difference', 'cloth'].map((part) => document.querySelector(`.slot-${part}`));"
    assert phone.evaluate(f"() => {{ {parts} return a.compareDocumentPosition(b); }}") & 4  # difference first


def test_a_server_that_is_gone_is_told(browser: Browser, watch: Watch) -> None:
    with serving() as server:
        context = browser.new_context(base_url=server.address)
        page = context.new_page()
        at(page)
        server.kill()
        page.fill(f"{PROMOTION}-box", "20")
        page.press(f"{PROMOTION}-box", "Enter")
        expect(page.locator(".status")).to_contain_text("The server does not answer")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.get_by_role("button", name="Scenario file (YAML)").click()
        expect(page.locator("#notices")).to_contain_text("The server does not answer")
        context.close()


MOVES = """async () => {
  const { changed, effective, parting, same, shortened } = await import("/static/policy.js");
  const span = { now: 180, until: 359 };
  const begun = { from: "2026-01", strength: 1, ramp: 12 };
  const a = { interventions: [{ x: begun }, { y: { from: "2026-01" } }] };
  const b = changed(a, "x", { strength: 2, ramp: 12 }, 204);
  const c = changed(b, "x", { strength: 1, ramp: 12 }, 204);
  const x = (scenario) => scenario.interventions.find((one) => one.x);
  const dated = { parameters: { p: { "2027-01": 1 } } };
  const usual = { from: "2026-01", to: "2060-12", ramp: 0, where: ["all"], coverage: 1, by: "government" };
  const file = { title: "T", parameters: { "choice.regime": "hands-short" }, interventions: [{ x: usual }] };
  return {
    effective: [0, 180, 181, 359].map((month) => effective(month, span)),
    split: b.interventions,
    merged: same(x(c), a.interventions[0]),
    ended: x(changed(a, "x", null, 204)),
    gone: changed({ interventions: [{ x: { from: "2026-01" } }] }, "x", null, 180),
    partings: [
      parting(a, b), parting(null, a), parting(null, dated), parting(null, { parameters: { p: 1 } }),
    ],
    never: parting(a, a) === Infinity,
    untouched: a.interventions[0].x,
    short: shortened(file, ["hands-short"]),
  };
}"""


def test_measures_as_levers_move_them(page: Page) -> None:
    page.goto("/try?lang=en&month=2026-01")
    found = page.evaluate(MOVES)
    assert found["effective"] == [180, 180, 182, 359]
    assert found["split"] == [
        {"y": {"from": "2026-01"}},
        {"x": {"from": "2026-01", "strength": 1, "ramp": 12, "to": "2027-12"}},
        {"x": {"from": "2028-01", "strength": 2}},
    ]
    assert found["ended"] == {"x": {"from": "2026-01", "strength": 1, "ramp": 12, "to": "2027-12"}}
    assert found["gone"] is None
    assert found["merged"]
    assert found["partings"] == [204, 180, 192, 0]
    assert found["never"]
    assert found["untouched"] == {"from": "2026-01", "strength": 1, "ramp": 12}
    assert found["short"] == {
        "scenario": {"title": "T", "interventions": [{"x": {"from": "2026-01", "by": "government"}}]},
        "world": "hands-short",
    }


def test_the_record_plays_at_once(page: Page) -> None:
    """Before any worker is ready the past is there: one file of the server."""
    with page.expect_response(re.compile("/api/record")) as response:
        page.goto("/try?lang=en")
    assert response.value.body() == record("orders-short")


def test_the_cloth_is_painted_before_any_script_has_run(open_tab: Tabs) -> None:
    page = open_tab(java_script_enabled=False)
    page.goto("/try?lang=id")
    assert "poster-id.webp" in page.locator("#page").evaluate("one => getComputedStyle(one).backgroundImage")
    box = page.locator("#page").bounding_box()
    assert box is not None and box["height"] > 300
