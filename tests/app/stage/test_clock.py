"""The clock plays, holds, and stops at the present once."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# Frames come by hand, so that nothing depends on the speed of a machine: `tick(ms)` is one of them.
CLOCK = """
async (options) => {
  const { Clock } = await import("/static/stage/clock.js");
  let next = null;
  let time = 1000;
  let reached = options.last;
  const heard = [];
  const clock = new Clock({
    ...options, ahead: () => reached, still: () => options.still ?? false, frame: (call) => { next = call; },
  });
  for (const name of ["month", "play", "hold", "now", "end"]) {
    clock.addEventListener(name, ({ detail }) => heard.push([name, Object.values(detail)[0]]));
  }
  const tick = (ms, times = 1) => {
    for (let i = 0; i < times; i++) {
      time += ms;
      const call = next;
      next = null;
      call?.(time);
    }
    return clock.month;
  };
  const arrive = (month) => { reached = month; };
  const months = SCRIPT(clock, tick, arrive);
  return { heard, months, month: clock.month, playing: clock.playing };
}
"""


def run(page: Page, script: str, **options: Any) -> dict[str, Any]:
    result: dict[str, Any] = page.evaluate(
        CLOCK.replace("SCRIPT", f"((clock, tick, arrive) => ({script})())"),
        {"first": 0, "last": 359, "now": 180, **options},
    )
    return result


def test_it_plays_as_fast_as_it_is_told(modules: Page) -> None:
    for speed, months in [(0.5, 6), (1, 12), (2, 24), (4, 48), (8, 96)]:
        found = run(modules, "() => { clock.play(); tick(0); return tick(50, 20); }", speed=speed)
        assert found["months"] == months and found["playing"]


def test_it_stops_at_the_present_once(modules: Page) -> None:
    found = run(
        modules,
        """() => {
          clock.month = 175; clock.play(); tick(50, 40);
          const first = clock.month;
          clock.play(); tick(50, 5); clock.pause();
          clock.month = 170; clock.play(); tick(50, 20);
          return first;
        }""",
        speed=8,
    )
    assert found["months"] == 180 and found["month"] > 185
    assert [one for one in found["heard"] if one[0] == "now"] == [["now", 180]]


def test_it_holds_where_nothing_has_arrived(modules: Page) -> None:
    found = run(
        modules,
        "() => { arrive(190); clock.month = 185; clock.play(); tick(100, 30); const held = clock.month;"
        " arrive(359); tick(100, 1); tick(100, 200); return held; }",
        speed=4,
    )
    assert found["months"] == 190 and found["month"] == 359 and not found["playing"]
    assert [one for one in found["heard"] if one[0] in ("hold", "end")] == [
        ["hold", True], ["hold", False], ["end", 359],
    ]  # fmt: skip


def test_it_waits_when_told_to(modules: Page) -> None:
    found = run(
        modules,
        """() => {
          clock.play(); tick(50, 10); clock.hold(true);
          const at = clock.month;
          tick(50, 20);
          const held = clock.month - at;
          clock.hold(false); tick(50, 5);
          return [held, clock.month - at];
        }""",
    )
    held, gone_on = found["months"]
    assert held == 0 and 0 < gone_on <= 12  # the time it waited is not made up for


def test_whoever_wants_less_motion_sees_whole_years(modules: Page) -> None:
    found = run(modules, "() => { clock.month = 5; clock.play(); tick(100, 35); }", still=True)
    assert [one[1] for one in found["heard"] if one[0] == "month"] == [5, 12, 24, 36]


def test_keys(modules: Page) -> None:
    found = run(
        modules,
        """() => {
          const press = (key, more = {}) => [clock.key({ key, ...more }), clock.month];
          clock.month = 24;
          return [press("ArrowRight"), press("ArrowLeft", { shiftKey: true }), press("End"),
          press("ArrowRight"),
            press("Home"), press("PageUp"), press("x"), press("End", { ctrlKey: true }),
            press(" ")];
        }""",
    )
    moved = [25, 13, 359, 359, 0, 12, 12, 12, 12]
    assert [month for _, month in found["months"]] == moved
    assert [taken for taken, _ in found["months"]] == [True] * 6 + [False] * 2 + [True]
    assert found["playing"]
