"""The picture of the cloth that a browser paints before anything else: `python -m tools.poster`.

It is the record of the baseline in January 2011 as the stage draws it, once for each language. Make it anew
when the cloth looks different or the record begins differently.
"""

from __future__ import annotations

import base64
from pathlib import Path

from batiksim.i18n.texts import LANGUAGES
from tools.app_server import serving
from tools.browser import chromium

STATIC = Path(__file__).resolve().parents[1] / "batiksim" / "app" / "static"
DRAWN = "() => import('/static/try.js').then(({ stage }) => Boolean(stage.parts[0]?.complete && stage.begun))"
PICTURE = "() => document.querySelector('.stage-canvas').toDataURL('image/webp', 0.6)"
SETTLES = 1500  # ms until dots have come to their seats


def main() -> None:
    """Draw the posters and write their files."""
    with serving() as server, chromium() as browser:
        for lang in LANGUAGES:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{server.address}try?lang={lang}&month=2011-01")
            while not page.evaluate(DRAWN):
                page.wait_for_timeout(200)
            page.wait_for_timeout(SETTLES)
            file = STATIC / f"poster-{lang}.webp"
            file.write_bytes(base64.b64decode(page.evaluate(PICTURE).partition(",")[2]))
            print(f"{file.name}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
