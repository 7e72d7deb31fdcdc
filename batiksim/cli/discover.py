"""`batiksim discover`: under which assumptions an answer lies above or below a value."""

from __future__ import annotations

from typing import Annotated

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.cli.sensitivity import Folder, Scenario, Year

Above = Annotated[
    float | None,
    typer.Option(
        metavar="X", help="Where it is above X.", parser=options.decimal, callback=options.within(-1e18, 1e18)
    ),
]
Below = Annotated[
    float | None,
    typer.Option(
        metavar="X", help="Where it is below X.", parser=options.decimal, callback=options.within(-1e18, 1e18)
    ),
]
Of = Annotated[
    str,
    typer.Option(
        metavar="level|index|effect",
        help="The indicator, it against the first year, or a policy's effect.",
        autocompletion=completion.among("level", "index", "effect"),
    ),
]
On = Annotated[
    str,
    typer.Option(
        metavar="means|emulator",
        help="Look at means of the sets, or at what an emulator of them says.",
        autocompletion=completion.among("means", "emulator"),
    ),
]


def discover(
    folder: Folder,
    indicator: options.Indicator = "batik.workers_under_30",
    above: Above = None,
    below: Below = None,
    year: Year = None,
    of: Of = "level",
    scenario: Scenario = None,
    on: On = "means",
    as_json: options.Json = False,
    csv: options.Csv = None,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Find the assumptions under which an answer turns."""
    output = Output("discover", as_json, csv, quiet=quiet)
    from batiksim.cli.summary import number_or_null, records
    from batiksim.present.discover import paragraph
    from batiksim.studies.discover import discover as ask

    found = ask(folder, indicator, above=above, below=below, year=year, of=of, scenario=scenario, on=on)
    shares = ("base", "density", "coverage", "held_density", "held_coverage", "score")
    counts = ("sets", "hits", "inside", "inside_hits", "held_inside", "held_hits")
    output.give(
        lambda: {
            "folder": folder,
            "indicator": found.asked.indicator,
            "month": found.asked.month,
            "of": found.asked.of,
            "scenario": found.asked.scenario,
            "side": "above" if found.above else "below",
            "threshold": found.threshold,
            "on": found.on,
            "stands": found.stands,
            "told": paragraph(found),
            **{name: getattr(found, name) for name in counts},
            **{name: number_or_null(getattr(found, name)) for name in shares},
            "limits": records(found.limits),
        },
        {"limits": lambda: records(found.limits)},
        lambda: screen.say_filled(paragraph(found)),
    )
    return 0
