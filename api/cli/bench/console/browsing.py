"""A real Chromium that opens the first page again and again: ``python -m …browsing URL ROUNDS``.

A program of its own, because the browser's library comes with what developers install.
"""

import asyncio
import shutil
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from playwright.async_api import Browser, Page, Route, async_playwright

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-extensions", "--disable-sync"]  # fmt: skip
_BARE = "<!doctype html><title>bare</title><p>bare</p>"
# What was drawn first, in milliseconds from the click; and what all of it weighed on the wire.
_MEASURE_JS = """async () => {
  const paint = await new Promise(done => new PerformanceObserver(list => {
    const found = list.getEntriesByName('first-contentful-paint')[0];
    if (found) done(found.startTime);
  }).observe({type: 'paint', buffered: true}));
  const all = [...performance.getEntriesByType('navigation'),
               ...performance.getEntriesByType('resource')];
  return [paint, all.reduce((sum, e) => sum + e.transferSize, 0),
          all.reduce((sum, e) => sum + e.decodedBodySize, 0)];
}"""


@dataclass(slots=True)
class Seen:
    """What a browser saw, round by round."""

    paint_ms: list[float] = field(default_factory=list[float])
    bare_ms: list[float] = field(default_factory=list[float])
    page_bytes: int = 0
    unpacked_bytes: int = 0
    map_bytes: int = 0


async def browse(url: str, rounds: int) -> Seen:
    """Sign in once, then open the desk with an empty cache, and a bare page, in turn."""
    seen = Seen()
    program = next(filter(None, map(shutil.which, _BROWSERS)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        state = await _signed_in(browser, url)
        for _ in range(rounds):
            for path, times in (("/console/", seen.paint_ms), ("/bare", seen.bare_ms)):
                context = await browser.new_context(storage_state=state, locale="zh-CN")
                page = await context.new_page()
                await page.route("**/bare", _answer_bare)
                await page.goto(f"{url}{path}", wait_until="load")
                paint_ms, received, unpacked = await page.evaluate(_MEASURE_JS)
                times.append(float(paint_ms))
                if path != "/bare":
                    seen.page_bytes, seen.unpacked_bytes = int(received), int(unpacked)
                    seen.map_bytes = await _map_bytes(page)
                await context.close()
        await browser.close()
    return seen


async def _signed_in(browser: Browser, url: str) -> Any:
    context = await browser.new_context(locale="zh-CN")
    page = await context.new_page()
    await page.goto(f"{url}/console/sign-in")
    await page.get_by_label("开发登录码").fill("dev:staff1")
    await page.get_by_role("button", name="登录").click()
    await page.wait_for_url("**/console/")
    state = await context.storage_state()
    await context.close()
    return state


async def _answer_bare(route: Route) -> None:
    await route.fulfill(body=_BARE, content_type="text/html")


async def _map_bytes(page: Page) -> int:
    """How many bytes of the page, unpacked, are its plan."""
    script = "[...document.querySelectorAll('svg')].reduce((n, e) => n + e.outerHTML.length, 0)"
    return int(await page.evaluate(script))


if __name__ == "__main__":
    print(orjson.dumps(asdict(asyncio.run(browse(sys.argv[1], int(sys.argv[2]))))).decode())
