"""What reaches the terminal: data on stdout, progress and notes on stderr.

Titles, file names and errors are written by others. Everything printed passes `clean`, so that none of them
can move the cursor or turn the direction of writing.
"""

from __future__ import annotations

import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from rich.table import Table

    from batiksim.runs.tally import Tally

# Long lines are hard to read; a wide terminal does not make a table better.
WIDEST, NARROWEST = 80, 20
_WIDEST_TABLE = 100
# Where stderr is a file, a line every so many seconds is enough.
_QUIET_SECONDS = 20.0
_LAYOUT = "\n\t"
# Control and format signs, halves of letters, signs that are not assigned, other ends of lines.
_OBEYED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def open_streams() -> None:
    """Give the process the three streams it was started without, and UTF-8 on those it writes to.

    A closed one (`>&-`) would else be the place of the next file that is opened.
    """
    for number, mode in enumerate(("r", "w", "w")):
        try:
            os.fstat(number)
        except OSError:
            # It gets the lowest number that is free; processes that we start have it too.
            os.set_inheritable(os.open(os.devnull, os.O_RDONLY if mode == "r" else os.O_WRONLY), True)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 (as long as we live)
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)  # missing where a program replaced the stream
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def clean(words: str, keep: str = _LAYOUT) -> str:
    """Text with a question mark for every sign that a terminal would obey, line ends and tabs left alone."""
    if words.isprintable():
        return words
    return "".join(
        sign if sign in keep or unicodedata.category(sign) not in _OBEYED else "?" for sign in words
    )


def say(words: str, end: str = "\n", keep: str = "", flush: bool = False) -> None:
    """Print data; `keep` are signs that stay although a terminal may obey them."""
    print(clean(words, _LAYOUT + keep), end=end, flush=flush)


def say_filled(words: str, indent: str = "", hanging: str | None = None) -> None:
    """Print a paragraph within the width of the terminal."""
    say(filled(words, indent, hanging))


def filled(words: str, indent: str = "", hanging: str | None = None) -> str:
    """A paragraph within the width of the terminal, its later lines indented by `hanging`."""
    columns = width()
    first, later = (space[: columns // 3] for space in (indent, indent if hanging is None else hanging))
    return fill(words, columns, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


def width() -> int:
    """Columns to fill: those of the terminal, within bounds; 80 where it does not say."""
    return max(NARROWEST, min(_columns(), WIDEST))


def _columns() -> int:
    return get_terminal_size((WIDEST, 24)).columns


def say_table(table: Table) -> None:
    """Print a table as wide as the terminal is."""
    from io import StringIO

    from rich.console import Console

    drawn = StringIO()
    columns = max(NARROWEST, min(_columns(), _WIDEST_TABLE))
    Console(file=drawn, width=columns, color_system=None, force_terminal=False).print(table)
    say("\n".join(line.rstrip() for line in drawn.getvalue().splitlines()))


def note(sentence: str, quiet: bool = False) -> None:
    """Say something that is not data."""
    if not quiet:
        _tell(clean(sentence))


def problem(message: str) -> None:
    """Tell an error: one line on stderr."""
    _tell(f"batiksim: {clean(' '.join(message.split()), keep='')}")


def _tell(words: str) -> None:
    """Print on stderr; where nobody hears it, the work goes on."""
    with suppress(OSError):
        print(words, file=sys.stderr, flush=True)


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


def say_json(value: Any) -> None:
    """Print a value as JSON; what a terminal would obey is escaped, so that nothing of it is lost."""
    import json

    written = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    print(written if written.replace("\n", "").isprintable() else "".join(map(_escaped, written)))


def _escaped(sign: str) -> str:
    if sign == "\n" or unicodedata.category(sign) not in _OBEYED:
        return sign
    units = sign.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


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

        with Console(stderr=True, width=width()).status("") as status:

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
        return text(f"duration.{of}_time_unknown")
    if seconds < 90:
        return text(f"duration.{of}_seconds", count=f"{seconds:.0f}")
    if seconds < 90 * 60:
        return text(f"duration.{of}_minutes", count=f"{seconds / 60:.0f}")
    return text(f"duration.{of}_hours", count=f"{seconds / 3600:.1f}")
