"""The hostile list in every form and address of the console: named refusals, nothing changed."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from api.console.forms import FIELDS_MAX
from api.console.page import ROOT
from api.console.sessions import COOKIE, PLACE_COOKIE
from api.settings import Settings
from tests.contract.hostile import TEXT_VALUES
from tests.contract.scene import make_scene
from tests.fixtures.builders.processes import running_api
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.worlds import World
from tests.fixtures.working import drain
from tests.fuzz.memory import resident_mb

pytestmark = [pytest.mark.storm, pytest.mark.timeout(1800)]

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_VALUES = {**TEXT_VALUES, "huge power": "1e9999999", "10,000 characters": "a" * 10_000}
_QUERIES = ("cursor", "limit", "state", "kind", "reason", "place", "expired", "done", "building_id")
_EVENTS = "SELECT count(*) FROM events"
ROUNDS = 3
GROWTH_MAX_MB = 16
# What the scene leaves to be decided; fewer, and the crawl has lost its way.
FORMS_MIN = 5


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and its fields as the page filled them."""

    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])

    def body(self, **instead: str) -> str:
        """What a browser would send; ``instead`` is encoded already."""
        filled = {name: quote(said) for name, said in self.fields.items()} | instead
        return "&".join(f"{quote(name)}={said}" for name, said in filled.items())


class _Reading(HTMLParser):
    """Forms and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self._choosing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: text or "" for name, text in attrs}
        if tag == "a" and said.get("href", "").startswith(ROOT + "/"):
            self.links.add(said["href"].partition("#")[0])
        elif tag == "form" and said.get("method", "").lower() == "post":
            self.forms.append(Form(said["action"]))
        elif tag == "select" and self.forms:
            self._choosing = said["name"]
        elif tag == "option" and self.forms:
            self.forms[-1].fields.setdefault(self._choosing, said.get("value", ""))
        elif tag in ("input", "textarea", "button") and said.get("name") and self.forms:
            self.forms[-1].fields.setdefault(said["name"], said.get("value", "1"))


async def crawled(http: httpx.AsyncClient) -> tuple[dict[str, Form], set[str]]:
    """Every form and every address that the console leads to."""
    forms: dict[str, Form] = {}
    seen, left = {f"{ROOT}/"}, [f"{ROOT}/"]
    while left:
        page = await http.get(left.pop())
        if not page.headers.get("content-type", "").startswith("text/html"):
            continue
        reading = _Reading()
        reading.feed(page.text)
        forms |= {form.action: form for form in reading.forms}
        left += reading.links - seen
        seen |= reading.links
    return {a: f for a, f in forms.items() if not a.endswith("/sign-out")}, seen


def forged(form: Form) -> Iterator[tuple[str, dict[str, str]]]:
    """Bodies and heads of what no page of ours sends, or nobody who is signed in."""
    yield form.body(csrf="x"), _FORM
    yield form.body(csrf=""), _FORM
    yield form.body(), {**_FORM, "Sec-Fetch-Site": "cross-site"}
    yield form.body(), {**_FORM, "Cookie": f"{COOKIE}={'x' * 43}"}
    yield form.body(), {"Content-Type": "application/json"}
    yield form.body(csrf="%FF"), _FORM
    yield "&".join(f"f{n}=1" for n in range(FIELDS_MAX + 1)), _FORM
    yield f"a={'x' * 2**20}", _FORM


def hostile(forms: Iterable[Form], pages: Iterable[str]) -> Iterator[tuple[str, str, str | None]]:
    """Method, path and body: each value in each field, and some of them behind each address."""
    for form in forms:
        for name in form.fields.keys() - {"csrf"}:
            for said in _VALUES.values():
                yield "POST", form.action, form.body(**{name: said})
    values = cycle(TEXT_VALUES.values())
    for page in sorted({page.partition("?")[0] for page in pages}):
        for name in _QUERIES:
            for said in islice(values, 5):
                yield "GET", f"{page}?{name}={said}", None


async def test_the_console_refuses_what_is_hostile(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    """Each value in each field and address; forms that are forged, broken or nobody's; memory."""
    await make_scene(world)
    await drain(world.parts)
    settings = settings.model_copy(
        update={"calls_per_minute_user": 10**6, "calls_per_minute_address": 10**6}
    )
    statuses, wrong, held_mb, refused = Counter[int](), list[str](), list[int](), set[int]()
    with running_api(settings, log=tmp_path / "api.log") as (api, url):
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            await http.post(f"{ROOT}/sign-in", content="code=dev%3Aadmin1", headers=_FORM)
            http.cookies.set(PLACE_COOKIE, world.community_id, path=ROOT)
            forms, pages = await crawled(http)
            before = await value(world.parts, _EVENTS)
            for form in forms.values():
                for body, headers in forged(form):
                    answer = await http.post(form.action, content=body, headers=headers)
                    refused.add(answer.status_code)
            unchanged = await value(world.parts, _EVENTS)
            for _ in range(ROUNDS):
                # What an act has changed is shown anew, under its new version.
                forms, pages = await crawled(http)
                for method, path, body in hostile(forms.values(), pages):
                    answer = await http.request(method, path, content=body, headers=_FORM)
                    statuses[answer.status_code] += 1
                    if answer.status_code >= 500:
                        wrong.append(f"{answer.status_code} {method} {path[:200]} {body}"[:600])
                held_mb.append(resident_mb(api))
    await drain(world.parts)
    sys.stdout.write(
        f"{statuses.total()} requests, {len(forms)} forms, {len(pages)} pages, API at {held_mb}"
        f" MB: {statuses}\n"
    )

    assert [] == wrong
    assert {303, 403, 413, 415, 422} == refused
    assert before == unchanged
    assert len(forms) >= FORMS_MIN
    assert held_mb[-1] - held_mb[0] <= GROWTH_MAX_MB
