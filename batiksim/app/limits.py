"""What a request may be: from whom, how large, how deep; everything else is refused with a sentence."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from batiksim.errors import UsageError
from batiksim.i18n.texts import shown, text

LARGEST_BODY = 256 * 1024  # bytes; a scenario file of 200 measures has 40 kB
DEEPEST = 24
LONGEST_ADDRESS = 16 * 1024
_LOG = logging.getLogger("batiksim.app")
_SESSION = re.compile(r"[A-Za-z0-9_-]{8,64}")
SECURITY = {
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class TooLarge(UsageError):
    """A body that did not say how large it is and was not at its end in time."""


class Guard:
    """Refuses what no page of the app sends, and lays the rules of the browser on what is answered.

    `hosts` are the names under which the app may be asked, without port; another name is somebody else's
    page that was led here.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if (refused := self._refused(Request(scope))) is not None:
            refused.headers["connection"] = "close"  # what it still sends is not read
            await refused(scope, receive, _secured(send))
            return
        answer = _Answer(_secured(send))
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            return  # nobody is there any more
        except Exception as error:
            debugging = os.environ.get("BATIKSIM_DEBUG", "") not in ("", "0")
            told = text("end.internal", told=f"{shown(scope['path'])}, {type(error).__name__}: {error}")
            _LOG.error("%s", told, exc_info=debugging)
            if not answer.begun:  # else the connection is closed, and the page sees that the rest is missing
                await refusal(500, text("app.refused.broken"))(scope, receive, answer.send)

    def _refused(self, request: Request) -> Response | None:
        host = _name(request.headers.get("host", ""))
        if host not in self._hosts:
            return refusal(421, text("app.refused.host", host=shown(host)))
        origin = request.headers.get("origin")
        if (
            request.method != "GET"
            and origin is not None
            and _name(origin.partition("://")[2]) not in self._hosts
        ):
            return refusal(403, text("app.refused.origin"))
        if len(request.url.query) > LONGEST_ADDRESS:
            return refusal(414, text("app.refused.address"))
        length = request.headers.get("content-length", "0")
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > LARGEST_BODY:
            return refusal(413, text("app.refused.large", kilobytes=LARGEST_BODY // 1024))
        return None


class _Answer:
    """Passes an answer on and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def send(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


def _name(host: str) -> str:
    """The name in `name:port`, `[::1]:port`."""
    return host.rpartition(":")[0].lower() if re.search(r":\d+$", host) else host.lower()


def _secured(send: Send) -> Send:
    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            told = {name for name, _ in headers}
            headers += [
                (name.encode(), value.encode())
                for name, value in {**SECURITY, "cache-control": "no-cache"}.items()
                if name.encode() not in told
            ]
            message = {**message, "headers": headers}
        await send(message)

    return secured


def refusal(status: int, message: str, **more: Any) -> JSONResponse:
    """An answer that is no: `{"message": ...}`, which every page shows."""
    return JSONResponse({"message": message, **more}, status)


async def too_large(request: Request, error: Exception) -> Response:
    """The answer to a body of which the rest is not read."""
    answer = refusal(413, str(error))
    answer.headers["connection"] = "close"
    return answer


async def body_of(request: Request) -> bytes:
    """The body of a request, never more than LARGEST_BODY; raises TooLarge."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST_BODY:
            raise TooLarge(text("app.refused.large", kilobytes=LARGEST_BODY // 1024))
    return bytes(read)


async def json_of(request: Request) -> Mapping[str, Any]:
    """The JSON object in the body of a request; raises UsageError for anything else."""
    try:
        found = json.loads(await body_of(request), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UsageError(text("app.refused.json")) from None
    if not isinstance(found, dict) or _depth(found) > DEEPEST:
        raise UsageError(text("app.refused.json"))
    return found


def _no_number(name: str) -> None:
    raise ValueError(name)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        depth += 1
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        ]
    return depth


def session_of(asked: Mapping[str, Any]) -> str:
    """The name a page gives itself, 8 to 64 letters and digits; raises UsageError."""
    session = asked.get("session")
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        raise UsageError(text("app.refused.session"))
    return session


def whole(asked: Mapping[str, Any], name: str, low: int, high: int, default: int | None = None) -> int:
    """A whole number of a request, `low` to `high`; raises UsageError."""
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UsageError(text("app.refused.number", name=name, low=low, high=high, value=shown(str(value))))
    return value
