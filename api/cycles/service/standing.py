"""Standing orders: what a household wants of every cycle of a merchant, paid each time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.events import (
    STANDING_ENDED,
    STANDING_PAUSED,
    STANDING_PLACED,
    STANDING_RESUMED,
    STANDING_SKIPPED,
    STANDING_STARTED,
)
from api.cycles.models import StandingOrder
from api.cycles.queries import standing as queries
from api.cycles.rules import OnShort, Way
from api.cycles.service.joining import Wish, buyer_at, join_in
from api.cycles.service.seeing import selling_merchant
from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.merchants import queries as merchants
from api.orders.service.quoting import require_rules

# Nobody sits by the phone: what is placed so may be paid until the cut-off, half a day at most.
PAID_WITHIN = timedelta(hours=12)
_KINDS = {"pause": STANDING_PAUSED, "resume": STANDING_RESUMED, "end": STANDING_ENDED}


async def start(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    wishes: tuple[tuple[UUID, int], ...],
    way: Way,
    on_short: OnShort,
    caller: Caller,
) -> StandingOrder:
    """Begin to want so much of each product, of every cycle to come.

    Raises:
        AppError: not_found, consent_needed, household_needed, malformed_request, standing_exists.
    """
    merchant = await selling_merchant(session, merchant_id=merchant_id, caller=caller)
    await require_rules(session, for_person_id=None, caller=caller)
    if await queries.home(session, user_id=caller.user_id) is None:
        raise AppError("household_needed")
    for product_id, _ in wishes:
        product = await merchants.product(session, product_id=product_id)
        if product is None or product.merchant_id != merchant_id:
            raise AppError("not_found", "no such product")
    row = StandingOrder(
        id=new_id(),
        customer_id=caller.user_id,
        merchant_id=merchant_id,
        community_id=merchant.community_id,
        wishes=[{"product_id": str(p), "count": count} for p, count in wishes],
        way=way,
        on_short=on_short,
        created_at=caller.now,
    )
    if not await queries.start(session, row=row, wishes=orjson.dumps(row.wishes).decode()):
        raise AppError("standing_exists")
    await _tell(
        session, STANDING_STARTED, row, 1, None, "active", caller.actor, caller.now,
        merchant_id=str(merchant_id),
    )  # fmt: skip
    return row


async def change(
    session: AsyncSession, *, standing_id: UUID, event: str, caller: Caller
) -> StandingOrder:
    """Pause, resume or end one's own; orders that were placed already stay.

    Raises:
        AppError: not_found, standing_moved_on.
    """
    row = await queries.standing(session, standing_id=standing_id, lock=True)
    if row is None or row.customer_id != caller.user_id:
        raise AppError("not_found")
    before = row.state
    values = {"ended_at": caller.now} if event == "end" else {}
    moved = await queries.move(session, standing_id=standing_id, event=event, **values)
    if moved is None:
        raise AppError("standing_moved_on")
    await _tell(
        session, _KINDS[event], row, moved.version, before, moved.state, caller.actor, caller.now
    )
    await session.refresh(row)
    return row


async def end_all(session: AsyncSession, *, caller: Caller) -> None:
    """End every standing order of whoever closes their account."""
    for standing_id in await queries.living(session, customer_id=caller.user_id):
        await change(session, standing_id=standing_id, event="end", caller=caller)


async def place_due(
    session: AsyncSession, *, standing_id: UUID, vault: Vault, now: datetime
) -> bool:
    """Join each open cycle once, or note why not; false: there is none any more."""
    row = await queries.standing(session, standing_id=standing_id, lock=True)
    if row is None or row.state != "active":
        return False
    cycle_ids = await queries.cycles_for(session, standing_id=standing_id, now=now)
    for cycle_id in cycle_ids:
        order_id, code = await _try(session, row, cycle_id, vault=vault, now=now)
        await queries.note(
            session, standing_id=row.id, cycle_id=cycle_id, order_id=order_id, code=code
        )
        version = await queries.touch(session, standing_id=row.id)
        if order_id is not None:
            await _tell(
                session, STANDING_PLACED, row, version, None, None, SYSTEM, now,
                order_id=str(order_id), cycle_id=str(cycle_id),
            )  # fmt: skip
        else:
            await _tell(
                session, STANDING_SKIPPED, row, version, None, None, SYSTEM, now,
                cycle_id=str(cycle_id), code=code,
            )  # fmt: skip
    return bool(cycle_ids)


async def _try(
    session: AsyncSession, row: StandingOrder, cycle_id: UUID, *, vault: Vault, now: datetime
) -> tuple[UUID | None, str | None]:
    """The order in a cycle, or the code of what speaks against it now."""
    home = await queries.home(session, user_id=row.customer_id)
    assert home is not None, "the cycle was found through it"
    wishes = {UUID(w["product_id"]): int(w["count"]) for w in row.wishes}
    items = await queries.items_of(session, cycle_id=cycle_id, product_ids=list(wishes))
    if not items:
        return None, "cycle_empty"
    wish = Wish(
        cycle_id=cycle_id,
        lines=tuple((item_id, wishes[product_id]) for product_id, item_id in items.items()),
        way=row.way,  # pyright: ignore[reportArgumentType]
        slot_id=None,
        on_short=row.on_short,  # pyright: ignore[reportArgumentType]
    )
    try:
        placed = await join_in(
            session,
            wish,
            buyer_at(home, actor=SYSTEM, vault=vault),
            place_path=list(home["place_path"]),
            patience=PAID_WITHIN,
            vault=vault,
            now=now,
        )
    except AppError as refusal:
        return None, refusal.code
    return UUID(orjson.loads(placed)["id"]), None


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: StandingOrder,
    version: int,
    before: str | None,
    after: str | None,
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
        community_id=row.community_id,
        from_state=before,
        to_state=after,
        **data,
    )
