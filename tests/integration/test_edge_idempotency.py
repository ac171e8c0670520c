"""Idempotency keys and commits, over real HTTP: what was answered was stored, and only once."""

import asyncio
import io
from typing import Any

import pytest

from api.bootstrap import build
from api.kit.db import run
from api.settings import Settings
from tests.contract.logs import logs as logs
from tests.contract.problems import said
from tests.contract.recorder import declared as declared
from tests.contract.rows import row_counts
from tests.fixtures.builders.worlds import World, order_on
from tests.fixtures.serving import client_of, serving

_FAIL_AT_COMMIT = (
    """CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'refused at commit'; END $$""",
    """CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON {table}
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_at_commit()""",
)
_LOCK_SQL = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2::text, 0))"


def _address(world: World, **more: Any) -> dict[str, Any]:
    contact = {"door": "2单元301", "name": "CANARY王小明", "phone": "13800138000"}
    return {"building_id": world.building_id, "label": "家", "contact": contact, **more}


@pytest.mark.usefixtures("declared")
async def test_the_same_request_under_the_same_key_gets_the_same_bytes(world: World) -> None:
    """Status and body equal, one row, marked as a repeat."""
    resident = await world.person("resident1")
    body = _address(world)
    first, *repeats = [
        await resident.call("POST", "/v1/me/addresses", json=body, key="k1") for _ in range(3)
    ]

    assert {(201, first.content)} == {(r.status_code, r.content) for r in repeats}
    assert [None, "true", "true"] == [
        r.headers.get("idempotent-replayed") for r in (first, *repeats)
    ]
    assert 1 == (await row_counts(world.parts.database))["addresses"]


@pytest.mark.usefixtures("declared")
async def test_an_order_is_placed_once_however_often_it_is_sent(world: World) -> None:
    """The quote is spent; the repeat gets the order and not a refusal."""
    resident = await world.person("resident1")
    body = order_on((await world.quote(resident))["id"])
    answers = [await resident.call("POST", "/v1/orders", json=body, key="k1") for _ in range(2)]

    assert (201, answers[0].content) == (answers[1].status_code, answers[1].content)


@pytest.mark.usefixtures("declared")
async def test_a_key_used_for_something_else_is_refused(world: World) -> None:
    """Another body, or the same body elsewhere: 422, and nothing is made."""
    resident = await world.person("resident1")
    await resident.post("/v1/me/addresses", _address(world), key="k1")
    before = await row_counts(world.parts.database)
    other_body = await resident.call(
        "POST", "/v1/me/addresses", json=_address(world, label="公司"), key="k1"
    )
    other_path = await resident.call("POST", "/v1/quotes", json=_address(world), key="k1")

    reused = (422, "idempotency_key_reused")
    assert [reused, reused] == [said(other_body), said(other_path)]
    assert before == await row_counts(world.parts.database)


@pytest.mark.usefixtures("declared")
async def test_keys_of_two_people_are_apart(world: World) -> None:
    """The same key and body make one thing for each, and neither sees the other's."""
    made = [
        await (await world.person(name)).post("/v1/me/addresses", _address(world), key="k1")
        for name in ("resident1", "resident2")
    ]

    assert made[0]["id"] != made[1]["id"]


@pytest.mark.usefixtures("declared")
async def test_a_refusal_is_not_remembered(world: World) -> None:
    """What failed may be tried again under its key, once the reason is gone."""
    resident = await world.person("resident1")
    refused = await resident.call("POST", "/v1/me/addresses", json={"label": "家"}, key="k1")
    made = await resident.call("POST", "/v1/me/addresses", json=_address(world), key="k1")

    assert [422, 201] == [refused.status_code, made.status_code]


@pytest.mark.usefixtures("declared")
async def test_a_twin_in_flight_is_told_to_wait(world: World) -> None:
    """While the first is at work (the test holds its lock) the second gets 409 and Retry-After."""
    resident = await world.person("resident1")
    async with world.parts.database.session() as session:
        await run(session, _LOCK_SQL, resident.id, "k1")
        twin = await resident.call("POST", "/v1/me/addresses", json=_address(world), key="k1")
    after = await resident.call("POST", "/v1/me/addresses", json=_address(world), key="k1")

    assert (409, "request_in_flight") == said(twin)
    assert ("1", 201) == (twin.headers["retry-after"], after.status_code)


@pytest.mark.usefixtures("declared")
async def test_twenty_twins_at_once_make_one_thing(world: World) -> None:
    """One row; each twin has the one answer, or was told to wait."""
    resident = await world.person("resident1")
    calls = [
        resident.call("POST", "/v1/me/addresses", json=_address(world), key="k1") for _ in range(20)
    ]
    answers = await asyncio.gather(*calls)

    assert 1 == len({a.content for a in answers if a.status_code == 201})
    assert {201, 409} >= {a.status_code for a in answers}
    assert 1 == (await row_counts(world.parts.database))["addresses"]


@pytest.mark.usefixtures("declared")
async def test_stored_answers_show_nobody_to_a_reader_of_the_database(world: World) -> None:
    """They hold doors, names and phones, so they are sealed (facts/reliability.md §4.7)."""
    resident = await world.person("resident1")
    await resident.post("/v1/me/addresses", _address(world))
    await world.place(resident)
    async with world.parts.database.session() as session:
        rows = await run(session, "SELECT body FROM idempotency_keys")
    stored = b"".join(bytes(row[0]) for row in rows)

    assert len(rows) >= 3
    assert [] == [c for c in ("CANARY", "13800138000", "2单元301") if c.encode() in stored]


@pytest.mark.usefixtures("logs")
async def test_a_commit_that_fails_is_never_answered_with_a_success(world: World) -> None:
    """A deferred constraint refuses at COMMIT: a problem, and nothing stored (trap B1)."""
    resident = await world.person("resident1")
    async with world.parts.database.session() as session:
        for statement in _FAIL_AT_COMMIT:
            await run(session, statement.format(table="addresses"))
        await session.commit()
    before = await row_counts(world.parts.database)
    answer = await resident.call("POST", "/v1/me/addresses", json=_address(world), key="k1")

    assert (500, "internal_error") == (answer.status_code, answer.json()["code"])
    assert "refused at commit" not in answer.text
    assert before == await row_counts(world.parts.database)


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize(
    ("point", "stored"),
    [("edge.before_commit", 0), ("edge.after_commit_before_reply", 1)],
)
async def test_a_failure_around_the_commit_is_settled_by_the_repeat(
    world: World, settings: Settings, point: str, stored: int
) -> None:
    """Before it nothing is stored; after it the same key finds what was; either way one address."""
    resident = await world.person("resident1")
    body, headers = _address(world), {"Authorization": f"Bearer {resident.token}"}
    failing = settings.model_copy(update={"chaos": f"1:1:raise:{point}"})
    async with serving(build(failing)) as url, client_of(url, timeout=5) as client:
        headers["Idempotency-Key"] = "k1"
        failed = await client.post("/v1/me/addresses", json=body, headers=headers)
    between = (await row_counts(world.parts.database))["addresses"]
    again = await resident.call("POST", "/v1/me/addresses", json=body, key="k1")
    after = (await row_counts(world.parts.database))["addresses"]

    assert (500, stored, 201, 1) == (failed.status_code, between, again.status_code, after)


async def test_what_the_database_will_not_take_is_shown_to_nobody(
    world: World, logs: io.StringIO
) -> None:
    """PostgreSQL quotes the whole row: 500, and no word of it in answer or log."""
    resident = await world.person("resident1")
    async with world.parts.database.session() as session:
        await run(session, "ALTER TABLE addresses ADD CHECK (label <> 'CANARY-label')")
        await session.commit()
    answer = await resident.call(
        "POST", "/v1/me/addresses", json=_address(world, label="CANARY-label")
    )

    assert (500, "internal_error") == (answer.status_code, answer.json()["code"])
    assert "request_failed" in logs.getvalue()
    assert "CANARY-label" not in answer.text + logs.getvalue()


async def test_an_answer_that_breaks_its_promise_shows_nothing_of_itself(
    world: World, logs: io.StringIO
) -> None:
    """A row that no answer may hold: 500, and where it was wrong in the log, but not what."""
    runner = await world.runner()
    statements = (
        "ALTER TABLE runners DROP CONSTRAINT IF EXISTS runners_tier",
        "UPDATE runners SET tier = 'CANARY'",
    )
    async with world.parts.database.session() as session:
        for statement in statements:
            await run(session, statement)
        await session.commit()
    answer = await runner.call("GET", "/v1/runners/me")

    assert (500, "internal_error") == (answer.status_code, answer.json()["code"])
    assert "answer_malformed" in logs.getvalue()
    assert "CANARY" not in answer.text + logs.getvalue()
