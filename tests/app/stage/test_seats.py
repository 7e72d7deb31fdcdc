"""Everybody has a seat of their own, the same from wherever one comes, and keeps it while life stays."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

import numpy as np
from playwright.sync_api import Page

from batiksim.codes import Stage
from batiksim.futures.decoding import Future
from batiksim.futures.frames import NO_FIRM
from tests.support.stage import SINCE, UNTIL, said

SEATED = """
async ([stream, order]) => {
  const { Seats } = await import("/static/stage/seats.js");
  const future = await read(stream);
  const seats = new Seats(future);
  const centres = future.header.places.map((_, at) => ({ x: 1000 * at, y: 0 }));
  return order.map((month) => {
    seats.seek(month);
    const x = new Float32Array(future.rows).fill(NaN);
    const y = new Float32Array(future.rows).fill(NaN);
    seats.write(x, y, centres, 1);
    return {
      ...{ month: seats.month, x: said(x), y: said(y), group: said(seats.group), slot: said(seats.slot) },
      ...{ outer: Array.from(seats.outer), flowers: Array.from(seats.flowerX) },
    };
  });
}
"""


def array(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


def test_seats(modules: Page, stream: bytes, truth: Future) -> None:
    order = [*range(SINCE - 1, UNTIL + 1), 9, UNTIL, 24, 25]
    found = modules.evaluate(SEATED, [said(stream), order])
    first: dict[int, Any] = {}
    true = {month.month: month for month in truth.months}
    for one in found:
        month = true[one["month"]]
        assert first.setdefault(one["month"], one) == one  # from wherever one comes
        x, y = array(one["x"], "<f4"), array(one["y"], "<f4")
        there = np.flatnonzero(month.state)
        assert np.isfinite(x[there]).all() and np.isfinite(y[there]).all()
        assert np.isnan(x[: month.state.size][month.state == 0]).all()
        group, slot = array(one["group"], "<u4"), array(one["slot"], "<u4")
        taken = Counter(zip(group[there].tolist(), slot[there].tolist(), strict=True))
        assert max(taken.values()) == 1
        # Staff sit around their workshop in its place; the others in the place where they live.
        at_work = there[
            (month.firm[there] != NO_FIRM) & np.isin(month.state[there], [1 + Stage.BATIK, 1 + Stage.OWNER])
        ]
        home = truth.place[: month.state.size].astype(int).copy()
        home[at_work] = month.place[month.firm[at_work]]
        away = np.hypot(x[there] - 1000.0 * home[there], y[there])
        outer = np.array(one["outer"])
        assert (away <= outer[home[there]] + 1.5).all()
    flowers = np.array([value if value is not None else np.nan for value in found[-1]["flowers"]])
    assert np.isfinite(flowers).sum() > 5


def test_a_month_moves_only_those_whose_lives_change(modules: Page, stream: bytes, truth: Future) -> None:
    order = list(range(SINCE - 1, UNTIL + 1))
    found = modules.evaluate(SEATED, [said(stream), order])
    for before, after, month in zip(found, found[1:], truth.months[1:], strict=False):
        old = array(before["group"], "<u4"), array(before["slot"], "<u4")
        new = array(after["group"], "<u4"), array(after["slot"], "<u4")
        size = old[0].size
        moved = (old[0] != new[0][:size]) | (old[1] != new[1][:size])
        moved &= new[0][:size] != 0xFFFFFFFF
        # Each change takes one seat and at most fills one that was left.
        assert moved.sum() <= 2 * month.changed.size
        assert set(np.flatnonzero(old[0] != new[0][:size])) <= set(month.changed.tolist())
