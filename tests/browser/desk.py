"""A desk at the console: a window of the browser, and what its pages complain of."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import httpx
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from api.console.sessions import DOOR_COOKIE
from api.identity.service import code_for
from api.kit.crypto import Vault

CHROMIUM = "/usr/bin/chromium"
_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--disable-default-apps", "--mute-audio",
]  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
# Content that is wider than the window, and by what.
_TOO_WIDE_JS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('main *, header *')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(e => e.tagName + '.' + e.className);
}"""

# The door renews its code before it is too old to be read: there nobody has begun anything.
_BARRIERS_JS = """async () => {
  const found = await axe.run(document, {rules: {'meta-refresh': {enabled: false}}});
  return found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
}"""
_RECEIVED_JS = """() => [...performance.getEntriesByType('navigation'),
  ...performance.getEntriesByType('resource')].reduce((sum, e) => sum + e.transferSize, 0)"""


@dataclass(slots=True)
class Desk:
    """One window; ``complaints``: errors of scripts, of the policy of content, of loading."""

    url: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list[str])

    async def sign_in(self, code: str) -> None:
        """Come in by a development code."""
        await self.go("/sign-in")
        await self.page.get_by_label("开发登录码").fill(code)
        await self.page.get_by_role("button", name="登录").click()
        await self.page.wait_for_url("**/console/")

    async def go(self, path: str) -> None:
        """Open a page of the console."""
        await self.page.goto(f"{self.url}/console{path}")

    async def press(self, name: str) -> None:
        """Press a button, and wait for the page that follows."""
        async with self.page.expect_navigation():
            await self.page.locator(f"button:text-is('{name}')").click()

    async def unfold(self, title: str) -> None:
        """Open what is folded away."""
        await self.page.locator("summary", has_text=title).click()

    async def too_wide(self, path: str) -> list[str]:
        """What of a page sticks out of a small phone."""
        await self.page.set_viewport_size(NARROW)  # pyright: ignore[reportArgumentType]
        await self.go(path)
        return [f"{path}: {what}" for what in await self.page.evaluate(_TOO_WIDE_JS)]

    async def barriers(self) -> list[str]:
        """What keeps people out who do not see or point, by the rules of axe-core."""
        await self.page.evaluate(_AXE)
        path = self.page.url.removeprefix(self.url)
        return [f"{path}: {what}" for what in await self.page.evaluate(_BARRIERS_JS)]

    async def received_bytes(self) -> int:
        """What the page and all it loaded weighed on the wire."""
        return await self.page.evaluate(_RECEIVED_JS)

    async def picture(self, path: Path, *, narrow: bool = False) -> None:
        """The page as it looks."""
        await self.page.set_viewport_size(NARROW if narrow else WIDE)  # pyright: ignore[reportArgumentType]
        await self.page.screenshot(path=path, full_page=True)

    async def shown_code(self, vault: Vault) -> str:
        """What the QR code on the screen says, by the cookie that it is made of."""
        cookies = await self.context.cookies()
        token = next(c["value"] for c in cookies if c["name"] == DOOR_COOKIE)  # pyright: ignore[reportTypedDictNotRequiredAccess]
        picture = await self.context.request.get(f"{self.url}/console/sign-in/code.svg")
        assert "<svg" in await picture.text()
        return code_for(token, vault=vault, now=datetime.now(UTC))

    def forgive(self, word: str) -> None:
        """Drop complaints that a test asked for."""
        self.complaints = [c for c in self.complaints if word not in c]

    async def close(self) -> None:
        """Leave."""
        await self.context.close()


async def launched(playwright: Playwright) -> Browser:
    """Chromium as Debian packages it, with a profile of its own that goes with it."""
    return await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=_OPTIONS)


async def open_desk(browser: Browser, url: str) -> Desk:
    """A window with cookies of its own."""
    context = await browser.new_context(locale="zh-CN", viewport=WIDE)  # pyright: ignore[reportArgumentType]
    page = await context.new_page()
    desk = Desk(url, context, page)

    def complained(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            desk.complaints.append(message.text)

    def failed(request: Request) -> None:
        # What a page was asking for when it was left is nobody's loss.
        if "ERR_ABORTED" not in (request.failure or ""):
            desk.complaints.append(f"{request.url}: {request.failure}")

    page.on("console", complained)
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.on("requestfailed", failed)
    return desk


async def cookie_of(client: httpx.AsyncClient, code: str) -> str:
    """Sign a client in without a browser; the token that its forms must carry."""
    client.cookies.clear()
    answer = await client.post("/console/sign-in", data={"code": code})
    assert answer.status_code == 303, answer.text
    page = (await client.get("/console/cycles")).text
    return page.partition('name="csrf" value="')[2].partition('"')[0]
