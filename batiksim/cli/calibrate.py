"""`batiksim calibrate`: sets of assumptions that meet the facts, and what facts tell of assumptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.cli import options, screen
from batiksim.cli.output import Output
from batiksim.cli.pictures import Files, save
from batiksim.cli.warming import warm_first
from batiksim.errors import BatiksimError, StoppedError, WorkersError
from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.runs.engine import Means
    from batiksim.runs.tally import Progress, Round
    from batiksim.studies.calibration import Calibration

FOLDER = "batiksim-calibration"
QUESTION = "question.json"  # what a folder of a calibration is told by
TABLES = ("parameters", "facts", "draws", "rows", "waves", "emulators", "coverage")
_NAME, _COLUMN, _MOST_ROWS = 32, 11, 12

Draws = Annotated[
    int,
    typer.Option(
        metavar="N", help="Sets of values in each wave, 20..5000.", callback=options.within(20, 5000)
    ),
]
Waves = Annotated[
    int, typer.Option(metavar="N", help="Waves of history matching, 1..10.", callback=options.within(1, 10))
]
Fake = Annotated[
    int,
    typer.Option(
        metavar="N", help="Simulated sets that play the facts, 0..500.", callback=options.within(0, 500)
    ),
]
Keep = Annotated[
    int, typer.Option(metavar="N", help="Sets kept as the sample, 2..1000.", callback=options.within(2, 1000))
]
Worlds = Annotated[
    int,
    typer.Option(metavar="N", help="Sets wanted of each of the two worlds.", callback=options.within(0, 500)),
]
Seeds = Annotated[
    int, typer.Option(metavar="N", help="Runs of each set, 1..100.", callback=options.within(1, 100))
]
Cut = Annotated[
    float,
    typer.Option(
        metavar="X",
        help="Largest implausibility of a set that is kept, 1..6.",
        parser=options.decimal,
        callback=options.within(1, 6),
    ),
]
Out = Annotated[str, typer.Option(metavar="DIR", help="Folder for the sample, its tables and every run.")]
Table = Annotated[
    str,
    typer.Option(
        metavar="|".join(TABLES), help="Table that --csv writes.", callback=options.one_of(*TABLES)
    ),
]  # fmt: skip


@options.computed
def calibrate(
    draws: Draws = 300,
    waves: Waves = 3,
    fake: Fake = 20,
    keep: Keep = 50,
    worlds: Worlds = 2,
    seeds: Seeds = 1,
    scale: options.Scale = 0.1,
    cut: Cut = 3.0,
    jobs: options.Jobs = None,
    executor: options.Elsewhere = None,
    out: Out = FOLDER,
    files: Files = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    table: Table = TABLES[0],
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Find sets of assumptions that meet the facts."""
    output = Output("calibrate", as_json, csv, table=table, quiet=quiet)
    from batiksim.runs.engine import Means
    from batiksim.studies.calibration import asked_of

    asked = asked_of(
        draws=draws, waves=waves, fake=fake, keep=keep, worlds=worlds, seeds=seeds, scale=scale, cut=cut
    )
    return follow(asked, out, Means(jobs, executor), files, output, quiet)


def follow(asked: Any, out: str, means: Means, files: str | None, output: Output, quiet: bool) -> int:
    """Carry out what is asked with its progress on stderr, give what came out, and return the exit code."""
    from batiksim.cli.compare import followed
    from batiksim.runs.atomic_files import named
    from batiksim.studies.calibration import carry_out

    warm_first(output.silent)

    def work(progress: Progress | None) -> Calibration:
        return carry_out(asked, named(out), replace(means, progress=progress), _teller(quiet))

    found = followed(work, out, quiet, _stopped)
    give(found, out, output)
    if files is not None:
        from batiksim.report.calibration_picture import picture

        save([picture(found)], files, quiet)
    screen.note(text("cli.saved", folder=out), quiet)
    screen.note(text("calibrate.next", folder=out), quiet)
    return 0


def _stopped(folder: str, stop: BaseException) -> BatiksimError:
    """What is said of a calibration that was stopped, with a word on how to go on."""
    from batiksim.studies.calibration import kept_runs

    kept = {"done": kept_runs(Path(folder)), "folder": folder}
    if isinstance(stop, WorkersError):
        return WorkersError(text("calibrate.kept", error=stop, **kept))
    return StoppedError(text("calibrate.stopped", **kept))


def _teller(quiet: bool) -> Callable[[Round], None]:
    """Says what is about to be run."""
    from batiksim.cli.paired import outlook

    def begins(told: Round) -> None:
        what, _, wave = told.what.partition("-")
        key = f"calibrate.begins.{what}"
        if what == "all":
            time = screen.duration(told.seconds, "round")
            screen.note(text(key, runs=told.runs, time=time), quiet)
        elif told.left:
            screen.note(text(key, runs=told.runs, wave=wave) + outlook(told), quiet)

    return begins


def resumed(folder: str, means: Means, output: Output, quiet: bool) -> int | None:
    """What `batiksim resume` gives of a calibration; None where the folder holds none."""
    from batiksim.runs.atomic_files import named

    if not (named(folder) / QUESTION).exists():
        return None
    from batiksim.studies.calibration import reasked

    asked = reasked(named(folder))
    return None if asked is None else follow(asked, folder, means, None, output, quiet)


def give(found: Calibration, folder: str, output: Output) -> None:
    """Give what came out in the form asked for; what fake data say comes first."""
    from batiksim.cli.summary import records
    from batiksim.present.calibration import paragraphs

    def for_people() -> None:
        told = paragraphs(found)
        blocks = (_recovery(found), _waves(found), (), _facts(found), _parameters(found))
        for paragraph, lines in zip(told, blocks, strict=True):
            screen.say_filled(paragraph)
            for line in lines:
                screen.say(line)
            screen.say("")

    tables = {name: lambda name=name: records(found.tables[name]) for name in TABLES}
    output.give(
        lambda: {
            "folder": folder, **found.about, "told": paragraphs(found),
            **{name: rows() for name, rows in tables.items()},
        },
        tables,
        for_people,
    )  # fmt: skip


def _line(cells: list[str], first: int = _NAME) -> str:
    return f"  {cells[0]:<{first}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells[1:])


def _heads(*names: str) -> list[str]:
    return [text(f"calibration.head.{name}") for name in names]


def _recovery(found: Calibration) -> Iterator[str]:
    """The parameters that fake data find best."""
    if found.recovery is None:
        return
    yield _line(_heads("parameter", "fake_ratio", "correlation", "cover_50", "cover_90"))
    table = found.recovery.table.sort_values(["correlation", "parameter"], ascending=[False, True])
    for row in table.head(_MOST_ROWS).to_dict("records"):
        mark = "* " if row["found"] else "  "
        shares = [percent(row[key]) for key in ("cover_50", "cover_90")]
        cells = [mark + row["parameter"], percent(row["ratio"]), number(row["correlation"], 2), *shares]
        yield _line(cells)
    yield "  " + text("calibration.star")


def _waves(found: Calibration) -> Iterator[str]:
    names = ("sets", "left", "pass_small", "run_large", "pass_all")
    yield _line(_heads("wave", *names), 6)
    for row in found.tables["waves"].to_dict("records"):
        left = percent(row["left"]) if row["left"] >= 0.01 else f"{number(100 * row['left'], 2)} %"
        counts = [number(int(row[key])) for key in names[2:]]
        yield _line([number(int(row["wave"])), number(int(row["sets"])), left, *counts], 6)


def _facts(found: Calibration) -> Iterator[str]:
    """What is reported beside prior, plausible and posterior ranges."""
    roomy = screen.width() >= _NAME + 3 * 20
    if not roomy:
        return
    heads = _heads("fact", "reported", "prior", "plausible", "posterior")
    yield f"  {heads[0]:<26}" + "".join(f"{head:>17}" for head in heads[1:])
    for row in found.tables["facts"].to_dict("records"):
        bands = [
            _band(row.get(f"{name}_low"), row.get(f"{name}_high"))
            for name in ("prior", "plausible", "posterior")
        ]
        mark = "  " if row["inside"] else "! "
        yield f"  {mark + row['target']:<26.26}{_band(row['low'], row['high']):>17}" + "".join(
            f"{band:>17}" for band in bands
        )


def _band(low: Any, high: Any) -> str:
    ends = ["" if end is None or end != end else f"{end:.3g}" for end in (low, high)]
    return f"{ends[0] or '…'}–{ends[1] or '…'}" if any(ends) else "–"


def _parameters(found: Calibration) -> Iterator[str]:
    from batiksim.present.calibration import narrowed

    yield f"  {_heads('parameter')[0]:<{_NAME}}" + "".join(
        f"{head:>16}" for head in _heads("prior", "plausible", "posterior")
    )
    for row in narrowed(found)[:_MOST_ROWS]:
        bands = [
            _band(row[f"{name}_low"], row[f"{name}_high"]) for name in ("prior", "plausible", "posterior")
        ]
        yield f"  {row['parameter']:<{_NAME}}" + "".join(f"{band:>16}" for band in bands)
