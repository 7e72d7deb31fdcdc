"""`batiksim validate`: the baseline held against known facts, and against those who know less."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.errors import InputError, UsageError
from batiksim.i18n.texts import language, text

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.runs.tally import Progress
    from batiksim.studies.study import Study
    from batiksim.studies.validation import Validation

FOLDER = "batiksim-validation"
FACTS, SCORES = "facts", "scores"

Folder = Annotated[
    str | None,
    typer.Argument(
        metavar="DIR",
        help="A finished study by month to be read; without: runs are made.",
        show_default=False,
        autocompletion=completion.folders,
    ),
]
Targets = Annotated[
    str | None, typer.Option(metavar="FILE", help="Facts (CSV, like data/targets.csv); default: that one.")
]
Sample = Annotated[
    str | None,
    typer.Option(
        metavar="shipped|core|none|FILE",
        help="Plausible sets of assumptions to run under; none: the two worlds as they ship.",
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="So many sets of the sample; default: all.", callback=options.within(1, 10_000)
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Runs of each set, 1..1000; default: 2.", callback=options.within(1, 1000)
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help=f"First seed, 0..{options.MAX_SEED}; default: 1.",
        callback=options.within(0, options.MAX_SEED),
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="YYYY-MM",
        help="Last month, included; default: 2025-12, or that of the last fact.",
        callback=options.month,
    ),
]
Ablations = Annotated[
    str | None,
    typer.Option(metavar="all|none|NAME,...", help="The model without one mechanism, beside the nulls."),
]
Out = Annotated[
    str | None,
    typer.Option(metavar="DIR", help=f"Folder for runs, tables and page; default: {FOLDER}, or DIR."),
]
Page = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="The page (.html or .md); default: validation-LANG.html in DIR."),
]
Table = Annotated[
    str,
    typer.Option(
        metavar=f"{FACTS}|{SCORES}",
        help="Table that --csv writes.",
        callback=options.one_of(FACTS, SCORES),
    ),
]


@options.computed
def validate(
    folder: Folder = None,
    targets: Targets = None,
    sample: Sample = None,
    draws: Draws = None,
    seeds: Seeds = None,
    seed: Seed = None,
    scale: options.ScaleOr = None,
    until: Until = None,
    ablations: Ablations = None,
    jobs: options.Jobs = None,
    executor: options.Elsewhere = None,
    out: Out = None,
    page: Page = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    table: Table = FACTS,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Hold the model against known facts, and nulls too."""
    from batiksim.report.validation import check_target

    output = Output("validate", as_json, csv, table=table, quiet=quiet)
    if page is not None:
        check_target(Path(page))
    _check(targets)
    runs: dict[str, Any] = {
        "sample": sample, "draws": draws, "seeds": seeds, "seed": seed, "scale": scale, "until": until,
        "ablations": ablations, "jobs": jobs, "executor": executor,
    }  # fmt: skip
    given = {name: value for name, value in runs.items() if value is not None}
    if folder is not None:
        if given:
            told = ", ".join(f"--{name}" for name in given)
            raise UsageError(text("validation.as_it_is", folder=folder, options=told))
        from batiksim.studies.validation import validate as judge

        return give(judge(folder, targets=targets), out or folder, page, output, quiet)
    from batiksim.cli.compare import followed
    from batiksim.studies.validation import validate as run_and_judge

    kept = out or FOLDER

    def work(progress: Progress | None) -> Validation:
        return run_and_judge(targets=targets, out=kept, progress=progress, **given)

    return give(followed(work, kept, quiet), kept, page, output, quiet)


def _check(targets: str | None) -> None:
    """Tell every mistake of a file of facts, the last one by raising it."""
    from batiksim.studies.validation.facts import read_facts

    try:
        read_facts(targets)
    except InputError as error:
        *before, last = (error, *error.others)
        for one in before:
            screen.problem(str(one))
        raise last from None


def resumed(study: Study, folder: str, output: Output, quiet: bool) -> int:
    """What `batiksim resume` gives of a validation: the facts that ship, on its runs."""
    from batiksim.studies.validation import validate as judge

    return give(judge(study), folder, None, output, quiet)


def give(found: Validation, folder: str, page: str | None, output: Output, quiet: bool) -> int:
    """Write tables and page, give the result in the form asked for, and return the exit code."""
    from batiksim.cli.compare import tell_end
    from batiksim.cli.summary import records
    from batiksim.report.validation import write_validation

    place = found.save(folder)
    where = place / f"validation-{language()}.html" if page is None else Path(page)
    written = write_validation(found, where)
    tables = {FACTS: lambda: records(found.table), SCORES: lambda: records(found.scores)}
    output.give(lambda: _summary(found, folder, str(written)), tables, lambda: _print(found))
    screen.note(text("validation.wrote", file=written), quiet)
    return tell_end(found.study, str(found.study.folder), quiet, "validation.next")


def _print(found: Validation) -> None:
    """Print the verdict, how many facts are inside, the totals, and what was left out."""
    from batiksim.report.validation.content import counts, left_out, verdict
    from batiksim.studies.validation.facts import CHECK, FIT

    screen.say_filled(verdict(found))
    for role in (CHECK, FIT):
        if (found.model["role"] == role).any():
            screen.say_filled(text("validation.inside", **counts(found, role)))
    screen.say("")
    screen.say_table(_totals(found.scores[found.scores["role"] == found.judged_on]))
    outside = found.model[~found.model["inside"]]
    if len(outside):
        screen.say("")
        screen.say_filled(f"{text('validation.col.outside')}: {', '.join(outside['target'])}")
    if found.left_out:
        screen.say_filled(left_out(found))


def _totals(scores: pd.DataFrame) -> Any:
    """The totals as a table; the model's score on the same facts stands in brackets."""
    from rich import box
    from rich.table import Table as Lines

    from batiksim.i18n.numbers import UNDEFINED, number
    from batiksim.report.validation.content import called

    def both(row: dict[Any, Any], score: str) -> str:
        """A score, and beside it that of the model on the same facts."""
        mine, model = number(row[score], 2), number(row[f"model_{score}"], 2)
        return mine if row["forecaster"] == "model" or mine == UNDEFINED else f"{mine} ({model})"

    lines = Lines(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    lines.add_column(text("validation.col.null"), overflow="fold")
    for key in ("facts", "inside", "width", "interval_both", "brier_both"):
        lines.add_column(text(f"validation.col.{key}"), justify="right")
    for row in scores.to_dict("records"):
        cells = (str(row["facts"]), str(row["inside"]), number(row["width"], 2))
        lines.add_row(called(row["forecaster"]), *cells, both(row, "interval_score"), both(row, "brier"))
    return lines


def _summary(found: Validation, folder: str, page: str) -> dict[str, Any]:
    """What --json prints."""
    from batiksim.cli.summary import records

    facts = records(found.table)
    for row in facts:
        for key in ("value", "low", "high"):
            value = row[key]
            row[key] = value if value is not None and math.isfinite(value) else None
    return {
        "folder": folder, "page": page, "command": found.command, "date": found.date, "file": found.file,
        "judged_on": found.judged_on, "winners": list(found.winners["forecaster"]),
        "left_out": [{"target": name, "why": why} for name, why in found.left_out.items()],
        "scores": records(found.scores), "facts": facts,
    }  # fmt: skip
