"""What the edge refuses, over real HTTP: by name, in the reader's language, changing nothing."""

import asyncio
from typing import Any

import httpx
import pytest

from api.bootstrap import build
from api.settings import Settings
from tests.contract.problems import CANARY, said
from tests.contract.raw import exchange, refusals
from tests.contract.recorder import declared as declared
from tests.contract.rows import row_counts
from tests.fixtures.builders.people import sign_in
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.serving import client_of, serving

pytestmark = pytest.mark.usefixtures("declared")
_JSON = {"Content-Type": "application/json"}
_SOMEBODY = "019a9f0e-8c6b-7d1e-8000-000000000000"
_QUOTE = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
_POST = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n\r\n"
_CHUNK = b"2000\r\n" + b"x" * 8192 + b"\r\n"

# Name: method, path, what is sent; what must come back.
REFUSED: dict[str, tuple[str, str, dict[str, Any], tuple[int, str]]] = {
    "no body": ("POST", "/v1/quotes", {}, (422, "malformed_request")),
    "another type": (
        "POST", "/v1/quotes", {"data": {"kind": CANARY}}, (415, "unsupported_media_type")),
    "text for JSON": (
        "POST", "/v1/quotes", {"content": "{}", "headers": {"Content-Type": "text/plain"}},
        (415, "unsupported_media_type")),
    "no content type": ("POST", "/v1/quotes", {"content": "{}"}, (415, "unsupported_media_type")),
    "half a body": (
        "POST", "/v1/quotes", {"content": f'{{"kind": "{CANARY}', "headers": _JSON},
        (400, "malformed_json")),
    "not UTF-8": (
        "PUT", "/v1/me", {"content": b'{"nickname": "\xff"}', "headers": _JSON},
        (400, "malformed_json")),
    "UTF-16": (
        "PUT", "/v1/me", {"content": '{"nickname": "x"}'.encode("utf-16"), "headers": _JSON},
        (400, "malformed_json")),
    "a list for an object": ("POST", "/v1/quotes", {"json": []}, (422, "malformed_request")),
    "NaN": (
        "POST", "/v1/quotes", {"content": '{"weight_g": NaN}', "headers": _JSON},
        (422, "malformed_request")),
    "a key twice": (
        "PUT", "/v1/me", {"content": '{"nickname": "a", "nickname": "b"}', "headers": _JSON},
        (422, "malformed_request")),
    "too deep": (
        "PUT", "/v1/me", {"content": "[" * 1000 + "]" * 1000, "headers": _JSON},
        (422, "body_too_deep")),
    "too large": (
        "PUT", "/v1/me", {"content": b'"' + b"x" * 70_000 + b'"', "headers": _JSON},
        (413, "body_too_large")),
    "mistyped": ("PUT", "/v1/me", {"json": {"nickname": 5}}, (422, "malformed_request")),
    "unknown field": (
        "PUT", "/v1/me", {"json": {"nickname": "x", "state": CANARY}}, (422, "malformed_request")),
    "out of China": (
        "POST", "/v1/quotes", {"json": {**_QUOTE, "pickup": {"lat": 51.5, "lng": -0.1,
        "coord": "gcj02"}}}, (422, "outside_china")),
    "outside the community": (
        "POST", "/v1/quotes", {"json": {**_QUOTE, "pickup": point(9000)}},
        (409, "outside_community")),
    "negative weight": (
        "POST", "/v1/quotes", {"json": {**_QUOTE, "weight_g": -1}}, (422, "malformed_request")),
    "somebody else's order": ("GET", f"/v1/orders/{_SOMEBODY}", {}, (404, "not_found")),
    "no id": ("GET", f"/v1/orders/{CANARY}", {}, (422, "malformed_request")),
    "unknown parameter": ("GET", f"/v1/orders?limt={CANARY}", {}, (422, "malformed_request")),
    "page of nothing": ("GET", "/v1/orders?limit=0", {}, (422, "malformed_request")),
    "page without end": ("GET", "/v1/orders?limit=101", {}, (422, "malformed_request")),
    "another's cursor": ("GET", f"/v1/orders?cursor={CANARY}", {}, (422, "malformed_request")),
    "unknown path": ("GET", f"/v1/{CANARY}", {}, (404, "not_found")),
    "slash at the end": ("GET", "/v1/me/", {}, (404, "not_found")),
    "root": ("GET", "/", {}, (404, "not_found")),
    "asset outside": ("GET", "/assets/..%2Fapp.py", {}, (404, "not_found")),
    "asset with a NUL": ("GET", "/assets/%00", {}, (404, "not_found")),
    "PATCH": ("PATCH", "/v1/me", {"json": {}}, (405, "method_not_allowed")),
    "TRACE": ("TRACE", "/v1/me", {}, (405, "method_not_allowed")),
    "OPTIONS": ("OPTIONS", "/v1/me", {}, (405, "method_not_allowed")),
    "address too long": ("GET", "/v1/places?q=" + "x" * 4100, {}, (431, "headers_too_large")),
    "headers too large": (
        "GET", "/v1/me", {"headers": {"X-Large": "x" * 17_000}}, (431, "headers_too_large")),
    "key missing": ("POST", "/v1/orders", {"headers": {"Idempotency-Key": "", **_JSON}},
                    (400, "idempotency_key_malformed")),
    "key too long": ("POST", "/v1/orders", {"headers": {"Idempotency-Key": "k" * 65}},
                     (400, "idempotency_key_malformed")),
    "key with a space": ("POST", "/v1/orders", {"headers": {"Idempotency-Key": "k k"}},
                         (400, "idempotency_key_malformed")),
}  # fmt: skip


async def test_what_is_wrong_is_refused_by_name_and_changes_nothing(world: World) -> None:
    """A problem each, with code, short Chinese title and request id; no echo, no stack."""
    resident = await world.person("resident1")
    before = await row_counts(world.parts.database)

    seen = {
        name: said(await resident.call(method, path, **more))
        for name, (method, path, more, _) in REFUSED.items()
    }
    assert {name: wanted for name, (*_, wanted) in REFUSED.items()} == seen
    assert before == await row_counts(world.parts.database)


async def test_a_key_is_demanded_where_money_moves(world: World) -> None:
    """Placing an order without one."""
    resident = await world.person("resident1")
    headers = {"Authorization": f"Bearer {resident.token}"}

    answer = await world.http.post("/v1/orders", json={}, headers=headers)
    assert (400, "idempotency_key_required") == said(answer)


async def test_a_refusal_speaks_english_when_asked(http: httpx.AsyncClient) -> None:
    """By Accept-Language; inside and outside of the routes alike."""
    english = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"}
    answers = [await http.get(path, headers=english) for path in ("/v1/me", "/v1/nowhere")]

    assert ["Sign in first", "Not found"] == [a.json()["title"] for a in answers]


async def test_a_request_id_is_kept_where_it_is_one(http: httpx.AsyncClient) -> None:
    """Clients may name their requests; nothing else gets into our logs that way."""
    sent = ("abcdef-0123_XYZ", "short", "x" * 65, "has space in it")
    answers = [await http.get("/v1/me", headers={"X-Request-Id": i}) for i in sent]
    shown = [a.headers["x-request-id"] for a in answers]

    assert shown == [a.json()["request_id"] for a in answers]
    assert [True, False, False, False] == [a == b for a, b in zip(sent, shown, strict=True)]


async def test_a_get_is_answered_whatever_body_came_with_it(world: World) -> None:
    """A body of a GET means nothing, and is bounded all the same."""
    resident = await world.person("resident1")
    answers = [
        await resident.call("GET", "/v1/me", content=c) for c in (b"{", b"\xff", b"x" * 70_000)
    ]

    assert [200, 200, 413] == [a.status_code for a in answers]


async def test_no_host_header_breaks_an_answer(world: World) -> None:
    """What a client writes there decides nothing."""
    resident = await world.person("resident1")
    hosts = ("[::1", "a?b", "x/../y", "邻里".encode(), b"\xff", "")
    statuses: list[int] = []
    for host in hosts:
        answer = await resident.call(
            "POST", "/v1/quotes", json=_QUOTE, key="same", headers={"Host": host}
        )
        statuses.append(answer.status_code)

    assert {201} == set(statuses) - {400}


async def test_half_a_body_is_cut_off_by_the_deadline(settings: Settings) -> None:
    """A client that sends no more is refused and disconnected; it holds no place meanwhile."""
    hasty = settings.model_copy(update={"request_deadline_s": 0.3, "requests_at_once": 1})
    head = b"PUT /v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    async with serving(build(hasty)) as url, client_of(url, timeout=5) as client:
        slow = asyncio.create_task(exchange(url, head, b'{"nickname'))
        other = await client.get("/v1/me")
        cut = await slow

    assert ([(408, "body_too_slow")], 401) == (refusals(cut), other.status_code)


LYING: dict[str, tuple[bytes, tuple[int, str]]] = {
    "chunks over the cap": (_CHUNKED + _CHUNK * 10, (413, "body_too_large")),
    "a huge length": (_POST + b"Content-Length: 99999999999999\r\n\r\n{}", (413, "body_too_large")),
    "a negative length": (_POST + b"Content-Length: -1\r\n\r\n", (400, "malformed_http")),
    "two lengths": (
        _POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n", (400, "malformed_http")),
    "length and chunks": (
        _CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\n"), (400, "malformed_http")),
    "a NUL in a header": (_POST + b"X: a\x00b\r\n\r\n", (400, "malformed_http")),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", (400, "malformed_http")),
    "endless line": (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\n\r\n", (431, "headers_too_large")),
    "endless headers": (
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", (431, "headers_too_large")),
}  # fmt: skip


async def test_what_lies_about_its_size_is_refused_and_disconnected(url: str) -> None:
    """Nothing of it is taken for a second request."""
    seen = {name: refusals(await exchange(url, raw)) for name, (raw, _) in LYING.items()}

    assert {name: [refused] for name, (_, refused) in LYING.items()} == seen


async def test_requests_in_one_packet_are_answered_in_order(url: str) -> None:
    """Pipelining: three answers, each to its own question."""
    ask = b"GET %s HTTP/1.1\r\nHost: x\r\nX-Request-Id: request-%d\r\n%s\r\n"
    raw = ask % (b"/v1/me", 1, b"") + ask % (b"/nowhere", 2, b"")
    answered = await exchange(url, raw + ask % (b"/v1/hall", 3, b"Connection: close\r\n"))

    assert [(401, "not_signed_in"), (404, "not_found"), (401, "not_signed_in")] == refusals(
        answered
    )
    assert [1, 2, 3] == [int(p[:1]) for p in answered.split(b"x-request-id: request-")[1:]]


async def test_every_answer_carries_its_id_and_its_guards(world: World) -> None:
    """Successes, refusals, pages and health alike."""
    paths = ("/v1/me", "/v1/places", "/v1/nowhere", "/healthz", "/readyz", "/docs", "/v1/hall")
    person = await sign_in(world.http, "dev:resident1")
    answers = [await person.call("GET", path) for path in paths]

    assert all(a.headers["x-content-type-options"] == "nosniff" for a in answers)
    assert len(paths) == len({a.headers["x-request-id"] for a in answers})
