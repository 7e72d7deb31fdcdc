"""A PDF of a page, printed by a Chromium, Chrome or Edge that is installed already."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from batiksim.errors import RunError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files

VARIABLE = "BATIKSIM_BROWSER"
_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
_MACOS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# The page needs no network, and the browser shall not use one for itself either.
_QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps"),
    *("--disable-extensions", "--disable-breakpad", "--metrics-recording-only", "--no-pings"),
    *("--proxy-server=127.0.0.1:9", "--no-pdf-header-footer", "--disable-dev-shm-usage"),
)
_SECONDS = 120.0


def find_browser() -> str | None:
    """The path of a browser that can print, that of BATIKSIM_BROWSER before all others; None without one."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    found = [shutil.which(name) for name in _NAMES]
    return next((path for path in (*found, *_usual_places()) if path is not None), None)


def _usual_places() -> Iterator[str]:
    """Where browsers lie on Windows and macOS, which put them on no PATH."""
    places: list[Path] = []
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        places = [Path(root, place) for root in roots if root for place in _WINDOWS]
    elif sys.platform == "darwin":
        homes = (Path("/Applications"), Path.home() / "Applications")
        places = [home / place for home in homes for place in _MACOS]
    yield from (str(place) for place in places if place.is_file())


def print_pdf(page: Path, pdf: Path) -> None:
    """Print an HTML file to a PDF of A4 pages.

    Raises RunError, which says how to get a PDF by hand, if there is no browser or it fails, UsageError if
    `pdf` cannot be written; then it is as it was before.
    """
    browser = find_browser()
    if browser is None:
        named = os.environ.get(VARIABLE)
        if named:
            raise RunError(text("report.no_such_browser", browser=named, file=page))
        raise RunError(text("report.no_browser", file=page))
    # A profile of its own: an open window of the same browser would take the command and do nothing.
    with tempfile.TemporaryDirectory(prefix="batiksim-browser-", ignore_cleanup_errors=True) as folder:
        printed = Path(folder, "page.pdf")
        why = _run(browser, page, printed, Path(folder, "profile"))
        if why:
            raise RunError(text("report.browser_failed", browser=browser, file=page, why=why))
        with atomic_files.writing(pdf):
            atomic_files.write(pdf, printed.read_bytes())


def _run(browser: str, page: Path, printed: Path, profile: Path) -> str:
    """Run the browser; returns what went wrong, or nothing."""
    options = [*_QUIET, f"--user-data-dir={profile}", f"--print-to-pdf={printed}"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        options.append("--no-sandbox")  # Chromium has none for root; the page is our own and has no script
    try:
        ended = subprocess.run(
            [browser, *options, page.resolve().as_uri()], capture_output=True, timeout=_SECONDS, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"{_SECONDS:.0f} s"
    except OSError as error:
        return str(error.strerror or error)
    if printed.is_file() and printed.read_bytes()[:5] == b"%PDF-":
        return ""
    return f"exit code {ended.returncode}"
