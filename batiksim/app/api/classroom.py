"""In class: a room is opened and ended, the teacher's page says what it shows, the others listen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from batiksim.app.address import qr_picture
from batiksim.app.api.asked import MOST_SEED, spoken
from batiksim.app.classroom import LETTERS, LETTERS_OF_CODE, MOST_WATCHING, Classroom, Gone, Room
from batiksim.app.limits import json_of, refusal, session_of, whole
from batiksim.app.sessions import RETRY, Full
from batiksim.config.parameters import WORLDS
from batiksim.errors import UsageError
from batiksim.futures.settings import shown
from batiksim.i18n.texts import text

SLOWEST, FASTEST = 0.5, 8  # years a second


def _rooms(request: Request) -> Classroom:
    rooms: Classroom = request.app.state.classroom
    return rooms


@spoken
async def opened(request: Request) -> Response:
    """POST: a new class, `{code, key, watching, alone, addresses: [{address, qr}]}`; `qr` is a picture."""
    await json_of(request)
    room = _rooms(request).open(request.client.host if request.client else "")
    return JSONResponse({"code": room.code, "key": room.key, **_board(request, room)})


@spoken
async def seen(request: Request) -> Response:
    """POST `{key}`: what stands on the board of a class, for a teacher's page that was loaded again."""
    return JSONResponse(_board(request, await _led(request)))


@spoken
async def said(request: Request) -> Response:
    """POST `{key, state}`: what the teacher's screen shows, or only that it is there; gives `{watching}`."""
    body = await json_of(request)
    room = _rooms(request).led(request.path_params["code"], body.get("key"))
    if "state" in body:
        room.say(_state(body["state"]))
    return JSONResponse({"watching": room.watching})


@spoken
async def ended(request: Request) -> Response:
    """POST `{key}`: the class is over."""
    _rooms(request).end(await _led(request))
    return JSONResponse({})


@spoken
async def followed(request: Request) -> Response:
    """GET: server-sent events `{state, age}`, the state of now first; `end` when the class is over."""
    room = _rooms(request).find(request.path_params["code"])
    if room.watching >= MOST_WATCHING:
        raise Full(text("app.refused.full", most=MOST_WATCHING))
    return StreamingResponse(
        room.watch(), media_type="text/event-stream", headers={"cache-control": "no-store"}
    )


async def short(request: Request) -> Response:
    """GET: the address that is short enough for a board leads to Try; no page is named like a code."""
    code = request.path_params["code"].upper()
    if len(code) != LETTERS_OF_CODE or set(code) - set(LETTERS):
        raise HTTPException(404)
    return RedirectResponse(f"/try?class={code}", headers={"cache-control": "no-store"})


@spoken
async def left(request: Request) -> Response:
    """POST `{session}`: a tab was closed."""
    request.app.state.sessions.leave(session_of(await json_of(request)))
    return Response(status_code=204)


async def gone(request: Request, error: Exception) -> Response:
    """There is no such class, or none that this page leads: the page forgets it."""
    return refusal(404, str(error), gone=True)


async def no_place(request: Request, error: Exception) -> Response:
    """A sentence, and when to try again."""
    answer = refusal(503, str(error))
    answer.headers["retry-after"] = str(RETRY)
    return answer


async def _led(request: Request) -> Room:
    body = await json_of(request)
    return _rooms(request).led(request.path_params["code"], body.get("key"))


def _board(request: Request, room: Room) -> Mapping[str, Any]:
    """The addresses under which pupils find the class, those of this machine's network first."""
    reached: tuple[str, ...] = request.app.state.addresses
    followed = [f"{address}{room.code}" for address in reached or (str(request.base_url),)]
    return {
        "watching": room.watching,
        "alone": not reached,
        "addresses": [{"address": one, "qr": qr_picture(one)} for one in followed],
    }


def _state(state: Any) -> Mapping[str, Any]:
    """What may be shared, checked; the scenario is read by whoever asks for its future. Raises UsageError."""
    if not isinstance(state, dict):
        raise UsageError(text("app.refused.json"))
    scenario, world, speed = state.get("scenario"), state.get("world", WORLDS[0]), state.get("speed", 1)
    if not isinstance(scenario, dict | None) or world not in WORLDS or type(state.get("playing")) is not bool:
        raise UsageError(text("app.refused.json"))
    if type(speed) not in (int, float) or not SLOWEST <= speed <= FASTEST:
        raise UsageError(text("app.refused.json"))
    show = shown()
    return {
        "scenario": scenario,
        "world": world,
        "seed": whole(state, "seed", 0, MOST_SEED, show.seed),
        "month": whole(state, "month", 0, show.until),
        "playing": state["playing"],
        "speed": speed,
    }


ROUTES = [
    Route("/api/class", opened, methods=["POST"]),
    Route("/api/class/{code}", followed, methods=["GET"]),
    Route("/api/class/{code}/board", seen, methods=["POST"]),
    Route("/api/class/{code}/state", said, methods=["POST"]),
    Route("/api/class/{code}/end", ended, methods=["POST"]),
    Route("/api/leave", left, methods=["POST"]),
    Route("/{code}", short, methods=["GET"]),
]
EXCEPTIONS = {Full: no_place, Gone: gone}
