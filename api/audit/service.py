"""Reading what staff did."""

from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.audit import queries
from api.audit.queries import Done
from api.audit.rules import Group, names_of
from api.earnings.rules import midnight
from api.earnings.service.reading import period
from api.errors import malformed
from api.identity.caller import MANAGERS, Caller
from api.kit.pagination import decode_cursor, encode_cursor
from api.places.service import community_of_staff

_PEOPLE_MAX = 200


async def acts_of_staff(
    session: AsyncSession,
    *,
    place_id: UUID,
    first: date | None,
    last: date | None,
    actor_id: UUID | None,
    group: Group | None,
    cursor: str | None,
    limit: int,
    caller: Caller,
) -> tuple[list[Done], str | None]:
    """A page of what staff did in a community, newest first, and where the next one begins.

    ``first``, ``last``: days in China, both included; none: the last seven.

    Raises:
        AppError: role_missing, not_found, malformed_request.
    """
    community = await community_of_staff(session, place_id=place_id, roles=MANAGERS, caller=caller)
    asked = period(first, last, now=caller.now)
    found = await queries.acts(
        session,
        community_id=community.id,
        path=community.path,
        since=midnight(asked.first),
        before=midnight(asked.last + timedelta(days=1)),
        actor_id=actor_id,
        names=list(names_of(group)),
        last=_last(cursor),
        with_deployment=caller.holds(("admin",), ()),
        limit=limit + 1,
    )
    shown = found[:limit]
    if len(found) <= limit:
        return shown, None
    return shown, encode_cursor(shown[-1].at.isoformat(), shown[-1].key)


async def staff_of(
    session: AsyncSession, *, place_id: UUID, caller: Caller
) -> list[tuple[UUID, str]]:
    """Whose acts there may be: id and nickname.

    Raises:
        AppError: role_missing, not_found.
    """
    community = await community_of_staff(session, place_id=place_id, roles=MANAGERS, caller=caller)
    return await queries.staff(
        session, community_id=community.id, path=community.path, limit=_PEOPLE_MAX
    )


def _last(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    at, key = cast("list[str]", decode_cursor(cursor, (str, str)))
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise malformed("cursor", "not a cursor of this list") from error
    # The calendar itself ends somewhere.
    if moment.tzinfo is None or not 2000 <= moment.year < 2200:
        raise malformed("cursor", "not a cursor of this list")
    return moment, key
