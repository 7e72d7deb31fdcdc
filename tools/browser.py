"""The browser of the tests: found, installed where it can be, started so that it reaches this machine only.

`python -m tools.browser` makes sure that there is one: in continuous integration (CI=true) on Debian or
Ubuntu as root it is installed; elsewhere how to do it is said. The exit code is 0 once a browser is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from batiksim.report.browser import VARIABLE, find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PACKAGE = "chromium"
HOW = (
    f"no browser was found: install Chromium, Chrome or Edge (on Debian: apt-get install {PACKAGE}), or set "
    f"{VARIABLE} to the program of one"
)
# It talks to nobody on its own account, and no name but this machine's leads anywhere.
_ALONE = (
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def in_ci() -> bool:
    """Whether nobody sits at the keyboard, and what is missing is a failure."""
    return os.environ.get("CI", "").lower() == "true"


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """A browser without a window; raises RuntimeError where there is none."""
    from playwright.sync_api import sync_playwright

    program = find_browser()
    if program is None:
        raise RuntimeError(HOW)
    sandbox = ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*_ALONE, *sandbox, *options])
        try:
            yield browser
        finally:
            browser.close()


def install() -> None:
    """Ask Debian's package manager for a browser; raises CalledProcessError."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wish = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", PACKAGE]
    print(f"Installing {PACKAGE} for the tests of the app (once) ...", flush=True)
    if subprocess.run(wish, env=quiet, stdout=subprocess.DEVNULL).returncode:
        subprocess.run(["apt-get", "update", "--quiet"], env=quiet, stdout=subprocess.DEVNULL, check=True)
        subprocess.run(wish, env=quiet, stdout=subprocess.DEVNULL, check=True)


def main() -> int:
    """Make sure that there is a browser, or say how to get one."""
    can = in_ci() and shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0
    if find_browser() is None and can:
        try:
            install()
        except subprocess.CalledProcessError as failed:
            print(failed, file=sys.stderr)
    if find_browser() is None:
        print(HOW, file=sys.stderr)
    return int(find_browser() is None)


if __name__ == "__main__":
    sys.exit(main())
