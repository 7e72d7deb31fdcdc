"""Comparisons: started, followed by any page that knows the id, cancelled.

Answers are streams of one JSON object a line, each with a `kind`: `state` (id, status), `asked`, `progress`,
`pairs` (only new ones), `answer` (all that is said so far; a newer one replaces it).
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from batiksim.app.api.asked import spoken
from batiksim.app.comparing import question
from batiksim.app.comparing.keeper import Comparison, Comparisons, Full
from batiksim.app.limits import json_of, refusal, session_of
from batiksim.i18n.texts import text

LINES = "application/x-ndjson"


def comparisons_of(request: Request) -> Comparisons:
    """The comparisons of the server."""
    held: Comparisons = request.app.state.comparisons
    return held


@spoken
async def start(request: Request) -> Response:
    """POST a question (see `comparing.question`): the comparison begins, and is followed."""
    body = await json_of(request)
    asked, session = question.read(body), session_of(body)
    await asyncio.to_thread(asked.loaded)  # mistakes are told at once
    one = await asyncio.to_thread(comparisons_of(request).start, asked, session)
    return _followed(one)


@spoken
async def follow(request: Request) -> Response:
    """GET: what a comparison says so far and from now on."""
    one = comparisons_of(request).find(request.path_params["id"])
    return refusal(404, text("app.compare.gone")) if one is None else _followed(one)


@spoken
async def cancel(request: Request) -> Response:
    """POST: end a comparison."""
    one = comparisons_of(request).find(request.path_params["id"])
    if one is None:
        return refusal(404, text("app.compare.gone"))
    await asyncio.to_thread(comparisons_of(request).cancel, one)
    return JSONResponse({"status": one.status})


async def too_many(request: Request, error: Exception) -> Response:
    """More comparisons wait than are held."""
    answer = refusal(503, str(error))
    answer.headers["retry-after"] = "60"
    return answer


def _followed(one: Comparison) -> Response:
    return StreamingResponse(one.follow(), media_type=LINES, headers={"x-comparison": one.id})


ROUTES = [
    Route("/api/comparison", start, methods=["POST"]),
    Route("/api/comparison/{id:str}", follow, methods=["GET"]),
    Route("/api/comparison/{id:str}/cancel", cancel, methods=["POST"]),
]
EXCEPTIONS = {Full: too_many}
