"""The report of a finished comparison: the page, for a frame or to be saved, and its files as an archive."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from batiksim.app.api.asked import spoken
from batiksim.app.api.comparisons import comparisons_of
from batiksim.app.comparing.keeper import FINISHED, Comparison
from batiksim.app.limits import refusal
from batiksim.errors import RunError
from batiksim.i18n.texts import language, text

_MAKER = "batiksim.app.comparing.reporting"
_LONGEST = 600  # seconds
# A report has its style inside and no script; it asks for nothing and may stand in a frame of ours.
_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'; sandbox allow-popups allow-modals"
)
# One after the other: pictures take half a gigabyte while they are drawn.
_one_at_a_time = threading.Lock()


@spoken
async def make(request: Request) -> Response:
    """POST: make the report in the language of the request, unless it is there; answers when it is."""
    one = comparisons_of(request).find(request.path_params["id"])
    if one is None or one.status != FINISHED:
        return refusal(404, text("app.report.none"))
    await asyncio.to_thread(_made, one, language())
    return JSONResponse({"page": f"/api/report/{one.id}/page", "files": f"/api/report/{one.id}/files"})


@spoken
async def page(request: Request) -> Response:
    """GET: the page; with `save`, as a file to keep."""
    return _file(request, "html", {"content-security-policy": _ALONE})


@spoken
async def files(request: Request) -> Response:
    """GET: pictures (PNG, SVG), tables (CSV), scenarios (YAML) and the page as a zip archive."""
    return _file(request, "zip", {})


def _file(request: Request, ending: str, headers: dict[str, str]) -> Response:
    one = comparisons_of(request).find(request.path_params["id"])
    path = None if one is None else _path(one, language(), ending)
    if path is None or not path.is_file():
        return refusal(404, text("app.report.none"))
    name = f"batiksim-report-{language()}.{ending}"
    kind = "attachment" if ending == "zip" or "save" in request.query_params else "inline"
    return FileResponse(path, headers=headers, filename=name, content_disposition_type=kind)


def _path(one: Comparison, lang: str, ending: str) -> Path:
    return one.folder / f"report-{lang}.{ending}"


def _made(one: Comparison, lang: str) -> None:
    """Make page and archive in a process of their own. Raises RunError where that fails."""
    page = _path(one, lang, "html")
    with _one_at_a_time:
        if page.is_file():
            return
        asked = {"study": one.study, "lang": lang, "page": page, "files": _path(one, lang, "zip")}
        line = json.dumps({name: str(value) for name, value in asked.items()}).encode() + b"\n"
        made = subprocess.Popen(
            [sys.executable, "-m", _MAKER],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=one.folder,
        )  # fmt: skip
        assert made.stdin is not None
        try:
            made.stdin.write(line)
            made.stdin.flush()
            failed = made.wait(_LONGEST)
        except (OSError, subprocess.TimeoutExpired):
            made.kill()
            failed = made.wait()
        finally:
            made.stdin.close()
        if failed or not page.is_file():
            raise RunError(text("app.report.failed", lang))


ROUTES = [
    Route("/api/report/{id:str}", make, methods=["POST"]),
    Route("/api/report/{id:str}/page", page, methods=["GET"]),
    Route("/api/report/{id:str}/files", files, methods=["GET"]),
]
