"""A browser reads from frames what Python reads, month by month; what is no future is refused."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from batiksim.futures.decoding import Future
from batiksim.futures.frames import END, ERROR, HEADER, KEY, MONTHS, PEOPLE, frame, unframed
from tests.support.stage import SINCE, UNTIL, said

SHOWN = """
async ([stream, order]) => {
  const { Cursor } = await import("/static/stage/frames.js");
  const future = await read(stream);
  const cursor = new Cursor(future);
  return order.map((month) => {
    cursor.seek(month);
    const { rows, firms } = cursor;
    return {
      month: cursor.month,
      state: said(cursor.state.slice(0, rows)),
      firm: said(cursor.firm.slice(0, rows)),
      place: said(cursor.firmPlace.slice(0, firms)),
      open: said(cursor.firmOpen.slice(0, firms)),
    };
  });
}
"""
REFUSED = """
async (stream) => {
  const { Future } = await import("/static/stage/frames.js");
  const future = new Future();
  let told = null;
  future.addEventListener("error", ({ detail }) => (told = detail));
  try {
    await future.read(bytes(stream));
  } catch (error) {
    return { name: error.name, message: error.message, said: error.said, told };
  }
  return null;
}
"""


def array(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


def test_a_month_is_the_same_from_wherever_one_comes(modules: Page, stream: bytes, truth: Future) -> None:
    months = {month.month: month for month in truth.months}
    there = list(range(SINCE - 1, UNTIL + 1))
    order = [*there, UNTIL, SINCE - 1, 30, 29, 12, 11, 10, 36, 7, 24, 23, 40, 22]
    for found in modules.evaluate(SHOWN, [said(stream), order]):
        true = months[found["month"]]
        assert np.array_equal(array(found["state"], "u1"), true.state)
        assert np.array_equal(array(found["firm"], "<u2"), true.firm)
        assert np.array_equal(array(found["place"], "u1"), true.place)
        assert np.array_equal(array(found["open"], "u1"), true.open)


def test_people_numbers_and_ages(modules: Page, stream: bytes, truth: Future) -> None:
    found = modules.evaluate(
        """async (stream) => {
          const future = await read(stream);
          const { rows, header } = future;
          const months = future.months.map((_, at) => future.since + at);
          const texts = (value) => (Number.isNaN(value) ? "NaN" : value);
          return {
            birth: said(future.birth.slice(0, rows)),
            place: said(future.place.slice(0, rows)),
            sex: said(future.sex.slice(0, rows)),
            numbers: months.map((month) => header.indicators.map((name) => texts(future.value(name, month)))),
            byPlace: months.map((month) =>
              header.by_place.map((name) =>
                header.places.map((_, at) => texts(future.valueAt(name, at, month)))),
            ),
            ages: months.map((month) => Array.from(future.agesOf(month))),
            none: [
              future.value("batik.workers", future.first),
              future.value("batik.nobody", 20),
              future.valueAt("batik.workers", 99, 20),
            ].map(texts),
            noAges: future.agesOf(future.last + 1),
            series: future.series("pay.umk").length,
          };
        }""",
        said(stream),
    )
    assert np.array_equal(array(found["birth"], "<i2"), truth.birth)
    assert np.array_equal(array(found["place"], "u1"), truth.place)
    assert np.array_equal(array(found["sex"], "u1"), truth.sex)
    for at, month in enumerate(truth.months[1:]):
        numbers = [float(one) for one in found["numbers"][at]]
        assert np.array_equal(numbers, list(month.numbers.values()), equal_nan=True)
        places = np.array([[float(one) for one in row] for row in found["byPlace"][at]], np.float32)
        assert np.array_equal(places, np.array(list(month.by_place.values())), equal_nan=True)
        assert month.ages is not None
        assert np.array_equal(found["ages"][at], month.ages.ravel())
    assert found["none"] == ["NaN"] * 3 and found["noAges"] is None
    assert found["series"] == len(truth.months) - 1


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_stream_may_be_cut_anywhere(modules: Page, stream: bytes, size: int) -> None:
    short = stream if size > 7 else _short(stream)
    found = modules.evaluate(
        """async ([stream, size]) => {
          const { Future } = await import("/static/stage/frames.js");
          const whole = bytes(stream);
          let at = 0;
          const source = new ReadableStream({
            pull(out) {
              if (at >= whole.length) out.close();
              else out.enqueue(whole.slice(at, (at += size)));
            },
          });
          const future = new Future();
          const heard = [];
          for (const name of ["header", "months", "end", "error"]) {
            future.addEventListener(name, () => heard.push([name, future.last]));
          }
          await future.read(source);
          return { heard, last: future.last, complete: future.complete };
        }""",
        [said(short), size],
    )
    assert found["complete"]
    assert found["heard"][0] == ["header", -1] and found["heard"][-1] == ["end", found["last"]]
    assert ["months", found["last"]] in found["heard"]


def parts(stream: bytes) -> list[tuple[int, bytes]]:
    return list(unframed([stream]))


def _short(stream: bytes) -> bytes:
    """The same with one frame of months only."""
    kinds = parts(stream)
    months = next(payload for kind, payload in kinds if kind == MONTHS)
    head, people, key = kinds[:3]
    whole = [*(head, people, key), (MONTHS, months), (END, json.dumps({"months": 4, "changed": 0}).encode())]
    return b"".join(frame(kind, payload) for kind, payload in whole)


def changed(stream: bytes, kind: int, change: Any) -> bytes:
    """A stream with the first frame of a kind changed."""
    done = False
    result = b""
    for one, payload in parts(_short(stream)):
        if one == kind and not done:
            payload, done = change(payload), True
        result += frame(one, payload)
    assert done
    return result


def header(**said_otherwise: Any) -> Any:
    return lambda payload: json.dumps({**json.loads(payload), **said_otherwise}).encode()


def at(place: int, form: str, value: int) -> Any:
    def change(payload: bytes) -> bytes:
        content = bytearray(payload)
        struct.pack_into(form, content, place, value)
        return bytes(content)

    return change


MONTH_HEAD = struct.calcsize("<HHIH")


BROKEN: list[tuple[int, Any, str]] = [
    (HEADER, header(format=2), "format 2"),
    (HEADER, header(people=-1), "header"),
    (HEADER, header(people=10**9), "header"),
    (HEADER, header(people="many"), "header"),
    (HEADER, header(people=7), "place"),
    (HEADER, header(scale=0), "header"),
    (HEADER, header(places=["x"]), "place"),
    (HEADER, header(indicators=[1]), "header"),
    (HEADER, header(until=3), "month"),
    (HEADER, lambda payload: b"\xff{", "header"),
    (HEADER, lambda payload: b"null", "format"),
    (PEOPLE, lambda payload: payload[:-1], "early"),
    (PEOPLE, lambda payload: payload + b"\0", "too many"),
    (KEY, at(0, "<h", -5), "month"),
    (KEY, at(4, "B", 9), "state"),
    (KEY, lambda payload: payload[:-1] , "early"),
    (MONTHS, at(0, "<H", 999), "month"),
    (MONTHS, at(2, "<H", 60000), "early"),
    (MONTHS, at(4, "<I", 2**32 - 1), "early"),
    (MONTHS, at(MONTH_HEAD, "<I", 2**31), "row"),
    (MONTHS, lambda payload: payload[:-3], "early"),
    (END, lambda payload: b'{"months": 400}', "400"),
]  # fmt: skip


def test_what_is_no_future_is_refused(modules: Page, stream: bytes) -> None:
    for kind, change, told in BROKEN:
        refused = modules.evaluate(REFUSED, said(changed(stream, kind, change)))
        assert refused and refused["name"] == "FrameError" and not refused["said"], (kind, told)
        assert told in refused["message"] and refused["told"]["message"] == refused["message"]


def test_a_broken_stream_is_refused(modules: Page, stream: bytes) -> None:
    short = _short(stream)
    head, people, *rest = [frame(kind, payload) for kind, payload in parts(short)]
    packed = zlib.compressobj(9)
    content = b"".join(packed.compress(bytes(2**24)) for _ in range(17)) + packed.flush()
    bomb = struct.pack("<IB", len(content), PEOPLE) + content
    cases = {
        "ends inside a frame": short[:-1],
        "before its end": b"".join([head, people, *rest[:-1]]),
        "after the end": short + frame(END, {"months": 4}),
        "a second header": head + head,
        "no header": people,
        "people twice": head + people + people,
        "before the people": head + rest[0],
        "before the key frame": head + people + rest[1],
        "a second key frame": head + people + rest[0] + rest[0],
        "unknown kind 9": head + struct.pack("<IB", 1, 9) + b"x",
        "cannot be unpacked": head + struct.pack("<IB", 4, PEOPLE) + b"abcd",
        "too large": struct.pack("<IB", 2**32 - 1, HEADER),
        " is too large": head + bomb,
    }
    for told, broken in cases.items():
        refused = modules.evaluate(REFUSED, said(broken))
        assert refused and told in refused["message"], (told, refused)


def test_what_the_server_says_is_passed_on(modules: Page, stream: bytes) -> None:
    head = frame(*parts(stream)[0])
    refused = modules.evaluate(REFUSED, said(head + frame(ERROR, {"message": "Sewanya habis <b>"})))
    assert refused["told"] == {"message": "Sewanya habis <b>", "said": True}
