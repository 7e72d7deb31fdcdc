"""The server: pages, what they ask for, and static files, under one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from batiksim.app.address import LOOPBACK
from batiksim.app.api import files as scenario_files
from batiksim.app.api import futures
from batiksim.app.limits import Guard, refusal
from batiksim.app.page import Page, language_of, respond
from batiksim.app.pages import lessons_page, try_page
from batiksim.errors import BatiksimError
from batiksim.futures.pool import Pool
from batiksim.i18n.texts import speaking, text
from batiksim.scenario import Scenario

MENU: tuple[Page, ...] = (try_page.PAGE, lessons_page.PAGE)
MISSING = Page("missing", (), menu=False)


def application(
    *, lang: str | None = None, hosts: Sequence[str] = LOOPBACK, first: Scenario | None = None
) -> Starlette:
    """The app as an ASGI application.

    `lang` and `first`, a scenario, are for requests that do not say one; `hosts` are the names of the app.
    """
    routes = [route for page in MENU for route in page.routes(MENU)]
    static = StaticFiles(directory=str(files("batiksim.app") / "static"))
    app = Starlette(
        routes=[*routes, *_api(), Mount("/static", static)],
        middleware=[Middleware(Guard, hosts=frozenset(hosts)), Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers={BatiksimError: _told, HTTPException: _missing, **futures.EXCEPTIONS},
        lifespan=_living,
    )
    app.state.lang = lang
    app.state.first = first
    return app


def _api() -> list[Route]:
    return [*futures.ROUTES, *scenario_files.ROUTES]


@asynccontextmanager
async def _living(app: Starlette) -> AsyncIterator[None]:
    """Worker processes, for as long as the server lives."""
    async with Pool() as app.state.pool:
        yield


async def _told(request: Request, error: Exception) -> Response:
    """An error of the user, in one sentence."""
    return refusal(400, str(error))


async def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return respond(MISSING, request, MENU, status)
    with speaking(language_of(request)):
        return refusal(status, text("app.missing.heading"))
