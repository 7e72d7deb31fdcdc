"""What reaches the terminal: data on stdout, progress and notes on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

# Long lines are hard to read; a wide terminal does not make a table better.
_WIDEST = 100


def stdout() -> Console:
    """A console for tables on stdout: the width of the terminal, 80 columns where there is none."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    return console


def note(text: str, quiet: bool = False) -> None:
    """Say something that is not data."""
    if not quiet:
        print(text, file=sys.stderr)


def problem(message: str) -> None:
    """Tell an error: one line on stderr, without anything a terminal would obey."""
    line = "".join(sign if sign.isprintable() else "?" for sign in " ".join(message.split()))
    print(f"batiksim: {line}", file=sys.stderr)


def debugging() -> bool:
    """Tell whether the user wants to see tracebacks (BATIKSIM_DEBUG=1)."""
    return os.environ.get("BATIKSIM_DEBUG", "") not in ("", "0")


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout."""
    import json

    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


@contextmanager
def progress(label: str, quiet: bool = False) -> Iterator[Callable[[float], None] | None]:
    """A progress bar on stderr while the block runs; None, and no bar, where stderr is not a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    # The clock shows life until the first of several runs is done and the rest can be estimated.
    told = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    clocks = (TimeElapsedColumn(), TextColumn("ETA"), TimeRemainingColumn())
    with Progress(*told, *clocks, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)
