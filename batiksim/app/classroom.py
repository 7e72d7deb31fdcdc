"""A class: the teacher's screen leads, the others follow; who knows the code on the board may watch.

What is shared is a state: scenario, world, seed, month, whether it plays and how fast. Every screen asks for
the future of that state itself, and the pool computes it once.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from batiksim.errors import BatiksimError, UsageError
from batiksim.i18n.texts import text

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # none that reads as a number or makes a word
LETTERS_OF_CODE = 4
MOST_ROOMS = 64
MOST_OF_ONE = 2  # of one address: a prankster ends only classes of their own
MOST_WATCHING = 100
IDLE = 4 * 3600.0  # seconds without a word of the teacher
HEARTBEAT = 15.0  # seconds; tells a screen that is gone from one that waits


class Gone(BatiksimError):
    """There is no such class, or whoever asks does not lead it; the message is for the reader."""


@dataclass(eq=False)
class Room:
    """One class: `code` for the board, `key` for the teacher alone."""

    code: str
    key: str
    owner: str
    state: Mapping[str, Any] | None = None
    said: float = 0.0
    watching: int = 0
    ended: bool = False
    _count: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, state: Mapping[str, Any]) -> None:
        """Let all screens know what the teacher's shows."""
        self.state, self.said, self._count = state, time.monotonic(), self._count + 1
        self._wake()

    def end(self) -> None:
        """Send everybody on their own way."""
        self.ended = True
        self._wake()

    async def watch(self) -> AsyncIterator[str]:
        """Server-sent events: the state of now, then every new one, until the class ends.

        `age` is how long ago the teacher's screen was in this state, in seconds.
        """
        self.watching += 1
        try:
            yield "retry: 2000\n\n"
            told = 0
            while not self.ended:
                if told != self._count:
                    told = self._count
                    yield self._event()
                    continue  # more may have been said while that was sent
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await self._changed.wait()
                except TimeoutError:
                    yield ": still here\n\n"
            yield "event: end\ndata: {}\n\n"
        finally:
            self.watching -= 1

    def _event(self) -> str:
        told = {"state": self.state, "age": round(time.monotonic() - self.said, 2)}
        return f"data: {json.dumps(told, ensure_ascii=False, allow_nan=False)}\n\n"

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Classroom:
    """The classes of this server."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._heard: dict[str, float] = {}

    def open(self, owner: str) -> Room:
        """A new class for a teacher at an address; raises UsageError when there are too many."""
        self._forget()
        own = [room for room in self._rooms.values() if room.owner == owner]
        for room in own[: max(0, len(own) - MOST_OF_ONE + 1)]:
            self.end(room)
        if len(self._rooms) >= MOST_ROOMS:
            raise UsageError(text("app.class.too_many"))
        code = next(code for code in iter(_code, "") if code not in self._rooms)
        room = self._rooms[code] = Room(code, secrets.token_urlsafe(18), owner)
        self._heard[code] = time.monotonic()
        return room

    def find(self, code: str) -> Room:
        """The class of a code; raises Gone."""
        room = self._rooms.get(code.upper())
        if room is None:
            raise Gone(text("app.class.none"))
        return room

    def led(self, code: str, key: Any) -> Room:
        """The class of a code, for its teacher; raises Gone."""
        room = self.find(code)
        if not isinstance(key, str) or not hmac.compare_digest(key.encode(), room.key.encode()):
            raise Gone(text("app.class.no_key"))
        self._heard[room.code] = time.monotonic()
        return room

    def end(self, room: Room) -> None:
        """End a class: its code leads nowhere any more."""
        room.end()
        self._rooms.pop(room.code, None)
        self._heard.pop(room.code, None)

    def _forget(self) -> None:
        since = time.monotonic() - IDLE
        for room in [room for code, room in self._rooms.items() if self._heard[code] < since]:
            self.end(room)


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LETTERS_OF_CODE))
