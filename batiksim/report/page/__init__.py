"""One comparison as one HTML file: everything in it, no network, no script."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batiksim import __version__
from batiksim.errors import UsageError
from batiksim.i18n.shell import command_line
from batiksim.i18n.texts import language, speaking, text
from batiksim.present.names import joined, printable, title
from batiksim.report.page import assumptions, headline, life, policies, provenance
from batiksim.report.page.embedded import Drawn, draw
from batiksim.report.page.sections import sections
from batiksim.report.pictures import Picture, pictures
from batiksim.runs import atomic_files

if TYPE_CHECKING:
    from jinja2 import Template

    from batiksim.studies.study import Study


def write_report(
    study: Study, file: str | os.PathLike[str] | None = None, *, lang: str | None = None
) -> Path:  # fmt: skip
    """Write the report of a comparison as one HTML file and return its path.

    `file` is `report-LANG.html` in the folder of the comparison by default; `lang` is "en" or "id". Nothing
    is left half-written. Raises UsageError if the file cannot be written.
    """
    lang = language(lang)
    place = study.folder / f"report-{lang}.html" if file is None else Path(file)
    check_target(place)
    with readable(study):
        content = render(study, lang)
    save(place, content)
    return place


@contextmanager
def readable(study: Study) -> Iterator[None]:
    """Say which folder is meant where one of its files is missing or damaged; raises UsageError."""
    from json import JSONDecodeError

    from pyarrow import ArrowException

    try:
        yield
    except (OSError, JSONDecodeError, ArrowException) as error:
        raise UsageError(text("report.damaged", folder=study.folder, why=error)) from error


def check_target(file: Path) -> None:
    """Refuse what is no place for a page, before any work. Raises UsageError."""
    if file.suffix.lower() not in (".html", ".htm"):
        raise UsageError(text("report.not_html", file=file))
    if not file.parent.is_dir():
        raise UsageError(atomic_files.no_folder(file.parent))
    if file.is_dir():
        raise UsageError(text("report.is_folder", file=file))


def save(file: Path, content: str) -> None:
    """Write a text file whole or not at all; raises UsageError."""
    with atomic_files.writing(file):
        atomic_files.write(file, content)


def render(study: Study, lang: str | None = None, drawn: Iterable[Picture] | None = None) -> str:
    """The page in one language, the same bytes for the same folder.

    `drawn` are its pictures, where they were drawn already.
    """
    with speaking(lang):
        found = [draw(study, picture) for picture in (pictures(study) if drawn is None else drawn)]
        return printable(_template().render(**_content(study, found)))


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files(__name__).joinpath("report.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, cache_size=0,
    )  # fmt: skip
    return environment.from_string(source)


def _content(study: Study, drawn: Sequence[Drawn]) -> dict[str, Any]:
    """Everything the template names."""
    from markupsafe import Markup

    read = policies.scenarios(study)
    told = policies.told(study, read)
    found = headline.findings(study)
    first = headline.lead(study, found)
    resting = {name for one in drawn for name in one.rests_on}
    behind = {name for one in drawn if one.section == "headline" for name in one.rests_on} or resting
    weak = assumptions.weakest(behind)
    shown = sections(study, read, resting)
    by_section = {
        one.id: [picture for picture in drawn if picture.section == one.id] for one in shown.sections
    }
    # A section that has nothing to show, as one place without its picture, is left out.
    kept = [one for one in shown.sections if one.always or one.tables or by_section[one.id]]
    failed, failed_table = provenance.failures(study)
    names = [f"“{title(study, name)}”" for name in study.scenarios[1:]]
    return {
        "t": text, "lang": language(), "version": __version__, "study_version": study.about["version"],
        "css": Markup(files(__name__).joinpath("report.css").read_text(encoding="utf-8").strip()),
        "headline_title": f"{text('page.name')} {text('page.kind')}",
        "against": text("page.against", policies=joined(names), baseline=f"“{told[0].title.words}”"),
        "lead": first, "briefs": [one.brief for one in found],
        "changed": any(one.changed for one in told), "failed": failed, "failed_table": failed_table,
        "cards": shown.cards, "reversals": list(headline.reversals(study, found, weak)),
        "policies": told, "lives": life.pairs(study, found[0].scenario),
        "limits": provenance.limitations(study), "made": provenance.made(study),
        "glossary": provenance.glossary(),
        "breakeven": command_line(
            ["batiksim", "breakeven", study.named()[found[0].scenario], "--over", "strength", "--out", "."]
        ),
        "why_commands": ["batiksim why --out ."],
        "drawn": by_section, "sections": kept,
        "contents": [(one.id, text(f"page.heading.{one.id}")) for one in kept],
    }  # fmt: skip
