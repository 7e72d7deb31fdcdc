"""One comparison as one HTML file: everything in it, no network, no script."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batiksim import __version__
from batiksim.errors import UsageError
from batiksim.i18n.shell import command_line
from batiksim.i18n.texts import language, text
from batiksim.report.page import assumptions, headline, life, policies, provenance
from batiksim.report.page.embedded import Drawn, draw
from batiksim.report.page.phrases import joined, title
from batiksim.report.page.sections import sections
from batiksim.report.pictures import Picture, pictures
from batiksim.runs import guard

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
        raise UsageError(guard.no_folder(file.parent))
    if file.is_dir():
        raise UsageError(text("report.is_folder", file=file))


def save(file: Path, content: str) -> None:
    """Write a text file whole or not at all; raises UsageError."""
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_text(content, encoding="utf-8", newline="\n")
        os.replace(draft, file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise UsageError(text("store.cannot_write", folder=file, why=error.strerror or error)) from error


def render(study: Study, lang: str, drawn: Sequence[Picture] | None = None) -> str:
    """The page in one language, the same bytes for the same folder.

    `drawn` are its pictures, where they were drawn already.
    """
    found = [draw(study, picture, lang) for picture in (pictures(study, lang) if drawn is None else drawn)]
    return _template().render(**_content(study, lang, found))


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files(__name__).joinpath("report.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, cache_size=0,
    )  # fmt: skip
    return environment.from_string(source)


def _content(study: Study, lang: str, drawn: Sequence[Drawn]) -> dict[str, Any]:
    """Everything the template names."""
    from markupsafe import Markup

    def t(key: str, **values: object) -> str:
        return text(key, lang, **values)

    read = policies.scenarios(study)
    told = policies.told(study, read, lang)
    found = headline.findings(study, lang)
    first = headline.lead(study, found, lang)
    resting = {name for one in drawn for name in one.rests_on}
    behind = {name for one in drawn if one.section == "headline" for name in one.rests_on} or resting
    weak = assumptions.weakest(behind, lang)
    shown = sections(study, read, resting, lang)
    by_section = {
        one.id: [picture for picture in drawn if picture.section == one.id] for one in shown.sections
    }
    # A section that has nothing to show, as one place without its picture, is left out.
    kept = [one for one in shown.sections if one.always or one.tables or by_section[one.id]]
    failed, failed_table = provenance.failures(study, lang)
    names = [f"“{title(study, name, lang)}”" for name in study.scenarios[1:]]
    return {
        "t": t, "lang": lang, "version": __version__, "study_version": study.about["version"],
        "css": Markup(files(__name__).joinpath("report.css").read_text(encoding="utf-8").strip()),
        "headline_title": f"{t('page.name')} {t('page.kind')}",
        "against": t("page.against", policies=joined(names, lang), baseline=f"“{told[0].title.words}”"),
        "lead": first, "briefs": [one.brief for one in found],
        "changed": any(one.changed for one in told), "failed": failed, "failed_table": failed_table,
        "cards": shown.cards, "reversals": list(headline.reversals(study, found, weak, lang)),
        "policies": told, "lives": life.pairs(study, found[0].scenario, lang),
        "limits": provenance.limitations(study, lang), "made": provenance.made(study, lang),
        "glossary": provenance.glossary(lang),
        "breakeven": command_line(
            ["batiksim", "breakeven", study.named()[found[0].scenario], "--over", "strength", "--out", "."]
        ),
        "why_commands": ["batiksim why --out ."],
        "drawn": by_section, "sections": kept,
        "contents": [(one.id, t(f"page.heading.{one.id}")) for one in kept],
    }  # fmt: skip
