"""Pictures made ready for the page: the drawing, its badge, and its numbers as a table of the language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import catalogue, language, text
from batiksim.present.names import month, place, regime, title
from batiksim.present.numbers import amount, change
from batiksim.recording.indicators import load_indicators
from batiksim.report.page.phrases import NUMBER, Cell, Table
from batiksim.report.pictures import Picture, svg

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from batiksim.studies.study import Study

# What a reader of the page does without; the CSV file of the picture has it.
_LEFT_OUT = {"lat", "lon", "runs", "channel", "label_id"}
# Columns whose unit does not depend on the picture.
_UNITS = {
    "cost": "IDR", "worth": "IDR", "relative": "share", "probability": "share", "count": "people",
    "gain": "people", "runs": "people", "pairs": "people", "wins": "people", "years": "people",
}  # fmt: skip
_FEW_ROWS = 60
_EVERY = 5


@dataclass(frozen=True)
class Drawn:
    """A picture ready for the page; `summary` says which of its numbers `table` holds."""

    id: str
    section: str
    title: str
    caption: str
    svg: Markup
    summary: str
    table: Table
    rests_on: tuple[str, ...]
    group: str
    note: str
    sure: bool


def draw(study: Study, picture: Picture) -> Drawn:
    """Make a picture ready."""
    from markupsafe import Markup

    frame = picture.table
    thin = len(frame) > _FEW_ROWS and "month" in frame and frame["month"].nunique() > 2 * _EVERY
    if thin:
        years, last = frame["month"].str[:4].astype(int), frame["month"].max()
        frame = frame[(years % _EVERY == 0) | (frame["month"] == last)]
    summary = text("page.every_fifth" if thin else "page.numbers_table")
    numbers = _table(study, picture, frame)
    return Drawn(
        f"picture-{picture.name}", picture.section, _unbroken(picture.title), _unbroken(picture.caption),
        Markup(svg(picture)), summary, numbers, picture.rests_on, picture.group, _unbroken(picture.note),
        picture.sure,
    )  # fmt: skip


def _unbroken(words: str) -> str:
    """A number keeps its unit on its line."""
    return re.sub(r"(?<=\d) (?=%)|(?<=Rp) (?=\d)", "\N{NO-BREAK SPACE}", words)


def _table(study: Study, picture: Picture, frame: pd.DataFrame) -> Table:
    """The numbers of a picture as a table of the page, with numbers and names as in the language."""
    left_out = _LEFT_OUT | ({"probability"} if "wins" in frame else set())  # the same, said again
    names = [name for name in frame.columns if name not in left_out]
    if "place" in names and frame["place"].nunique() == 1:
        names.remove("place")
    numeric = frozenset(k for k, name in enumerate(names) if frame[name].dtype.kind in "if")
    rows = [
        [_cell(study, name, row[name], _unit(name, row, picture.unit)) for name in names]
        for row in frame.to_dict("records")
    ]
    return Table(picture.title, [_head(study, name) for name in names], rows, numeric)


def _head(study: Study, name: str) -> str:
    key = f"report.column.{name}"
    if name in study.scenarios:
        return title(study, name)
    return text(key) if key in catalogue() else name


def _unit(column: str, row: Mapping[str, Any], otherwise: str) -> str:
    """The unit of a number: that of its column, else what its row says, else that of the picture."""
    if column in _UNITS:
        return _UNITS[column]
    if "indicator" in row:
        return load_indicators()[row["indicator"]].unit
    if "what" in row:
        return "people" if row["what"] == "people" else "IDR"
    return otherwise


def _cell(study: Study, column: str, value: Any, unit: str) -> Cell:
    if isinstance(value, str):
        return Cell(_words(study, column, value))
    if value is None or isinstance(value, bool):
        return Cell("" if value is None else str(value))
    if column in ("year", "age", "seed", "draw", "draws", "pairs"):
        return Cell(str(value), "", NUMBER)
    write = change if column.startswith("difference") else amount
    return Cell(write(float(value), unit), "", NUMBER)


def _words(study: Study, column: str, value: str) -> str:
    """A name of the model in words."""
    if column == "scenario" and value in study.scenarios:
        return title(study, value)
    if column == "regime":
        return regime(value)
    if column == "month":
        return month(value)
    if column == "place":
        return place(value)
    if column == "indicator" and value in load_indicators():
        return load_indicators()[value].label[language()]
    key = {
        "group": f"report.group.{value.removeprefix('workers_')}", "what": f"report.what.{value}",
        "verdict": f"report.verdict.{value}",
        "region": f"where.{value}",
    }.get(column, f"story.stage.{value}")  # fmt: skip
    return text(key) if key in catalogue() else value
