"""What has had its time is forgotten, also of people who stay; nothing before."""

from tests.fixtures.builders.repeating import weekly
from tests.fixtures.builders.sql import change, rows, value
from tests.fixtures.builders.worlds import World
from workers.timers import TIMERS

_SEALED_SQL = """
SELECT octet_length(j.pickup_contact_sealed) > 0, octet_length(s.contact_sealed) > 0,
       octet_length(o.details_sealed) > 0, o.item <> '', s.place <> '', q.asked <> '{}'
FROM orders AS o JOIN stops AS s ON s.order_id = o.id JOIN jobs AS j ON j.id = s.job_id
JOIN quotes AS q ON q.id = o.quote_id
"""
_KEPT = ("sessions", "idempotency_keys", "contact_looks", "data_consents")


async def counted(world: World) -> dict[str, int]:
    """How many rows are there of what goes by whole rows."""
    return {t: await value(world.parts, f"SELECT count(*) FROM {t}") for t in _KEPT}


async def test_of_an_order_first_the_contacts_go_then_its_words(world: World) -> None:
    """Contacts at the job a month after it ended, what was ordered and where after three years."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.completed(resident, runner)
    await world.later(days=29)
    within_a_month = await rows(world.parts, _SEALED_SQL)
    await world.later(days=2)
    after_a_month = await rows(world.parts, _SEALED_SQL)
    await world.later(days=3 * 366 + 60)

    assert [(True,) * 6] == within_a_month
    assert [(False, False, True, True, True, True)] == after_a_month
    assert [(False,) * 6] == await rows(world.parts, _SEALED_SQL)


async def test_a_position_lasts_a_day_and_an_address_a_week_after_it_was_deleted(
    world: World,
) -> None:
    """Whereabouts are sensitive: the last one goes a day after the runner stopped telling it."""
    resident, runner = await world.person("resident1"), await world.runner()
    body = {"building_id": world.building_id, "label": "家"}
    address = await resident.post("/v1/me/addresses", body)
    await resident.call("DELETE", f"/v1/me/addresses/{address['id']}")
    positions, addresses = "SELECT lat IS NOT NULL FROM runners", "SELECT count(*) FROM addresses"
    await world.later(hours=23)
    before = await value(world.parts, positions), await value(world.parts, addresses)
    await world.later(hours=2)
    after_a_day = await value(world.parts, positions), await value(world.parts, addresses)
    await world.later(days=7)

    assert [(True, 1), (False, 1)] == [before, after_a_day]
    assert (False, 0) == (await value(world.parts, positions), await value(world.parts, addresses))
    assert (409, "position_missing") == await runner.refused("GET", "/v1/hall")


async def test_what_is_no_longer_repeated_goes_a_month_after_it_ended(world: World) -> None:
    """Counted from when it was ended, however far its last day; paused, from its last day."""
    resident = await world.person("resident1")
    ended = await resident.post("/v1/repeats", await weekly(world, weeks=20))
    paused = await resident.post("/v1/repeats", await weekly(world, weeks=1))
    await resident.post(f"/v1/repeats/{ended['id']}/end")
    await resident.post(f"/v1/repeats/{paused['id']}/pause")
    kept = "SELECT state FROM repeats WHERE octet_length(template_sealed) > 0 ORDER BY state"
    await world.later(days=29)
    within_a_month = await rows(world.parts, kept)
    await world.later(days=2)
    after_a_month = await rows(world.parts, kept)
    await world.later(days=3)

    assert [("ended",), ("paused",)] == within_a_month
    assert [("paused",)] == after_a_month
    assert [] == await rows(world.parts, kept)


async def test_answers_sessions_looks_and_consents_go_in_their_time(world: World) -> None:
    """After three days, six months and three years; a consent in force stays in force."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    await runner.get(f"/v1/jobs/{order['job_id']}")
    kept = [await counted(world)]
    for days in (4, 214, 1100):
        await world.later(days=days)
        kept.append(await counted(world))

    at_first, after_days, after_months, after_years = kept
    assert (True, 0) == (at_first["idempotency_keys"] > 0, after_days["idempotency_keys"])
    assert (at_first["sessions"], 0) == (after_days["sessions"], after_months["sessions"])
    assert (1, 0) == (after_months["contact_looks"], after_years["contact_looks"])
    assert 1 < at_first["data_consents"] == after_years["data_consents"]


async def test_more_than_a_batch_is_forgotten_in_turns(world: World) -> None:
    """Bounded work each time: a thousand and one answers take three turns."""
    resident = await world.person("resident1")
    await change(
        world.parts,
        f"""INSERT INTO idempotency_keys (user_id, key, request_hash, status, body, created_at)
        SELECT '{resident.id}', 'old' || n, '', 200, '', linli_now() - interval '3 days 1 hour'
        FROM generate_series(1, 1001) AS n""",
    )
    left: list[int] = []
    for _ in range(3):
        await TIMERS["tidy"].sweep(world.parts)
        sql = "SELECT count(*) FROM idempotency_keys WHERE key LIKE 'old%'"
        left.append(await value(world.parts, sql))

    assert [501, 1, 0] == left
