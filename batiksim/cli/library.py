"""Commands that look things up and run nothing: check, list, show, explain, schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from batiksim.cli import catalogue, completion, options, screen
from batiksim.cli.options import one_of
from batiksim.cli.output import Output
from batiksim.cli.schemas import OUTPUTS
from batiksim.errors import InputError, UsageError
from batiksim.i18n.texts import language, shown, suggestion, text

MONTH, SCENARIO = "month", "scenario"
CHANGED = ("parameters", "interventions", "uncertainty")

Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help=" | ".join(catalogue.LISTS),
        callback=one_of(*catalogue.LISTS),
        show_default=False,
        autocompletion=completion.among(*catalogue.LISTS),
    ),
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="A parameter, place, indicator, intervention or scenario; or: month.",
        autocompletion=completion.everything,
    ),
]
Changed = Annotated[
    str,
    typer.Option(metavar="|".join(CHANGED), help="Table that --csv writes.", callback=one_of(*CHANGED)),
]
Described = Annotated[
    str,
    typer.Argument(
        metavar="COMMAND",
        help="The command whose --json is described; without: scenario files.",
        callback=one_of(SCENARIO, *OUTPUTS),
        show_default=False,
        autocompletion=completion.among(SCENARIO, *OUTPUTS),
    ),
]


def check(
    files: options.Files,
    as_json: options.Json = False,
    csv: options.Csv = None,
    lang: options.Lang = None,
) -> int:
    """Check scenario files; exit code 2 if any is wrong."""
    from batiksim.scenario import plugins

    output = Output("check", as_json, csv)
    plugins.load_named()  # kinds of one's own are checked with what uses them, and without
    checked = [_check(file) for file in files]
    output.give(
        lambda: {"files": checked}, {"remarks": lambda: list(_remarks(checked))}, lambda: _tell(checked)
    )
    return 0 if all(one["ok"] for one in checked) else 2


def _check(file: str) -> dict[str, Any]:
    """What is to be said of one file."""
    from batiksim.scenario import Scenario
    from batiksim.scenario.ineffective import idle
    from batiksim.scenario.overlaps import overlaps

    try:
        scenario = Scenario.load(file)
    except InputError as error:
        mistakes = [
            {"file": one.file, "line": one.line, "column": one.column, "message": one.message}
            for one in (error, *error.others)
        ]
        return {"file": file, "ok": False, "title": None, "mistakes": mistakes, "notes": []}
    notes = idle(scenario.interventions, scenario.spans, budgets=scenario.budgets)
    notes += overlaps(scenario.interventions)
    return {"file": file, "ok": True, "title": dict(scenario.title), "mistakes": [], "notes": notes}


def _tell(checked: list[dict[str, Any]]) -> None:
    from batiksim.config.mistakes import MOST

    for one in checked:
        for mistake in one["mistakes"]:
            screen.problem(str(InputError(**mistake)))
        if len(one["mistakes"]) >= MOST:
            screen.note(text("check.more", count=MOST))
        if one["ok"]:
            screen.say(text("cli.file_good", file=shown(one["file"], 200), title=one["title"][language()]))
        for note in one["notes"]:
            screen.say("  " + text("overlap.note", note=note))


def _remarks(checked: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row a mistake or note, one that says so for a file without any."""
    for one in checked:
        place = {"file": one["file"], "line": None, "column": None}
        rows = [{"what": "mistake", **place, **mistake} for mistake in one["mistakes"]]
        rows += [{"what": "note", **place, "message": note} for note in one["notes"]]
        yield from rows or [{"what": "ok", **place, "message": None}]


def list_(
    kind: Kind, as_json: options.Json = False, csv: options.Csv = None, lang: options.Lang = None
) -> None:
    """List parameters, places, indicators, policies, scenarios."""
    from batiksim.cli.tables import print_list

    output = Output("list", as_json, csv)
    records = catalogue.LISTS[kind]()
    output.give(
        lambda: {"kind": kind, "records": records}, {kind: lambda: records}, lambda: print_list(kind, records)
    )


def show(
    name: Name, as_json: options.Json = False, csv: options.Csv = None, lang: options.Lang = None
) -> None:
    """Show one thing by name, or the steps of a month."""
    from batiksim.cli.tables import print_month, print_record

    output = Output("show", as_json, csv)
    if name == MONTH:
        steps = catalogue.steps()
        output.give(
            lambda: {"kind": MONTH, "steps": steps}, {MONTH: lambda: steps}, lambda: print_month(steps)
        )
        return
    kind, record = _find(name)
    if kind == "scenarios":
        from batiksim.scenario import Scenario

        # With everything it sets, ready to be saved as a file.
        scenario = Scenario.load(name)
        record = {**catalogue.described(scenario), "yaml": f"# {scenario.stem}\n{scenario.to_yaml()}"}
    output.give(
        lambda: {"kind": kind, "record": record},
        {kind: lambda: [{"fact": key, "value": value} for key, value in record.items()]},
        lambda: screen.say(record["yaml"], end="") if "yaml" in record else print_record(record),
    )


def _find(name: str) -> tuple[str, dict[str, Any]]:
    """The kind and the record of a name; a file is a scenario. Raises UsageError."""
    known: list[str] = [MONTH]
    for kind, records in catalogue.LISTS.items():
        for record in records():
            known.append(record["name"])
            if record["name"] == name:
                return kind, record
    if not name.endswith((".yaml", ".yml")):
        raise UsageError(text("cli.nothing_called", name=shown(name), near=suggestion(name, known)))
    return "scenarios", {}


def explain(
    file: options.File,
    as_json: options.Json = False,
    csv: options.Csv = None,
    table: Changed = CHANGED[0],
    lang: options.Lang = None,
) -> None:
    """Say what a scenario changes, and whose numbers those are."""
    from batiksim.scenario import Scenario

    output = Output("explain", as_json, csv, table=table)
    scenario = Scenario.load(file)
    changes = catalogue.changes(scenario)
    output.give(
        lambda: {**catalogue.described(scenario), **changes},
        {name: lambda: changes[table] for name in CHANGED},
        lambda: screen.say(scenario.explain(language(lang)).rstrip()),
    )


def schema(of: Described = SCENARIO, as_json: options.Json = False, lang: options.Lang = None) -> None:
    """Print the JSON schema of scenarios or of a command."""
    from batiksim.cli.schemas import output_schema
    from batiksim.scenario import schema as scenario_schema

    screen.say_json(scenario_schema(language(lang)) if of == SCENARIO else output_schema(of))
