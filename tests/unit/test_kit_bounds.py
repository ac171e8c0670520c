"""The deadline of a request holds even where its work does not end when it is told to."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress

from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from api.kit.http.bounds import Bounds, Crowd
from api.kit.http.gate import Gate

_SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/v1/me",
    "raw_path": b"/v1/me",
    "query_string": b"",
    "headers": [],
}


class _Client:
    """What reached the client, and when something did."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.is_answered = asyncio.Event()

    async def send(self, message: Message) -> None:
        self.heard.append(message)
        if message["type"] == "http.response.body":
            self.is_answered.set()

    async def receive(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}


class _Stuck:
    """Waits for what never comes, then for its own end, which hangs; then says something."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await self.let_go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"late"})


def _bounds(
    app: _Stuck, statuses: list[int], *, waiting: int = 0, crowds: Sequence[Crowd] = ()
) -> Bounds:
    return Bounds(
        app,
        body_bytes=1024,
        deadline_s=0.02,
        at_once=1,
        waiting=waiting,
        wait_s=0.01,
        observe=lambda scope, status, took_s: statuses.append(status),
        streamed={},
        streams_at_once=1,
        crowds=crowds,
    )


async def test_a_request_that_cannot_end_is_answered_all_the_same() -> None:
    """503 after the deadline, once; what its work says later reaches nobody."""
    app, client, statuses = _Stuck(), _Client(), list[int]()
    asking = asyncio.create_task(_bounds(app, statuses)(_SCOPE, client.receive, client.send))
    await asyncio.wait_for(client.is_answered.wait(), 5)
    is_still_at_work = not asking.done()
    app.let_go.set()
    await asking

    assert is_still_at_work
    assert [503] == [m["status"] for m in client.heard if m["type"] == "http.response.start"]
    assert [503] == statuses
    assert b"late" not in b"".join(m.get("body", b"") for m in client.heard)


async def test_what_cannot_end_keeps_its_place() -> None:
    """So that no more of it piles up than may be at work; then the place is free again."""
    app, statuses = _Stuck(), list[int]()
    bounds = _bounds(app, statuses)
    first, second, third = _Client(), _Client(), _Client()
    asking = asyncio.create_task(bounds(_SCOPE, first.receive, first.send))
    await asyncio.wait_for(first.is_answered.wait(), 5)
    await bounds(_SCOPE, second.receive, second.send)
    refused = second.heard[0]["status"]
    app.let_go.set()
    await asking
    await bounds(_SCOPE, third.receive, third.send)

    assert 503 == refused
    assert 200 == third.heard[0]["status"]


async def test_nobody_waits_behind_a_crowd() -> None:
    """A crowd that hangs fills its own gate; whoever asks for something else has a place."""
    app, statuses = _Stuck(), list[int]()
    crowd = Crowd("POST", re.compile("/v1/cycles/"), Gate(at_once=1, waiting=0, wait_s=0.01))
    bounds = _bounds(app, statuses, crowds=[crowd])
    joining = {**_SCOPE, "method": "POST", "path": "/v1/cycles/1/orders"}
    first, second, other = _Client(), _Client(), _Client()
    asking = asyncio.create_task(bounds(joining, first.receive, first.send))
    await asyncio.wait_for(first.is_answered.wait(), 5)
    await bounds(joining, second.receive, second.send)
    app.let_go.set()
    await bounds(_SCOPE, other.receive, other.send)
    await asking

    assert 503 == second.heard[0]["status"]
    assert (b"retry-after", b"2") in second.heard[0]["headers"]
    assert 200 == other.heard[0]["status"]


async def test_who_finds_no_place_is_counted_and_not_logged() -> None:
    """Thousands are shed in the minute of an opening: a line for each would be the next jam."""
    app, statuses = _Stuck(), list[int]()
    bounds = _bounds(app, statuses)
    first, second = _Client(), _Client()
    asking = asyncio.create_task(bounds(_SCOPE, first.receive, first.send))
    await asyncio.wait_for(first.is_answered.wait(), 5)
    with capture_logs() as logged_shed:
        await bounds(_SCOPE, second.receive, second.send)
    with capture_logs() as logged_late:
        app.let_go.set()
        await asking

    assert [503, 503] == statuses
    assert [] == logged_shed
    assert ["request_slow_or_failed"] == [line["event"] for line in logged_late]
