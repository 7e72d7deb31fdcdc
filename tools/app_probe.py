"""Every page of the app, looked at: `python -m tools.app_probe FOLDER` puts pictures there.

It prints what is wrong. Both languages, 1280 and 360 pixels wide, in a network in which there is nothing but
this machine (`unshare`, on Linux as root; elsewhere only the browser is kept to it). A page is read by axe,
walked through by the tab key, made too narrow, its text twice as large, and opened by somebody who wants
nothing to move. The exit code is the number of complaints, 99 at most.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batiksim.app.serve import MENU
from batiksim.i18n.texts import LANGUAGES
from tools.app_checks import accessibility, broken_words, keyboard, moves, settled, too_wide
from tools.app_server import Server, serving
from tools.app_watch import Watch
from tools.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = ((1280, 800), (360, 740))
PHONE = {"has_touch": True, "is_mobile": True}
NARROW = 320
LINKS = "() => [...document.querySelectorAll('main a[href]')].map((one) => one.pathname)"
LARGER = "() => { document.documentElement.style.fontSize = '200%'; }"
# The network of a process that was just unshared is down.
_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41


def paths() -> list[str]:
    """The addresses of all pages of the menu."""
    return [page.paths[0] for page in MENU]


def lessons(page: Page) -> list[str]:
    """The addresses of the lessons that a page leads to."""
    links: list[str] = page.evaluate(LINKS)
    return sorted({link for link in links if link.startswith("/lessons/")})


def options(width: int, height: int, **more: Any) -> dict[str, Any]:
    """A window of a computer or a phone."""
    return {"viewport": {"width": width, "height": height}, **(PHONE if width < 500 else {}), **more}


def looked_at(page: Page, path: str) -> Iterator[str]:
    """What is wrong with a page as it is opened."""
    page.goto(path)
    settled(page)
    if not page.locator("h1").count():
        yield "no heading"
    for check in (broken_words, too_wide, accessibility, keyboard):
        yield from check(page)


def enlarged(page: Page) -> list[str]:
    """What is wrong with a page whose text is twice as large, or whose screen is as narrow as WCAG has it."""
    size = page.viewport_size or {"width": NARROW, "height": 640}
    if size["width"] > 2 * NARROW:
        page.evaluate(LARGER)
    else:
        page.set_viewport_size({"width": NARROW, "height": 640})
    page.wait_for_timeout(200)
    found = too_wide(page)
    page.evaluate("() => document.documentElement.style.removeProperty('font-size')")
    page.set_viewport_size(size)
    return [f"enlarged: {one}" for one in found]


def probe(browser: Browser, server: Server, folder: Path) -> Iterator[str]:
    """All complaints about all pages; pictures go into the folder."""
    for lang in LANGUAGES:
        all_paths = paths()
        for width, height in SIZES:
            watch = Watch()
            context = browser.new_context(base_url=server.address, **options(width, height))
            watch.over(context)
            page = context.new_page()
            for path in all_paths:
                name = f"{path.strip('/').replace('/', '-')}-{lang}-{width}"
                print(name, flush=True)
                address = f"{path}?lang={lang}"
                yield from (f"{name}: {one}" for one in looked_at(page, address))
                page.screenshot(path=folder / f"{name}.png", full_page=True)
                if path == "/lessons":
                    all_paths += [one for one in lessons(page) if one not in all_paths]
                yield from (f"{name}: {one}" for one in enlarged(page))
            context.close()
            yield from (f"{lang} {width}: {one}" for one in watch.faults)
        context = browser.new_context(base_url=server.address, **options(*SIZES[0], reduced_motion="reduce"))
        page = context.new_page()
        for path in all_paths:
            page.goto(f"{path}?lang={lang}")
            page.wait_for_timeout(3000)
            yield from (f"{path} {lang}, reduced motion: {one}" for one in moves(page))
        context.close()


def alone(arguments: list[str]) -> int:
    """The same program, in a network of its own; what it says is its exit code."""
    inside = [sys.executable, "-m", "tools.app_probe", "--inside", *arguments]
    return subprocess.run(["unshare", "--net", *inside]).returncode


def raise_loopback() -> None:
    """Give this network its loopback; raises OSError."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, _SET_FLAGS, struct.pack("16sh", b"lo", _UP_AND_RUNNING))


def main() -> int:
    """Look at everything and print the complaints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--inside", action="store_true", help="already in a network of its own")
    chosen = parser.parse_args()
    root = getattr(os, "geteuid", lambda: 1)() == 0
    if not chosen.inside and sys.platform == "linux" and root and shutil.which("unshare"):
        return alone([str(chosen.folder)])
    if chosen.inside:
        raise_loopback()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with serving() as server, chromium() as browser:
        count = 0
        for complaint in probe(browser, server, chosen.folder):
            count += 1
            print(complaint, flush=True)
    print(f"{count} complaints{'' if chosen.inside else '; the network was there'}")
    return min(count, 99)


if __name__ == "__main__":
    sys.exit(main())
