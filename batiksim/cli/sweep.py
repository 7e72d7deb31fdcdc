"""`batiksim sweep`: scenarios under a sample drawn over the priors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH
from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.cli.warming import warm_first
from batiksim.errors import UsageError
from batiksim.i18n.texts import language, text

if TYPE_CHECKING:
    from batiksim.runs.tally import Progress
    from batiksim.studies.study import Study

DESIGNS = ("sobol", "lhs", "morris", "one-factor")
FOLDER = "batiksim-sweep"

Scenarios = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SCENARIO",
        help="Scenario files or library names, the baseline first; without: baseline.",
        show_default=False,
        autocompletion=completion.scenarios,
    ),
]
Design = Annotated[
    str,
    typer.Option(
        metavar="|".join(DESIGNS),
        help="How sets of values are drawn over the priors.",
        callback=options.one_of(*DESIGNS),
        autocompletion=completion.among(*DESIGNS),
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Sets of values; default: as usual for the design.",
        callback=options.within(1, 100_000),
    ),
]
Parameters = Annotated[
    str,
    typer.Option(
        metavar="NAME,...|all",
        help="Parameters to draw, also patterns like contracts.*; see `batiksim list parameters`.",
        autocompletion=completion.parameters,
    ),
]
Seeds = Annotated[
    int, typer.Option(metavar="N", help="Runs of each set, 1..1000.", callback=options.within(1, 1000))
]
Out = Annotated[str, typer.Option(metavar="DIR", help="Folder for the sample and every run.")]


@options.computed
def sweep(
    files: Scenarios = None,
    design: Design = "sobol",
    draws: Draws = None,
    parameters: Parameters = "all",
    seeds: Seeds = 2,
    seed: options.Seed = 1,
    jobs: options.Jobs = None,
    executor: options.Elsewhere = None,
    scale: options.Scale = 0.1,
    until: options.Until = DEFAULT_UNTIL,
    record: options.Record = "yearly",
    out: Out = FOLDER,
    as_json: options.Json = False,
    csv: options.Csv = None,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Run scenarios over the whole range of assumptions."""
    output = Output("sweep", as_json, csv, quiet=quiet)
    from batiksim.cli.compare import followed
    from batiksim.cli.run import warn_if_late
    from batiksim.runs.atomic_files import named
    from batiksim.runs.engine import Means
    from batiksim.scenario import Scenario
    from batiksim.studies.compare import study_of
    from batiksim.studies.sweep import sweep_of

    words = files or ["baseline"]
    scenarios = [Scenario.load(file) for file in words]
    called = {scenario.stem: file for scenario, file in zip(scenarios, words, strict=True)}
    warn_if_late(scenarios, scenarios[0], until, quiet)
    asked = sweep_of(
        scenarios, design=design, draws=draws, parameters=parameters, seeds=range(seed, seed + seeds),
        scale=scale, since=FIRST_MONTH, until=until, record=record,
    )  # fmt: skip
    if max(one for _, one in asked.pairs) > options.MAX_SEED:
        raise UsageError(text("cli.seed_too_large", limit=options.MAX_SEED))
    folder = named(out)

    def work(progress: Progress | None) -> Study:
        return study_of(asked, folder, Means(jobs, executor, progress))

    warm_first(output.silent)
    return give(followed(work, out, quiet), out, output, quiet, called)


def give(study: Study, folder: str, output: Output, quiet: bool, called: dict[str, str] | None = None) -> int:
    """Give what came out in the form asked for; return the exit code."""
    from batiksim.cli.compare import tell_end
    from batiksim.cli.summary import records

    command = study.command_with(called or study.named(folder))
    rows = {"levels": lambda: records(study.sets())}
    output.give(lambda: _summary(study, folder, command), rows, lambda: _print(study))
    return tell_end(study, folder, quiet, "sweep.next")


def _print(study: Study) -> None:
    """Print what was drawn, and the range of one indicator over the sets."""
    from batiksim.i18n.numbers import percent
    from batiksim.present.names import title, when
    from batiksim.present.numbers import quantity
    from batiksim.recording.indicators import load_indicators
    from batiksim.studies.statistics import MIDDLE
    from batiksim.studies.study.data import YOUNG
    from batiksim.studies.study.sets import INDEX, LEVEL

    drawn, seeds = study.about["drawn"], len(study.about["draws"][0]["seeds"])
    screen.say_filled(
        text(
            "sweep.drawn", draws=drawn["draws"], parameters=len(drawn["ranges"]), design=drawn["design"],
            seeds=seeds, scenarios=", ".join(study.scenarios), runs=study.total,
        )
    )  # fmt: skip
    about = load_indicators()[YOUNG]
    levels = study.sets(YOUNG)
    for row in levels[levels["of"] == LEVEL].to_dict("records"):
        numbers = {key: quantity(row[key], about.unit) for key in MIDDLE}
        where = {"label": about.label[language()], "month": when(row["month"])}
        screen.say_filled(text("sweep.level", title=title(study, row["scenario"]), **where, **numbers))
        index = levels[(levels["of"] == INDEX) & (levels["scenario"] == row["scenario"])]
        for one in index.to_dict("records"):
            shares = {key: percent(one[key]) for key in MIDDLE}
            screen.say_filled(text("sweep.index", first=when(study.months[0]), **shares), "  ", "  ")


def _summary(study: Study, folder: str, command: str) -> dict[str, Any]:
    """What --json prints."""
    from batiksim.cli.summary import records

    runs, drawn = study.runs, study.about["drawn"]
    failed = runs.loc[runs["status"] != "ok", ["scenario", "draw", "seed", "error"]]
    return {
        "folder": folder, "command": command, "scenarios": study.scenarios, "design": drawn["design"],
        "draws": drawn["draws"], "parameters": list(drawn["ranges"]), "sample": study.sample,
        "seeds": len(study.about["draws"][0]["seeds"]), "scale": study.about["scale"],
        "until": study.about["until"], "runs": len(runs), "failed": records(failed),
        "levels": records(study.sets()),
    }  # fmt: skip
