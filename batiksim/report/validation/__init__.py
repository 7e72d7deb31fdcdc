"""A validation as one page, HTML or Markdown: everything in it, no network, no script."""

from __future__ import annotations

import os
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from batiksim import __version__
from batiksim.errors import UsageError
from batiksim.i18n.texts import language, shown, speaking, text
from batiksim.present.names import printable
from batiksim.report.page import save
from batiksim.report.page.phrases import Cell, Table
from batiksim.report.validation.content import Page, page

if TYPE_CHECKING:
    from jinja2 import Template

    from batiksim.studies.validation import Validation

HTML, MARKDOWN = (".html", ".htm"), (".md",)


def write_validation(
    found: Validation, file: str | os.PathLike[str] | None = None, *, lang: str | None = None
) -> Path:
    """Write the page of a validation and return its path; its ending chooses HTML or Markdown.

    `file` is `validation-LANG.html` in the folder of the runs by default, `lang` "en" or "id". Nothing is
    left half-written. Raises UsageError if the file cannot be written.
    """
    where = found.study.folder / f"validation-{language(lang)}.html" if file is None else Path(file)
    check_target(where)
    save(where, render(found, lang, markdown=where.suffix.lower() in MARKDOWN))
    return where


def check_target(file: Path) -> None:
    """Refuse what is no place for a page, before any work. Raises UsageError."""
    if file.suffix.lower() not in (*HTML, *MARKDOWN):
        raise UsageError(text("validation.not_page", file=shown(str(file), 200)))
    if file.is_dir():
        raise UsageError(text("report.is_folder", file=file))


def render(found: Validation, lang: str | None = None, *, markdown: bool = False) -> str:
    """The page in one language, the same bytes for the same folder and facts."""
    with speaking(lang):
        content = page(found)
        return printable(in_markdown(content) if markdown else _in_html(content))


def _in_html(content: Page) -> str:
    from markupsafe import Markup

    css = files("batiksim.report.page").joinpath("report.css").read_text(encoding="utf-8").strip()
    return _template().render(
        page=content, lang=language(), css=Markup(css), version=__version__, t=text,
        command=content.sections[-1].paragraphs[-1],
    )  # fmt: skip


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files(__name__).joinpath("page.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, cache_size=0,
    )  # fmt: skip
    return environment.from_string(source)


def in_markdown(content: Page) -> str:
    """The page as Markdown; what comes from files is escaped."""
    lines = [f"# {content.title}", "", f"**{_plain(content.lead)}**", ""]
    for paragraph in content.paragraphs:
        lines += [_plain(paragraph), ""]
    for place, section in enumerate(content.sections, start=1):
        lines += [f"## {section.title}", ""]
        for number, paragraph in enumerate(section.paragraphs, start=1):
            last = place == len(content.sections) and number == len(section.paragraphs)
            lines += ["```", paragraph.replace("`", "'"), "```", ""] if last else [_plain(paragraph), ""]
        for table in section.tables:
            lines += [*_table(table, len(section.tables) > 1), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(table: Table, captioned: bool) -> list[str]:
    lines = [f"### {table.caption}", ""] if captioned else []
    lines.append(f"| {' | '.join(_plain(name) for name in table.head)} |")
    lines.append("|" + "".join("---:|" if k in table.numeric else "---|" for k in range(len(table.head))))
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in table.rows]
    return lines


def _cell(cell: Cell) -> str:
    words = f"`{cell.words}`" if cell.kind == "code" else _plain(cell.words)
    words = f"**{words}**" if cell.kind == "clear" and words else words
    return "<br>".join(filter(None, (words, _plain(cell.note))))


def _plain(words: str) -> str:
    """Words in which Markdown and HTML see nothing but words."""
    found = escape(" ".join(words.split()), quote=False)
    return "".join(f"\\{sign}" if sign in "\\`*_[]|#~" else sign for sign in found)
