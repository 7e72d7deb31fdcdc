"""`batiksim compare` and `batiksim resume`: scenarios against a baseline, in pairs with the same seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from batiksim.calendar import DEFAULT_UNTIL
from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.cli.run import warn_if_late
from batiksim.cli.warming import warm_first
from batiksim.errors import BatiksimError, StoppedError, UsageError, WorkersError
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.runs.tally import Progress, Tally
    from batiksim.scenario import Scenario
    from batiksim.studies.study import Study

Out = Annotated[
    str | None, typer.Option(metavar="DIR", help="Folder to keep every run in; needed to go on after a stop.")
]
Folder = Annotated[
    str,
    typer.Argument(metavar="DIR", help="Folder of what was stopped.", autocompletion=completion.folders),
]
Baseline = Annotated[
    str | None,
    typer.Option(
        metavar="SCENARIO",
        help="Scenario to compare with, named already or not; default: the first.",
        autocompletion=completion.scenarios,
    ),
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
FullPairs = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Pairs of everybody in each world, for places and luck; default 4, without a sample 1.",
        callback=options.within(0, 100),
    ),
]
EFFECTS = "effects"
TABLES = (EFFECTS, "targets", "differences", "binding", "costs", "runs")
Table = Annotated[
    str,
    typer.Option(metavar="|".join(TABLES), help="Table that --csv writes.", callback=options.one_of(*TABLES)),
]
_MOST_FAILURES = 5

Done = TypeVar("Done")
Stopped = Callable[[str, BaseException], BatiksimError]


@options.computed
def compare(
    files: options.Files,
    sample: Sample = None,
    draws: Draws = None,
    seeds: options.SeedsOr = None,
    seed: options.Seed = 1,
    jobs: options.Jobs = None,
    executor: options.Elsewhere = None,
    scale: options.Scale = 0.1,
    until: options.Until = DEFAULT_UNTIL,
    record: options.Record = "yearly",
    baseline: Baseline = None,
    full_pairs: FullPairs = None,
    out: Out = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    table: Table = EFFECTS,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Compare scenarios with a baseline, paired by luck."""
    output = Output("compare", as_json, csv, table=table, quiet=quiet)
    from batiksim.scenario import Scenario
    from batiksim.studies.compare import SEEDS, SEEDS_OF_A_DRAW
    from batiksim.studies.sample import NO_SAMPLE, usual_sample

    scenarios = [Scenario.load(file) for file in files]
    called = {scenario.stem: file for scenario, file in zip(scenarios, files, strict=True)}
    if baseline is not None:
        word = baseline
        baseline, scenarios = with_baseline(word, scenarios)
        called.setdefault(baseline, word)
    lead = next((one for one in scenarios if one.stem == baseline), scenarios[0])
    from batiksim.studies.compare import compare as run_comparison

    warn_if_late(scenarios, lead, until, quiet)
    which = sample or usual_sample(scenarios)
    each = seeds or (SEEDS if which == NO_SAMPLE else SEEDS_OF_A_DRAW)
    if seed + each - 1 > options.MAX_SEED:
        raise UsageError(text("cli.seed_too_large", limit=options.MAX_SEED))

    def work(progress: Progress | None) -> Study:
        return run_comparison(
            scenarios, range(seed, seed + each), sample=which, draws=draws, jobs=jobs, scale=scale,
            until=until, record=record, baseline=baseline, full_scale=full_pairs, out=out,
            executor=executor, progress=progress,
        )  # fmt: skip

    return _carry_out(work, out, output, quiet, called)


def with_baseline(name: str, scenarios: list[Scenario]) -> tuple[str, list[Scenario]]:
    """The baseline's name and the scenarios, among which it is: one of them by name, or else one more."""
    from batiksim.scenario import Scenario

    if any(one.stem == name for one in scenarios):
        return name, scenarios
    base = Scenario.load(name)
    there = any((one.stem, one.hash) == (base.stem, base.hash) for one in scenarios)
    return base.stem, scenarios if there else [base, *scenarios]


@options.computed
def resume(
    folder: Folder,
    jobs: options.Jobs = None,
    executor: options.Elsewhere = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    table: Table = EFFECTS,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Go on with what was stopped; try failed runs again."""
    from batiksim.cli import calibrate
    from batiksim.runs.atomic_files import named
    from batiksim.runs.design import SINGLE, SWEEP, VALIDATION
    from batiksim.runs.engine import Means
    from batiksim.runs.folder import heal, is_asked, is_finished, read_design
    from batiksim.studies.open_questions import open_questions

    kept, means = named(folder), Means(jobs, executor)
    code = calibrate.resumed(folder, means, Output("calibrate", as_json, csv, table="parameters"), quiet)
    if code is not None:
        return code
    heal(kept)
    questions = open_questions(kept)
    if questions and (not is_asked(kept) or is_finished(kept)):
        from batiksim.cli.questions import go_on

        return go_on(questions, kept, folder, (jobs, executor), (as_json, csv), quiet)
    design = read_design(kept)
    if design.kind == SINGLE:
        from batiksim.cli.run import carry_out

        return carry_out(design, folder, (jobs, executor), Output("run", as_json, csv, quiet=quiet), quiet)
    from batiksim.runs.engine import Means
    from batiksim.studies.compare import study_of

    def work(progress: Progress | None) -> Study:
        return study_of(design, kept, Means(jobs, executor, progress))

    if design.kind == VALIDATION:
        from batiksim.cli import validate

        return validate.resumed(
            followed(work, folder, quiet), folder, Output("validate", as_json, csv, table="facts"), quiet
        )
    if design.kind == SWEEP:
        from batiksim.cli import sweep

        return sweep.give(followed(work, folder, quiet), folder, Output("sweep", as_json, csv), quiet)
    return _carry_out(work, folder, Output("compare", as_json, csv, table=table, quiet=quiet), quiet)


def _carry_out(
    work: Callable[[Progress | None], Study],
    folder: str | None,
    output: Output,
    quiet: bool,
    called: Mapping[str, str] | None = None,
) -> int:
    """Run, print what came out and return the exit code; `called` are the words for the scenarios."""
    warm_first(output.silent)
    study = followed(work, folder, quiet)
    give(study, folder, output, called)
    return tell_end(study, folder, quiet)


def give(study: Study, folder: str | None, output: Output, called: Mapping[str, str] | None = None) -> None:
    """Give what came out in the form asked for."""
    from batiksim.cli.summary import print_summary, summary, tables

    def found() -> dict[str, Any]:
        return summary(study, folder, study.command_with(called or study.named(folder or "")))

    output.give(found, tables(study), lambda: print_summary(study))


def _stopped(folder: str, stop: BaseException) -> BatiksimError:
    """What is said of a comparison that was stopped, with a word on how to go on."""
    from batiksim.runs.engine import kept_runs

    # Counted in the folder: workers may have kept more than they could tell.
    done, runs = kept_runs(Path(folder))
    kept = {"done": done, "runs": runs, "folder": folder}
    if isinstance(stop, WorkersError):
        return WorkersError(text("cluster.kept", error=stop, **kept))
    return StoppedError(text("compare.stopped", **kept))


def followed(
    work: Callable[[Progress | None], Done], folder: str | None, quiet: bool, stopped: Stopped = _stopped
) -> Done:
    """Run with the tally on stderr.

    Raises what is `stopped` after a Ctrl-C and where who computed is gone, if runs are kept in a folder.
    """
    begun = False
    try:
        with screen.tally(quiet) as tell:

            def progress(tally: Tally) -> None:
                nonlocal begun
                begun = True
                if tell is not None:
                    tell(tally)

            return work(progress)
    except (KeyboardInterrupt, WorkersError) as stop:
        if not begun or folder is None:
            raise
        raise stopped(folder, stop) from None


def tell_end(study: Study, folder: str | None, quiet: bool, then: str = "compare.next") -> int:
    """What is saved, what failed, what comes next; 1 if a run failed, otherwise 0."""
    from batiksim.present.names import regime

    runs = study.runs
    failed = runs[runs["status"] != "ok"]
    counts = {"runs": len(runs), "failed": len(failed)}
    for row in failed.head(_MOST_FAILURES).to_dict("records"):
        kept = {key: row[key] for key in ("scenario", "seed", "error")}
        screen.problem(text("compare.run_failed", regime=regime(row["regime"]), **kept))
    screen.note(text("compare.runs", done=len(runs) - len(failed), **counts), quiet)
    if folder is None:
        screen.note(text("compare.not_saved"), quiet)
    else:
        screen.note(text("cli.saved", folder=folder), quiet)
        screen.note(text(then, folder=folder), quiet)
    if not len(failed):
        return 0
    key = "compare.failed" if folder is None else "compare.try_again"
    screen.problem(text(key, folder=folder, **counts))
    return 1
