"""How pictures look: quiet axes, labels at the ends of lines that stand apart, no settings but their own."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from batiksim.present.palette import INK, PALE, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

Floats = NDArray[np.float64]

# Pictures are as wide as a phone, and stand side by side on paper: a point is a pixel, letters of 11 are read
# at 11, or little smaller.
WIDTH = 380
POINTS = 72
# Marks the labels at the ends of lines.
END = "end"
_SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "batiksim", "text.parse_math": False}
_pen = RLock()


@contextmanager
def drawing() -> Iterator[None]:
    """Draw and write pictures inside: the same bytes whatever the settings of the process are.

    Titles are shown as they are: a dollar sign is no formula, an unknown letter no warning. Settings of
    matplotlib and filters of warnings belong to the process, so one thread draws at a time.
    """
    from matplotlib import style

    with _pen, warnings.catch_warnings(), style.context(_SETTINGS, after_reset=True):
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield


def years(months: Iterable[str]) -> Floats:
    """Months as years with decimals: the middle of 2011-01 is 2011.04."""
    return np.array([int(month[:4]) + (int(month[5:]) - 0.5) / 12 for month in months])


def canvas(height: float) -> Figure:
    """An empty picture, WIDTH x `height` px."""
    from matplotlib.figure import Figure  # no pyplot: no global state, no window, no backend to choose

    return Figure(figsize=(WIDTH / POINTS, height / POINTS), dpi=POINTS, facecolor=PAPER)


def place(figure: Figure, left: float, top: float, width: float, height: float, **more: Any) -> Axes:
    """Axes at a place measured in px from the upper left corner."""
    across, down = figure.get_size_inches() * POINTS
    return figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down), **more)


def write(figure: Figure, left: float, top: float, line: str, **look: Any) -> Any:
    """Text at a place measured in px from the upper left corner, its middle at `top`."""
    across, down = figure.get_size_inches() * POINTS
    look = {"fontsize": 11, "color": INK, "va": "center", **look}
    return figure.text(left / across, 1 - top / down, line, **look)


def quiet(axes: Axes, grid: str = "y") -> None:
    """The frame that pictures share: the axis below, thin lines across, no marks."""
    axes.set_facecolor("none")
    axes.grid(axis=grid, color=INK, alpha=0.10, linewidth=0.7)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=10, labelcolor=INK)
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.spines["bottom"].set_color(PALE)


def whole_years(axes: Axes) -> None:
    """Few whole years on the axis below."""
    first, last = axes.get_xlim()
    step = next((step for step in (1, 2, 5, 10, 20) if (last - first) / step <= 5.5), 50)
    start = int(-(-(first - 0.99) // step) * step)
    shown = [year for year in range(start, int(last) + 1, step) if first <= year + 0.5 <= last]
    axes.set_xticks([year + 0.5 for year in shown])
    axes.xaxis.set_major_formatter(lambda value, _: f"{int(value)}")


def mark_future(axes: Axes, now: str, first: float, last: float) -> bool:
    """A dashed line where what is known ends, and a shade over what is assumed; False if all is known."""
    here = years([now])[0]
    if not first < here < last:
        return False
    axes.axvline(here, color=PALE, linewidth=0.9, linestyle=(0, (3, 3)))
    axes.axvspan(here, last, color=PALE, alpha=0.08, linewidth=0)
    return True


def end_label(axes: Axes, x: float, y: float, label: str, colour: str, **look: Any) -> Annotation:
    """A label right of the last point, instead of a legend; `move_apart` keeps labels from overlapping."""
    look = {"linespacing": 1.3, "fontsize": 8.5, **look}
    return axes.annotate(
        label, (x, y), (7, 0), textcoords="offset points", color=colour, va="center",
        annotation_clip=False, gid=END, **look,
    )  # fmt: skip


def end_labels(axes: Axes) -> list[Annotation]:
    """The labels that `end_label` made."""
    from matplotlib.text import Annotation

    return [label for label in axes.texts if isinstance(label, Annotation) and label.get_gid() == END]


def move_apart(labels: Sequence[Annotation], dpi: float) -> None:
    """Shift labels up and down until none covers the one below it."""
    ordered = sorted(labels, key=lambda label: label.xy[1])
    if not ordered:
        return
    points = POINTS / dpi
    boxes = [label.get_window_extent() for label in ordered]
    middles = [(box.y0 + box.y1) / 2 * points for box in boxes]
    heights = [box.height * points for box in boxes]
    for label, wanted, found in zip(ordered, spaced(middles, heights), middles, strict=True):
        x, y = label.get_position()
        label.set_position((x, y + wanted - found))


def spaced(
    wanted: Sequence[float], sizes: Sequence[float], low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Middles of things of some sizes in rising order, as near to the wanted ones as not overlapping allows.

    Neighbours that would overlap become a block that stands where its members want to be on average; nothing
    lies below `low`, nor above `high` if there is room.
    """
    blocks: list[list[int]] = []

    def bottom(block: Sequence[int]) -> float:
        before = np.cumsum([0.0, *(sizes[k] for k in block)])
        wishes = [wanted[k] - sizes[k] / 2 - edge for k, edge in zip(block, before, strict=False)]
        return float(max(low, min(sum(wishes) / len(wishes), high - before[-1])))

    for k in range(len(wanted)):
        blocks.append([k])
        while len(blocks) > 1 and bottom(blocks[-1]) < bottom(blocks[-2]) + sum(sizes[j] for j in blocks[-2]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    found = []
    for block in blocks:
        edge = bottom(block)
        for k in block:
            found.append(edge + sizes[k] / 2)
            edge += sizes[k]
    return found
