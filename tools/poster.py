"""The picture of the cloth that a browser paints before anything else: `python -m tools.poster`.

It is the record of the baseline in January 2011 as the stage draws it, without words, so that it fits every
language. Make it anew when the cloth looks different or the record begins differently.
"""

from __future__ import annotations

import base64
from pathlib import Path

from tools.app_server import serving
from tools.browser import chromium

FILE = Path(__file__).resolve().parents[1] / "batiksim" / "app" / "static" / "poster.webp"
DRAWN = "() => import('/static/try.js').then(({ stage }) => Boolean(stage.parts[0]?.complete && stage.begun))"
PICTURE = "() => document.querySelector('.stage-canvas').toDataURL('image/webp', 0.6)"
SETTLES = 1500  # ms until dots have come to their seats


def main() -> None:
    """Draw the poster and write its file."""
    with serving() as server, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{server.address}try?lang=en&month=2011-01")
        while not page.evaluate(DRAWN):
            page.wait_for_timeout(200)
        page.wait_for_timeout(SETTLES)
        written = page.evaluate(PICTURE)
    FILE.write_bytes(base64.b64decode(written.partition(",")[2]))
    print(f"{FILE.name}: {FILE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
