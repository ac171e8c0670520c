"""The pictures of the README: ``make pictures``, or ``python -m tests.browser.pictures [URL]``.

They are taken of a living demonstration, one's own unless a URL names another, and written small
enough to be kept in the repository.
"""

import asyncio
import sys
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import async_playwright

from api.cli.bench.console.demo import running_demo
from tests.browser.desk import NARROW, WIDE, Desk, launched, open_desk

FOLDER = Path("docs/pictures")
BYTES_MAX = 150_000
# File, path in the console, whether as on a phone.
_PICTURES = (
    ("desk", "/", False),
    ("desk-phone", "/", True),
    ("orders", "/orders", False),
    ("approvals", "/approvals", False),
    ("board", "/posts", False),
    ("cases", "/cases", False),
    ("packing", "/cycles", False),
)
# The desk is worth a picture when at least two errands are on their way.
_IS_BUSY_JS = "() => document.querySelectorAll('main li a[href*=\"/orders/\"]').length >= 2"
_BUSY_WITHIN_MS = 120_000


async def take(url: str) -> None:
    """Sign in as staff and take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        desk = await open_desk(browser, url)
        await desk.sign_in("dev:staff1")
        for name, path, is_narrow in _PICTURES:
            await desk.page.set_viewport_size(NARROW if is_narrow else WIDE)  # pyright: ignore[reportArgumentType]
            await desk.go(path)
            if path == "/":
                await desk.page.wait_for_function(_IS_BUSY_JS, timeout=_BUSY_WITHIN_MS)
            if name == "packing":
                await _to_the_bags(desk)
            _keep(name, await desk.page.screenshot())
        await browser.close()


async def _to_the_bags(desk: Desk) -> None:
    """From the list of cycles to the day's sheet."""
    await desk.page.locator("main a[href*='/cycles/']").first.click()
    await desk.page.wait_for_load_state()


def _keep(name: str, png: bytes) -> None:
    written = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").save(written, "WEBP", quality=80, method=6)
    assert len(written.getvalue()) < BYTES_MAX, name
    (FOLDER / f"{name}.webp").write_bytes(written.getvalue())
    sys.stdout.write(f"{FOLDER / name}.webp: {len(written.getvalue()):,} bytes\n")


if __name__ == "__main__":
    given = sys.argv[1:]
    with nullcontext(given[0]) if given else running_demo() as demo:
        asyncio.run(take(demo))
