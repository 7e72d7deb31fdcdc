"""`batiksim export-html`: the moving picture as one file, for phones and machines without batiksim."""

from __future__ import annotations

from typing import Annotated

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.cli.run import load
from batiksim.errors import UsageError
from batiksim.i18n.texts import language, text

LARGEST = 5_000_000  # bytes; what a phone opens at once from a stick
MOST = 3

Scenarios = Annotated[
    list[str],
    typer.Argument(
        metavar="[SCENARIO]...",
        help="Policies to carry besides those that ship; at most 3.",
        autocompletion=completion.scenarios,
    ),
]
Out = Annotated[
    str | None,
    typer.Option("--out", "-o", metavar="FILE", help="The page (.html); default: batiksim-LANG.html."),
]


def export_html(
    scenarios: Scenarios = [],  # noqa: B006 (typer hands over a new list)
    out: Out = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> None:
    """Write the moving picture as one file that plays anywhere."""
    output = Output("export-html", as_json)
    if len(scenarios) > MOST:
        raise UsageError(text("carried.too_many", most=MOST))
    asked = [load(one) for one in scenarios]
    from batiksim.report.page import check_target, save
    from batiksim.runs import atomic_files

    file = atomic_files.named(out or f"batiksim-{language()}.html")
    check_target(file)
    if asked:
        screen.note(text("carried.computes"), quiet)
    from batiksim.app.carried.page import page

    content = page(language(), asked)
    if (size := len(content.encode("utf-8"))) > LARGEST:
        raise UsageError(text("carried.too_large", megabytes=LARGEST // 1_000_000))
    save(file, content)
    output.give(
        lambda: {"page": str(file), "bytes": size},
        for_people=lambda: screen.say(text("carried.wrote", file=file, megabytes=f"{size / 1e6:.1f}")),
    )
