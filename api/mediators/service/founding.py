"""Committees and organisations of a place."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import MANAGERS, STAFF, Caller
from api.mediators import queries
from api.mediators.events import COMMITTEE_MADE, ORGANISATION_MADE
from api.mediators.models import Committee, Organisation
from api.mediators.rules import OrganisationKind
from api.places.models import Place
from api.places.queries import place

# Who belongs to a community.
MEMBERS = ("resident", "runner", "merchant_staff", "mediator", *STAFF)


async def make_committee(
    session: AsyncSession, *, place_id: UUID, name: str, caller: Caller
) -> Committee:
    """Found a mediation committee of a place.

    Raises:
        AppError: role_missing, not_found, committee_there.
    """
    where = await managed_place(session, place_id=place_id, caller=caller)
    row = Committee(
        place_id=where.id,
        place_path=where.path,
        name=name,
        made_by_id=caller.user_id,
        created_at=caller.now,
    )
    if not await queries.make_committee(session, row=row):
        raise AppError("committee_there")
    await emit(
        session, COMMITTEE_MADE, subject_id=row.id, subject_seq=1, actor=caller.actor,
        now=caller.now, place_id=str(where.id),
    )  # fmt: skip
    return row


async def make_organisation(
    session: AsyncSession, *, place_id: UUID, kind: OrganisationKind, name: str, caller: Caller
) -> Organisation:
    """Note a property company, merchant or employer of a place.

    Raises:
        AppError: role_missing, not_found, organisation_there.
    """
    where = await managed_place(session, place_id=place_id, caller=caller)
    row = Organisation(
        place_id=where.id,
        place_path=where.path,
        kind=kind,
        name=name,
        made_by_id=caller.user_id,
        created_at=caller.now,
    )
    if not await queries.make_organisation(session, row=row):
        raise AppError("organisation_there")
    await emit(
        session, ORGANISATION_MADE, subject_id=row.id, subject_seq=1, actor=caller.actor,
        now=caller.now, place_id=str(where.id), kind=kind,
    )  # fmt: skip
    return row


async def staff_place(session: AsyncSession, *, place_id: UUID, caller: Caller) -> Place:
    """A place that the caller works for.

    Raises:
        AppError: role_missing, not_found.
    """
    row = await place(session, place_id=place_id)
    caller.require_there(STAFF, () if row is None else row.path)
    if row is None:
        raise AppError("not_found")
    return row


async def managed_place(session: AsyncSession, *, place_id: UUID, caller: Caller) -> Place:
    """A place about which the caller decides.

    Raises:
        AppError: role_missing, not_found.
    """
    row = await place(session, place_id=place_id)
    caller.require_there(MANAGERS, () if row is None else row.path)
    if row is None:
        raise AppError("not_found")
    return row


async def member_place(session: AsyncSession, *, place_id: UUID, caller: Caller) -> Place:
    """A place of a community to which the caller belongs.

    Raises:
        AppError: not_found, role_missing.
    """
    row = await place(session, place_id=place_id)
    if row is None:
        raise AppError("not_found")
    caller.require(MEMBERS, row.path[:2])
    return row


async def known_organisation(session: AsyncSession, *, organisation_id: UUID | None) -> None:
    """Refuse an organisation that is not there.

    Raises:
        AppError: organisation_unknown.
    """
    if organisation_id is None:
        return
    if await queries.organisation(session, organisation_id=organisation_id) is None:
        raise AppError("organisation_unknown")
