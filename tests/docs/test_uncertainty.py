"""The example of docs/uncertainty.md is what the functions of every comparison say, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.statistics import luck
from tools.uncertainty_picture import PAIRS, WHOLE, example, lucky_range

DOCS = Path(__file__).resolve().parents[2] / "docs"


def told(lang: str) -> str:
    """The page, with the signs of numbers as Python writes them."""
    page = (DOCS / ("uncertainty.md" if lang == "en" else "id/uncertainty.md")).read_text(encoding="utf-8")
    page = page.replace("−", "-").replace("**", "").replace("\n", " ")
    return page if lang == "en" else re.sub(r"(\d),(\d)", r"\1.\2", page)


@pytest.fixture(params=["en", "id"])
def page(request: pytest.FixtureRequest) -> str:
    return told(request.param)


def numbers() -> list[str]:
    """Every result of the example, to the digits of the page."""
    found, (low, high) = example(), lucky_range()
    one_by_one = np.array(PAIRS).ravel()
    interval = stats.t.interval(0.95, 7, one_by_one.mean(), stats.sem(one_by_one))
    parts = [
        *(f"{value:+.1f}" for value in (found.low, found.high, found.doubt_low_90, found.doubt_high_90)),
        *(f"{value:.2f}" for value in (found.error, found.doubt, found.doubt**2, *found.shrunk)),
        *(f"{value:+.1f}" for value in (low, high, *interval)),
        f"{stats.sem(one_by_one):.2f}", f"{luck([np.array(WHOLE)])[0]:.2f}", f"{stats.t.ppf(0.975, 3):.2f}",
        f"{found.better:.2f}".removeprefix("0"), f"{found.expected:+.0f}",
    ]  # fmt: skip
    return [part.replace("+19.4", "19.4") for part in parts]


def test_the_page_tells_what_the_functions_say(page: str) -> None:
    assert not [number for number in numbers() if number not in page]


def test_the_table_of_pairs_is_the_example(page: str) -> None:
    rows = re.findall(r"\| (\d) \| [a-z ]+ \| ([+-]?\d+) \| ([+-]?\d+) \| ([+-]?\d+) \|", page)
    assert [(float(one), float(other)) for _, one, other, _ in rows] == list(PAIRS)
    assert [float(mean) for *_, mean in rows] == [np.mean(pair) for pair in PAIRS]


def test_its_verdicts_are_those_of_the_functions() -> None:
    found = example()
    assert not found.shown and found.needed == 8
    worlds = [example(world) for world in (HANDS_SHORT, ORDERS_SHORT)]
    assert [one.expected for one in worlds] == [9, 1]
    assert min(one.low for one in worlds) > -38 and max(one.low for one in worlds) < -29
    assert min(one.high for one in worlds) > 39
    assert lucky_range()[0] > 0 > found.doubt_low_90


def test_the_python_of_the_page_runs(capsys: pytest.CaptureFixture) -> None:
    text = (DOCS / "uncertainty.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.+?)^```", text, flags=re.M | re.S)
    exec(block, {})
    assert "5.0 2.88" in capsys.readouterr().out
