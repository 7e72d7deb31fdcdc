"""Connections that never finish what they say are ended, so that nobody keeps the app busy with nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

WITHIN = 15.0  # seconds for a whole request; the largest has 256 kB
MOST = 600  # connections and answers at once: thirty browsers with six each, and as much again and more
_SAYING = (h11.IDLE, h11.SEND_BODY)  # a request that has not come to its end


class Patient(H11Protocol):
    """HTTP as uvicorn speaks it; a request has WITHIN seconds to arrive, also the first of a connection."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state not in _SAYING:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
