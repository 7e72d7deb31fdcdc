"""`batiksim run`: one scenario, one or many seeds; a small table, and a run folder if asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH
from batiksim.cli import options, screen
from batiksim.cli.output import Output
from batiksim.cli.warming import warm_first
from batiksim.errors import UsageError
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.runs.cluster import Dask
    from batiksim.runs.design import Design
    from batiksim.runs.headline import Headline
    from batiksim.runs.runner import Result
    from batiksim.scenario import Scenario

Out = Annotated[
    str | None,
    typer.Option(
        metavar="DIR",
        help="Folder for every run, series.parquet, scenario.yaml; goes on after a stop.",
    ),
]


@options.computed
def run(
    file: options.File,
    seed: options.Seed = 1,
    seeds: options.Seeds = 1,
    jobs: options.Jobs = None,
    executor: options.Elsewhere = None,
    scale: options.Scale = 1.0,
    since: options.From = FIRST_MONTH,
    until: options.Until = DEFAULT_UNTIL,
    changes: options.Changes = [],  # noqa: B006 (typer hands over a new list)
    record: options.Record = "monthly",
    out: Out = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Run a scenario: headline numbers, and all of it with --out."""
    if since > until:
        raise UsageError(text("cli.from_after_until", since=since, until=until))
    if seed + seeds - 1 > options.MAX_SEED:
        raise UsageError(text("cli.seed_too_large", limit=options.MAX_SEED))
    if record == "yearly" and f"{since[:4]}-12" > until:
        raise UsageError(text("cli.no_december", since=since, until=until))
    output = Output("run", as_json, csv, quiet=quiet)
    scenario = load(file, changes)
    from batiksim.runs.design import single

    warn_if_late([scenario], None, until, quiet)
    design = single(scenario, range(seed, seed + seeds), scale=scale, since=since, until=until, record=record)
    return carry_out(design, out, (jobs, executor), output, quiet)


def carry_out(
    design: Design, out: str | None, by: tuple[int | None, Dask | None], output: Output, quiet: bool
) -> int:
    """Run `by` so many processes or a cluster, print what came out and return the exit code."""
    from batiksim.cli.compare import followed
    from batiksim.runs.atomic_files import named
    from batiksim.runs.engine import Means
    from batiksim.runs.runner import record_runs

    folder = None if out is None else named(out)
    warm_first(output.silent)
    headline, results = followed(
        lambda progress: record_runs(design, means=Means(*by, progress), out=folder), out, quiet
    )
    output.give(
        lambda: _summary(design, headline, results, out),
        {"headline": lambda: _rows(headline)},
        lambda: _print(design, headline),
    )
    screen.note(text("cli.saved", folder=out) if out else text("cli.not_saved"), quiet)
    return _tell_failures(results)


def load(file: str, changes: Sequence[str] = ()) -> Scenario:
    """Load a scenario file or library name, with the changes of --set on top."""
    from batiksim.scenario import Scenario
    from batiksim.scenario.settings import parse_set

    scenario = Scenario.load(file)
    return scenario.but(parse_set(*changes)) if changes else scenario


def warn_if_late(scenarios: Sequence[Scenario], base: Scenario | None, until: str, quiet: bool) -> None:
    """Name the scenarios that differ from a baseline (None: the shipped one) after the last month only."""
    from batiksim.scenario import Scenario
    from batiksim.studies.sizes import late

    base = base or Scenario.default()
    for told in filter(None, (late(scenario, base, until) for scenario in scenarios)):
        screen.note(text("late.warning", note=told), quiet)


def _summary(
    design: Design,
    headline: Headline,
    results: Sequence[Result],
    out: str | None,
) -> dict[str, Any]:
    """What --json prints: what was run, and each headline number by month with its band."""
    from batiksim.runs.headline import INDICATORS

    (scenario,) = design.scenarios
    return {
        "scenario": scenario.stem,
        "title": scenario.title,
        "hash": scenario.hash,
        "regime": scenario.regime or "",
        **{key: getattr(design, key) for key in ("scale", "since", "until", "record")},
        "seeds": [result.seed for result in results],
        "failed": [{"seed": result.seed, "error": result.error} for result in results if result.error],
        "folder": out,
        "place": "all",
        "indicators": {
            name: {month: dataclasses.asdict(headline.band(name, month)) for month in headline.months}
            for name in INDICATORS
        },
    }


def _rows(headline: Headline) -> list[dict[str, Any]]:
    """What --csv writes: a row an indicator and month."""
    from batiksim.recording.indicators import load_indicators
    from batiksim.runs.headline import INDICATORS

    known = load_indicators()
    return [
        {"indicator": name, "label": known[name].label, "unit": known[name].unit, "month": month}
        | dataclasses.asdict(headline.band(name, month))
        for name in INDICATORS
        for month in headline.months
    ]


def _print(design: Design, headline: Headline) -> None:
    from batiksim.cli.tables import print_headline

    print_headline(design.scenarios[0], headline, design.record)


def _tell_failures(results: Sequence[Result]) -> int:
    """Name the runs that failed on stderr; 1 if there are any, otherwise 0."""
    failed = [result for result in results if result.error]
    for result in failed[:5]:
        screen.problem(text("cli.run_failed", seed=result.seed, error=result.error))
        if screen.debugging():
            screen.note(result.trace)
    if failed:
        screen.problem(text("cli.failed", failed=len(failed), runs=len(results)))
    return int(bool(failed))
