"""Whom shares go to: the merchant number of a merchant, set by staff, made known to WeChat."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import GATEWAY, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, Caller
from api.kit.db import Database
from api.merchants.queries import merchant as find_merchant
from api.merchants.service.seeing import managed_merchant, own_merchant
from api.shares import queries
from api.shares.events import (
    RECEIVER_ADDED,
    RECEIVER_ASKED,
    RECEIVER_ENDED,
    RECEIVER_REFUSED,
)
from api.shares.models import Receiver
from api.wechat.gateway import GatewayUnavailable
from api.wechat.shares import Shares


async def receiver_of(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Receiver:
    """Where a merchant is paid; its owner and managers of its place see it.

    Raises:
        AppError: not_found, role_missing.
    """
    row = await find_merchant(session, merchant_id=merchant_id)
    if row is None or not caller.holds(MANAGERS, row.place_path):
        await own_merchant(session, merchant_id=merchant_id, caller=caller, roles=("owner",))
    found = await queries.receiver(session, merchant_id=merchant_id)
    if found is None:
        raise AppError("not_found")
    return found


async def set_receiver(
    session: AsyncSession, *, merchant_id: UUID, account: str, caller: Caller
) -> Receiver:
    """Have shares go to this merchant number, once WeChat took it.

    Shares that are under way keep where they go.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved.
    """
    merchant = await managed_merchant(session, merchant_id=merchant_id, caller=caller, lock=True)
    # Nobody decides over their own money.
    if merchant.owner_id == caller.user_id:
        raise AppError("role_missing")
    if merchant.state != "approved":
        raise AppError("merchant_not_approved")
    known = await queries.receiver(session, merchant_id=merchant_id, lock=True)
    values: dict[str, Any] = {
        "account": account, "set_by_id": caller.user_id, "asks": 0, "ask_at": caller.now,
    }  # fmt: skip
    if known is None:
        row = Receiver(
            id=merchant_id, community_id=merchant.community_id, created_at=caller.now, **values
        )
        await queries.add(session, row=row)
        await _tell(session, RECEIVER_ASKED, row, 1, caller.actor, caller.now, to_state="asked")
        return row
    moved = await queries.move(session, known, "replace", why=None, **values)
    await _tell(
        session, RECEIVER_ASKED, known, moved.version, caller.actor, caller.now,
        from_state=known.state, to_state="asked",
    )  # fmt: skip
    await session.refresh(known)
    return known


async def end_receiver(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> None:
    """Share nothing with a merchant any more; again changes nothing.

    Raises:
        AppError: not_found, role_missing.
    """
    await managed_merchant(session, merchant_id=merchant_id, caller=caller, lock=True)
    row = await queries.receiver(session, merchant_id=merchant_id, lock=True)
    if row is None:
        raise AppError("not_found")
    if row.state == "ended":
        return
    moved = await queries.move(session, row, "end", why=None)
    await _tell(
        session, RECEIVER_ENDED, row, moved.version, caller.actor, caller.now,
        from_state=row.state, to_state="ended",
    )  # fmt: skip


async def make_known(database: Database, shares: Shares, *, merchant_id: UUID) -> None:
    """Tell WeChat of a receiver, if it is its turn; safe to call at any time."""
    async with database.transaction() as (session, now):
        if not await queries.claim(session, Receiver, key=merchant_id, now=now):
            return
        row = await queries.receiver(session, merchant_id=merchant_id)
        merchant = await find_merchant(session, merchant_id=merchant_id)
        assert row is not None, "it was just claimed"
        assert merchant is not None, "it is a merchant's"
    try:
        code = await shares.allow(account=row.account, name=merchant.legal_name)
    except GatewayUnavailable:
        return
    async with database.transaction() as (session, now):
        known = await queries.receiver(session, merchant_id=merchant_id, lock=True)
        if known is None or known.version != row.version:
            # Staff set another one meanwhile, whose own turn comes.
            return
        event, kind = ("add", RECEIVER_ADDED) if code is None else ("refuse", RECEIVER_REFUSED)
        moved = await queries.move(session, known, event, why=code)
        more = {} if code is None else {"code": code}
        await _tell(
            session, kind, known, moved.version, GATEWAY, now,
            from_state="asked", to_state=moved.state, **more,
        )  # fmt: skip


async def make_due_known(database: Database, shares: Shares, *, limit: int) -> int:
    """Tell WeChat of every receiver whose turn it is; how many that were."""
    async with database.transaction() as (session, now):
        keys = await queries.due(session, Receiver, now=now, limit=limit)
    for merchant_id in keys:
        await make_known(database, shares, merchant_id=merchant_id)
    return len(keys)


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: Receiver,
    version: int,
    actor: Actor,
    now: datetime,
    **more: str,
) -> None:
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=row.community_id,
        merchant_id=str(row.id),
        **more,
    )
