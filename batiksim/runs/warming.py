"""All passes compiled before anything is computed, once for a machine, so that who waits is told how long.

A tiny run calls every pass that the model has; what it compiles is kept on disk for all runs to come.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# The smallest run that passes through every step of a month, and through a December.
TINY_SCALE, TINY_UNTIL = 0.01, "2011-12"


@dataclass(frozen=True)
class Warming:
    """How far it is: the share done, 0 to 1, and seconds left; None before the first pass is done."""

    share: float = 0.0
    left: float | None = None


@dataclass(frozen=True)
class Warmed:
    """What was done: passes compiled, and the seconds that it took."""

    compiled: int
    seconds: float


def is_cold() -> bool:
    """Whether the next run would compile most of its passes; no where none can be kept, which is told
    elsewhere.
    """
    from batiksim.kernels.compiling import cache_folder, is_kept
    from batiksim.kernels.sums import rank_pay  # the end of a month comes last

    try:
        cache_folder(rank_pay)
    except OSError:
        return False
    return not is_kept(rank_pay)


def warm(tell: Callable[[Warming], None] = lambda so_far: None) -> Warmed:
    """Compile what is not kept yet; `tell` is told how far it is, at first and after each pass."""
    from numba.core import event

    from batiksim.kernels.compiling import is_kept, passes
    from batiksim.model.batik_model import BatikModel  # with it come all passes

    started = time.perf_counter()
    if not is_cold():
        return Warmed(0, 0.0)
    # What a pass takes to compile grows with its length; few of them are never called.
    todo = {one: len(one.py_func.__code__.co_code) for one in passes() if not is_kept(one)}
    whole, done = sum(todo.values()), 0

    class Listener(event.Listener):
        """Counts passes as they are compiled."""

        def on_start(self, event: Any) -> None:
            """Nothing is done yet."""

        def on_end(self, event: Any) -> None:
            """Another one is done."""
            nonlocal done
            if todo.pop(event.data["dispatcher"], None) is not None:
                done += 1
                left = sum(todo.values())
                pace = (time.perf_counter() - started) / (whole - left)
                tell(Warming(1.0 - left / whole, pace * left))

    tell(Warming())
    with event.install_listener("numba:compile", Listener()):
        BatikModel(scale=TINY_SCALE, until=TINY_UNTIL).run().results()
    return Warmed(done, time.perf_counter() - started)
