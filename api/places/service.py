"""Making and changing places, finding a point's community, keeping addresses."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, malformed
from api.events.log import Actor, emit
from api.identity.caller import MANAGERS, Caller
from api.kit.crypto import Vault
from api.kit.geo import Point, Sheet
from api.places import queries
from api.places.events import PLACE_CHANGED, PLACE_CREATED
from api.places.models import PARENTS, Address, Place
from api.places.rules import Community, Contact, EmergencyNow
from api.places.settings import CommunitySettings, check_settings, read_settings

ADDRESS_COLUMN = "addresses.detail"
_ADDRESSES_MAX = 50


async def create_place(
    session: AsyncSession,
    *,
    kind: str,
    parent_id: UUID | None,
    name: str,
    point: Point,
    settings: CommunitySettings | None,
    has_lift: bool | None,
    caller: Caller,
) -> Place:
    """Make a place below a parent; an office has none.

    Raises:
        AppError: not_found, role_missing, place_parent_wrong, place_name_taken,
            malformed_request.
    """
    parent = None
    if parent_id is not None:
        parent = await queries.place(session, place_id=parent_id)
        if parent is None:
            raise AppError("not_found")
    caller.require(MANAGERS, parent.path if parent else ())
    if (parent.kind if parent else None) not in (PARENTS[kind] or (None,)):
        raise AppError("place_parent_wrong", f"{kind} below {parent.kind if parent else 'nothing'}")
    _refuse_unfit(kind, settings=settings, has_lift=has_lift)
    return await add_place(
        session,
        kind=kind,
        parent=parent,
        name=name,
        point=point,
        settings=settings,
        has_lift=has_lift is not False,
        actor=caller.actor,
        now=caller.now,
    )


async def add_place(
    session: AsyncSession,
    *,
    kind: str,
    parent: Place | None,
    name: str,
    point: Point,
    settings: CommunitySettings | None,
    has_lift: bool = True,
    actor: Actor,
    now: datetime,
) -> Place:
    """Insert a place that was checked.

    Raises:
        AppError: place_name_taken; malformed_request, where the settings cannot work.
    """
    chosen = (settings or CommunitySettings()) if kind == "community" else None
    if chosen is not None:
        check_settings(chosen)
    row = Place(
        kind=kind,
        parent_id=parent.id if parent else None,
        path=[],
        name=name,
        lat=point.lat,
        lng=point.lng,
        settings=chosen.model_dump(mode="json") if chosen else None,
        has_lift=has_lift,
        created_at=now,
    )
    row.path = [*(parent.path if parent else ()), row.id]
    row.community_id = row.id if kind == "community" else (parent.community_id if parent else None)
    if kind == "office":
        row.sheet_number = await queries.next_sheet_number(session)
    session.add(row)
    with _refusing_taken_name():
        await session.flush()
    await emit(
        session,
        PLACE_CREATED,
        subject_id=row.id,
        subject_seq=1,
        actor=actor,
        now=now,
        community_id=row.community_id,
        kind=kind,
        parent_id=None if parent is None else str(parent.id),
        settings=row.settings,
    )
    return row


async def change_place(
    session: AsyncSession,
    *,
    place_id: UUID,
    version: int,
    name: str | None,
    settings: CommunitySettings | None,
    has_lift: bool | None,
    reason: str | None,
    caller: Caller,
) -> Place:
    """Change name, settings or lift, if ``version`` is still the one that was read; why is kept.

    Raises:
        AppError: not_found, role_missing, version_changed, place_name_taken,
            malformed_request.
    """
    row = await queries.place(session, place_id=place_id)
    if row is None:
        raise AppError("not_found")
    caller.require(MANAGERS, row.path)
    _refuse_unfit(row.kind, settings=settings, has_lift=has_lift)
    if settings is not None:
        check_settings(settings)
    stored = row.settings if settings is None else settings.model_dump(mode="json")
    raw = None if stored is None else orjson.dumps(stored).decode()
    given = {"name": name, "settings": settings, "has_lift": has_lift}
    with _refusing_taken_name():
        changed = await queries.change_place(
            session,
            place_id=place_id,
            version=version,
            name=name or row.name,
            settings=raw,
            has_lift=row.has_lift if has_lift is None else has_lift,
        )
    if changed is None:
        raise AppError("version_changed")
    await emit(
        session,
        PLACE_CHANGED,
        subject_id=row.id,
        subject_seq=changed,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        fields=[f for f, v in given.items() if v is not None],
        settings=stored,
        reason=reason,
    )
    await session.refresh(row)
    return row


def _refuse_unfit(kind: str, *, settings: CommunitySettings | None, has_lift: bool | None) -> None:
    if settings is not None and kind != "community":
        raise malformed("settings", "only a community has them")
    if has_lift is not None and kind != "building":
        raise malformed("has_lift", "only a building has one")


async def community_of_place(session: AsyncSession, *, place_id: UUID) -> Community:
    """The community a place belongs to.

    Raises:
        AppError: not_found.
    """
    row = await queries.community_of(session, place_id=place_id)
    if row is None:
        raise AppError("not_found")
    return read_community(row)


async def place_of_staff(
    session: AsyncSession, *, place_id: UUID, roles: Sequence[str], caller: Caller
) -> Place:
    """A place where the caller holds one of the roles.

    Raises:
        AppError: role_missing; not_found, no such place, or none of theirs.
    """
    row = await queries.place(session, place_id=place_id)
    caller.require_there(roles, () if row is None else row.path)
    if row is None:
        raise AppError("not_found")
    return row


async def community_of_staff(
    session: AsyncSession, *, place_id: UUID, roles: Sequence[str], caller: Caller
) -> Community:
    """The community of a place, where the caller holds one of the roles for all of it.

    Raises:
        AppError: role_missing; not_found, no such place, or none of theirs.
    """
    caller.require_anywhere(roles)
    community = await community_of_place(session, place_id=place_id)
    caller.require_there(roles, community.path)
    return community


async def community_at(session: AsyncSession, *, point: Point) -> Community:
    """The community around a point, the one with the nearest centre where several overlap.

    Raises:
        AppError: outside_community.
    """
    for row in await queries.communities_near(session, lat=point.lat, lng=point.lng):
        community = read_community(row)
        if community.contains(point):
            return community
    raise AppError("outside_community")


def read_community(row: Any) -> Community:
    """A community from a row of `COMMUNITY_COLUMNS`."""
    place_id, path, name, lat, lng, sheet_number, o_lat, o_lng, settings, due_percent, ends_at = (
        tuple(row)[:11]
    )
    return Community(
        id=place_id,
        path=tuple(path),
        name=name,
        centre=Point(lat, lng),
        sheet=Sheet(sheet_number, Point(o_lat, o_lng)),
        settings=read_settings(orjson.loads(settings)),
        emergency=None if ends_at is None else EmergencyNow(due_percent, ends_at),
    )


async def add_address(
    session: AsyncSession,
    *,
    building_id: UUID,
    label: str,
    floor: int,
    has_lift: bool,
    contact: Contact,
    vault: Vault,
    user_id: UUID,
    now: datetime,
) -> Address:
    """Keep an address in a building.

    Raises:
        AppError: not_found, addresses_full.
    """
    building = await queries.place(session, place_id=building_id)
    if building is None or building.kind != "building":
        raise AppError("not_found", "no such building")
    if len(await queries.addresses_of(session, user_id=user_id)) >= _ADDRESSES_MAX:
        raise AppError("addresses_full", f"at most {_ADDRESSES_MAX}")
    row = Address(
        user_id=user_id,
        building_id=building_id,
        label=label,
        floor=floor,
        has_lift=has_lift,
        detail_sealed=b"",
        created_at=now,
    )
    row.detail_sealed = seal_contact(contact, column=ADDRESS_COLUMN, row=row.id, vault=vault)
    session.add(row)
    await session.flush()
    return row


async def own_address(
    session: AsyncSession, *, address_id: UUID, user_id: UUID
) -> tuple[Address, Place]:
    """One of a person's live addresses, and its building.

    Raises:
        AppError: not_found.
    """
    address = await queries.address_of(session, address_id=address_id, user_id=user_id)
    if address is None:
        raise AppError("not_found", "no such address")
    building = await queries.place(session, place_id=address.building_id)
    assert building is not None
    return address, building


def seal_contact(contact: Contact, *, column: str, row: UUID, vault: Vault) -> bytes:
    """A contact, sealed for one column of one row."""
    text = orjson.dumps(contact.as_list()).decode()
    return vault.seal(text, column=column, row=row)


def open_contact(sealed: bytes, *, column: str, row: UUID, vault: Vault) -> Contact:
    """The contact sealed for this column and row; nobody, where it was erased."""
    if not sealed:
        return Contact("", "", "")
    return Contact(*orjson.loads(vault.open(bytes(sealed), column=column, row=row)))


@contextmanager
def _refusing_taken_name() -> Generator[None]:
    try:
        yield
    except IntegrityError as error:
        if "places_name" in str(error.orig):
            raise AppError("place_name_taken") from error
        if "sheet_number" in str(error.orig):
            # Another office was made in the same moment.
            raise AppError("request_in_flight", retry_after_s=1) from error
        raise
