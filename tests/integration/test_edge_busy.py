"""Too much, too often, stores away: the edge says so at once and by name."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from api.bootstrap import Parts, build
from api.embedded import StoreUrls
from api.errors import AppError
from api.kit.db import run
from api.kit.ids import new_token
from api.kit.ratelimit import LocalLimiter, SharedLimiter
from api.kit.redis_line import RedisLine
from api.settings import Settings
from tests.contract.problems import said
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.serving import client_of, serving

_NOWHERE = {"database_url": "postgresql://nobody@127.0.0.1:1/none"}
_NO_REDIS = {"redis_url": "redis://127.0.0.1:1/0"}

_WAITING_SQL = "SELECT 1 FROM pg_locks WHERE NOT granted"


@asynccontextmanager
async def build_limiters(redis_url: str, count: int) -> AsyncGenerator[list[SharedLimiter]]:
    """Limiters as so many processes have them."""
    lines = [RedisLine(redis_url) for _ in range(count)]
    yield [SharedLimiter(line) for line in lines]
    for line in lines:
        await line.close()


async def _counted(limiter: LocalLimiter | SharedLimiter, times: int, **more: Any) -> list[str]:
    seen: list[str] = []
    for _ in range(times):
        try:
            if isinstance(limiter, SharedLimiter):
                await limiter.hit("test", "somebody", **more)
            else:
                limiter.hit("somebody")
        except AppError as error:
            seen.append(f"{error.code} {0 < (error.retry_after_s or 0) <= 60}")
        else:
            seen.append("passed")
    return seen


async def test_a_burst_passes_and_the_next_call_waits() -> None:
    """Ten seconds' worth at once, then 429 with the seconds to wait; others are not concerned."""
    limiter = LocalLimiter(per_minute=60)

    assert ["passed"] * 10 + ["rate_limited True"] == await _counted(limiter, 11)
    limiter.hit("somebody else")


async def test_two_processes_share_one_count(stores: StoreUrls) -> None:
    """Two limiters on one Redis: together no more than the limit."""
    async with build_limiters(stores.redis_url, 2) as (one, other):
        name = new_token()
        seen = list[bool]()
        for n in range(8):
            try:
                await (one, other)[n % 2].hit(name, "x", per_minute=5)
            except AppError:
                seen.append(False)
            else:
                seen.append(True)

    assert [True] * 5 + [False] * 3 == seen


async def test_without_redis_each_process_counts_for_itself() -> None:
    """Nobody is refused for our loss, and nobody gets in without end."""
    async with build_limiters("redis://127.0.0.1:1/0", 1) as (limiter,):
        seen = await _counted(limiter, 4, per_minute=3)

    assert ["passed"] * 3 + ["rate_limited True"] == seen


async def test_a_user_who_calls_too_often_is_told_when_to_come_back(
    world: World, settings: Settings
) -> None:
    """429 with Retry-After, per user: another one is still served."""
    strict = settings.model_copy(update={"calls_per_minute_user": 18})
    people = [await world.person("resident1"), await world.person("resident2")]
    async with serving(build(strict)) as url, client_of(url, timeout=5) as client:
        asked = [people[0]] * 4 + [people[1]]
        answers = [
            await client.get("/v1/me", headers={"Authorization": f"Bearer {p.token}"})
            for p in asked
        ]

    assert (429, "rate_limited") == said(answers[3])
    assert [200, 200, 200, 429, 200] == [a.status_code for a in answers]


async def test_a_full_house_sends_the_next_one_away_at_once(
    world: World, settings: Settings
) -> None:
    """One at work (the test holds the row it needs), nobody may wait: 503, then served again."""
    resident = await world.person("resident1")
    small = settings.model_copy(update={"requests_at_once": 1, "requests_waiting": 0})
    headers = {"Authorization": f"Bearer {resident.token}"}
    async with serving(build(small)) as url, client_of(url, timeout=5) as client:
        async with world.parts.database.session() as session:
            await run(session, "SELECT 1 FROM users WHERE id = $1 FOR UPDATE", resident.id)
            at_work = asyncio.create_task(
                client.put("/v1/me", json={"nickname": "新"}, headers=headers)
            )
            while not await run(session, _WAITING_SQL):
                await asyncio.sleep(0)
            refused = await client.get("/v1/me", headers=headers)
            alive = await client.get("/healthz")
        first = await at_work
        after = await client.get("/v1/me", headers=headers)

    assert (503, "busy") == said(refused)
    assert [200, 200, 200] == [alive.status_code, first.status_code, after.status_code]


async def test_those_who_only_read_are_served_while_all_who_write_wait(
    world: World, settings: Settings
) -> None:
    """Four write what the test holds, three of them at work on four connections; one reads."""
    writer, reader = await world.person("resident1"), await world.person("resident2")
    small = settings.model_copy(update={"database_connections": 4})
    tokens = [{"Authorization": f"Bearer {p.token}"} for p in (writer, reader)]
    async with serving(build(small)) as url, client_of(url, timeout=5) as client:
        async with world.parts.database.session() as session:
            await run(session, "SELECT 1 FROM users WHERE id = $1 FOR UPDATE", writer.id)
            writing = [
                asyncio.create_task(
                    client.put("/v1/me", json={"nickname": "新"}, headers=tokens[0])
                )
                for _ in range(4)
            ]
            while len(await run(session, _WAITING_SQL)) < 3:
                await asyncio.sleep(0)
            read = await client.get("/v1/me", headers=tokens[1])
            await asyncio.wait(writing, return_when=asyncio.FIRST_COMPLETED)
            refused = [said(w.result()) for w in writing if w.done()]
        written = sorted(w.status_code for w in await asyncio.gather(*writing))

    assert [(503, "busy")] == refused
    assert [200, [200, 200, 200, 503]] == [read.status_code, written]


async def test_a_request_that_waits_too_long_is_ended(world: World, settings: Settings) -> None:
    """The deadline: 503 busy, and the lock that it waited for was not taken over."""
    resident = await world.person("resident1")
    hasty = settings.model_copy(update={"request_deadline_s": 0.3})
    headers = {"Authorization": f"Bearer {resident.token}"}
    async with serving(build(hasty)) as url, client_of(url, timeout=5) as client:
        async with world.parts.database.session() as session:
            await run(session, "SELECT 1 FROM users WHERE id = $1 FOR UPDATE", resident.id)
            refused = await client.put("/v1/me", json={"nickname": "新"}, headers=headers)
        after = await client.put("/v1/me", json={"nickname": "新"}, headers=headers)

    assert ((503, "busy"), 200) == (said(refused), after.status_code)


async def test_with_the_database_away_everything_is_busy_and_nothing_broken(
    settings: Settings,
) -> None:
    """503 with Retry-After on ordinary and hot routes; alive, not ready."""
    away = settings.model_copy(update=_NOWHERE)
    token = {"Authorization": f"Bearer {new_token()}", "Idempotency-Key": "k"}
    async with serving(build(away)) as url, client_of(url, timeout=5) as client:
        answers = [
            await client.get("/v1/me", headers=token),
            await client.get("/v1/hall", headers=token),
            await client.post("/v1/payments", json={}, headers=token),
            await client.post("/v1/sessions", json={"code": "dev:resident1"}),
        ]
        alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert [(503, "busy")] * 4 == [said(a) for a in answers]
    assert (200, 503, "away") == (alive.status_code, ready.status_code, ready.json()["database"])


async def test_with_redis_away_people_are_served(world: World, settings: Settings) -> None:
    """Signing in and placing an order work; readiness says what is missing and stays ready."""
    without = settings.model_copy(update=_NO_REDIS)
    async with serving(build(without)) as url, client_of(url, timeout=5) as client:
        opened = await client.post("/v1/sessions", json={"code": "dev:resident1"})
        token = {"Authorization": f"Bearer {opened.json()['token']}"}
        asked = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
        quoted = await client.post("/v1/quotes", json=asked, headers=token)
        ready = await client.get("/readyz")

    assert [201, 201, 200] == [a.status_code for a in (opened, quoted, ready)]
    assert "away" == ready.json()["redis"]


async def test_a_process_is_ready_on_its_own_schema_only(
    http: httpx.AsyncClient, parts: Parts
) -> None:
    """Another revision, or none: 503 with Retry-After."""
    seen = [(await http.get("/readyz")).status_code]
    for change in ("UPDATE alembic_version SET version_num = '0000'", "DELETE FROM alembic_version",
                   "DROP TABLE alembic_version"):  # fmt: skip
        async with parts.database.session() as session:
            await run(session, change)
            await session.commit()
        answer = await http.get("/readyz")
        seen.append(answer.status_code)
        assert ("other", "2") == (answer.json()["schema"], answer.headers["retry-after"])

    assert [200, 503, 503, 503] == seen


@pytest.mark.parametrize("path", ["/v1/places", "/v1/orders/019a9f0e-8c6b-7d1e-8000-000000000000"])
async def test_metrics_name_the_route_and_never_the_path(world: World, path: str) -> None:
    """Ids in labels would grow without end."""
    await (await world.person("resident1")).call("GET", path)
    metrics = (await world.http.get("/metrics")).text

    assert 'route="/v1/places"' in metrics or 'route="/v1/orders/{order_id}"' in metrics
    assert "019a9f0e" not in metrics
