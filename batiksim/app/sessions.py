"""Who uses the app: as many screens at once as the machine can serve; the others are told so politely."""

from __future__ import annotations

import time
from collections.abc import Callable

from batiksim.errors import BatiksimError
from batiksim.i18n.texts import text

MOST = 40  # screens; a class and some
IDLE = 600.0  # seconds without a request, after which a screen makes room for another
RETRY = 60  # seconds; what a refused screen is told to wait


class Full(BatiksimError):
    """All places are taken; the message is for the reader."""


class Sessions:
    """The tabs that ask for something, by the name each gives itself."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._seen: dict[str, float] = {}

    def __len__(self) -> int:
        self._forget()
        return len(self._seen)

    def admit(self, session: str) -> None:
        """Take note that a tab asks for something; raises Full for one too many."""
        if session not in self._seen:
            self._forget()
            if len(self._seen) >= self._most:
                raise Full(text("app.refused.full", most=self._most))
        self._seen[session] = self._clock()

    def leave(self, session: str) -> None:
        """A tab was closed."""
        self._seen.pop(session, None)

    def _forget(self) -> None:
        since = self._clock() - IDLE
        self._seen = {session: seen for session, seen in self._seen.items() if seen > since}
