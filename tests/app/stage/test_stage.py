"""The whole stage: what it shows is what the futures say, and all of it can be reached without a pointer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from batiksim.codes import Stage
from batiksim.futures.decoding import Future, decode
from tests.support.stage import said

Begun = Callable[..., Page]
NOW = 180
UNDER = """
async ([policy, month]) => {
  const future = new Future();
  stage.month = Math.min(month, 179);
  stage.setFuture(future);
  await future.read(bytes(policy));
  stage.month = month;
}
"""
DECEMBER_2029 = 227


@pytest.fixture(scope="module")
def past(baseline: bytes) -> Future:
    return decode([baseline])


@pytest.fixture(scope="module")
def ahead(policy: bytes) -> Future:
    return decode([policy])


def numbers(text: str) -> list[list[float]]:
    """The rows of a CSV without its head, empty cells as NaN."""
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return [[float(cell or "nan") for cell in row] for row in rows]


def test_charts_are_the_numbers_of_the_futures(
    begun: Begun, past: Future, ahead: Future, policy: bytes
) -> None:
    page = begun()
    page.evaluate(UNDER, [said(policy), DECEMBER_2029])
    by_month = {month.month: month for month in past.months}
    under = {**by_month, **{month.month: month for month in ahead.months[1:]}}
    for year, shown, without in numbers(page.evaluate("stage.csv('workforce')")):
        december = (int(year) - 2011) * 12 + 11
        assert shown == pytest.approx(under[december].numbers["batik.workers"])
        assert without == pytest.approx(by_month[december].numbers["batik.workers"])
    difference = numbers(page.evaluate("stage.csv('difference')"))
    assert [row[1] for row in difference[:4]] == [
        pytest.approx(under[month].numbers["batik.workers"] - by_month[month].numbers["batik.workers"])
        for month in range(191, 228, 12)
    ]
    assert np.isnan([row[1] for row in difference[4:]]).all()  # not here yet
    for year, pay, without, umk in numbers(page.evaluate("stage.csv('pay')")):
        months = range((int(year) - 2011) * 12, (int(year) - 2011) * 12 + 12)
        mean = {
            name: np.mean([under[month].numbers[name] for month in months])
            for name in ("pay.batik_median", "pay.umk")
        }
        assert pay == pytest.approx(mean["pay.batik_median"]) and umk == pytest.approx(mean["pay.umk"])
        if year >= 2026:
            assert without == pytest.approx(
                np.mean([by_month[m].numbers["pay.batik_median"] for m in months])
            )
    ages = [row[1:] for row in csv.reader(io.StringIO(page.evaluate("stage.csv('ages')")))][1:]
    assert under[DECEMBER_2029].ages is not None
    assert np.array_equal(np.array(ages, float).T, 10 * under[DECEMBER_2029].ages)
    price = [row[1] for row in csv.reader(io.StringIO(page.evaluate("stage.csv('price')")))][1:]
    for part, rupiah in zip(("materials", "worker", "broker", "owner", "trader"), price, strict=True):
        values = [under[month].numbers[f"chain.share_{part}"] for month in range(216, 228)]
        assert float(rupiah) == pytest.approx(1e5 * np.mean(values), abs=0.51)


def test_dots_are_the_people(begun: Begun, past: Future, ahead: Future, policy: bytes) -> None:
    page = begun()
    page.evaluate("stage.month = 100")
    table = np.array(
        [row[1:] for row in csv.reader(io.StringIO(page.evaluate("stage.csv('cloth')")))][1:], float
    )
    month = next(one for one in past.months if one.month == 100)
    in_batik = month.state == 1 + Stage.BATIK
    young = past.birth[: month.state.size] > 100 - 360
    for column, whose in enumerate((in_batik & young, in_batik & ~young, month.state == 1 + Stage.OWNER)):
        at = past.place[: month.state.size][whose]
        assert np.array_equal(table[:, column], 10 * np.bincount(at, minlength=21))
    assert table[:, :2].sum() == pytest.approx(month.numbers["batik.workers"])
    page.evaluate(UNDER, [said(policy), DECEMBER_2029])
    gained, lost, net = page.evaluate(
        "[stage.cloth.gained, stage.cloth.lost, stage.difference('batik.workers')]"
    )
    assert 10 * (gained - lost) == pytest.approx(net)
    before = next(one for one in past.months if one.month == DECEMBER_2029)
    after = next(one for one in ahead.months if one.month == DECEMBER_2029)
    common = ahead.header["people"]
    here, there = (one.state[:common] == 1 + Stage.BATIK for one in (after, before))
    assert page.evaluate("stage.cloth.marked.length") == (here & ~there).sum()


def test_ghosts_are_told_in_words(begun: Begun, policy: bytes) -> None:
    page = begun()
    page.evaluate(UNDER, [said(policy), DECEMBER_2029])
    lines = [[20.0 * k + step for step in range(180)] for k in range(-2, 6)]
    luck = [{"since": NOW, "values": {"batik.workers": line}, "seed": k} for k, line in enumerate(lines)]
    doubt = [{**luck[0], "world": "Pasar"}, {**luck[7], "world": "Tangan"}]
    page.evaluate("([luck, doubt]) => stage.setGhosts({ luck, doubt })", [luck, doubt])
    chart = page.locator(".stage-chart", has=page.locator(".stage-difference"))
    ends = np.array(lines)[:, 168:].mean(axis=1)
    sentence = chart.locator(".stage-sentence").inner_text()
    assert f"more in {(ends > 0).sum()} of 8 pairs" in sentence
    assert f"standard error {ends.std(ddof=1) / np.sqrt(8):.0f}" in sentence
    assert "In the model" in sentence and "under 2 other plausible sets of assumptions" in sentence
    assert chart.locator("path.luck").count() == 8 + 1  # and its key
    assert chart.locator("path.doubt").count() == 2 + 2
    assert page.evaluate("stage.csv('difference').split('\\r\\n')[0]").count("Luck") == 8
    page.evaluate("stage.setFuture(null)")
    assert chart.is_hidden()


def test_what_was_shown_stays_until_the_month_is_here(begun: Begun, policy: bytes) -> None:
    page = begun()
    found = page.evaluate(
        """async (policy) => {
          const whole = bytes(policy);
          let give;
          const source = new ReadableStream({ start(out) { give = out; } });
          const future = new Future();
          stage.month = 220;
          stage.setFuture(future);
          const reading = future.read(source);
          const part = Math.round(whole.length * 0.7);
          const first = new Promise((resolve) => future.addEventListener("months", resolve, { once: true }));
          give.enqueue(whole.slice(0, part));
          await first;
          const now = () => [stage.since, stage.month, document.querySelector(".stage-wait").hidden];
          const early = now();
          give.enqueue(whole.slice(part));
          give.close();
          await reading;
          return [early, now(), heard.map((one) => one[0])];
        }""",
        said(policy),
    )
    early, late, heard = found
    assert early == [None, 220, False]
    assert late == [NOW, 220, True]
    assert "error" not in heard


def test_a_broken_future_is_said_and_the_old_one_stays(begun: Begun, policy: bytes) -> None:
    page = begun()
    found = page.evaluate(
        """async (policy) => {
          const future = new Future();
          stage.month = 200;
          stage.setFuture(future);
          await future.read(bytes(policy).slice(0, 60000)).catch(() => 0);
          return [heard.filter((one) => one[0] === "error"), stage.month, stage.value("batik.workers") > 0];
        }""",
        said(policy),
    )
    errors, month, alive = found
    assert len(errors) == 1 and "reload" in errors[0][1]["message"] and month == 200 and alive


def test_in_indonesian_with_its_numbers(begun: Begun, past: Future) -> None:
    page = begun("id")
    page.evaluate("stage.month = 359")
    workers = round(past.series("batik.workers")[-1], -1)
    said_so = f"{workers:,.0f}".replace(",", ".")
    assert page.locator(".stage-workers").inner_text() == f"{said_so} pekerja batik"
    page.wait_for_function(
        "() => document.querySelector('[aria-live]').textContent.includes('Desember 2040')"
    )
    assert said_so in page.locator("[aria-live]").inner_text()
    chart = page.locator(".stage-chart", has=page.locator(".stage-workforce"))
    chart.get_by_text("Angka dalam tabel").click()
    expect(chart.locator("tbody tr")).to_have_count(30)  # it is filled when it opens
    assert said_so in chart.locator("table").inner_text()


def test_pointer_and_keys_find_places_and_people(begun: Begun) -> None:
    page = begun(keys=True)
    page.evaluate("stage.month = 100")
    x, y, row = page.evaluate(
        """() => {
          const { cloth } = stage;
          const row = cloth.order[cloth.order.length - 1];
          const box = cloth.canvas.getBoundingClientRect();
          cloth.x.set(cloth.goalX);
          cloth.y.set(cloth.goalY);
          return [box.left + cloth.x[row], box.top + cloth.y[row], row];
        }"""
    )
    page.mouse.click(x, y)
    name, detail = page.evaluate("heard.at(-1)")
    assert name == "pick" and detail["person"] == detail["row"] == row
    assert detail["place"] in page.evaluate("baseline.header.places")
    page.locator(".stage-place").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    name, detail = page.evaluate("heard.at(-1)")
    assert name == "pick" and detail["person"] is None and detail["place"] != "medono"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("stage.month") == 101
    page.keyboard.press("End")
    assert page.evaluate("stage.month") == 359


def test_a_guess_by_keys(begun: Begun) -> None:
    page = begun(guess=True, month=178)
    page.evaluate("stage.play()")
    page.wait_for_function("() => heard.some((one) => one[0] === 'now')")
    handle = page.get_by_role("slider", name="Your guess, year by year")
    assert handle.evaluate("one => one === document.activeElement")
    start = page.evaluate("stage.value('batik.workers', 180)")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert "2039" in str(handle.get_attribute("aria-valuetext"))
    page.get_by_role("button", name="That is my guess").click()
    name, guess = page.evaluate("heard.find((one) => one[0] === 'guess')")
    assert name == "guess" and guess["months"] == list(range(191, 360, 12))
    assert guess["values"] == sorted(guess["values"], reverse=True)
    assert guess["values"][-1] == pytest.approx(start - 400, abs=10)
    page.evaluate("stage.month = 359")
    sentence = page.locator(".stage-chart", has=page.locator(".stage-workforce")).locator(".stage-sentence")
    assert f"{guess['values'][-1]:,}" in sentence.inner_text()


def test_whoever_wants_less_motion_sees_no_gliding(begun: Begun) -> None:
    page = begun()
    page.emulate_media(reduced_motion="reduce")
    jumped = page.evaluate(
        """() => {
          stage.month = 300;
          const { order, x, goalX } = stage.cloth;
          return order.every((row) => x[row] === goalX[row]);
        }"""
    )
    assert jumped


def test_pictures_and_an_end(begun: Begun, policy: bytes) -> None:
    page = begun()
    page.evaluate(UNDER, [said(policy), 200])
    for part in ("cloth", "difference", "workforce", "pay", "ages", "price"):
        size = page.evaluate(
            """async (part) => {
              const picture = await createImageBitmap(await stage.png(part));
              return [picture.width, picture.height];
            }""",
            part,
        )
        assert size[0] > 300 and size[1] > 200, part
    page.evaluate("stage.close()")
    assert page.evaluate("document.querySelector('#stage').childElementCount") == 0
