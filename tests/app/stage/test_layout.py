"""Roundels stand apart, inside the cloth, and beside their neighbours as on the map."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.stage import places

LAID = """
async ([places, radii, room]) => {
  const { layout, neighbours, onThePlane, turned, MOST_TURN } = await import("/static/stage/layout.js");
  const points = onThePlane(places);
  const found = layout(points, radii, room);
  const turns = neighbours(points).map(([i, j]) => {
    const angle = Math.atan2(points[i].y - points[j].y, points[j].x - points[i].x);
    return Math.abs(turned(found.centres[i], found.centres[j], angle));
  });
  return { ...found, turns, most: MOST_TURN, again: layout(points, radii, room), points };
}
"""
RADII = [16, 13, 19, 33, 22, 28, 27, 24, 20, 21, 27, 24, 23, 15, 32, 32, 32, 32, 32, 32, 32]
SIZES = [(790, 545), (330, 440), (620, 520), (1100, 600)]


def room(width: int, height: int) -> dict[str, Any]:
    letter = 7 if width > 500 else 5.5
    captions = [{"width": letter * max(map(len, one["name"].split())), "height": 26} for one in places()]
    return {
        "width": width,
        "height": height,
        "captions": captions,
        "keep": [{"x": 0, "y": 0, "width": width * 0.25, "height": 110}],
    }


@pytest.fixture(scope="module")
def sizes() -> list[tuple[int, int]]:
    return SIZES


def test_nothing_overlaps_and_neighbours_stay(modules: Page, sizes: list[tuple[int, int]]) -> None:
    for width, height in sizes:
        laid = modules.evaluate(LAID, [places(), RADII, room(width, height)])
        centres = laid["centres"]
        assert laid["again"]["centres"] == centres
        for one, radius in zip(centres, RADII, strict=True):
            assert one["r"] == pytest.approx(laid["scale"] * radius)
            assert one["r"] <= one["x"] + 0.5 and one["x"] + one["r"] <= width + 0.5
            assert one["r"] <= one["y"] + 0.5 and one["y"] + one["r"] + 26 <= height + 0.5
            beside = max(0.0, one["x"] - width * 0.25), max(0.0, one["y"] - 110)
            assert math.hypot(*beside) >= one["r"] - 0.5
        for a, b in itertools.combinations(centres, 2):
            assert math.hypot(a["x"] - b["x"], a["y"] - b["y"]) > a["r"] + b["r"]
        assert max(laid["turns"]) < laid["most"] < math.pi / 2
        assert sorted(laid["turns"])[len(laid["turns"]) // 2] < math.radians(50)
        # Roundels are as large as they can be seen: a fifth of the cloth and more, captions not counted.
        assert sum(math.pi * one["r"] ** 2 for one in centres) > 0.2 * width * height


def test_the_sea_is_in_the_north(modules: Page) -> None:
    laid = modules.evaluate(LAID, [places(), RADII, room(790, 545)])
    by_id = {one["id"]: centre for one, centre in zip(places(), laid["centres"], strict=True)}
    assert by_id["krapyak-lor"]["y"] < by_id["kauman"]["y"] < by_id["jenggot"]["y"]
    assert by_id["bojong"]["x"] < by_id["kedungwuni"]["x"] < by_id["jenggot"]["x"]
    assert by_id["pesindon"]["y"] < by_id["wonopringgo"]["y"]


def test_other_places(modules: Page) -> None:
    many = [{"id": str(k), "x": 9 * math.cos(k), "y": k % 7} for k in range(60)]
    laid = modules.evaluate(LAID, [many, [10] * 60, {"width": 900, "height": 600}])
    for a, b in itertools.combinations(laid["centres"], 2):
        assert math.hypot(a["x"] - b["x"], a["y"] - b["y"]) > a["r"] + b["r"]
    one = modules.evaluate(LAID, [many[:1], [10], {"width": 90, "height": 60}])
    assert one["centres"][0]["r"] > 20
    none = modules.evaluate(LAID, [[], [], {"width": 90, "height": 60}])
    assert none["centres"] == []
    tiny = modules.evaluate(LAID, [places(), RADII, room(60, 40)])
    assert all(math.isfinite(centre["x"]) and centre["r"] > 0 for centre in tiny["centres"])
