"""Asking for one's money, and taking that back. Nothing here talks to WeChat."""

from datetime import datetime, time
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, Caller
from api.identity.models import User
from api.kit.clock import CHINA, china
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.ledger.policies import withdraw
from api.ledger.service import Owners, post
from api.places.service import community_of_place
from api.runners.queries import runner as find_runner
from api.runners.service.standing import managed_runner
from api.withdrawals import queries
from api.withdrawals.events import WITHDRAWAL_ASKED, WITHDRAWAL_RETRIED, WITHDRAWAL_TAKEN_BACK
from api.withdrawals.models import Withdrawal
from api.withdrawals.rules import Limits, Wanted, refusal
from api.withdrawals.service.payees import accounts_of, has_name, note_payee, owed
from api.withdrawals.states import WITHDRAWAL


async def ask(
    session: AsyncSession,
    *,
    account_id: UUID | None,
    amount_fen: int,
    gateway: str,
    limits: Limits,
    vault: Vault,
    caller: Caller,
) -> Withdrawal:
    """Ask for a part of what one is owed; a standing that was lost changes nothing of it.

    ``account_id``: an account that the caller closed; ``None``: the one they have now.

    Raises:
        AppError: not_found, payment_unavailable, withdrawal_open, balance_too_low,
            withdrawal_too_small, withdrawal_too_large, withdrawals_used_up, real_name_needed.
    """
    theirs = await accounts_of(session, vault=vault, caller=caller)
    runner_id = account_id or caller.user_id
    if runner_id not in theirs:
        raise AppError("not_found")
    return await _ask(
        session,
        runner_id=runner_id,
        amount_fen=amount_fen,
        gateway=gateway,
        limits=limits,
        vault=vault,
        caller=caller,
    )


async def ask_for(
    session: AsyncSession,
    *,
    runner_id: UUID,
    amount_fen: int,
    gateway: str,
    limits: Limits,
    vault: Vault,
    caller: Caller,
) -> Withdrawal:
    """Staff pay out somebody who cannot sign in; it goes to that person's own WeChat only.

    Raises:
        AppError: role_missing, not_found, runner_can_ask, and as `ask`.
    """
    await managed_runner(session, runner_id=runner_id, caller=caller)
    if (await session.get_one(User, runner_id)).state == "active":
        raise AppError("runner_can_ask")
    return await _ask(
        session,
        runner_id=runner_id,
        amount_fen=amount_fen,
        gateway=gateway,
        limits=limits,
        vault=vault,
        caller=caller,
    )


async def visible(
    session: AsyncSession, *, withdrawal_id: UUID, vault: Vault, caller: Caller, lock: bool = False
) -> Withdrawal:
    """A withdrawal of the caller's own.

    Raises:
        AppError: not_found.
    """
    row = await queries.withdrawal(session, withdrawal_id=withdrawal_id, lock=lock)
    if row is None or row.runner_id not in await accounts_of(session, vault=vault, caller=caller):
        raise AppError("not_found")
    return row


async def managed(
    session: AsyncSession, *, withdrawal_id: UUID, caller: Caller, lock: bool = False
) -> Withdrawal:
    """A withdrawal of a community where the caller manages.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(MANAGERS)
    row = await queries.withdrawal(session, withdrawal_id=withdrawal_id, lock=lock)
    if row is None:
        raise AppError("not_found")
    community = await community_of_place(session, place_id=row.community_id)
    if not caller.holds(MANAGERS, community.path):
        raise AppError("not_found")
    return row


async def take_back(session: AsyncSession, *, row: Withdrawal, caller: Caller) -> None:
    """Have WeChat take it back; where it was confirmed a moment ago, it is paid all the same.

    Raises:
        AppError: withdrawal_moved_on.
    """
    if not WITHDRAWAL.allows(row.state, "take_back"):
        raise AppError("withdrawal_moved_on")
    before = row.state
    moved = await queries.move(
        session, row=row, event="take_back", package=None, asks=0, ask_at=caller.now
    )
    assert moved is not None, "the row is locked"
    await _tell(
        session, WITHDRAWAL_TAKEN_BACK, row, moved.version, caller.actor, caller.now,
        from_state=before, to_state=moved.state,
    )  # fmt: skip


async def retry(
    session: AsyncSession, *, row: Withdrawal, reason: str, version: int, caller: Caller
) -> None:
    """Have WeChat asked about a locked one now, under its number; an end is never undone.

    ``version``: of the withdrawal as the caller saw it.

    Raises:
        AppError: version_changed, withdrawal_moved_on.
    """
    if row.version != version:
        raise AppError("version_changed")
    retried = await queries.retry(session, withdrawal_id=row.id, now=caller.now)
    if retried is None:
        raise AppError("withdrawal_moved_on")
    await _tell(session, WITHDRAWAL_RETRIED, row, retried, caller.actor, caller.now, reason=reason)


async def _ask(
    session: AsyncSession,
    *,
    runner_id: UUID,
    amount_fen: int,
    gateway: str,
    limits: Limits,
    vault: Vault,
    caller: Caller,
) -> Withdrawal:
    # Locked: two that ask at once are judged one after the other.
    runner = await find_runner(session, runner_id=runner_id, lock=True)
    if runner is None:
        raise AppError("not_found")
    if gateway == "none":
        raise AppError("payment_unavailable")
    balance_fen, held_fen = await owed(session, runner_id=runner_id)
    midnight = datetime.combine(china(caller.now).date(), time(), CHINA)
    wanted = Wanted(
        amount_fen=amount_fen,
        available_fen=balance_fen - held_fen,
        today_fen=await queries.asked_since(session, runner_id=runner_id, since=midnight),
        has_open=await queries.has_open(session, runner_id=runner_id),
        has_name=await has_name(session, runner_id=runner_id),
    )
    if (code := refusal(wanted, limits)) is not None:
        raise AppError(code)
    if not await note_payee(session, runner_id=runner_id, vault=vault, now=caller.now):
        raise AppError("not_found", "whose WeChat it was is not known any more")
    row = Withdrawal(
        runner_id=runner_id,
        community_id=runner.community_id,
        amount_fen=amount_fen,
        gateway=gateway,
        out_bill_no=new_id().hex,
        asked_by_id=caller.user_id,
        ask_at=caller.now,
        created_at=caller.now,
    )
    await queries.add(session, row=row)
    owners = Owners(runner.community_id, runner_id=runner_id)
    await post(session, withdraw(amount_fen), owners=owners, subject_id=row.id, now=caller.now)
    await _tell(session, WITHDRAWAL_ASKED, row, 1, caller.actor, caller.now, to_state="asked")
    return row


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: Withdrawal,
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
        runner_id=str(row.runner_id),
        amount_fen=row.amount_fen,
        **more,
    )
