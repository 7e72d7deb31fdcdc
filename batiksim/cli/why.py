"""`batiksim why`: how much of a policy's effect each of its channels and measures carries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.bars import bar
from batiksim.cli.output import Output
from batiksim.cli.paired import Watch, outlook
from batiksim.cli.warming import warm_first
from batiksim.i18n.numbers import percent
from batiksim.i18n.texts import language, text
from batiksim.recording.bands import clear

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.runs.design import Design
    from batiksim.runs.tally import Progress, Round
    from batiksim.studies.why import Question, Told

WIDTH = screen.WIDEST
# A row, where there is room for it: indent and label, effect, standard error, share, bar.
_LABEL, _EFFECT, _ERROR, _SHARE, _BAR = 32, 9, 9, 7, 19

Which = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SCENARIO",
        help="Scenario files or library names; without: all policies of the comparison in DIR.",
        show_default=False,
        autocompletion=completion.scenarios,
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        metavar="DIR",
        help="Folder for the runs and why.csv; that of a finished comparison lends its settings.",
    ),
]


@options.computed
def why(
    files: Which = None,
    baseline: options.Against = None,
    indicator: options.Indicator = "batik.workers_under_30",
    seeds: options.SeedsOr = None,
    scale: options.ScaleOr = None,
    until: options.UntilOr = None,
    jobs: options.Jobs = None,
    executor: options.Elsewhere = None,
    out: Out = None,
    as_json: options.Json = False,
    csv: options.Csv = None,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Say which part of a policy carries its effect."""
    from batiksim.scenario import Scenario

    output = Output("why", as_json, csv, quiet=quiet)
    policies = [Scenario.load(file) for file in files or ()]
    base = None if baseline is None else Scenario.load(baseline)
    from batiksim.studies.why import why as run_why

    def ask(progress: Progress, begins: Told) -> pd.DataFrame:
        return run_why(
            policies, seeds, baseline=base, indicator=indicator, jobs=jobs, scale=scale, until=until, out=out,
            executor=executor, progress=progress, begins=begins,
        )  # fmt: skip

    return tell(ask, out, output, quiet)


def tell(ask: Callable[[Progress, Told], pd.DataFrame], out: str | None, output: Output, quiet: bool) -> int:
    """Ask, show how far it is, print the answer and return the exit code."""
    from batiksim.cli.summary import records
    from batiksim.studies.policy_questions import MEASURES, WHY

    warm_first(output.silent)
    watch, asked = Watch(quiet, out), []

    def begins(question: Question, told: Round, design: Design) -> None:
        watch.begins()
        asked.append(question)
        counts = {key: len(getattr(design, key)) for key in ("seeds", "regimes")}
        about = {"name": question.policy.stem, "cases": len(design.scenarios), "runs": told.runs}
        screen.note(text("why.begins", **about, **counts) + outlook(told), quiet)

    with watch as progress:
        table = ask(progress, begins)

    def for_people() -> None:
        for question in asked:
            print_why(table[table["scenario"] == question.policy.stem], question)

    output.give(lambda: {"folder": out, "rows": records(table)}, {"why": lambda: records(table)}, for_people)
    if out is not None:
        screen.note(text("why.saved", files=f"{out}/{WHY}, {out}/{MEASURES}"), quiet)
    return watch.end()


def print_why(table: pd.DataFrame, question: Question) -> None:
    """Print a block for each regime and view of one policy."""
    from batiksim.present.names import regime as named
    from batiksim.recording.indicators import load_indicators

    titles = {"policy": question.policy.title[language()], "baseline": question.base.title[language()]}
    screen.say_filled(text("why.heading", **titles))
    if table.empty:
        screen.say("  " + text("why.no_pairs") + "\n")
        return
    shown = load_indicators()[table["indicator"].iloc[0]]
    about = {"label": shown.label[language()], "month": table["month"].iloc[0]}
    screen.say_filled(text("why.what", **about))
    for regime in dict.fromkeys(table["regime"]):
        views = {view: _rows(table, regime, view) for view in ("channel", "measure")}
        effects = [sorted(row["effect"] for row in rows) for rows in views.values()]
        if effects[0] == effects[1]:  # each channel is one measure, so one table says it all
            views = {"both": views["channel"]}
        for view, rows in views.items():
            about = {"view": text(f"why.view.{view}"), "regime": named(regime), "pairs": rows[0]["pairs"]}
            screen.say("\n" + screen.filled(text("why.regime", **about)))
            for line in _block(rows, shown.unit):
                screen.say(line)
    screen.say("")


def _rows(table: pd.DataFrame, regime: str, view: str) -> list[dict[str, Any]]:
    rows = table[(table["regime"] == regime) & (table["view"] == view)].to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _block(rows: list[dict[str, Any]], unit: str) -> Iterator[str]:
    """A line a piece, and what follows from them."""
    from batiksim.studies.statistics import FEW_PAIRS, SOME_PAIRS

    if not rows[0]["pairs"]:
        yield "  " + text("why.no_pairs")
        return
    pieces = rows[1:-1]
    shown = rows[:-1] if len(pieces) == 1 else rows
    largest = max(abs(row["effect"]) for row in shown)
    for row in [shown[0], *sorted(pieces, key=lambda row: -abs(row["effect"])), *shown[1 + len(pieces) :]]:
        yield from _line(row, unit, largest)
    pairs = rows[0]["pairs"]
    few = [text("why.few", pairs=pairs, enough=SOME_PAIRS)] if pairs < FEW_PAIRS else []
    for sentence in [*_conclusions(rows), *few]:
        yield screen.filled(sentence, "  ")


def _line(row: dict[str, Any], unit: str, largest: float) -> Iterator[str]:
    from batiksim.present.numbers import signed

    words = row["label" if language() == "en" else "label_id"]
    effect = signed(row["effect"], unit)
    known = row["error"] == row["error"]
    error = f"({signed(row['error'], unit).removeprefix('+')})" if known else ""
    noise = (
        "" if clear(row["low"], row["high"]) or row["effect"] == row["error"] == 0.0 else text("why.noise")
    )
    share = "" if row["share"] != row["share"] else percent(row["share"])
    if screen.width() < WIDTH:
        yield screen.filled(words, "  ", "    ")
        yield screen.filled(" ".join(filter(None, (effect, error, share, noise))), "    ")
        return
    label = wrap(words, _LABEL - 1)
    numbers = f"{effect:>{_EFFECT}} {error:<{_ERROR}}{share:>{_SHARE}}"
    yield f"  {label[0]:<{_LABEL}}{numbers} {noise or bar(row['effect'], largest, _BAR)}".rstrip()
    for more in label[1:]:
        yield f"    {more}"


def _conclusions(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What carries most, and what the rest means."""
    total, *pieces, rest = rows
    if total["effect"] == total["error"] == 0.0:
        yield text("why.none")
        return
    shared = total["share"] == total["share"]
    if not shared:
        yield text("why.unclear")
    if len(pieces) == 1:
        yield text("why.alone")
        return
    shares = [row for row in pieces if row["share"] > 0.0]
    if shares:
        most = max(shares, key=lambda row: row["share"])
        label = most["label" if language() == "en" else "label_id"]
        yield text("why.strongest", label=label, share=percent(most["share"]))
    if not clear(rest["low"], rest["high"]):
        yield text("why.adds")
    elif not shared:
        yield text("why.interacts")
    else:
        alike = (rest["effect"] > 0.0) == (total["effect"] > 0.0)
        yield text("why.substitutes" if alike else "why.complements")
