"""Panels: a row for each policy, a column for each regime, the same scale in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.present import palette
from batiksim.report import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEAD = 30


@dataclass(frozen=True)
class Margins:
    """Room around each panel in px; `head` is the room for names of columns above all."""

    left: float = 48
    right: float = 104
    top: float = 26
    bottom: float = 26
    head: float = _HEAD


def panels(
    rows: int, columns: Sequence[str], height: float, margins: Margins, foot: float = 0
) -> tuple[Figure, list[list[Axes]]]:
    """A picture of `rows` x `columns` panels of `height` px, and the names of the columns above."""
    head = margins.head if any(columns) else 6
    step = margins.top + height + margins.bottom
    figure = style.canvas(head + rows * step + foot)
    across = style.WIDTH / len(columns)
    found: list[list[Axes]] = []
    for row in range(rows):
        found.append([])
        for column in range(len(columns)):
            left = column * across + margins.left
            top = head + row * step + margins.top
            width = across - margins.left - margins.right
            found[-1].append(style.place(figure, left, top, width, height))
    if any(columns):
        for column, name in enumerate(columns):
            left = column * across + 6
            style.write(figure, left, 15, name, fontsize=11.5, fontweight="bold", color=palette.INK)
            line = figure.add_artist(_rule(figure, left, column * across + across - 10, 26))
            line.set_in_layout(False)
    return figure, found


def _rule(figure: Figure, left: float, right: float, top: float):  # type: ignore[no-untyped-def]
    from matplotlib.lines import Line2D

    across, down = figure.get_size_inches() * style.POINTS
    xs, y = (left / across, right / across), 1 - top / down
    return Line2D(xs, (y, y), color=palette.PALE, linewidth=0.8, transform=figure.transFigure)


def flat(grid: Sequence[Sequence[Axes]]) -> Iterator[Axes]:
    """All panels of a grid."""
    return (axes for row in grid for axes in row)
