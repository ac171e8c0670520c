"""Leaving a household, a family, a quarrel and one's photos: each ends as its feature ends it."""

from typing import Any

import orjson

from tests.fixtures.builders.canaries import places_of
from tests.fixtures.builders.families import propose
from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.neighbours import ADULT, has_phone, let_in, submit_name
from tests.fixtures.builders.people import Person, agree
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World
from tests.integration.test_privacy_leaving import exported

_PHONE, _DOOR, _NAME = "13912340987", "canary-door-9", "canary-real-name"

CANARIES = (_PHONE, _DOOR, _NAME, ADULT, "canary-label")
_DATA = "/v1/me/data"


async def settled(world: World, person: Person, runner: Person) -> dict[str, Any]:
    """A name, a household, a dependant, a block and a photo of canaries; the dependant."""
    await has_phone(world, person, _PHONE)
    await submit_name(world, person, name=_NAME)
    await let_in(world, person, door=_DOOR)
    contact = {"door": _DOOR, "name": _NAME, "phone": _PHONE}
    dependant = await propose(world, person, label="canary-label", contact=contact)
    await person.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "block"})
    await uploaded(person)
    await agree(person, "notifications")
    await world.settle()
    return dependant


async def test_the_export_knows_names_doors_families_and_photos(world: World) -> None:
    """All of one's own, and nothing of it for a neighbour or for the runner who was blocked."""
    leaver, runner = await world.person("resident1"), await world.runner()
    neighbour = await world.person("resident2")
    await let_in(world, neighbour, door="另一户")
    await settled(world, leaver, runner)

    own = await exported(leaver)
    told = [orjson.dumps(await exported(o)).decode() for o in (runner, neighbour)]

    text = orjson.dumps(own).decode()
    assert [] == [c for c in (_PHONE, _DOOR, _NAME, ADULT, "canary-label") if c not in text]
    assert {"real_names", "memberships", "households", "dependants", "blocks", "uploads"} <= {
        s["table"] for s in own
    }
    assert [] == [c for c in (*CANARIES, leaver.id) for other in told if c in other]


async def test_who_leaves_is_in_no_table_of_a_neighbourhood(world: World) -> None:
    """Machines reach their ends, the other side of a block is free, nothing personal is left."""
    leaver, runner = await world.person("resident1"), await world.runner()
    await settled(world, leaver, runner)

    told = (await leaver.call("DELETE", _DATA, expect=200)).json()
    await world.settle()
    at_once = await places_of(world.parts, (*CANARIES, "dev:resident1"))
    await world.later(days=4)

    # What staff were answered, for requests sent again.
    assert ["idempotency_keys"] == [h["table"] for h in told["holds"]]
    assert {"idempotency_keys.body"} == at_once
    assert [("erased",)] == await rows(world.parts, "SELECT state FROM erasures")
    assert set() == await places_of(world.parts, (*CANARIES, "dev:resident1"))
    ended = (
        "SELECT state FROM real_names UNION ALL SELECT state FROM memberships"
        " UNION ALL SELECT state FROM dependants"
    )
    assert {"rejected", "left", "ended"} == {r[0] for r in await rows(world.parts, ended)}
    kept = (
        "SELECT count(*), (SELECT count(*) FROM uploads), (SELECT count(*) FROM inbox_records"
        " WHERE user_id = $1), (SELECT count(*) FROM changes WHERE user_id = $1) FROM blocks"
    )
    assert [(0, 0, 0, 0)] == [tuple(r) for r in await rows(world.parts, kept, leaver.id)]
    assert [([],)] == await rows(world.parts, "SELECT apart FROM users WHERE id = $1", runner.id)


async def test_a_household_keeps_its_door_while_somebody_lives_there(world: World) -> None:
    """Of two, one leaves: the other still reads the door; with the last one it goes."""
    first, second = await world.person("resident1"), await world.person("resident2")
    for person in (first, second):
        await let_in(world, person, door=_DOOR)

    await first.call("DELETE", _DATA, expect=200)
    there = await places_of(world.parts, (_DOOR,))
    home = await second.get("/v1/me/household")
    await second.call("DELETE", _DATA, expect=200)
    await world.later(days=4)

    assert {"households.door_sealed", "memberships.door_sealed"} <= there
    assert _DOOR in orjson.dumps(home).decode()
    assert set() == await places_of(world.parts, (_DOOR,))


async def test_a_carer_link_ends_with_the_dependant(world: World) -> None:
    """Known by their own phone: the carer keeps neither their number nor their door."""
    carer, dependant = await world.person("resident1"), await world.person("resident2")
    await has_phone(world, dependant, _PHONE)
    contact = {"door": _DOOR, "name": _NAME, "phone": _PHONE}
    await propose(world, carer, contact=contact)
    shown = orjson.dumps(await exported(dependant)).decode()

    await dependant.call("DELETE", _DATA, expect=200)
    await world.later(days=4)

    assert all(c in shown for c in (_PHONE, _DOOR))
    assert set() == await places_of(world.parts, (_PHONE, _DOOR, _NAME))
    assert [("refused",)] == await rows(world.parts, "SELECT state FROM dependants")
