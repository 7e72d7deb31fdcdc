"""Futures for the stage: frames as they are computed, the shipped past, lives, and how the workers are."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from batiksim.app.api.asked import asked, spoken
from batiksim.app.limits import refusal
from batiksim.config.parameters import WORLDS
from batiksim.errors import UsageError
from batiksim.futures import record as records
from batiksim.futures.pool import Busy, Pool, Stream
from batiksim.futures.settings import shown
from batiksim.i18n.texts import shown as printable
from batiksim.i18n.texts import suggestion, text

# Frames are packed already, and a packer in between would hold the first months back.
AS_IT_IS = {"content-encoding": "identity", "x-accel-buffering": "no"}
MOST_WISH = 2**31 - 1
MOST_ROW = 2**32 - 1
KINDS = ("person", "firm")
# What is computed beside the future of a tab has a name of its own, so that neither cancels the other.
BESIDE = "baseline"


def pool_of(request: Request) -> Pool:
    """The worker processes of the server."""
    pool: Pool = request.app.state.pool
    return pool


@spoken
async def future(request: Request) -> Response:
    """POST: the frames of a future from `since` (default: now) on; a newer `wish` of a tab ends an older one.

    With `beside`, it is the baseline that the tab draws beside its future.
    """
    ask = await asked(request)
    show = shown()
    session = f"{ask.session}.{BESIDE}" if ask.body.get("beside") is True else ask.session
    stream = await pool_of(request).future(
        ask.scenario,
        world=ask.world,
        seed=ask.seed,
        since=ask.number("since", 0, show.until, show.now),
        session=session,
        wish=ask.number("wish", 0, MOST_WISH, 0),
    )
    return StreamingResponse(_pieces(stream), headers=AS_IT_IS, media_type="application/octet-stream")


async def _pieces(stream: Stream) -> AsyncIterator[bytes]:
    async with stream:
        async for piece in stream:
            yield piece


@spoken
async def ghosts(request: Request) -> Response:
    """POST: what a policy changes under other luck and in doubt, a line of JSON for each pair of runs."""
    ask = await asked(request)
    found = await pool_of(request).ghosts(
        ask.scenario,
        world=ask.world,
        seed=ask.seed,
        session=ask.session,
        wish=ask.number("wish", 0, MOST_WISH, 0),
    )
    return StreamingResponse(found, headers=AS_IT_IS, media_type="application/x-ndjson")


@spoken
async def story(request: Request) -> Response:
    """POST: the life of the person, or the figures of the workshop, in a `row` up to a `month`."""
    ask = await asked(request)
    kind = ask.body.get("kind")
    if kind not in KINDS:
        raise UsageError(text("app.refused.json"))
    pool, show = pool_of(request), shown()
    tell = pool.story if kind == "person" else pool.firm
    told = await tell(
        ask.scenario,
        row=ask.number("row", 0, MOST_ROW),
        month=ask.number("month", 0, show.until),
        session=ask.session,
        world=ask.world,
        seed=ask.seed,
        scale=show.scale,
    )
    return JSONResponse(told)


@spoken
async def record(request: Request) -> Response:
    """GET: the shipped record of the baseline in a `world`, from January 2011 on."""
    world = request.query_params.get("world", WORLDS[0])
    if world not in WORLDS:
        raise UsageError(
            text("app.futures.no_world", world=printable(world), near=suggestion(world[:60], WORLDS))
        )
    return Response(records.record(world), headers=AS_IT_IS, media_type="application/octet-stream")


async def places(request: Request) -> Response:
    """GET: figures of places by year, from runs of the whole region."""
    return JSONResponse(records.place_figures())


async def state(request: Request) -> Response:
    """GET: how the workers are, for who waits for the first of them."""
    return JSONResponse(pool_of(request).state)


async def too_busy(request: Request, error: Exception) -> Response:
    """More is asked for than can be done: a sentence, and when to try again."""
    answer = refusal(503, str(error), busy=True)
    answer.headers["retry-after"] = "5"
    return answer


ROUTES = [
    Route("/api/future", future, methods=["POST"]),
    Route("/api/ghosts", ghosts, methods=["POST"]),
    Route("/api/story", story, methods=["POST"]),
    Route("/api/record", record, methods=["GET"]),
    Route("/api/places", places, methods=["GET"]),
    Route("/api/state", state, methods=["GET"]),
]
EXCEPTIONS = {Busy: too_busy}
