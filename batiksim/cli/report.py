"""`batiksim report`: a finished comparison as one page to forward."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.errors import RunError, UsageError
from batiksim.i18n.texts import language, text

Folder = Annotated[
    str,
    typer.Argument(metavar="DIR", help="Folder of a finished comparison.", autocompletion=completion.folders),
]
Out = Annotated[
    str | None,
    typer.Option("--out", "-o", metavar="FILE", help="The page (.html); default: report-LANG.html in DIR."),
]
Pdf = Annotated[
    bool, typer.Option("--pdf", help="Print it to a PDF too, by an installed Chromium, Chrome or Edge.")
]
Files = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Also write every picture (PNG, SVG) and table (CSV) into this folder."),
]
Place = Annotated[str | None, typer.Option(metavar="PLACE", help="Results of this place or group of places.")]
Group = Annotated[
    str | None, typer.Option(metavar="WHO", help="Results of this group of people, as in scenarios.")
]
About = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Results in this indicator.", autocompletion=completion.indicators),
]
Year = Annotated[int | None, typer.Option(metavar="YEAR", help="Results of this year alone.")]
FAILED = 1


def report(
    folder: Folder,
    out: Out = None,
    pdf: Pdf = False,
    files: Files = None,
    place: Place = None,
    group: Group = None,
    indicator: About = None,
    year: Year = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Write a finished comparison as one page."""
    from batiksim.runs import atomic_files

    output = Output("report", as_json)
    kept = atomic_files.named(folder)
    _check_folder(kept)
    page = kept / f"report-{language(lang)}.html" if out is None else atomic_files.named(out)
    more = None if files is None else atomic_files.named(files)
    if more is not None and more.exists() and not more.is_dir():
        raise UsageError(atomic_files.no_folder(more))
    from batiksim.report import page as pages
    from batiksim.report.aims import checked
    from batiksim.report.pictures import pictures
    from batiksim.studies.study import Study

    pages.check_target(page)
    study = Study.load(kept)
    focus = checked(study, place, group, indicator, year)
    with pages.readable(study), _uncollected():
        drawn = list(pictures(study, language(lang), focus))
        content = pages.render(study, language(lang), drawn, focus)
    pages.save(page, content)
    screen.note(text("report.wrote", file=page), quiet)
    if more is not None:
        from batiksim.report.page.exporting import export

        export(study, drawn, more)
        screen.note(text("report.wrote_files", folder=more), quiet)
    printed = _print(page, quiet) if pdf else None
    made = {"page": page, "pdf": printed, "files": more}
    output.give(lambda: {what: None if path is None else str(path) for what, path in made.items()})
    return FAILED if pdf and printed is None else 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no rubbish meanwhile: pictures are many small things that all stay, and it costs a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor afterwards: the command ends soon
        gc.enable()


def _check_folder(folder: Path) -> None:
    """Name what is there instead of a comparison, before anything heavy is imported."""
    from batiksim.runs.atomic_files import no_folder

    if not folder.is_dir():
        raise UsageError(no_folder(folder))
    if (folder / "scenario.yaml").exists() and not (folder / "study.json").exists():
        raise UsageError(text("report.is_run", folder=folder, scenario=folder / "scenario.yaml"))


def _print(page: Path, quiet: bool) -> Path | None:
    """Print a page to a PDF beside it and return its path; None, and a word why, where that fails."""
    from batiksim.report.browser import print_pdf

    target = page.with_suffix(".pdf")
    try:
        print_pdf(page, target)
    except RunError as error:
        screen.problem(str(error))
        return None
    screen.note(text("report.wrote_pdf", file=target), quiet)
    return target
