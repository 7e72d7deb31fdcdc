"""What must never happen on a page of the app, watched while a browser shows it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
INSIDE = {"data", "blob", "about", "file"}  # addresses that lead to no machine
# What a browser says on its own account and no page can help.
BROWSERS_OWN = (r"GPU stall due to ReadPixels",)


@dataclass
class Watch:
    """Collects the faults of the pages of one browser context; `faults` must be empty in the end.

    `statuses` and `console` (regular expressions) are what a test means to provoke; `unanswered` lets
    requests fail, for a server that is killed.
    """

    statuses: set[int] = field(default_factory=set)
    console: list[str] = field(default_factory=lambda: list(BROWSERS_OWN))
    unanswered: bool = False
    requests: list[str] = field(default_factory=list)
    _seen: list[tuple[str, str]] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every page that opens in this context."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("page", self._page)
        context.on("console", self._console)

    @property
    def faults(self) -> list[str]:
        """A line a fault, without those that were allowed."""
        return [f"{kind}: {what}" for kind, what in self._seen if not self._allowed(kind, what)]

    def _allowed(self, kind: str, what: str) -> bool:
        if kind == "status":
            return int(what[:3]) in self.statuses
        if kind != "console":
            return False
        loading = re.search(r"Failed to load resource: .* status of (\d+)", what)
        if loading and int(loading.group(1)) in self.statuses:
            return True
        if self.unanswered and "net::ERR_" in what:
            return True
        return any(re.search(allowed, what) for allowed in self.console)

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._seen.append(("script", f"{error} on {page.url}")))
        page.on("crash", lambda _: self._seen.append(("crash", page.url)))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        self.requests.append(request.url)
        if address.scheme not in INSIDE and address.hostname not in LOOPBACK:
            self._seen.append(("request beyond this machine", request.url))

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._seen.append(("status", f"{response.status} {response.request.method} {response.url}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._seen.append(("console", f"{message.text} ({message.location.get('url', '')})"))


def until(page: Page, expression: str, within: float = 120.0) -> None:
    """Wait until a JavaScript expression holds; playwright's own way is forbidden by the rules of the page.

    Raises TimeoutError after so many seconds.
    """
    ends = time.monotonic() + within
    while not page.evaluate(expression):
        if time.monotonic() > ends:
            raise TimeoutError(f"never true: {expression}")
        page.wait_for_timeout(50)
