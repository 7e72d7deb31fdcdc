"""`batiksim demo`: thirty years of the baseline, a table and a picture."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from batiksim import __version__
from batiksim.cli import options, screen
from batiksim.errors import RunError, UsageError
from batiksim.texts import text

if TYPE_CHECKING:
    import pyarrow as pa

    from batiksim.scenario import Scenario

PICTURE = "batiksim-demo.png"
# Everyone, and as many runs as fit in a minute on two cores.
SEEDS = range(1, 5)
SCALE = 1.0

Folder = Annotated[str, typer.Option("--out", metavar="DIR", help=f"Folder for {PICTURE}.")]


def demo(
    out: Folder = ".", jobs: options.Jobs = None, quiet: options.Quiet = False, lang: options.Lang = None
) -> None:
    """Show thirty years of Pekalongan's batik: a table and a picture."""
    folder = Path(out)
    if not folder.is_dir():  # known before the runs rather than after them
        raise UsageError(text("demo.no_folder", folder=folder))
    from batiksim.cli.tables import print_headline
    from batiksim.experiments.executors import default_jobs
    from batiksim.experiments.headline import Headline
    from batiksim.experiments.runner import run_many
    from batiksim.scenario import Scenario

    scenario, headline, tables = Scenario.default(), Headline(), []
    screen.note(text("demo.starts", runs=len(SEEDS)), quiet)
    with screen.progress(scenario.stem, quiet) as advance:
        jobs = jobs or default_jobs(len(SEEDS))
        for result in run_many(scenario, SEEDS, jobs=jobs, scale=SCALE, progress=advance):
            if result.table is None:
                raise RunError(text("cli.run_failed", seed=result.seed, error=result.error))
            headline.add(result.table)
            tables.append(result.table)
    print_headline(scenario, headline)
    print(text("demo.picture", file=_draw(scenario, tables, folder)))


def _draw(scenario: Scenario, tables: list[pa.Table], folder: Path) -> Path:
    """Draw the picture beside its place and move it there whole."""
    from batiksim.report import figures

    source = text(
        "figure.source",
        version=__version__,
        scenario=scenario.stem,
        hash=scenario.hash[:8],
        seeds=f"{SEEDS[0]}–{SEEDS[-1]}",
    )
    now = f"{date.today():%Y-%m}"
    picture = figures.overview(figures.of_region(tables), title=text("figure.title"), now=now, source=source)
    unfinished = folder / f".{PICTURE}.part"
    try:
        picture.savefig(unfinished, format="png", facecolor=picture.get_facecolor())
        os.replace(unfinished, folder / PICTURE)
    except OSError as error:
        raise RunError(text("store.cannot_write", folder=folder, why=error.strerror or error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return folder / PICTURE
