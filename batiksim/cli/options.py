"""The arguments and options that commands share, each with its bounds."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from batiksim.calendar import FIRST_MONTH, LAST_MONTH, month_index
from batiksim.cli import completion
from batiksim.cli.complaints import Unfit
from batiksim.config.scale import LARGEST, SMALLEST
from batiksim.errors import UsageError
from batiksim.i18n.texts import LANGUAGES, shown, text
from batiksim.i18n.unit_names import plain

if TYPE_CHECKING:
    from batiksim.runs.cluster import Dask

    Elsewhere = Dask | None
else:
    Elsewhere = Any  # annotations of commands are looked up, and help must not import the model

MAX_SEED = 2**53  # the largest whole number that JSON and every spreadsheet keep exactly


def decimal(written: str | float) -> float:
    """Read a number; one with a decimal comma is refused with a word on how to write it."""
    try:
        return float(written)
    except ValueError:
        better = str(written).replace(",", ".")
        if not re.fullmatch(r"[-+]?\d*\.\d+", better, re.ASCII):
            raise Unfit(text("usage.number")) from None
        raise Unfit(text("usage.comma", value=shown(str(written)), better=shown(better))) from None


def computed(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that say on what it computes, beside --jobs.

    Its own parameter `executor` is then None for processes here, or a cluster.
    """
    where = {"executor": Kind, "scheduler": Scheduler, "wait": Wait}

    @wraps(command)
    def asked(
        *, executor: str | None = None, scheduler: str | None = None, wait: float | None = None, **given: Any
    ) -> int:
        return command(executor=_cluster(executor, scheduler, wait, given["jobs"]), **given)

    own = inspect.signature(command, eval_str=True)
    parameters: list[inspect.Parameter] = []
    for name, one in own.parameters.items():
        if name == "executor":
            parameters += [
                one.replace(name=name, annotation=annotation) for name, annotation in where.items()
            ]
        else:
            parameters.append(one)
    asked.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return asked


def _cluster(kind: str | None, scheduler: str | None, wait: float | None, jobs: int | None) -> Dask | None:
    """The cluster that is asked for, None for processes here. Raises UsageError for what contradicts."""
    given = {"--scheduler": scheduler, "--wait": wait}
    if kind != DASK and (scheduler is None or kind is not None):
        for option, value in given.items():
            if value is not None:
                raise UsageError(text("cluster.not_dask", option=option))
        return None
    if scheduler is None:
        raise UsageError(text("cluster.no_scheduler"))
    if jobs is not None:
        raise UsageError(text("cluster.not_jobs"))
    from batiksim.runs.cluster import WAIT, Dask

    return Dask(scheduler, WAIT if wait is None else wait)


def within(low: float, high: float) -> Callable[[Any], Any]:
    """A check that a number lies between two bounds (both allowed)."""

    def check(value: Any) -> Any:
        if value is not None and not (low <= value <= high and math.isfinite(value)):
            raise Unfit(text("usage.outside", value=plain(value), low=plain(low), high=plain(high)))
        return value

    return check


def one_of(*allowed: str) -> Callable[[Any], Any]:
    """A check that a word, if there is one, is one of those allowed."""

    def check(value: Any) -> Any:
        if value is not None and value not in allowed:
            raise Unfit(text("usage.one_of", value=repr(shown(value)), allowed=", ".join(allowed)))
        return value

    return check


def _language(value: str | None) -> str | None:
    """Check a language; `main` speaks it already."""
    return value if value is None else one_of(*LANGUAGES)(value)


def month(value: str | None) -> str | None:
    """Check that a month is written like 2011-01 and lies within what the model can run."""
    if value is None:
        return None
    try:
        index = month_index(value)
    except UsageError as error:
        raise Unfit(error.message) from None
    if not month_index(FIRST_MONTH) <= index <= month_index(LAST_MONTH):
        raise Unfit(text("usage.outside", value=value, low=FIRST_MONTH, high=LAST_MONTH))
    return value


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A scenario file, or a name from the library.",
        autocompletion=completion.scenarios,
    ),
]
Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE", help="Scenario files or library names.", autocompletion=completion.scenarios
    ),
]
Seed = Annotated[
    int, typer.Option(metavar="N", help=f"First seed, 0..{MAX_SEED}.", callback=within(0, MAX_SEED))
]
Seeds = Annotated[
    int, typer.Option(metavar="N", help="Number of runs, 1..100000.", callback=within(1, 100_000))
]
Jobs = Annotated[
    int | None,
    typer.Option(metavar="J", help="Processes, 1..256; default: one a core.", callback=within(1, 256)),
]
DASK, PROCESSES = "dask", "processes"
Kind = Annotated[
    str | None,
    typer.Option(
        "--executor",
        metavar=f"{PROCESSES}|{DASK}",
        help="What computes: processes here (default), or a dask cluster.",
        callback=one_of(PROCESSES, DASK),
        autocompletion=completion.among(PROCESSES, DASK),
    ),
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="HOST:PORT", help="Address of the scheduler of the dask cluster.")
]
Wait = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="Longest wait for workers of the cluster, 1..86400; default: 60.",
        parser=decimal,
        callback=within(1, 86_400),
    ),
]
Scale = Annotated[
    float,
    typer.Option(
        metavar="X",
        help=f"Share of the people simulated, {SMALLEST:g}..{LARGEST:g}; results are at full scale.",
        parser=decimal,
        callback=within(SMALLEST, LARGEST),
    ),
]
From = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month recorded.", callback=month)]
Until = Annotated[str, typer.Option(metavar="YYYY-MM", help="Last month, included.", callback=month)]
Against = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="SCENARIO",
        help="Scenario to compare with; default: baseline, or that of DIR.",
        autocompletion=completion.scenarios,
    ),
]
Indicator = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Indicator; see `batiksim list indicators`.",
        autocompletion=completion.indicators,
    ),
]
SeedsOr = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Number of pairs, 1..100000; default: 20, or as in DIR.",
        callback=within(1, 100_000),
    ),
]
ScaleOr = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help=f"Share of the people simulated, {SMALLEST:g}..{LARGEST:g}; default: 0.1, or as in DIR.",
        parser=decimal,
        callback=within(SMALLEST, LARGEST),
    ),
]
UntilOr = Annotated[
    str | None,
    typer.Option(
        metavar="YYYY-MM", help="Last month, included; default: 2040-12, or as in DIR.", callback=month
    ),
]
Changes = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a parameter (PATH@2027-01=VALUE: from then on); may be repeated.",
        autocompletion=completion.parameters,
    ),
]
Record = Annotated[
    str,
    typer.Option(
        metavar="monthly|yearly",
        help="Rows recorded.",
        callback=one_of("monthly", "yearly"),
        autocompletion=completion.among("monthly", "yearly"),
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON; `batiksim schema COMMAND` describes it.")]
Csv = Annotated[
    str | None,
    typer.Option(
        "--csv", metavar="FILE", help="Write the table as CSV for a spreadsheet; -: print it instead."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")]
Lang = Annotated[
    str | None,
    typer.Option(
        metavar="en|id",
        help="Language; default: that of BATIKSIM_LANG, or English.",
        callback=_language,
        autocompletion=completion.among(*LANGUAGES),
        is_eager=True,
    ),
]
