"""`batiksim sensitivity`: which assumptions move an answer, from the folder of a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.cli.pictures import Files, save
from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.studies.sensitivity import Sensitivity
    from batiksim.studies.study import Study

_MOST_ROWS = 12
_NAME, _COLUMN = 34, 15

Folder = Annotated[
    str, typer.Argument(metavar="DIR", help="Folder of a finished sweep.", autocompletion=completion.folders)
]
Year = Annotated[
    int | None,
    typer.Option(
        metavar="YYYY",
        help="At the end of this year; default: the last.",
        callback=options.within(2011, 2060),
    ),
]
Of = Annotated[
    str | None,
    typer.Option(
        metavar="level|index|effect",
        help="The indicator, it against the first year, or a policy's effect; default: first and last.",
        autocompletion=completion.among("level", "index", "effect"),
    ),
]
Scenario = Annotated[
    str | None,
    typer.Option(
        metavar="SCENARIO",
        help="Scenario of the sweep; default: the baseline's level, every policy's effect.",
    ),
]
Method = Annotated[
    str | None,
    typer.Option(
        metavar="sobol|morris|one-factor",
        help="How it is asked; default: as the sweep was drawn.",
        autocompletion=completion.among("sobol", "morris", "one-factor"),
    ),
]
Emulator = Annotated[
    str,
    typer.Option(
        metavar="lasso|gp|best",
        help="What foretells sets that were not run.",
        autocompletion=completion.among("lasso", "gp", "best"),
    ),
]


def sensitivity(
    folder: Folder,
    indicator: options.Indicator = "batik.workers_under_30",
    year: Year = None,
    of: Of = None,
    scenario: Scenario = None,
    method: Method = None,
    emulator: Emulator = "best",
    files: Files = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Say which assumptions move an answer."""
    output = Output("sensitivity", as_json, csv, quiet=quiet)
    from batiksim.cli.summary import records
    from batiksim.present.sensitivity import paragraph
    from batiksim.studies.sensitivity import sensitivity as ask
    from batiksim.studies.study import Study

    study = Study.load(folder)
    found = [
        ask(study, indicator, year=year, of=one, scenario=whose, method=method, emulator=emulator)
        for one, whose in questions(study, of, scenario)
    ]

    def for_people() -> None:
        for one in found:
            screen.say_filled(paragraph(one))
            for line in _lines(one) if one.trusted else ():
                screen.say(line)
            screen.say("")

    output.give(
        lambda: {"folder": folder, "answers": [_answer(one) for one in found]},
        {"rows": lambda: [row for one in found for row in records(one.table)]},
        for_people,
    )
    if files is not None:
        from batiksim.report.sensitivity_picture import picture

        save((picture(one) for one in found), files, quiet)
    return 0


def questions(study: Study, of: str | None, scenario: str | None) -> list[tuple[str, str | None]]:
    """What is asked, (of, scenario), where neither, one or both are said."""
    from batiksim.studies.study.sets import EFFECT, LEAST_PAIRS, LEVEL

    if of == EFFECT and scenario is None and len(study.scenarios) > 1:
        return [(EFFECT, name) for name in study.scenarios[1:]]
    if of is not None:
        return [(of, scenario)]
    paired = len(study.about.get("draws", [{"seeds": []}])[0]["seeds"]) >= LEAST_PAIRS
    policies = [name for name in study.scenarios[1:] if paired and scenario in (None, name)]
    return [(LEVEL, scenario), *((EFFECT, name) for name in policies)]


def _lines(found: Sensitivity) -> Iterator[str]:
    """The strongest assumptions as a table."""
    from batiksim.present.sensitivity import change

    columns = {"sobol": ("first", "total", "change"), "morris": ("size", "mean", "spread")}.get(
        found.method, ("value", "change", "error")
    )
    heads = [text(f"sensitivity.head.{name}") for name in columns]
    yield f"  {text('sensitivity.head.parameter'):<{_NAME}}" + "".join(f"{head:>{_COLUMN}}" for head in heads)
    rows = found.table.to_dict("records")
    if found.method == "one-factor":  # the strongest three, each with all its values
        names = list(dict.fromkeys(row["parameter"] for row in rows))[:3]
        rows = [row for row in rows if row["parameter"] in names]
    else:
        rows = rows[:_MOST_ROWS]

    def written(name: str, value: Any) -> str:
        if name in ("first", "total"):
            return percent(value)
        if name == "value":
            return value if isinstance(value, str) else number(value, 4).rstrip("0").rstrip(".,")
        said = change(found.asked, value)
        return said.removeprefix("+") if name in ("size", "spread", "error") else said

    for row in rows:
        yield f"  {row['parameter']:<{_NAME}}" + "".join(
            f"{written(name, row[name]):>{_COLUMN}}" for name in columns
        )


def _answer(found: Sensitivity) -> dict[str, Any]:
    """One question and its answer, ready for JSON."""
    from batiksim.cli.summary import number_or_null, records
    from batiksim.present.sensitivity import paragraph

    numbers = {key: number_or_null(getattr(found, key)) for key in ("mean", "spread", "not_luck", "score")}
    return {
        "of": found.asked.of,
        "scenario": found.asked.scenario,
        "indicator": found.asked.indicator,
        "month": found.asked.month,
        "method": found.method,
        "told": paragraph(found),
        "sets": found.sets,
        "seeds": found.seeds,
        "parameters": found.parameters,
        "emulator": found.emulator,
        "active": found.active,
        "trusted": found.trusted,
        **numbers,
        "rows": records(found.table),
    }
