"""Make docs/img/app.webp, the moving picture of the README, from the page as one file in a real browser.

python -m tools.moving_picture
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image

from batiksim.app.carried.page import page
from tools.browser import chromium

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "img" / "app.webp"
WIDTH, HEIGHT = 1180, 640
SHOWN = 720  # px of the picture
POLICY = "preset-2"  # of the page: a policy whose effect is seen
EVERY = 9  # months between two frames
TAKES, RESTS = 160, 1800  # ms a frame, and at the present and the end


def main() -> None:
    """Play the past without a policy and the future under one, a frame every nine months."""
    frames: list[tuple[bytes, int]] = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder, "page.html")
        file.write_text(page("en"), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, offline=True, reduced_motion="reduce"
        )
        tab = context.new_page()
        tab.goto(file.as_uri())
        scrub = tab.locator(".stage-scrub")
        scrub.wait_for()
        now, last = tab.evaluate(
            "(said => [said.now, said.until])(JSON.parse(document.getElementById('page-data').textContent))"
        )

        def take(month: int, ms: int) -> None:
            scrub.evaluate(
                "(at, month) => { at.value = month; at.dispatchEvent(new Event('input', {bubbles: true})); "
                "at.dispatchEvent(new Event('change', {bubbles: true})); }",
                month,
            )
            tab.evaluate("document.querySelector('.stage').scrollIntoView()")
            tab.wait_for_timeout(250)
            frames.append((tab.screenshot(), ms))

        tab.wait_for_timeout(4000)
        for month in range(0, now - 1, EVERY):
            take(month, TAKES)
        tab.locator(f"#{POLICY}").check()
        tab.wait_for_timeout(3000)
        for month in range(now, last, EVERY):
            take(month, RESTS if month == now else TAKES)
        take(last, RESTS)
    images = [Image.open(io.BytesIO(content)).convert("RGB") for content, _ in frames]
    images = [one.resize((SHOWN, SHOWN * HEIGHT // WIDTH), Image.Resampling.LANCZOS) for one in images]
    images[0].save(
        PICTURE,
        save_all=True,
        append_images=images[1:],
        duration=[ms for _, ms in frames],
        loop=0,
        quality=45,
        method=4,
    )
    print(f"{PICTURE.name}: {len(images)} frames, {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
