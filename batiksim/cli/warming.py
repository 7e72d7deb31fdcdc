"""Whoever waits for the compiler, once for a machine, is told so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from batiksim.cli import screen
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.runs.warming import Warmed, Warming


def warm_first(quiet: bool) -> None:
    """Compile before a command computes, and show how far it is; where nobody looks, runs do it silently."""
    if quiet or not sys.stderr.isatty():
        return
    from batiksim.runs.warming import is_cold

    if is_cold():
        screen.note(text("kernels.compiled_once", seconds=f"{warm_on_screen().seconds:.0f}"))


def warm_on_screen(quiet: bool = False) -> Warmed:
    """Compile what is not kept yet, with its progress on stderr where that is a terminal."""
    from batiksim.runs.warming import warm

    if quiet or not sys.stderr.isatty():
        return warm()
    from rich.console import Console

    with Console(stderr=True, width=screen.width()).status("") as status:
        return warm(lambda so_far: status.update(told(so_far)))


def told(so_far: Warming) -> str:
    """How far it is in one line."""
    percent = int(100 * so_far.share)
    return text("kernels.compiling", percent=percent, time=screen.duration(so_far.left, "compare"))
