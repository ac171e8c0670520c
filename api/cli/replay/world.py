"""The stage: an office and a community of the wished reach, its staff, couriers and residents."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from api.cli.history import Recorder
from api.cli.replay.client import Client, agree, must
from api.cli.replay.instance import Instance
from api.cli.replay.mapping import Circle, Mapping, free_origin
from api.cli.replay.wire import Wire
from api.kit.geo import Point

# Two orders on board let a courier who waits at a counter take along what else is cooked there;
# see couriers.py for when it does.
CAPACITY = 3
# An order nobody took is given up so long after its promise: with the target of 40 minutes that is
# two hours after it was placed, which is what an undelivered order counts as (mdrplib/README.md).
EXPIRE_AFTER_S = 80 * 60
# Shown so early that a courier can ride half the town while the food is cooked.
OPEN_AHEAD_S = 15 * 60
AUTO_CONFIRM_S = 6 * 3600
# At 120 times the pace a second of this machine is two minutes of the day, and restarting a killed
# API takes two or three: what people may be late with must outlast that.
POSITION_MAX_AGE_S = 3600
QUOTE_TTL_S = 3600
PAY_WINDOW_S = 7200

_AT_ONCE = 12
# Residents order more than once a day; the pool makes sessions worth keeping.
_ORDERS_PER_RESIDENT = 5

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class World:
    """Who and what is there when the day begins."""

    community_id: str
    mapping: Mapping
    couriers: tuple[Client, ...]
    residents: tuple[Client, ...]


@dataclass(frozen=True, slots=True)
class Casting:
    """How people of this replay get their phones: names carry the run, so that replays on one
    database never meet.
    """

    wire: Wire
    recorder: Recorder
    run: str

    def client(self, name: str) -> Client:
        """A person who is not signed in yet."""
        return Client(self.wire, self.recorder, name, random.Random(name))  # noqa: S311


async def make_world(instance: Instance, casting: Casting, *, radius_m: float) -> World:
    """Found a community on free ground and let everybody in.

    Raises:
        Unexpected: the API refused a step.
    """
    admin = casting.client("admin1")
    await admin.sign_in()
    origin = free_origin(await _taken(admin), radius_m=radius_m)
    mapping = Mapping(origin, instance.centre)
    office_id = await _place(admin, "office", None, f"重放街道 {casting.run}", origin)
    community_id = await _place(
        admin,
        "community",
        office_id,
        f"重放社区 {casting.run}",
        origin,
        _settings(instance, radius_m),
    )
    # Roles are given at the offices that exist when somebody signs in: from here on.
    staff = casting.client(f"staff{casting.run}")
    await staff.sign_in()
    couriers = [
        casting.client(f"runner{casting.run}{n:03d}") for n in range(len(instance.couriers))
    ]
    residents = [
        casting.client(f"resident{casting.run}{n:03d}")
        for n in range(1 + (len(instance.orders) - 1) // _ORDERS_PER_RESIDENT)
    ]

    async def hire(courier: Client) -> None:
        await courier.sign_in()
        applied = await courier.post(
            "/v1/runners/apply",
            {"community_id": community_id},
            effect=("runner.applied", courier.user_id),
        )
        must(applied, "applying")
        approved = await staff.post(
            "/v1/runners/{runner_id}/approve",
            {"reason": "重放"},
            effect=("runner.approved", courier.user_id),
            runner_id=courier.user_id,
        )
        must(approved, "approving")
        await agree(courier, "runner_location")

    await in_turns(hire, couriers)
    await in_turns(Client.sign_in, residents)
    return World(community_id, mapping, tuple(couriers), tuple(residents))


async def in_turns(act: Callable[[T], Awaitable[R]], many: Sequence[T]) -> list[R]:
    """Act on all, a dozen at once."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(item: T) -> R:
        async with places:
            return await act(item)

    return list(await asyncio.gather(*(one(item) for item in many)))


def _settings(instance: Instance, radius_m: float) -> dict[str, Any]:
    return {
        "radius_m": radius_m,
        "max_trip_m": radius_m,
        "boundary_m": radius_m,
        "position_max_age_s": POSITION_MAX_AGE_S,
        "pay_window_s": PAY_WINDOW_S,
        "quote_ttl_s": QUOTE_TTL_S,
        "open_ahead_s": OPEN_AHEAD_S,
        "promise_s": instance.target_min * 60,
        "expire_after_s": EXPIRE_AFTER_S,
        "auto_confirm_s": AUTO_CONFIRM_S,
        "capacity": CAPACITY,
    }


async def _taken(admin: Client) -> list[Circle]:
    """The ground of all communities there are."""
    circles: list[Circle] = []
    for office in await _places(admin):
        for place in await _places(admin, parent_id=office["id"]):
            if place["kind"] == "community":
                point = Point(place["point"]["lat"], place["point"]["lng"])
                circles.append(Circle(point, place["settings"]["boundary_m"]))
    return circles


async def _places(admin: Client, *, parent_id: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query = "limit=100" + (f"&parent_id={parent_id}" if parent_id else "")
    cursor = ""
    while True:
        page = must(await admin.get("/v1/places", query=query + cursor), "listing places")
        found += page.data["items"]
        if page.data["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.data['next_cursor']}"


async def _place(
    admin: Client,
    kind: str,
    parent_id: str | None,
    name: str,
    point: Point,
    settings: dict[str, Any] | None = None,
) -> str:
    body = {
        "kind": kind,
        "parent_id": parent_id,
        "name": name,
        "point": {"lat": point.lat, "lng": point.lng, "coord": "gcj02"},
        "settings": settings,
    }
    return must(await admin.post("/v1/places", body), f"making the {kind}").data["id"]
