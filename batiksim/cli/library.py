"""Commands that look things up and run nothing: check, list, show, explain, schema."""

from __future__ import annotations

from typing import Annotated

import typer

from batiksim.cli import catalogue, options, screen
from batiksim.cli.options import one_of
from batiksim.errors import InputError, UsageError
from batiksim.i18n.texts import language, shown, suggestion, text

Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help=" | ".join(catalogue.LISTS),
        callback=one_of(*catalogue.LISTS),
        show_default=False,
    ),
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="A parameter, place, indicator, intervention or scenario; or: month."
    ),
]
MONTH = "month"


def check(files: options.Files, lang: options.Lang = None) -> int:
    """Check scenario files; exit code 2 if any is wrong."""
    from batiksim.config.mistakes import MOST
    from batiksim.interventions.ineffective import idle
    from batiksim.interventions.overlaps import overlaps
    from batiksim.scenario import Scenario

    wrong = 0
    for file in files:
        try:
            scenario = Scenario.load(file)
        except InputError as error:
            wrong += 1
            for mistake in (error, *error.others):
                screen.problem(str(mistake))
            if len(error.others) + 1 >= MOST:
                screen.note(text("check.more", lang, count=MOST))
        else:
            print(text("cli.file_good", file=shown(file, 200), title=scenario.title[language(lang)]))
            notes = idle(scenario.interventions, scenario.spans, lang)
            for note in notes + overlaps(scenario.interventions, lang):
                print("  " + text("overlap.note", lang, note=note))
    return 2 if wrong else 0


def list_(kind: Kind, as_json: options.Json = False, lang: options.Lang = None) -> None:
    """List parameters, places, indicators, policies, scenarios."""
    records = catalogue.LISTS[kind]()
    if as_json:
        screen.print_json(records)
    else:
        from batiksim.cli.tables import print_list

        print_list(kind, records)


def show(name: Name, lang: options.Lang = None) -> None:
    """Show one thing by name, or the steps of a month."""
    from batiksim.cli.tables import print_record

    if name == MONTH:
        _show_month()
        return
    known: list[str] = [MONTH]
    for kind, records in catalogue.LISTS.items():
        for record in records():
            known.append(record["name"])
            if record["name"] == name:
                _show_scenario(name) if kind == "scenarios" else print_record(record)
                return
    if not name.endswith((".yaml", ".yml")):
        raise UsageError(text("cli.nothing_called", name=shown(name), near=suggestion(name, known)))
    _show_scenario(name)


def explain(file: options.File, lang: options.Lang = None) -> None:
    """Say what a scenario changes, and whose numbers those are."""
    from batiksim.scenario import Scenario

    print(Scenario.load(file).explain(language(lang)).rstrip())


def schema(lang: options.Lang = None) -> None:
    """Print the JSON schema of scenario files, for editors."""
    from batiksim.scenario import schema as scenario_schema

    screen.print_json(scenario_schema(language(lang)))


def _show_month() -> None:
    """The steps of a month in their order; those that keep the books cannot be left out."""
    from batiksim.model.schedule import STEPS

    always = text("cli.always")
    for place, step in enumerate(STEPS):
        remark = "" if step.optional else f" ({always})"
        print(f"{place:2d}  {step.name:<12} {step.label[language()]}{remark}")


def _show_scenario(name: str) -> None:
    """A scenario with everything it sets, ready to be saved as a file."""
    from batiksim.scenario import Scenario

    scenario = Scenario.load(name)
    print(f"# {scenario.stem}\n{scenario.to_yaml()}", end="")
