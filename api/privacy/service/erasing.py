"""Forgetting a person: at once what nothing holds, the rest when its hold ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.blocks.service import lift_all
from api.board.service.writing import delete_all
from api.care.service import end_all
from api.consents.queries import all_live
from api.consents.service import withdraw_consent
from api.cycles.service.standing import end_all as end_standing
from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import Caller
from api.identity.events import USER_CHANGED
from api.identity.queries import bump_user
from api.kit.crypto import Vault
from api.kit.personal import Hold
from api.mediation.service.joining import leave_all
from api.mediators.service.appointing import end_for_good
from api.merchants.service.leaving import leave_shops
from api.people.queries import lock_enrolled
from api.people.service.enrolling import person_for
from api.people.service.joining import leave_for_good
from api.people.service.verifying import forget_real_name
from api.privacy import queries
from api.privacy.declared import ERASED
from api.privacy.events import ERASURE_FINISHED, ERASURE_REQUESTED
from api.privacy.models import Erasure
from api.repeats.service import end_all as end_repeats
from api.runners.queries import runner as find_runner
from api.runners.service.applying import withdraw
from api.takeovers.service import withdraw_for_good
from api.uploads.service import erase_of
from api.withdrawals.service.payees import keep_payee

# Closing an account asks for a fresh sign-in (reliability.md §4.4).
FRESH = timedelta(minutes=5)
BATCH = 500
_LOOK_AGAIN = timedelta(days=1)
_RUNNING = ("applied", "approved")


@dataclass(frozen=True, slots=True)
class Held:
    """What is not erased yet, why, and until when; ``None`` where that is not known yet."""

    table: str
    title: str
    rows: int
    why: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far an erasure has come."""

    state: str
    requested_at: datetime
    holds: tuple[Held, ...]


async def request_erasure(session: AsyncSession, *, vault: Vault, caller: Caller) -> Outcome:
    """Close the caller's account and forget them, as far as nothing holds it back.

    Raises:
        AppError: fresh_login_needed, runner_has_jobs, account_closed.
    """
    opened_at = await queries.opened_at(session, session_id=caller.session_id)
    if caller.now - opened_at > FRESH:
        raise AppError("fresh_login_needed")
    return await close_account(session, vault=vault, caller=caller)


async def erase_enrolled(
    session: AsyncSession, *, person_id: UUID, vault: Vault, caller: Caller
) -> Outcome:
    """The same for a person without a phone, who asked the staff of their place for it.

    Raises:
        AppError: role_missing, not_found.
    """
    await person_for(session, person_id=person_id, caller=caller)
    # What is being placed for them is waited for, and nothing is begun after.
    is_there = await lock_enrolled(session, person_id=person_id)
    if not is_there or not await queries.lock_user(session, user_id=person_id):
        raise AppError("not_found", "somebody else closed it a moment ago")
    return await close_account(session, vault=vault, caller=caller.standing_in_for(person_id))


async def erase_again(session: AsyncSession, *, erasure_id: UUID, now: datetime) -> bool:
    """Look at an erasure again; true where it came to its end. Safe to call at any time."""
    row = await queries.erasure(session, erasure_id=erasure_id)
    if row is None or row.state != "restricted":
        return False
    return (await _erase_what_may_go(session, row=row, now=now)).state == "erased"


async def close_account(session: AsyncSession, *, vault: Vault, caller: Caller) -> Outcome:
    """Close the account, end what it began, and erase what may go at once.

    Raises:
        AppError: runner_has_jobs, account_closed.
    """
    # What has states or another side ends by its own service, as its invariants ask.
    await _stop_running(session, caller=caller)
    # Whoever mediates brings it to an end first.
    await end_for_good(session, caller=caller)
    await leave_all(session, caller=caller)
    # Before name and openid go.
    await keep_payee(session, runner_id=caller.user_id, vault=vault, now=caller.now)
    await lift_all(session, caller=caller)
    await leave_for_good(session, caller=caller)
    await forget_real_name(session, caller=caller)
    await end_all(session, vault=vault, caller=caller)
    await withdraw_for_good(session, caller=caller)
    await end_repeats(session, caller=caller)
    await end_standing(session, caller=caller)
    await leave_shops(session, caller=caller)
    await delete_all(session, caller=caller)
    if not await queries.lock_user(session, user_id=caller.user_id):
        raise AppError("account_closed")
    for consent in await all_live(session, user_id=caller.user_id):
        await withdraw_consent(
            session,
            user_id=caller.user_id,
            purpose=consent.purpose,  # pyright: ignore[reportArgumentType]
            now=caller.now,
        )
    await queries.close_doors(session, user_id=caller.user_id, now=caller.now)
    await emit(
        session,
        USER_CHANGED,
        subject_id=caller.user_id,
        subject_seq=await bump_user(session, user_id=caller.user_id),
        actor=caller.actor,
        now=caller.now,
        fields=["state", "nickname", "openid", "phone", "grants"],
    )
    row = Erasure(user_id=caller.user_id, requested_at=caller.now, next_at=caller.now)
    await queries.add(session, row=row)
    await emit(
        session,
        ERASURE_REQUESTED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        to_state="restricted",
        user_id=str(caller.user_id),
    )
    return await _erase_what_may_go(session, row=row, now=caller.now)


async def _stop_running(session: AsyncSession, *, caller: Caller) -> None:
    """A runner goes offline for good; whoever has goods in hand brings them first."""
    runner = await find_runner(session, runner_id=caller.user_id, lock=True)
    if runner is None:
        return
    if runner.load:
        raise AppError("runner_has_jobs")
    if runner.state in _RUNNING:
        await withdraw(session, caller=caller)


async def _erase_what_may_go(session: AsyncSession, *, row: Erasure, now: datetime) -> Outcome:
    erasure_id, user_id, requested_at = row.id, row.user_id, row.requested_at
    kept = await queries.held_photos(session, user_id=user_id, now=now)
    await erase_of(session, owner_id=user_id, held_subject_ids=kept, now=now)
    holds: list[Held] = []
    next_at = now + _LOOK_AGAIN
    for rule in ERASED:
        table, _, erase = rule
        erased = await queries.erase(session, rule=rule, user_id=user_id, now=now, limit=BATCH)
        left = await queries.left(session, rule=rule, user_id=user_id)
        if not left.rows:
            continue
        if erased == BATCH:
            next_at = now  # More than a batch: on with it at the next turn.
        until = None if left.is_open_ended else left.until
        holds.append(Held(table.name, table.title, left.rows, _why(erase.hold), until))
    if holds:
        await queries.look_again(session, erasure_id=erasure_id, at=next_at)
        return Outcome("restricted", requested_at, tuple(holds))
    moved = await queries.finish(session, erasure_id=erasure_id, now=now)
    assert moved is not None, "the row is locked"
    await emit(
        session,
        ERASURE_FINISHED,
        subject_id=erasure_id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        from_state="restricted",
        to_state="erased",
        user_id=str(user_id),
    )
    return Outcome("erased", requested_at, ())


def _why(hold: Hold | None) -> str:
    return hold.why if hold is not None else "正在删除"
