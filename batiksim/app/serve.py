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
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from batiksim.app.address import LOOPBACK
from batiksim.app.api import classroom, comparisons, futures, report
from batiksim.app.api import files as scenario_files
from batiksim.app.classroom import Classroom
from batiksim.app.comparing.keeper import Comparisons
from batiksim.app.limits import Guard, TooLarge, refusal, too_large
from batiksim.app.page import Page, language_of, respond
from batiksim.app.pages import assumptions, compare, lessons_page, teacher_page, try_page
from batiksim.app.pages import report as report_page
from batiksim.app.sessions import MOST, Sessions
from batiksim.errors import BatiksimError
from batiksim.futures.pool import Pool
from batiksim.i18n.texts import speaking, text
from batiksim.scenario import Scenario

MENU: tuple[Page, ...] = (
    try_page.PAGE,
    compare.PAGE,
    lessons_page.PAGE,
    assumptions.PAGE,
    report_page.PAGE,
    teacher_page.PAGE,
)
MISSING = Page("missing", (), menu=False)


def application(
    *,
    lang: str | None = None,
    hosts: Sequence[str] = LOOPBACK,
    first: Scenario | None = None,
    addresses: Sequence[str] = (),
    most: int = MOST,
) -> Starlette:
    """The app as an ASGI application.

    `lang` and `first`, a scenario, are for requests that do not say one; `hosts` are the names of the app,
    `addresses` those that others in the network can open (none: this machine is alone), `most` the number of
    screens that may use it at once.
    """
    routes = [route for page in MENU for route in page.routes(MENU)]
    static = StaticFiles(directory=str(files("batiksim.app") / "static"))
    app = Starlette(
        routes=[*routes, Route("/favicon.ico", _icon), *_api(), Mount("/static", static)],
        middleware=[Middleware(Guard, hosts=frozenset(hosts)), Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers={
            BatiksimError: _told,
            TooLarge: too_large,
            HTTPException: _missing,
            **futures.EXCEPTIONS,
            **comparisons.EXCEPTIONS,
            **classroom.EXCEPTIONS,
        },
        lifespan=_living,
    )
    app.state.lang = lang
    app.state.first = first
    app.state.addresses = tuple(addresses)
    app.state.sessions = Sessions(most)
    app.state.classroom = Classroom()
    return app


def _api() -> list[Route]:
    return [
        *futures.ROUTES,
        *scenario_files.ROUTES,
        *comparisons.ROUTES,
        *report.ROUTES,
        *classroom.ROUTES,
    ]


@asynccontextmanager
async def _living(app: Starlette) -> AsyncIterator[None]:
    """Worker processes and comparisons, for as long as the server lives."""
    app.state.comparisons = Comparisons()
    try:
        async with Pool() as app.state.pool:
            yield
    finally:
        app.state.comparisons.close()


async def _icon(request: Request) -> Response:
    """Browsers ask for it by this name wherever no page says another."""
    return RedirectResponse("/static/icon.svg")


async def _told(request: Request, error: Exception) -> Response:
    """An error of the user, in one sentence."""
    return refusal(400, str(error))


async def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return respond(MISSING, request, MENU, status)
    with speaking(language_of(request)):
        return refusal(status, text("app.missing.heading"))
