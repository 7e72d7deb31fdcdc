"""What reaches the terminal: data on stdout, progress and notes on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from rich.console import Console

    from batiksim.runs.tally import Tally

# Long lines are hard to read; a wide terminal does not make a table better.
_WIDEST = 100
# Where stderr is a file, a line every so many seconds is enough.
_QUIET_SECONDS = 20.0


def stdout() -> Console:
    """A console for tables on stdout: the width of the terminal, 80 columns where there is none."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    return console


def note(sentence: str, quiet: bool = False) -> None:
    """Say something that is not data."""
    if not quiet:
        print(sentence, file=sys.stderr)


def problem(message: str) -> None:
    """Tell an error: one line on stderr, without anything a terminal would obey."""
    line = "".join(sign if sign.isprintable() else "?" for sign in " ".join(message.split()))
    print(f"batiksim: {line}", file=sys.stderr)


def debugging() -> bool:
    """Tell whether the user wants to see tracebacks (BATIKSIM_DEBUG=1)."""
    return os.environ.get("BATIKSIM_DEBUG", "") not in ("", "0")


@contextmanager
def reader() -> Iterator[None]:
    """Let who reads our output leave (`| head`): what the block still prints is for nobody, and no failure.

    Typer and rich turn what they notice of that into SystemExit.
    """
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        abandon()


def abandon() -> None:
    """Send what is still to be printed nowhere, so that the end of the program does not try again."""
    with suppress(OSError):  # where a program replaced the stream there is no file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout."""
    import json

    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


@contextmanager
def tally(quiet: bool = False) -> Iterator[Callable[[Tally], None] | None]:
    """Runs done, failed, left and the time left, on stderr while the block runs.

    One line that is written over where stderr is a terminal, otherwise a line now and then.
    """
    if quiet:
        yield None
        return
    said: set[str] = set()
    if sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status("") as status:

            def show(tally: Tally) -> None:
                _first(tally, said)
                status.update(told(tally))

            yield show
        return
    spoken = time.monotonic()

    def tell(tally: Tally) -> None:
        nonlocal spoken
        _first(tally, said)
        if tally.left and time.monotonic() - spoken >= _QUIET_SECONDS:
            spoken = time.monotonic()
            note(told(tally))

    yield tell


def _first(tally: Tally, said: set[str]) -> None:
    """Say once what is to be said before anything is computed."""
    if tally.told not in {"", *said}:
        said.add(tally.told)
        note(tally.told)


def told(tally: Tally) -> str:
    """The state of a comparison in one line."""
    counts = {"done": tally.done, "runs": tally.runs, "failed": tally.failed, "left": tally.left}
    counts["percent"] = int(100 * tally.share)
    return text("compare.left", **counts, time=duration(tally.seconds, "compare"))


def duration(seconds: float | None, of: str) -> str:
    """About how long something takes: what is left of runs ("compare"), or a whole "round" of them."""
    if seconds is None:
        return text(f"{of}.time_unknown")
    if seconds < 90:
        return text(f"{of}.seconds", count=f"{seconds:.0f}")
    if seconds < 90 * 60:
        return text(f"{of}.minutes", count=f"{seconds / 60:.0f}")
    return text(f"{of}.hours", count=f"{seconds / 3600:.1f}")
