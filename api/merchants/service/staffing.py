"""Who works for a merchant: inviting, joining, leaving; their role at the community follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.identity.service.granting import grant, revoke
from api.kit.crypto import Vault
from api.kit.ids import new_digits
from api.merchants import queries
from api.merchants.events import (
    MEMBER_ENDED,
    MEMBER_FOUNDED,
    MEMBER_INVITED,
    MEMBER_JOINED,
    MEMBER_LAPSED,
)
from api.merchants.models import Merchant, MerchantMember
from api.merchants.rules import INVITATION_DIGITS, INVITATION_TTL, MEMBERS_MAX
from api.merchants.service.seeing import own_merchant
from api.merchants.states import MEMBER

CODE_COLUMN = "merchant_members.code"
# What somebody who works for an approved merchant holds at its community.
ROLE = "merchant_staff"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the code that opens it, which is shown this once."""

    member: MerchantMember
    code: str


async def found(session: AsyncSession, *, merchant: Merchant, caller: Caller) -> None:
    """Make the applicant the owner."""
    row = MerchantMember(
        merchant_id=merchant.id,
        role="owner",
        state="active",
        user_id=caller.user_id,
        created_at=caller.now,
        joined_at=caller.now,
    )
    await queries.add(session, row=row)
    await emit(
        session,
        MEMBER_FOUNDED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=merchant.community_id,
        to_state="active",
        merchant_id=str(merchant.id),
        role="owner",
    )


async def invite(
    session: AsyncSession, *, merchant_id: UUID, vault: Vault, caller: Caller
) -> Invited:
    """Invite a clerk by a code of ten digits that is good for one person and one day.

    Raises:
        AppError: not_found, role_missing, members_full.
    """
    merchant = await own_merchant(
        session, merchant_id=merchant_id, caller=caller, roles=("owner",), lock=True
    )
    if await queries.members_count(session, merchant_id=merchant.id) >= MEMBERS_MAX:
        raise AppError("members_full")
    code = new_digits(INVITATION_DIGITS)
    row = MerchantMember(
        merchant_id=merchant.id,
        role="clerk",
        state="invited",
        code_hash=vault.index(code, column=CODE_COLUMN),
        expires_at=caller.now + INVITATION_TTL,
        invited_by_id=caller.user_id,
        created_at=caller.now,
    )
    await queries.add(session, row=row)
    await emit(
        session,
        MEMBER_INVITED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=merchant.community_id,
        to_state="invited",
        merchant_id=str(merchant.id),
        role=row.role,
    )
    return Invited(row, code)


async def join(session: AsyncSession, *, code: str, vault: Vault, caller: Caller) -> Merchant:
    """Become a clerk by the code of an invitation.

    Raises:
        AppError: not_found, where the code opens nothing any more; already_member_there.
    """
    hashes = vault.indexes(code, column=CODE_COLUMN)
    row = await queries.invitation(session, code_hashes=hashes)
    if row is None or row.expires_at is None or row.expires_at <= caller.now:
        raise AppError("not_found")
    merchant = await queries.merchant(session, merchant_id=row.merchant_id)
    assert merchant is not None
    if merchant.state == "withdrawn":
        raise AppError("not_found")
    if await queries.role_of(session, merchant_id=merchant.id, user_id=caller.user_id):
        raise AppError("already_member_there")
    await _move(
        session, row, "join", MEMBER_JOINED, merchant.community_id, caller.actor, caller.now,
        values={
            "user_id": caller.user_id, "joined_at": caller.now, "code_hash": None,
            "expires_at": None,
        },
        role=row.role,
    )  # fmt: skip
    await refresh_role(
        session, merchant=merchant, user_id=caller.user_id, actor=caller.actor, now=caller.now
    )
    return merchant


async def end_member(
    session: AsyncSession, *, merchant_id: UUID, member_id: UUID, caller: Caller
) -> None:
    """Take back an invitation, let a clerk go, or leave oneself; an owner stays. Safe to repeat.

    Raises:
        AppError: not_found, role_missing, owner_stays.
    """
    merchant = await own_merchant(session, merchant_id=merchant_id, caller=caller, lock=True)
    row = await queries.member(session, member_id=member_id)
    if row is None or row.merchant_id != merchant_id:
        raise AppError("not_found")
    if row.user_id != caller.user_id:
        await own_merchant(session, merchant_id=merchant_id, caller=caller, roles=("owner",))
    if row.role == "owner":
        raise AppError("owner_stays")
    if row.state in MEMBER.final:
        return
    user_id = row.user_id
    await _end(session, row, merchant=merchant, actor=caller.actor, now=caller.now)
    if user_id is not None:
        await refresh_role(
            session, merchant=merchant, user_id=user_id, actor=caller.actor, now=caller.now
        )


async def lapse(session: AsyncSession, *, member_id: UUID, now: datetime) -> bool:
    """End an invitation that nobody used; false: somebody did. Safe to call twice."""
    row = await queries.member(session, member_id=member_id)
    if row is None or row.state != "invited":
        return False
    merchant = await queries.merchant(session, merchant_id=row.merchant_id)
    assert merchant is not None
    await _move(
        session, row, "lapse", MEMBER_LAPSED, merchant.community_id, SYSTEM, now,
        values={"code_hash": None, "expires_at": None, "ended_at": now},
    )  # fmt: skip
    return True


async def end_all(
    session: AsyncSession, *, merchant: Merchant, actor: Actor, now: datetime
) -> None:
    """Let everybody go but the owner: the shop closed."""
    for row in await queries.members(
        session, merchant_id=merchant.id, states=("active", "invited")
    ):
        if row.role != "owner":
            await _end(session, row, merchant=merchant, actor=actor, now=now)


async def refresh_roles(
    session: AsyncSession, *, merchant: Merchant, actor: Actor, now: datetime
) -> None:
    """Let the role of everybody who worked for a merchant follow its state."""
    for row in await queries.members(session, merchant_id=merchant.id, states=("active", "ended")):
        if row.user_id is not None:
            await refresh_role(
                session, merchant=merchant, user_id=row.user_id, actor=actor, now=now
            )


async def refresh_role(
    session: AsyncSession, *, merchant: Merchant, user_id: UUID, actor: Actor, now: datetime
) -> None:
    """Let somebody hold `merchant_staff` at the community exactly while they work there."""
    place_id = merchant.community_id
    is_at_work = await queries.works_in(session, user_id=user_id, community_id=place_id)
    change = grant if is_at_work else revoke
    await change(session, user_id=user_id, role=ROLE, place_id=place_id, actor=actor, now=now)


async def _end(
    session: AsyncSession, row: MerchantMember, *, merchant: Merchant, actor: Actor, now: datetime
) -> None:
    await _move(
        session, row, "end", MEMBER_ENDED, merchant.community_id, actor, now,
        values={"code_hash": None, "expires_at": None, "ended_at": now},
    )  # fmt: skip


async def _move(
    session: AsyncSession,
    row: MerchantMember,
    event: str,
    kind: EventKind,
    community_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    values: dict[str, Any],
    **data: Any,
) -> None:
    before, member_id, merchant_id = row.state, row.id, row.merchant_id
    moved = await queries.move(session, row, event, **values)
    assert moved is not None, "the row is locked"
    await emit(
        session,
        kind,
        subject_id=member_id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=community_id,
        from_state=before,
        to_state=moved.state,
        merchant_id=str(merchant_id),
        **data,
    )
