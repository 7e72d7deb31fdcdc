"""A page of the app as HTML: one template, sentences and data of the page as JSON inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from batiksim import __version__
from batiksim.app.inside import inside_html, template, texts_of
from batiksim.i18n.texts import LANGUAGES, language, speaking, text

Data = Callable[[Request], Mapping[str, Any]]


@dataclass(frozen=True)
class Page:
    """One page: its name (static/NAME.js, static/NAME.css, the sentence `app.NAME.title`), paths and data.

    `data` is called in the language of the page and gives what JSON can hold; `menu` says whether the page
    stands in the menu.
    """

    name: str
    paths: tuple[str, ...]
    data: Data = lambda request: {}
    menu: bool = True
    styles: tuple[str, ...] = ()

    def routes(self, menu: tuple[Page, ...]) -> list[Route]:
        """The routes that show this page under a menu of pages."""

        async def show(request: Request) -> Response:
            return respond(self, request, menu)

        return [Route(path, show, methods=["GET"]) for path in self.paths]


def language_of(request: Request) -> str:
    """The language of a request: that of its address, else that of the app, else the browser's."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    started_in: str | None = request.app.state.lang
    if started_in:
        return started_in
    accepted = request.headers.get("accept-language", "")[:100].lower()
    return next((one[:2] for one in accepted.split(",") if one[:2] in LANGUAGES), language())


def respond(page: Page, request: Request, menu: tuple[Page, ...], status: int = 200) -> HTMLResponse:
    """The page in the language of the request."""
    with speaking(language_of(request)) as lang:
        data = {"lang": lang, "version": __version__, "texts": texts_of(lang), **page.data(request)}
        content = template("page.html.jinja").render(
            page=page,
            lang=lang,
            others=[other for other in LANGUAGES if other != lang],
            menu=[one for one in menu if one.menu],
            text=text,
            version=__version__,
            data=inside_html(data),
        )
    return HTMLResponse(content, status)
