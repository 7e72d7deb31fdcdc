"""Pictures of an answer, each with its table, in a folder: `--files DIR`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from batiksim.cli import screen
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.report.pictures.picture import Picture

Files = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Also write every picture (PNG, SVG) and table (CSV) into this folder."),
]


def save(pictures: Iterable[Picture], files: str, quiet: bool) -> None:
    """Write pictures and their tables, and say where they are."""
    from batiksim.report.pictures import picture
    from batiksim.runs import atomic_files

    place = atomic_files.named(files)
    atomic_files.make(place)
    with atomic_files.writing(place):
        written = [path for one in pictures for path in picture.save(one, place)]
    screen.note(text("sensitivity.wrote", files=", ".join(map(str, written))), quiet)
