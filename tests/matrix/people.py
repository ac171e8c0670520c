"""Everybody who may call, and what each is to the things of three neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from api.policy import Who
from tests.fixtures.builders.cases import appointed
from tests.fixtures.builders.people import Person, agree, sign_in
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.worlds import World

# Whose things: of somebody of the first community, of another there, of somebody elsewhere.
MINE, NEIGHBOURS, ELSEWHERE = "mine", "neighbours", "elsewhere"
VARIANTS = (MINE, NEIGHBOURS, ELSEWHERE)
HERE = (MINE, NEIGHBOURS)


@dataclass(slots=True)
class Identity:
    """Somebody who calls: what they are to the things of each variant."""

    name: str
    person: Person
    is_live: bool = True
    relations: dict[str, set[Who]] = field(default_factory=dict[str, set[Who]])
    # Whose orders, and whose own runner's row, theirs are.
    orders_of: str | None = None
    runner_of: str | None = None

    def are(self, who: Who, variants: Iterable[str]) -> "Identity":
        """Note a relation to the things of some variants."""
        for variant in variants:
            self.relations.setdefault(variant, set()).add(who)
        return self

    def is_to(self, variant: str, *, about_runner: bool) -> set[Who]:
        """All that they are to a thing: of an order, or of a runner."""
        known: set[Who] = {"anybody"}
        if not self.is_live:
            return known
        known |= {"signed_in", *self.relations.get(variant, ())}
        if (self.runner_of if about_runner else self.orders_of) == variant:
            known.add("owner")
        return known


async def dead_sessions(world: World) -> list[Identity]:
    """Nobody, and people whose session or account ended."""
    expired = await sign_in(world.http, "dev:expired1")
    revoked = await sign_in(world.http, "dev:revoked1")
    closed = await sign_in(world.http, "dev:closed1")
    await rows(
        world.parts,
        "UPDATE sessions SET expires_at = linli_now() - interval '1 s' WHERE user_id = $1",
        UUID(expired.id),
    )
    await revoked.call("DELETE", "/v1/sessions", expect=204)
    await rows(world.parts, "UPDATE users SET state = 'closed' WHERE id = $1", UUID(closed.id))
    nobody = Person(world.http, "", "")
    return [
        Identity("anonymous", nobody, is_live=False),
        Identity("expired session", expired, is_live=False),
        Identity("revoked session", revoked, is_live=False),
        Identity("closed account", closed, is_live=False),
    ]


async def staff_of(world: World, elsewhere: World) -> list[Identity]:
    """Staff of each level, here and elsewhere."""
    grid = await granted(world, "matrix-grid", "grid_worker", world.community_id)
    staff = await granted(world, "matrix-staff", "community_staff", world.community_id)
    office = await granted(world, "matrix-office", "office_staff", world.office_id)
    other = await granted(world, "matrix-far-staff", "community_staff", elsewhere.community_id)
    return [
        Identity("grid worker", grid).are("staff", HERE),
        Identity("community staff", staff).are("staff", HERE).are("manager", HERE),
        Identity("office staff", office).are("staff", HERE).are("manager", HERE),
        Identity("staff elsewhere", other).are("staff", [ELSEWHERE]).are("manager", [ELSEWHERE]),
        Identity("admin", world.admin)
        .are("staff", VARIANTS)
        .are("manager", VARIANTS)
        .are("operator", VARIANTS)
        .are("keeper", VARIANTS),
    ]


async def mediator_of(world: World, name: str, reach: Iterable[str]) -> Identity:
    """A resident whom the committee of a community appointed, asked about its cases."""
    person = await granted(world, _code(name), "resident", world.community_id)
    await appointed(world, person, load_max=9)
    return Identity(name, person).are("resident", reach).are("mediator", reach)


async def resident_of(world: World, name: str, variant: str, home: Iterable[str]) -> Identity:
    """A resident of one community, with things of their own."""
    person = await granted(world, _code(name), "resident", world.community_id)
    return Identity(name, person, orders_of=variant).are("resident", home)


async def runner_of(
    world: World, name: str, home: Iterable[str], *, variant: str | None, at: dict[str, object]
) -> Identity:
    """An approved runner of one community, online at a point."""
    person = await granted(world, _code(name), "runner", world.community_id)
    await person.post("/v1/runners/apply", {"community_id": world.community_id})
    await world.admin.post(f"/v1/runners/{person.id}/approve", {})
    await agree(person, "runner_location")
    await person.put("/v1/runners/me/shift", {"shift": "online"})
    await world.stands(person, at)
    return Identity(name, person, runner_of=variant).are("runner", home)


def _code(name: str) -> str:
    return f"matrix-{name.replace(' ', '-')}"
