"""`batiksim demo`: policies compared for real: a table, a picture and the report in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim import __version__
from batiksim.cli import options, screen
from batiksim.cli.compare import EFFECTS, Table
from batiksim.cli.output import Output
from batiksim.cli.warming import warm_first
from batiksim.data import rows
from batiksim.errors import UsageError
from batiksim.i18n.texts import LANGUAGES, text

if TYPE_CHECKING:
    import pyarrow as pa

    from batiksim.runs.tally import Progress
    from batiksim.scenario import Scenario
    from batiksim.studies.study import Study

PICTURE = "batiksim-demo.png"
RUNS = "comparison"
SCENARIOS = ("baseline", "direct-contracts", "recommendations")
# As much as fits in a minute and a half on two cores.
SIZE: dict[str, Any] = {"draws": 6, "seeds": 2, "scale": 0.1, "full_scale": 2}

Folder = Annotated[str, typer.Option("--out", metavar="DIR", help="Folder for all results, made if missing.")]


def demo(
    out: Folder = "batiksim-demo",
    jobs: options.Jobs = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    table: Table = EFFECTS,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Compare two policies: a table, a picture and a report."""
    from batiksim.runs import atomic_files

    output = Output("demo", as_json, csv, table=table, quiet=quiet)
    folder = atomic_files.named(out)
    _check_folder(folder)  # known before the runs rather than after them
    from batiksim.cli.compare import followed
    from batiksim.scenario import Scenario
    from batiksim.studies.compare import compare

    scenarios = [Scenario.load(name) for name in SCENARIOS]
    kept = folder / RUNS
    screen.note(text("demo.starts", draws=SIZE["draws"], all=len(rows("sample.csv"))), quiet)

    def work(progress: Progress | None) -> Study:
        return compare(scenarios, out=kept, jobs=jobs, progress=progress, **SIZE)

    warm_first(output.silent)
    return _show(followed(work, str(kept), quiet), scenarios[0], folder, output, quiet)


def _check_folder(folder: Path) -> None:
    """Refuse a folder with anything in it but an earlier demo. Raises UsageError."""
    from batiksim.runs.atomic_files import entries

    if folder.exists() and not folder.is_dir():
        raise UsageError(text("store.is_file", folder=folder))
    if folder.exists() and entries(folder) and not (folder / RUNS).is_dir():
        raise UsageError(text("store.foreign", folder=folder))


def _show(study: Study, baseline: Scenario, folder: Path, output: Output, quiet: bool) -> int:
    """Write reports and picture, give the numbers and return the exit code."""
    from batiksim.cli.compare import tell_end
    from batiksim.cli.summary import print_summary, summary, tables
    from batiksim.cli.tables import print_headline
    from batiksim.report.page import write_report
    from batiksim.runs.headline import Headline

    series, headline = _baseline(study), Headline()
    for table in series:
        headline.add(table)
    reports = [
        write_report(study, folder / f"report-{language}.html", lang=language) for language in LANGUAGES
    ]
    picture = _draw(baseline, series, folder)

    def for_people() -> None:
        print_summary(study)
        print_headline(baseline, headline, study.about["record"], "cli.band_doubt")
        for page in reports:
            screen.say(text("demo.report", file=page))
        screen.say(text("demo.picture", file=picture))

    files = {"reports": [str(page) for page in reports], "picture": str(picture)}
    output.give(
        lambda: {**files, **summary(study, str(study.folder), study.command_with(study.named()))},
        tables(study),
        for_people,
    )
    return tell_end(study, str(study.folder), quiet)


def _baseline(study: Study) -> list[pa.Table]:
    """Rows of `series.parquet` of the baseline, one table a run: of all draws, which have their own seeds."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from batiksim.runs.store import SERIES

    wanted = [("scenario", "=", study.baseline)]
    series = pq.read_table(study.folder / SERIES, filters=wanted)
    return [series.filter(pc.equal(series["seed"], seed)) for seed in pc.unique(series["seed"]).to_pylist()]


def _draw(scenario: Scenario, tables: list[pa.Table], folder: Path) -> Path:
    """Draw the picture beside its place and move it there whole."""
    from batiksim.report import figures
    from batiksim.runs import atomic_files

    seeds = [table["seed"][0].as_py() for table in tables]
    source = text(
        "figure.source",
        version=__version__,
        scenario=scenario.stem,
        hash=scenario.hash[:8],
        seeds=f"{min(seeds)}–{max(seeds)}",
    )
    now = f"{date.today():%Y-%m}"
    picture = figures.overview(figures.of_region(tables), title=text("figure.title"), now=now, source=source)
    with atomic_files.draft(folder) as draft:
        figures.save(picture, draft / PICTURE)
    return folder / PICTURE
