"""Acts that can be undone within ten seconds: delivering, failing, cancelling.

What is final is never left, so nothing is reverted here. The act is held instead: it is rehearsed
at once, whole, in a savepoint that is rolled back, so that whoever acts hears every refusal; then
it waits. Undone, it never happened; else a timer does it, as that person, once. Money, points and
everybody else hear of it only then. A held delivery counts from the moment it was made.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, CountedRefusal
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.jobs.service.backdating import note_proven
from api.jobs.service.carrying import deliver
from api.jobs.service.parting import fail_stop
from api.jobs.service.proving import Shown
from api.jobs.service.stating import Said
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.orders import queries
from api.orders.events import ACT_DONE, ACT_DROPPED, ACT_HELD, ACT_UNDONE
from api.orders.models import HeldAct
from api.orders.service.cancelling import ask_cost, cancel_order, party_order

UNDO_FOR = timedelta(seconds=10)
COLUMN = "held_acts.body"
ActName = Literal["deliver", "fail", "cancel"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act and what it takes, as plain values; which of them it needs, its own service says."""

    act: ActName
    stop: int = 1
    code: str | None = None
    photo_ids: tuple[str, ...] = ()
    spent_fen: int | None = None
    reason: str = ""
    text: str = ""
    upload_ids: tuple[str, ...] = ()
    token: str | None = None

    @property
    def said(self) -> Said:
        """Words and photos that go with it."""
        return Said(self.text, tuple(UUID(i) for i in self.upload_ids))

    @property
    def shown(self) -> Shown:
        """What proves a delivery."""
        photo_ids = tuple(UUID(i) for i in self.photo_ids)
        return Shown(code=self.code, photo_ids=photo_ids, spent_fen=self.spent_fen)


async def hold(
    session: AsyncSession,
    *,
    order_id: UUID,
    job_id: UUID | None,
    wanted: Wanted,
    vault: Vault,
    caller: Caller,
) -> HeldAct:
    """Rehearse an act of customer or runner and hold it for ten seconds.

    Raises:
        AppError: not_found, role_missing, act_held, and whatever the act itself refuses.
    """
    _, side = await party_order(session, order_id=order_id, caller=caller, lock=True)
    if side == "staff":
        # What staff may do depends on grants, which may be gone when the act is done.
        raise AppError("role_missing")
    if await queries.held_act_of(session, order_id=order_id) is not None:
        raise AppError("act_held")
    row = HeldAct(
        id=new_id(),
        order_id=order_id,
        job_id=job_id,
        user_id=caller.user_id,
        act=wanted.act,
        body_sealed=b"",
        due_at=caller.now + UNDO_FOR,
        created_at=caller.now,
    )
    await _rehearse(session, row, wanted, vault=vault, caller=caller)
    if wanted.act == "cancel" and wanted.token is not None:
        # The figure that was shown, for long enough to be there when the act is done.
        shown = await ask_cost(
            session, order_id=order_id, reason=wanted.reason, vault=vault, caller=caller
        )
        wanted = replace(wanted, token=shown.token)
    body = orjson.dumps(asdict(wanted)).decode()
    row.body_sealed = vault.seal(body, column=COLUMN, row=row.id)
    await queries.add(session, row=row)
    await _tell(session, ACT_HELD, row, 1, None, "held", caller.actor, caller.now,
                act=wanted.act, order_id=str(order_id))  # fmt: skip
    return row


async def undo(session: AsyncSession, *, act_id: UUID, caller: Caller) -> HeldAct:
    """Take a held act back; it never happened.

    Raises:
        AppError: not_found, undo_too_late.
    """
    row = await own_act(session, act_id=act_id, caller=caller, lock=True)
    if row.state != "held" or row.due_at <= caller.now:
        raise AppError("undo_too_late")
    await _finish(session, row, "undo", ACT_UNDONE, caller.actor, caller.now)
    return await own_act(session, act_id=act_id, caller=caller)


async def do_held(session: AsyncSession, *, act_id: UUID, vault: Vault, now: datetime) -> bool:
    """Do an act whose time to be undone is over; false: it was undone or done meanwhile."""
    row = await queries.held_act(session, act_id=act_id, lock=True)
    if row is None or row.state != "held" or row.due_at > now:
        return False
    assert row.body_sealed is not None
    wanted = Wanted(**orjson.loads(vault.open(row.body_sealed, column=COLUMN, row=row.id)))
    # Without grants: what was held was an act of customer or runner.
    caller = Caller(row.user_id, row.id, "", (), now)
    attempt = await session.begin_nested()
    try:
        await _perform(session, row, wanted, vault=vault, caller=caller)
    except AppError as refused:
        await attempt.rollback()
        await _finish(session, row, "drop", ACT_DROPPED, SYSTEM, now, refused_as=refused.code)
        return True
    await attempt.commit()
    await _finish(session, row, "do", ACT_DONE, SYSTEM, now)
    return True


async def own_act(
    session: AsyncSession, *, act_id: UUID, caller: Caller, lock: bool = False
) -> HeldAct:
    """A held act of the caller's own.

    Raises:
        AppError: not_found.
    """
    row = await queries.held_act(session, act_id=act_id, lock=lock)
    if row is None or row.user_id != caller.user_id:
        raise AppError("not_found")
    return row


async def _rehearse(
    session: AsyncSession, row: HeldAct, wanted: Wanted, *, vault: Vault, caller: Caller
) -> None:
    attempt = await session.begin_nested()
    try:
        await _perform(session, row, wanted, vault=vault, caller=caller)
    except CountedRefusal:
        # A wrong code is counted, here as everywhere.
        await attempt.commit()
        raise
    await attempt.rollback()


async def _perform(
    session: AsyncSession, row: HeldAct, wanted: Wanted, *, vault: Vault, caller: Caller
) -> None:
    if wanted.act == "cancel":
        await cancel_order(
            session, order_id=row.order_id, reason=wanted.reason, said=wanted.said,
            token=wanted.token, vault=vault, caller=caller,
        )  # fmt: skip
        return
    if row.job_id is None:
        raise AppError("not_found")
    # Orders are locked before their jobs.
    await queries.carried(session, order_id=row.order_id, lock=True)
    if wanted.act == "fail":
        await fail_stop(
            session, job_id=row.job_id, n=wanted.stop, reason=wanted.reason, said=wanted.said,
            vault=vault, caller=caller,
        )  # fmt: skip
        return
    job = await deliver(
        session, job_id=row.job_id, n=wanted.stop, shown=wanted.shown, caller=caller,
        handed_at=row.created_at,
    )  # fmt: skip
    await note_proven(
        session, job, n=wanted.stop, client_at=row.created_at, proven_at=row.created_at,
        verdict="held", caller=caller,
    )  # fmt: skip


async def _finish(
    session: AsyncSession,
    row: HeldAct,
    event: str,
    kind: EventKind,
    actor: Actor,
    now: datetime,
    refused_as: str | None = None,
) -> None:
    moved = await queries.move_held_act(
        session, act_id=row.id, event=event, refused_as=refused_as, body_sealed=None
    )
    assert moved is not None, "the act was locked"
    data = {"refused_as": refused_as} if kind is ACT_DROPPED else {}
    await _tell(session, kind, row, moved.version, "held", moved.state, actor, now, **data)


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: HeldAct,
    version: int,
    from_state: str | None,
    to_state: str,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=actor,
        now=now,
        from_state=from_state,
        to_state=to_state,
        **data,
    )
