"""`Picture`: a figure with its sentence and numbers; as SVG for a page, and as files."""

from __future__ import annotations

import html
import io
import os
import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from batiksim.i18n.texts import language, speaking
from batiksim.present import palette
from batiksim.present.names import printable
from batiksim.present.spreadsheet import of_frame
from batiksim.report import style
from batiksim.report.style import drawing
from batiksim.runs import atomic_files

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Letters are measured in DejaVu Sans, which is wider than all of these, so that what fits here fits there.
FONTS = "'Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',Arial,'DejaVu Sans',sans-serif"
_PNG_DPI = 144
# Characters of a headline and of small print that fit the width of a file.
_HEADLINE, _SMALL = 42, 62
_CAPTION_LINE, _TITLE_LINE, _EDGE = 13, 18, 10


@dataclass(frozen=True)
class Picture:
    """One picture of the report, in one language.

    `section` is one of front, results, levels, why; `group` the policy it is about, if it is about one.
    `title` says what is to be seen, `caption` how to read it, `alt` the finding in words; `table` holds the
    numbers drawn. `rests_on` names the parameters and indicators behind it; `unit` is that of the numbers,
    where the table has no column that tells it. Numbers beside the axes are written when it is saved, in the
    language `lang` in which it was drawn. `note` says its result in words; `sure` whether that is shown.
    """

    name: str
    section: str
    title: str
    caption: str
    alt: str
    figure: Figure
    table: pd.DataFrame
    rests_on: tuple[str, ...]
    unit: str = "people"
    group: str = ""
    note: str = ""
    sure: bool = True
    lang: str = field(default_factory=language)


def svg(picture: Picture) -> str:
    """The picture as an SVG element that can stand in a page beside others; text stays text.

    The same bytes for the same picture. Colours of letters and the wish to fill the width are its own.
    """
    written = io.StringIO()
    with speaking(picture.lang), drawing():
        picture.figure.savefig(
            written, format="svg", facecolor="none", metadata={"Date": None, "Creator": None}
        )
    return printable(_for_a_page(written.getvalue(), picture))


def _for_a_page(drawn: str, picture: Picture) -> str:
    """Take out what concerns files, styles the whole page or could meet the same id in another picture."""
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"\s*<metadata>.*?</metadata>", "", drawn, flags=re.S)
    drawn = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", drawn, flags=re.S)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', drawn))
    prefix = html.escape(picture.name)

    def identity(found: re.Match[str]) -> str:
        return f' id="{prefix}-{found[1]}"' if found[1] in used else ""

    drawn = re.sub(r' id="([^"]+)"', identity, drawn)
    drawn = re.sub(r'(href="|url\()#', rf"\1#{prefix}-", drawn)
    drawn = re.sub(r"font-family: [^;\"]*;?", "", drawn)
    drawn = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", drawn)
    drawn = re.sub(r' d="[^"]*"', _shorter, drawn)
    width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)[0]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{html.escape(picture.alt)}" style="width:100%;height:auto;font-family:{FONTS};'
        'stroke-linejoin:round;stroke-linecap:butt">'
    )
    return re.sub(r"<svg[^>]*>", lambda _: opening, drawn, count=1)


def _shorter(path: re.Match[str]) -> str:
    """A hundredth of a pixel is enough."""
    line = re.sub(r"(\.\d\d)\d+", r"\1", path[0])
    return re.sub(r"\s+", " ", line)


def save(picture: Picture, folder: str | os.PathLike[str]) -> list[Path]:
    """Write NAME.png (with title and caption, to stand alone), NAME.svg and NAME.csv; returns their paths."""
    stem = Path(folder) / picture.name
    drawn = '<?xml version="1.0" encoding="utf-8"?>\n' + svg(picture)
    table = of_frame(picture.table, picture.lang)
    files = {".png": _png(picture), ".svg": drawn.encode(), ".csv": table.encode()}
    written = {stem.with_name(stem.name + suffix): content for suffix, content in files.items()}
    for path, content in written.items():
        atomic_files.write(path, content)
    return list(written)


def _png(picture: Picture) -> bytes:
    """The picture between its title and its caption."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    title = textwrap.wrap(picture.title, _HEADLINE)
    caption = textwrap.wrap(f"{picture.note} {picture.caption}".strip(), _SMALL)
    above, below = _EDGE + _TITLE_LINE * len(title), _EDGE + _CAPTION_LINE * len(caption)
    with speaking(picture.lang), drawing():
        inner, dpi = picture.figure, picture.figure.dpi
        inner.dpi = _PNG_DPI
        agg = FigureCanvasAgg(inner)
        agg.draw()
        pixels = np.asarray(agg.buffer_rgba())
        inner.dpi = dpi
        ratio = _PNG_DPI / style.POINTS
        outer = style.canvas(pixels.shape[0] / ratio + above + below)
        outer.figimage(pixels, 0, round(below * ratio))
        _column(outer, title, _EDGE, _TITLE_LINE, fontsize=13, fontweight="bold")
        start = pixels.shape[0] / ratio + above
        _column(outer, caption, start, _CAPTION_LINE, fontsize=9, color=palette.PALE)
        file = io.BytesIO()
        outer.savefig(file, format="png", dpi=_PNG_DPI, facecolor=palette.PAPER, metadata={"Software": None})
    return file.getvalue()


def _column(figure: Figure, lines: list[str], top: float, step: float, **look: Any) -> None:
    for k, line in enumerate(lines):
        style.write(figure, _EDGE, top + (k + 0.5) * step, line, **look)
