"""A desk at the console: a window of the browser, and what its pages complain of."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
# Content that is wider than the window, and by what.
_TOO_WIDE_JS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('main *, header *')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(e => e.tagName + '.' + e.className);
}"""


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
        await self.page.wait_for_url("**/console/**")

    async def go(self, path: str) -> None:
        """Open a page of the console."""
        await self.page.goto(f"{self.url}/console{path}")

    async def press(self, name: str) -> None:
        """Press a button, and wait for the page that follows."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=name, exact=True).click()

    async def unfold(self, title: str) -> None:
        """Open what is folded away."""
        await self.page.locator("summary", has_text=title).click()

    async def too_wide(self, path: str) -> list[str]:
        """What of a page sticks out of a small phone."""
        await self.page.set_viewport_size(NARROW)  # pyright: ignore[reportArgumentType]
        await self.go(path)
        return [f"{path}: {what}" for what in await self.page.evaluate(_TOO_WIDE_JS)]

    async def picture(self, path: Path, *, narrow: bool = False) -> None:
        """The page as it looks."""
        await self.page.set_viewport_size(NARROW if narrow else WIDE)  # pyright: ignore[reportArgumentType]
        await self.page.screenshot(path=path, full_page=True)

    async def close(self) -> None:
        """Leave."""
        await self.context.close()


async def open_desk(browser: Browser, url: str) -> Desk:
    """A window with cookies of its own."""
    context = await browser.new_context(locale="zh-CN", viewport=WIDE)  # pyright: ignore[reportArgumentType]
    page = await context.new_page()
    desk = Desk(url, context, page)

    def complained(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            desk.complaints.append(message.text)

    def failed(request: Request) -> None:
        desk.complaints.append(f"{request.url}: {request.failure}")

    page.on("console", complained)
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.on("requestfailed", failed)
    return desk
