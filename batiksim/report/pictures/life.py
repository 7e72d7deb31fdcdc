"""One life told twice: the same person under the baseline and under a policy, year by year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from batiksim.i18n.texts import catalogue, language, text
from batiksim.present import palette
from batiksim.present.names import place
from batiksim.report import style
from batiksim.report.pictures.picture import Picture
from batiksim.report.pictures.report_context import WORKFORCE, ReportContext
from batiksim.runs.assemble import LIFE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Stage -> fill and ink.
STAGES = {
    "school": ("#e9e2cf", palette.INK),
    "seeking": ("#f3cf9f", palette.INK),
    "batik": (palette.INDIGO, "white"),
    "owner": ("#12305a", "white"),
    "garment": (palette.SAGE, palette.INK),
    "other": ("#cfc4d6", palette.INK),
    "home": ("#e6d3cd", palette.INK),
    "retired": ("#dedede", palette.INK),
    "settled": ("#ececec", palette.INK),
    "gone": ("#f6f6f6", palette.PALE),
}
# Width of a letter in px, about.
_LETTER = 5.6
_CRAFT = ("batik", "owner")
_LEFT, _TOP, _LANE, _GAP = 168, 38, 34, 30


def life(context: ReportContext) -> Iterator[Picture]:
    """A picture for each life in which the policy made a difference."""
    if not (context.study.files / LIFE).exists():
        return
    found = context.study.lives.get("lives", [])
    number = 0
    for entry in found:
        if "error" not in entry and entry.get("stage_differs"):
            number += 1
            yield _picture(context, entry, number)


def _picture(context: ReportContext, entry: Mapping[str, Any], number: int) -> Picture:
    figure = style.canvas(_TOP + 2 * (_LANE + _GAP) + 34)
    names = (entry["baseline"], entry["scenario"])
    lives = [entry["lives"][name] for name in names]
    axes = style.place(figure, _LEFT, _TOP, style.WIDTH - _LEFT - 14, 2 * (_LANE + _GAP))
    born = style.years([entry["person"]["born"]])[0]
    # From the last years of school on: before that there is nothing to see.
    first = max(int(born) + 13, int(min(lives[0]["stages"])[:4]))
    last = int(max(lives[0]["stages"])[:4])
    axes.set_xlim(first, last + 1)
    axes.set_ylim(2 * (_LANE + _GAP), 0)
    for k, (name, told) in enumerate(zip(names, lives, strict=True)):
        y = k * (_LANE + _GAP)
        _lane(axes, context, told["stages"], first, y)
        _pay(axes, context, told, y, first)
        style.write(
            figure, 6, _TOP + y + _LANE / 2, context.folded(name, 22), fontsize=9.5, fontweight="bold",
            color=context.colour(name), linespacing=1.1,
        )  # fmt: skip
    _frame(axes, context, entry, born, (first, last))
    return _say(context, entry, number, figure)


def _lane(axes: Axes, context: ReportContext, stages: Mapping[str, str], first: int, y: float) -> None:
    years = [(int(month[:4]), stage) for month, stage in stages.items() if int(month[:4]) >= first]
    width = (style.WIDTH - _LEFT - 14) / (axes.get_xlim()[1] - axes.get_xlim()[0])
    free = float(first)
    for stage, run in groupby(years, key=lambda pair: pair[1]):
        span = [year for year, _ in run]
        left, length = span[0], span[-1] - span[0] + 1
        fill, ink = STAGES.get(stage, STAGES["other"])
        style.segment(axes, left, length, y, _LANE, fill)
        label = text(f"picture.stage.{stage}")
        middle, half = left + length / 2, _LETTER * len(label) / 2 / width
        look: dict[str, Any] = {"ha": "center", "va": "center"}
        if 2 * half <= length - 6 / width:
            axes.text(middle, y + _LANE / 2, label, fontsize=9, color=ink, **look)
            continue
        middle = min(middle, axes.get_xlim()[1] - half)
        if middle - half > free:  # too narrow: above, where there is room
            axes.text(middle, y - 6, label, fontsize=8, color=palette.INK, **look)
            free = middle + half


def _pay(axes: Axes, context: ReportContext, told: Mapping[str, Any], y: float, first: int) -> None:
    """The pay agreed at the beginning of jobs, below the lane, as far as the numbers do not meet."""
    width = (style.WIDTH - _LEFT - 14) / (axes.get_xlim()[1] - axes.get_xlim()[0])
    free = -1e9
    for year, amount in _agreed(told["story"].get(language(), [])):
        if year < first or (year - free) * width < 84:
            continue
        axes.plot([year], [y + _LANE + 4], "^", color=palette.INDIGO, markersize=4, clip_on=False)
        right = year > axes.get_xlim()[1] - 84 / width
        axes.text(
            year + (-0.25 if right else 0.25), y + _LANE + 8, amount, fontsize=8.5, color=palette.INDIGO,
            ha="right" if right else "left", va="center",
        )  # fmt: skip
        free = year


def _agreed(story: list[str]) -> list[tuple[float, str]]:
    """Year and pay of each batik job that begins in a story."""
    patterns = []
    for key in ("story.hired", "story.changes", "story.recalled"):
        parts = re.split(r"\{(\w+)\}", catalogue()[key][language()])
        patterns.append(
            "".join(f"(?P<{part}>.+?)" if k % 2 else re.escape(part) for k, part in enumerate(parts))
        )
    begun = (re.fullmatch(pattern, line) for line in story for pattern in patterns)
    return [(float(style.years([found["month"]])[0]), found["rate"]) for found in begun if found]


def _frame(
    axes: Axes, context: ReportContext, entry: Mapping[str, Any], born: float, years: tuple[int, int]
) -> None:
    axes.set_yticks([])
    axes.spines[["left", "right", "top", "bottom"]].set_visible(False)
    axes.set_facecolor("none")
    step = 2 if years[1] - years[0] <= 14 else 5
    ticks = [year for year in range(years[0], years[1] + 1) if year % step == 0]
    axes.set_xticks([year + 0.5 for year in ticks])
    axes.set_xticklabels([f"{year}\n{text('picture.life_age', age=int(year + 1 - born))}" for year in ticks])
    axes.tick_params(length=0, labelsize=9, labelcolor=palette.INK)
    if entry.get("start"):
        here = style.years([entry["start"]])[0]
        axes.plot(
            [here, here], [-13, 2 * _LANE + _GAP], color=palette.INK, linewidth=1, linestyle=(0, (3, 2)),
            clip_on=False,
        )  # fmt: skip
        words = text("picture.life_parts", year=entry["start"][:4])
        axes.text(here, -20, words, fontsize=9, ha="center", va="center", color=palette.INK)


def _say(context: ReportContext, entry: Mapping[str, Any], number: int, figure: Any) -> Picture:
    base, policy = entry["baseline"], entry["scenario"]
    person = entry["person"]
    key = "picture.life_woman" if person["sex"] == "woman" else "picture.life_man"
    table = pd.DataFrame({name: entry["lives"][name]["stages"] for name in (base, policy)})
    table = table.rename_axis("month").reset_index()
    start = entry.get("start") or table["month"].iloc[0]
    since = table[table["month"] >= start]
    age = int(style.years([start])[0] - style.years([person["born"]])[0])
    title = text(
        "picture.life_title", who=text(key, place=place(person["place"]), born=person["born"][:4]), age=age,
        policy=context.name(policy), decembers=len(since), other=int(since[policy].isin(_CRAFT).sum()),
        base=int(since[base].isin(_CRAFT).sum()),
    )  # fmt: skip
    rule = context.study.lives.get("rule", {}).get(language(), "")
    caption = text("picture.life_caption", where=context.where(entry["regime"]), rule=rule)
    return Picture(
        f"life-{number}", "life", title, caption, title + ".", figure, table, ("batik.workers", *WORKFORCE)
    )
