"""One comparison as one HTML file: everything in it, no network, no script."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batiksim import __version__
from batiksim.errors import UsageError
from batiksim.i18n.shell import command_line
from batiksim.i18n.texts import language, speaking, text
from batiksim.present.names import joined, printable, title
from batiksim.present.numbers import rupiah
from batiksim.report.aims import Focus, checked
from batiksim.report.page import assumptions, front, headline, life, policies, provenance
from batiksim.report.page.embedded import Drawn, draw
from batiksim.report.page.sections import sections
from batiksim.report.pictures import Picture, pictures
from batiksim.report.pictures.overview import keys
from batiksim.report.pictures.report_context import ReportContext
from batiksim.runs import atomic_files
from batiksim.studies.policy_questions import BREAKEVEN, WHY, answered

if TYPE_CHECKING:
    from jinja2 import Template

    from batiksim.studies.study import Study


def write_report(
    study: Study, file: str | os.PathLike[str] | None = None, *, lang: str | None = None,
    place: str | None = None, group: str | None = None, indicator: str | None = None, year: int | None = None,
) -> Path:  # fmt: skip
    """Write the report of a comparison as one HTML file and return its path.

    `file` is `report-LANG.html` in the folder of the comparison by default; `lang` is "en" or "id". The
    results are about what the policies aim at, or about a place, group, indicator or year that is named.
    Nothing is left half-written. Raises UsageError if the file cannot be written or a name is unknown.
    """
    lang, focus = language(lang), checked(study, place, group, indicator, year)
    page = study.folder / f"report-{lang}.html" if file is None else Path(file)
    check_target(page)
    with readable(study):
        content = render(study, lang, focus=focus)
    save(page, content)
    return page


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


def render(
    study: Study, lang: str | None = None, drawn: Iterable[Picture] | None = None, focus: Focus | None = None
) -> str:
    """The page in one language, the same bytes for the same folder.

    `drawn` are its pictures, where they were drawn already, of the same `focus`.
    """
    focus = focus or Focus()
    with speaking(lang):
        found = [draw(study, one) for one in (pictures(study, focus=focus) if drawn is None else drawn)]
        return printable(_template().render(**_content(study, found, focus)))


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files(__name__).joinpath("report.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, cache_size=0,
    )  # fmt: skip
    return environment.from_string(source)


def _content(study: Study, drawn: Sequence[Drawn], focus: Focus) -> dict[str, Any]:
    """Everything the template names."""
    from markupsafe import Markup

    read = policies.scenarios(study)
    told = policies.told(study, read)
    found = headline.findings(study)
    resting = {name for one in drawn for name in one.rests_on}
    behind = {name for one in drawn if one.section == "front" for name in one.rests_on} or resting
    shown = sections(study, read, resting, focus)
    by_section = {one.id: [each for each in drawn if each.section == one.id] for one in shown}
    # A section that has nothing to show, as places without their runs, is left out.
    kept = [one for one in shown if one.always or one.tables or by_section[one.id]]
    failed, failed_table = provenance.failures(study)
    names = [f"“{title(study, name)}”" for name in study.scenarios[1:]]
    budget, year = front.training_budget()
    with_pictures = {one.id: by_section[one.id] for one in kept}
    return {
        "t": text, "lang": language(), "version": __version__, "study_version": study.about["version"],
        "css": Markup(files(__name__).joinpath("report.css").read_text(encoding="utf-8").strip()),
        "headline_title": f"{text('page.name')} {text('page.kind')}",
        "against": text("page.against", policies=joined(names), baseline=f"“{told[0].title.words}”"),
        "lead": headline.lead(study, found), "numbers": front.numbers(study, found),
        "keys": keys(ReportContext(study)), "front": [one for one in drawn if one.section == "front"],
        "training": text("front.training", budget=rupiah(budget), year=year),
        "targets": list(front.targets(study)), "worlds": front.worlds(study, found),
        "reversals": list(front.reversals(study, found, assumptions.weakest(behind))),
        "changed": any(one.changed for one in told), "failed": failed, "failed_table": failed_table,
        "policies": told, "life": life.pair(study, found[0].scenario),
        "limits": provenance.limitations(study), "made": provenance.made(study),
        "glossary": provenance.glossary(), "commands": list(_commands(study, found[0].scenario)),
        "drawn": with_pictures, "sections": kept, "title_of": lambda name: title(study, name),
        "grouped": lambda some: [(name, list(each)) for name, each in groupby(some, lambda one: one.group)],
        "badges": {
            name: assumptions.badge({of for one in some for of in one.rests_on})
            for name, some in with_pictures.items()
        },
        "contents": [(one.id, text(f"page.heading.{one.id}")) for one in kept],
    }  # fmt: skip


def _commands(study: Study, first: str) -> Iterator[tuple[str, str]]:
    """(what for, command) of what can be asked of a comparison besides, in its folder, and was not yet."""
    if answered(study, BREAKEVEN).empty:
        search = ["batiksim", "breakeven", study.named()[first], "--over", "strength", "--out", "."]
        yield text("page.command.breakeven"), command_line(search)
    if answered(study, WHY).empty:
        yield text("page.command.why"), "batiksim why --out ."
