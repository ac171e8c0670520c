"""The documentation page works where nothing but this server can be reached."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx

from tests.contract.document import document


class _Page(HTMLParser):
    """Every address that a browser would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Scripts, styles, pictures, frames."""
        self.loads += [v for k, v in attrs if k in ("src", "href", "action", "data") and v]


async def test_the_page_loads_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    """Tags, inline scripts and the style sheet name no other host."""
    page = (await http.get("/docs")).text
    style = (await http.get("/assets/swagger/swagger-ui.css")).text
    loaded = _Page(page).loads + re.findall(r"url\(['\"]?((?!data:)[^'\")]+)", style)

    assert [] == [address for address in loaded if urlsplit(address).netloc]
    assert "://" not in page


async def test_everything_the_page_loads_is_there(http: httpx.AsyncClient) -> None:
    """Scripts, style and picture are served by us, and so is the document."""
    page = (await http.get("/docs")).text
    wanted = [*_Page(page).loads, *re.findall(r"url: '([^']+)'", page)]

    answers = {address: (await http.get(address)).status_code for address in wanted}
    assert len(wanted) >= 4
    assert answers == dict.fromkeys(wanted, 200)


async def test_the_document_is_served_as_it_was_committed(http: httpx.AsyncClient) -> None:
    """Names and rights included: a client generated from either fits."""
    served = (await http.get("/openapi.json")).json()

    assert document() == served
