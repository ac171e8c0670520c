"""Open talks as they leave: to those in the case, and to the community."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from api.hearings import queries
from api.hearings.models import Hearing
from api.hearings.rules import DUTY
from api.hearings.schemas import HearingCard, HearingList, HearingOut, ListenerOut
from api.identity.caller import Caller
from api.identity.queries import nicknames


async def hearings_out(session: AsyncSession, rows: Sequence[Hearing]) -> HearingList:
    """Those of a case with who wants them and who comes; three queries for them all."""
    ids = [row.id for row in rows]
    given = await queries.consents(session, hearing_ids=ids)
    there = await queries.listeners(session, hearing_ids=ids)
    names = await nicknames(session, user_ids=[one.user_id for one in there])
    return HearingList(
        items=[
            HearingOut(
                id=row.id,
                state=row.state,  # pyright: ignore[reportArgumentType]
                room=row.room,  # pyright: ignore[reportArgumentType]
                starts_at=row.starts_at,
                seats_max=row.seats_max,
                consented_party_ids=[c.party_id for c in given if c.hearing_id == row.id],
                listeners=[
                    ListenerOut(
                        id=one.id,
                        name=names.get(one.user_id),
                        has_attended=one.state == "attended",
                    )
                    for one in there
                    if one.hearing_id == row.id
                ],
                record_number=row.record_n,
                version=row.version,
            )
            for row in rows
        ]
    )


async def cards_out(
    session: AsyncSession, rows: Sequence[Hearing], *, caller: Caller
) -> list[HearingCard]:
    """What a community is told; one query for them all."""
    ids = [row.id for row in rows]
    taken = await queries.taken(session, hearing_ids=ids, user_id=caller.user_id)
    found = [(row, *taken.get(row.id, (0, False))) for row in rows]
    return [
        HearingCard(
            id=row.id,
            category=row.category,  # pyright: ignore[reportArgumentType]
            room=row.room,  # pyright: ignore[reportArgumentType]
            starts_at=row.starts_at,
            seats_left=row.seats_max - count,
            is_mine=is_mine,
            duty=DUTY,
        )
        for row, count, is_mine in found
    ]
