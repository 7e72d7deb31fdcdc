"""What requests of the Try page have in common: a scenario in a world, with a seed, from one tab."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from batiksim.app.limits import json_of, session_of, whole
from batiksim.app.page import language_of
from batiksim.config.parameters import WORLDS
from batiksim.errors import UsageError
from batiksim.futures.settings import shown
from batiksim.i18n.texts import shown as printable
from batiksim.i18n.texts import speaking, suggestion, text

MOST_SEED = 2**31 - 1

Handler = Callable[[Request], Awaitable[Response]]


def spoken(handler: Handler) -> Handler:
    """A handler that says everything in the language of its request."""

    async def handle(request: Request) -> Response:
        with speaking(language_of(request)):
            return await handler(request)

    return handle


@dataclass(frozen=True)
class Asked:
    """What is to be run: what a scenario file holds (None: the baseline), a world, a seed, for one tab."""

    scenario: Mapping[str, Any] | None
    world: str
    seed: int
    session: str
    body: Mapping[str, Any]

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number of the request; raises UsageError."""
        return whole(self.body, name, low, high, default)


async def asked(request: Request) -> Asked:
    """What a request asks for; the scenario is not read yet.

    Raises UsageError for what no page sends, Full when too many screens use the app.
    """
    body = await json_of(request)
    scenario = body.get("scenario")
    if scenario is not None and not isinstance(scenario, dict):
        raise UsageError(text("app.refused.json"))
    world = body.get("world", WORLDS[0])
    if world not in WORLDS:
        name = str(world)
        raise UsageError(
            text("app.futures.no_world", world=printable(name), near=suggestion(name[:60], WORLDS))
        )
    seed = whole(body, "seed", 0, MOST_SEED, shown().seed)
    session = session_of(body)
    request.app.state.sessions.admit(session)
    return Asked(scenario or None, world, seed, session, body)
