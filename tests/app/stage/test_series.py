"""The arithmetic of the charts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import Page

CALL = "async ([name, args]) => (await import('/static/stage/series.js'))[name](...args)"


def test_means_of_years(modules: Page) -> None:
    values = [float(month * month % 37) for month in range(40)]
    found = modules.evaluate(
        """async (values) => {
          const { annualMeans, lastYear } = await import("/static/stage/series.js");
          const value = (month) => values[month] ?? NaN;
          const years = [annualMeans(value, 0, 39), annualMeans(value, 5, 30)];
          return [...years, lastYear(value, 30), lastYear(value, 3)];
        }""",
        values,
    )
    means = np.reshape(values[:36], (3, 12)).mean(axis=1)
    years = [{"year": 2011 + k, "value": pytest.approx(means[k])} for k in range(3)]
    assert found[0] == years  # not the four months of the fourth
    assert found[1] == years[1:2]
    assert found[2] == pytest.approx(np.mean(values[19:31]))
    assert found[3] == pytest.approx(np.mean(values[:4]))


def test_ghosts_together(modules: Page) -> None:
    lines = np.random.default_rng(5).normal(30, 60, (8, 48))
    ghosts = [{"since": 180, "values": {"batik.workers": line.tolist()}} for line in lines]
    found = modules.evaluate(CALL, ["together", [ghosts, "batik.workers", 227]])
    ends = lines[:, 36:48].mean(axis=1)
    assert found["count"] == 8 and found["more"] == (ends > 0).sum()
    assert found["mean"] == pytest.approx(ends.mean())
    assert found["error"] == pytest.approx(ends.std(ddof=1) / np.sqrt(8))
    assert (found["low"], found["high"]) == (pytest.approx(ends.min()), pytest.approx(ends.max()))
    assert modules.evaluate(CALL, ["together", [[], "batik.workers", 227]]) is None
    edges = modules.evaluate(CALL, ["band", [ghosts, "batik.workers", 179, 230]])
    assert [edge["month"] for edge in edges] == list(range(180, 228))
    assert [edge["high"] for edge in edges] == pytest.approx(lines.max(axis=0).tolist())


def test_marks_of_an_axis(modules: Page) -> None:
    for low, high in [(0, 18070), (-430, 212), (0, 5.6e6), (0, 0), (-1e-3, 2e-3), (99, 100)]:
        marks = modules.evaluate(CALL, ["ticks", [low, high, 3]])
        assert 2 <= len(marks) <= 8, json.dumps(marks)
        assert marks[0] <= low and marks[-1] >= high - 1e-9
        assert np.allclose(np.diff(marks), marks[1] - marks[0])


def test_labels_stand_apart(modules: Page) -> None:
    heights = modules.evaluate(CALL, ["apart", [[100, 98, 20, 101], 15, 10, 120]])
    assert heights[2] == 20 and sorted(heights) == heights[2:3] + sorted([heights[1], heights[0], heights[3]])
    gaps = np.diff(sorted(heights))
    assert (gaps >= 15 - 1e-9).all() and max(heights) <= 120


def test_csv_is_text_to_a_spreadsheet(modules: Page) -> None:
    found = modules.evaluate(
        """async () => (await import("/static/stage/chart.js")).csvOf({
          columns: ["a", '=1+1', 'say "x"'], rows: [["@b, c", -3.5, NaN], ["-2", 1e6, null]],
        })"""
    )
    assert found == 'a,\'=1+1,"say ""x"""\r\n"\'@b, c",-3.5,\r\n\'-2,1000000,\r\n'
