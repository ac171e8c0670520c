"""The world of the matrix: two communities, everybody in them, and what is theirs."""

from dataclasses import dataclass
from datetime import timedelta

from api.kit.db import read_now
from tests.fixtures.builders.worlds import World, point
from tests.matrix.people import (
    ELSEWHERE,
    HERE,
    MINE,
    NEIGHBOURS,
    Identity,
    dead_sessions,
    mediator_of,
    resident_of,
    runner_of,
    staff_of,
)
from tests.matrix.things import Secrets, Things, far, things_of


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Who calls, and whose things they ask about."""

    world: World
    identities: list[Identity]
    things: dict[str, Things]


async def make_neighbourhood(world: World) -> Neighbourhood:
    """Two of everything here, one of everything elsewhere."""
    other = await _elsewhere(world)
    homes = {MINE: (world, HERE), NEIGHBOURS: (world, HERE), ELSEWHERE: (other, (ELSEWHERE,))}
    people: list[Identity] = []
    things: dict[str, Things] = {}
    for home in (world, other):
        await home.change_settings(pile_voices=1, offer_s=300)
    # Asked about the cases of their community, so they come before these.
    mediators = {
        id(world): await mediator_of(world, "mediator", HERE),
        id(other): await mediator_of(other, "mediator elsewhere", (ELSEWHERE,)),
    }
    people += mediators.values()
    for number, (variant, (home, reach)) in enumerate(homes.items(), start=1):
        at = far() if home is other else point()
        customer = await resident_of(home, f"customer {variant}", variant, reach)
        runner = await runner_of(home, f"runner {variant}", reach, variant=variant, at=at)
        things[variant] = await things_of(
            home, customer.person, runner.person, mediators[id(home)].person,
            secrets=Secrets.of(number), is_far=home is other,
        )  # fmt: skip
        people += [customer, runner.are("carrier", [variant]).are("payee", [variant])]
    for home in (world, other):
        await _emergency(home)
    people.append(await runner_of(world, "runner who lost", HERE, variant=None, at=point()))
    people += await staff_of(world, other) + await dead_sessions(world)
    return Neighbourhood(world, people, things)


async def _emergency(world: World) -> None:
    async with world.parts.database.session() as session:
        ends_at = await read_now(session) + timedelta(days=1)
    body = {"kind": "heat", "note": "高温", "ends_at": ends_at.isoformat()}
    await world.admin.post(f"/v1/places/{world.community_id}/emergency", body)


async def _elsewhere(world: World) -> World:
    """A second office with a community and a building, far away."""

    async def place(kind: str, parent_id: str | None, name: str) -> str:
        body = {"kind": kind, "parent_id": parent_id, "name": name, "point": far()}
        return (await world.admin.post("/v1/places", body))["id"]

    office_id = await place("office", None, "梧桐街道")
    community_id = await place("community", office_id, "梧桐社区")
    building_id = await place("building", community_id, "9号楼")
    return World(world.http, world.parts, world.admin, office_id, community_id, building_id)
