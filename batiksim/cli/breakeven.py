"""`batiksim breakeven`: how strong, dear or long must a policy be to beat the baseline?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.bars import bar
from batiksim.cli.output import Output
from batiksim.cli.paired import Watch, outlook
from batiksim.cli.warming import warm_first
from batiksim.i18n.numbers import percent
from batiksim.i18n.texts import language, text

if TYPE_CHECKING:
    from batiksim.runs.tally import Progress, Round
    from batiksim.scenario import Scenario
    from batiksim.studies.breakeven import Breakeven, Told

WIDTH = screen.WIDEST
_BAR = 20
OVER = ("strength", "budget", "years")

Over = Annotated[
    str,
    typer.Option(
        metavar="|".join(OVER),
        help="What is searched.",
        callback=options.one_of(*OVER),
        show_default=False,
        autocompletion=completion.among(*OVER),
    ),
]
UpTo = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="Largest size; default: 1 (strength), what it spends (IDR a year), to the end (years).",
        parser=options.decimal,
        callback=options.within(0, 1e15),
    ),
]
Target = Annotated[
    bool, typer.Option("--target", help="Search the least that reaches the target the scenario names.")
]
SIZES, ANSWERS = "sizes", "answers"
Table = Annotated[
    str,
    typer.Option(
        metavar=f"{SIZES}|{ANSWERS}", help="Table that --csv writes.", callback=options.one_of(SIZES, ANSWERS)
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        metavar="DIR",
        help="Folder for the runs and breakeven.csv; that of a finished comparison lends its settings.",
    ),
]


@options.computed
def breakeven(
    file: options.File,
    over: Over,
    up_to: UpTo = None,
    target: Target = False,
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
    table: Table = SIZES,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> int:
    """Find the least of a policy that beats the baseline."""
    from batiksim.scenario import Scenario

    output = Output("breakeven", as_json, csv, table=table, quiet=quiet)
    policy = Scenario.load(file)
    base = None if baseline is None else Scenario.load(baseline)
    from batiksim.studies.breakeven import breakeven as search

    def ask(progress: Progress, begins: Told) -> Breakeven:
        return search(
            policy, over, seeds, baseline=base, indicator=indicator, up_to=up_to, target=target, jobs=jobs,
            scale=scale, until=until, out=out, executor=executor, progress=progress, begins=begins,
        )  # fmt: skip

    return tell(ask, policy, base, out, output, quiet)


def tell(
    ask: Callable[[Progress, Told], Breakeven],
    policy: Scenario,
    base: Scenario | None,
    out: str | None,
    output: Output,
    quiet: bool,
) -> int:
    """Ask, show how far it is, print the answer and return the exit code."""
    from batiksim.studies.policy_questions import BREAKEVEN

    warm_first(output.silent)
    watch = Watch(quiet, out)

    def begins(told: Round) -> None:
        watch.begins()
        about = {"runs": told.runs, "more": told.more}
        screen.note(text(f"breakeven.begins.{told.what}", **about) + outlook(told), quiet)

    with watch as progress:
        found = ask(progress, begins)
    from batiksim.cli.summary import records

    tables = {ANSWERS: lambda: records(found.answers), SIZES: lambda: records(found.table)}
    output.give(
        lambda: {"folder": out, **{name: rows() for name, rows in tables.items()}},
        tables,
        lambda: print_breakeven(found, policy, base),
    )
    if out is not None:
        screen.note(text("why.saved", files=f"{out}/{BREAKEVEN}"), quiet)
    return watch.end()


def print_breakeven(found: Breakeven, policy: Scenario, base: Scenario | None) -> None:
    """Print the sizes of each regime and the answer."""
    from batiksim.present.sentences import aim
    from batiksim.recording.indicators import load_indicators

    first = _rows(found.answers)[0]
    shown = load_indicators()[first["indicator"]]
    screen.say_filled(text(f"breakeven.heading.{first['over']}", policy=policy.title[language()]))
    against = base.title[language()] if base is not None else text("breakeven.baseline")
    about = {"label": shown.label[language()], "month": first["month"], "baseline": against}
    if _aims(first) == "target":
        (target,) = policy.targets
        about["aim"] = aim(
            {**target.written(), "sense": target.sense, "value": target.value, "place": target.place}
        )
    screen.say_filled(text(f"breakeven.{_aims(first)}.what", **about))
    screen.say_filled(text(f"breakeven.note.{first['over']}"))
    for answer in _rows(found.answers):
        rows = [row for row in _rows(found.table) if row["regime"] == answer["regime"]]
        for line in _block(rows, answer, shown.unit):
            screen.say(line)


def _aims(answer: dict[str, Any]) -> str:
    """The family of texts: "target", or "against" the baseline."""
    return "target" if answer["goal"] == answer["goal"] else "against"


def _rows(table: Any) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _block(rows: list[dict[str, Any]], answer: dict[str, Any], unit: str) -> Iterator[str]:
    from batiksim.present.names import regime
    from batiksim.present.numbers import interval, quantity, signed

    pairs = max(row["pairs"] for row in rows)
    yield "\n" + screen.filled(text("breakeven.regime", regime=regime(answer["regime"]), pairs=pairs))
    if not pairs:
        yield "  " + text("why.no_pairs")
        return
    columns = (text(f"breakeven.column.{answer['over']}"), text(f"breakeven.{_aims(answer)}.better"))
    difference = text(f"breakeven.{_aims(answer)}.effect")
    roomy = screen.width() >= WIDTH
    if roomy:
        yield f"  {columns[0]:>16}  {columns[1]:>10}  {'':<15}{difference:>10}"
    else:
        yield screen.filled(f"{columns[0]}: {columns[1]}, {difference}", "  ", "    ")
    for row in rows:
        share = quantity(row["probability"], "share")
        band = f"({interval(row['low_90'], row['high_90'], 'share')})".replace(" %", "")
        size = _size(row["value"], answer["over"])
        if not roomy:
            yield screen.filled(f"{size}: {share} {band}, {signed(row['expected'], unit)}", "  ", "    ")
            continue
        numbers = f"  {size:>16}  {share:>10} {band:<16}{signed(row['expected'], unit):>12}"
        yield f"{numbers}  {bar(row['probability'], 1.0, 2 * _BAR)[_BAR:]}".rstrip()
    for sentence in _conclusions(answer, pairs):
        yield screen.filled(sentence, "  ")


def _size(value: float, over: str) -> str:
    from batiksim.present.numbers import number, rupiah

    if over == "budget":
        return rupiah(value)
    return number(value, 0 if over == "years" else 3)


def _conclusions(answer: dict[str, Any], pairs: int) -> Iterator[str]:
    """The answer, and what should make one doubt it."""
    from batiksim.studies.breakeven import FOUND, SURE, TOO_FEW
    from batiksim.studies.policy_questions import ENOUGH

    enough, aims = percent(ENOUGH), _aims(answer)
    sizes = {
        key: _size(answer[key], answer["over"]) for key in ("value", "low", "high", "best", "fails_above")
    }
    if answer["verdict"] == FOUND:
        yield text(f"breakeven.{aims}.found", enough=enough, value=sizes["value"])
        if answer["fails_above"] == answer["fails_above"]:
            yield text("breakeven.fails_above", enough=enough, value=sizes["fails_above"])
    elif answer["verdict"] == TOO_FEW:
        yield text(f"breakeven.{aims}.too_few", enough=enough, pairs=pairs)
    elif not answer["best_probability"]:
        yield text(f"breakeven.{aims}.never_any", low=sizes["low"], high=sizes["high"])
    else:
        share = percent(answer["best_probability"])
        yield text(
            f"breakeven.{aims}.never", share=share, **{key: sizes[key] for key in ("low", "high", "best")}
        )
    if answer["fall"] > 0.0:
        yield text("breakeven.not_monotone", fall=percent(answer["fall"]))
    if pairs < SURE:
        yield text("breakeven.few", pairs=pairs, enough=enough)
