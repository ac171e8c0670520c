"""A party says that it did what it promised; the other side, or a visit, says whether that is so.

While it stands nobody is reminded of it. Only a visit says that something is broken.
"""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.events import AGREEMENT_CLAIMED, AGREEMENT_CONFIRMED, AGREEMENT_DENIED
from api.agreements.models import Agreement, DueItem
from api.agreements.rules import Item, is_claimable
from api.agreements.service.moving import move_agreement
from api.agreements.service.seeing import Seat, in_force, own_seat, seat_at
from api.agreements.service.visiting import plan_look
from api.errors import AppError
from api.identity.caller import Caller
from api.kit.clock import china
from api.mediation.service.seeing import is_on_paper

_RUNS = ("agreed", "performing")


async def claim(
    session: AsyncSession, *, case_id: UUID, item_id: UUID, caller: Caller
) -> Agreement:
    """Say that what one promised is done; for who is not registered, the mediator does.

    Raises:
        AppError: not_found, role_missing, no_agreement, case_moved_on, items_unfit.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    own = seat.party if seat.party is not None and seat.party.state == "consented" else None
    if own is None and not seat.is_mediator:
        raise AppError("role_missing")
    agreement, item = await _due(session, seat, item_id=item_id)
    is_own = own is not None and item.party_id == own.id
    unable = {p.id for p in seat.parties if is_on_paper(p)}
    if not is_own and not (seat.is_mediator and item.party_id in unable):
        raise AppError("role_missing")
    asked = Item(item.state, item.begins_on, item.is_once)
    if not is_claimable(asked, denials=item.denials, on=china(caller.now).date()):
        raise AppError("items_unfit")
    await queries.claim_item(session, item_id=item.id, now=caller.now)
    return await move_agreement(
        session, agreement, "claim", AGREEMENT_CLAIMED, actor=caller.actor, now=caller.now,
        party_id=str(item.party_id), number=item.term_n, day=item.begins_on.isoformat(),
    )  # fmt: skip


async def answer(
    session: AsyncSession, *, case_id: UUID, item_id: UUID, is_done: bool, caller: Caller
) -> Agreement:
    """The other side says whether it is done. If not, it is due as before, and somebody looks.

    Raises:
        AppError: not_found, role_missing, no_agreement, case_moved_on, items_unfit.
    """
    seat = await own_seat(session, case_id=case_id, caller=caller)
    assert seat.party is not None
    agreement, item = await _due(session, seat, item_id=item_id)
    promised = next(p for p in seat.parties if p.id == item.party_id)
    if promised.side == seat.party.side:
        raise AppError("role_missing", "only the other side")
    if item.state != "claimed":
        raise AppError("items_unfit")
    said: dict[str, Any] = {"party_id": str(seat.party.id), "number": item.term_n,
            "day": item.begins_on.isoformat()}  # fmt: skip
    if is_done:
        await queries.confirm_item(session, item_id=item.id, party_id=seat.party.id)
        return await move_agreement(
            session, agreement, "confirm", AGREEMENT_CONFIRMED, actor=caller.actor,
            now=caller.now, **said,
        )  # fmt: skip
    await queries.deny_item(session, item_id=item.id, on=china(caller.now).date())
    agreement = await move_agreement(
        session, agreement, "deny", AGREEMENT_DENIED, actor=caller.actor, now=caller.now, **said
    )
    await plan_look(session, agreement, caller=caller)
    return agreement


async def _due(session: AsyncSession, seat: Seat, *, item_id: UUID) -> tuple[Agreement, DueItem]:
    """What binds a locked case that is being performed, and one time that it is due."""
    agreement = await in_force(session, case_id=seat.case.id)
    if seat.case.state not in _RUNS:
        raise AppError("case_moved_on")
    for item in await queries.items(session, agreement_ids=[agreement.id]):
        if item.id == item_id:
            return agreement, item
    raise AppError("items_unfit")
