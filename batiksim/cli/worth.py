"""`batiksim worth`: which fact would narrow an answer most, and what that is worth for a choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.cli.pictures import Files, save
from batiksim.cli.sensitivity import Year
from batiksim.i18n.numbers import percent
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.studies.worth import Answer, Worth

_MOST_ROWS = 8
_NAME, _COLUMN = 38, 10
_COLUMNS = ("share", "share_error", "chance", "worth")

Folder = Annotated[
    str,
    typer.Argument(
        metavar="DIR", help="Folder of a finished comparison or sweep.", autocompletion=completion.folders
    ),
]
Survey = Annotated[
    int | None,
    typer.Option(
        metavar="YYYY",
        help="Year that a survey asks about; default: the last before any policy.",
        callback=options.within(2011, 2060),
    ),
]
Asked = Annotated[
    int,
    typer.Option(
        "--n",
        metavar="N",
        help="How many people, firms or owners a survey asks.",
        callback=options.within(1, 10**9),
    ),
]
Targets = Annotated[
    str | None, typer.Option(metavar="FILE", help="Facts known so far; default: those that ship.")
]
World = Annotated[
    str,
    typer.Option(metavar="WORLD", help="Only sets of assumptions of this world, as hands-short; all: every."),
]


def worth(
    folder: Folder,
    indicator: options.Indicator = "batik.workers_under_30",
    year: Year = None,
    survey: Survey = None,
    n: Asked = 400,
    targets: Targets = None,
    world: World = "all",
    files: Files = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Say which fact to ask next, and what it is worth."""
    output = Output("worth", as_json, csv, quiet=quiet)
    from batiksim.cli.summary import records
    from batiksim.present.worth import left_out, paragraph
    from batiksim.studies.worth import worth as ask

    found = ask(folder, indicator, year=year, survey=survey, n=n, targets=targets, world=world)

    def for_people() -> None:
        for answer in found.answers:
            screen.say_filled(paragraph(found, answer))
            for line in _lines(found, answer):
                screen.say(line)
            screen.say("")
        if found.left_out:
            screen.say_filled(left_out(found))

    output.give(
        lambda: {
            "folder": folder,
            **{key: getattr(found, key) for key in ("indicator", "month", "survey", "n", "world", "seeds")},
            "answers": [_answer(found, one) for one in found.answers],
            "left_out": [{"fact": name, "why": why} for name, why in found.left_out.items()],
        },
        {"rows": lambda: records(found.table)},
        for_people,
    )
    if files is not None:
        from batiksim.report.worth_picture import picture

        save((picture(found, one) for one in found.answers), files, quiet)
    return 0


def _lines(found: Worth, answer: Answer) -> Iterator[str]:
    """The facts that narrow most, as a table; none where none is told from chance."""
    from batiksim.present.numbers import quantity
    from batiksim.present.worth import named
    from batiksim.recording.indicators import load_indicators

    if answer.shown.empty:
        return
    unit, chosen = load_indicators()[found.indicator].unit, answer.perfect == answer.perfect
    columns = _COLUMNS if chosen else _COLUMNS[:-1]
    heads = [text(f"worth.head.{name}") for name in columns]
    yield f"  {text('worth.head.fact'):<{_NAME}}" + "".join(f"{head:>{_COLUMN}}" for head in heads)
    for row in answer.facts.head(_MOST_ROWS).to_dict("records"):
        name = named(row)
        name = name if len(name) < _NAME else f"{name[: _NAME - 2].rstrip()}…"
        cells = [percent(row["share"]), percent(row["share_error"]), percent(row["chance"], 1)]
        cells += [quantity(row["worth"], unit)] if chosen else []
        yield f"  {name:<{_NAME}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)


def _answer(found: Worth, answer: Answer) -> dict[str, Any]:
    """One answer, ready for JSON."""
    from batiksim.cli.summary import number_or_null, records
    from batiksim.present.worth import paragraph

    keys = ("effective", "expected", "error", "doubt", "not_luck", "perfect", "perfect_error", "budget")
    moved = answer.assumptions
    return {
        **{key: getattr(answer, key) for key in ("of", "scenario", "other", "month", "sets")},
        "told": paragraph(found, answer),
        **{key: number_or_null(getattr(answer, key)) for key in keys},
        "assumptions": None
        if moved is None
        else {
            "trusted": moved.trusted,
            "score": number_or_null(moved.score),
            "parameters": moved.parameters,
            "rows": records(moved.table),
        },
        "rows": records(answer.facts),
    }
