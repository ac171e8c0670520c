"""The demonstration community: a compound by a market, residents, runners, staff."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.consents.purposes import PURPOSES
from api.consents.service import grant_consent
from api.events.log import SYSTEM
from api.identity import service as identity
from api.identity.caller import Caller
from api.kit.geo import Point
from api.places import queries as place_queries
from api.places import service as places
from api.places.models import Place
from api.places.rules import Contact
from api.runners import queries as runner_queries
from api.runners.catalogue import statements, training
from api.runners.service import applying, shifting, standing
from api.runners.service.applying import Said
from api.runners.service.checking import EmergencyContact
from api.runners.service.training import take_quiz

DEMO_PEOPLE = {
    "dev:resident1": "a resident with an address (… resident6)",
    "dev:runner1": "an approved runner (… runner4)",
    "dev:staff1": "community staff",
    "dev:admin1": "administrator",
}
OFFICE = "桂花街道办事处"
_CENTRE = Point(31.230400, 121.473700)
# Metres are good enough by hand: 0.0009° north is 100 m, 0.00105° east is 100 m.
_BUILDINGS = [(f"{n}号楼", _CENTRE.lat + 0.0006 * (n % 4), _CENTRE.lng + 0.0008 * (n // 4))
              for n in range(1, 9)]  # fmt: skip
_SAID = Said(
    is_adult=True,
    statements=[(s.name, s.version) for s in statements().values()],
    emergency_contact=EmergencyContact("演示家人", "13800000099", "家人"),
)
_RESIDENTS = 6
_RUNNERS = 4


async def seed(parts: Parts) -> bool:
    """Make the demonstration community unless it is there; whether it was made.

    Run again it brings the runners online with a fresh position, so that there is someone to take
    an order.
    """
    async with parts.database.transaction() as (session, now):
        offices = await place_queries.children(
            session, parent_id=None, text=None, after=None, limit=100
        )
        is_new = all(office.name != OFFICE for office in offices)
        if is_new:
            await _make(session, parts=parts, now=now)
        await _refresh_runners(session, parts=parts, now=now)
    return is_new


async def _make(session: AsyncSession, *, parts: Parts, now: datetime) -> None:
    office = await _place(session, "office", None, OFFICE, _CENTRE, now)
    community = await _place(session, "community", office, "桂花社区", _CENTRE, now)
    compound = await _place(session, "compound", community, "桂花苑", _CENTRE, now)
    buildings = [
        await _place(session, "building", compound, name, Point(round(lat, 6), round(lng, 6)), now)
        for name, lat, lng in _BUILDINGS
    ]
    for code in ("dev:admin1", "dev:staff1"):
        await identity.sign_in_by_dev_code(session, code=code, vault=parts.vault, now=now)
    for n in range(1, _RESIDENTS + 1):
        opened = await identity.sign_in_by_dev_code(
            session, code=f"dev:resident{n}", vault=parts.vault, now=now
        )
        await places.add_address(
            session,
            building_id=buildings[n].id,
            label="家",
            floor=n,
            has_lift=n % 2 == 0,
            contact=Contact(f"{n}单元{n}01", f"居民{n}", f"1380000000{n}"),
            vault=parts.vault,
            user_id=opened.user_id,
            now=now,
        )
    for n in range(1, _RUNNERS + 1):
        await _make_runner(session, n, community.id, parts=parts, now=now)


async def _make_runner(
    session: AsyncSession, n: int, community_id: UUID, *, parts: Parts, now: datetime
) -> None:
    opened = await identity.sign_in_by_dev_code(
        session, code=f"dev:runner{n}", vault=parts.vault, now=now
    )
    caller = Caller(opened.user_id, opened.user_id, f"runner{n}", (), now)
    runner = await applying.apply(
        session, community_id=community_id, said=_SAID, vault=parts.vault, caller=caller
    )
    await standing.decide_as(
        session,
        runner=runner,
        decision="approve",
        reason="演示",
        is_production=False,
        actor=SYSTEM,
        now=now,
    )
    for module in training().modules:
        right = [q.right for q in module.questions]
        await take_quiz(
            session, module_name=module.name, answers=right, offsets=None, is_production=False,
            caller=caller,
        )  # fmt: skip
    await shifting.set_shift(session, shift="online", caller=caller)


async def _refresh_runners(session: AsyncSession, *, parts: Parts, now: datetime) -> None:
    for n in range(1, _RUNNERS + 1):
        user = await identity.find_or_register(
            session, openid=f"dev:runner{n}", nickname=f"runner{n}", now=now
        )
        # The demonstration's runners agreed as theirs; who is real is asked in the app.
        await grant_consent(
            session,
            user_id=user.id,
            purpose="runner_location",
            text_version=PURPOSES["runner_location"].version,
            session_id=None,
            how="demo",
            now=now,
        )
        await runner_queries.set_position(
            session,
            runner_id=user.id,
            lat=round(_CENTRE.lat + 0.0003 * n, 6),
            lng=_CENTRE.lng,
            now=now,
        )


async def _place(
    session: AsyncSession, kind: str, parent: Place | None, name: str, point: Point, now: datetime
) -> Place:
    return await places.add_place(
        session,
        kind=kind,
        parent=parent,
        name=name,
        point=point,
        settings=None,
        actor=SYSTEM,
        now=now,
    )
