"""Ctrl-C waits while compiled code is loaded.

numba hands code to LLVM in callbacks from C, where an exception is thrown away: LLVM then has no code and the
process dies at address zero. So a signal is kept until numba lets go of the lock it holds meanwhile, and only
then does its handler raise what it raises.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from numba.core import event

_LOCK = "numba:compiler_lock"  # held while a function is loaded from disk or compiled
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Wait(event.Listener):
    """Keeps a signal that comes while the main thread, the only one signals are handled in, has the lock."""

    def __init__(self) -> None:
        self._depth = 0  # one function is compiled within another
        self._handlers: dict[int, Any] = {}
        self._came: tuple[int, FrameType | None] | None = None

    def on_start(self, event: Any) -> None:
        """Keep signals from now on."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._depth += 1
        if self._depth > 1:
            return
        try:
            for number in _SIGNALS:
                handler = signal.getsignal(number)
                if callable(handler) and handler != self._keep:
                    self._handlers[number] = handler
                    signal.signal(number, self._keep)
        except BaseException:  # a signal that came before: the lock is never taken, so nothing ends
            self._depth = 0
            self._give_back()
            raise

    def on_end(self, event: Any) -> None:
        """Hand on a signal that came."""
        if threading.current_thread() is not threading.main_thread() or self._depth == 0:
            return
        self._depth -= 1
        if self._depth == 0:
            self._give_back()
            came, self._came = self._came, None
            if came is not None:
                self._handlers[came[0]](*came)

    def _give_back(self) -> None:
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._keep:
                signal.signal(number, handler)

    def _keep(self, number: int, frame: FrameType | None) -> None:
        if self._depth:
            self._came = (number, frame)
        else:  # not given back yet
            self._handlers[number](number, frame)


def make_signals_wait() -> None:
    """Install this in numba, once a process."""
    event.register(_LOCK, _Wait())
