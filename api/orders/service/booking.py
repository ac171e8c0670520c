"""The money of an order in the ledger: each act books what it moves, in its own transaction.

The order is locked by whoever calls, so what is kept of its money stands still meanwhile.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kinds import VEGETABLES
from api.ledger import policies
from api.ledger.policies import Legs, Work
from api.ledger.service import Owners, booked_fen, kept, owed_to_merchant, post
from api.orders.models import Order
from api.orders.queries import Carried
from api.orders.rules import Source, Split


async def book_goods(
    session: AsyncSession, order: Order, *, spent_fen: int, refund_fen: int, now: datetime
) -> None:
    """The receipt decides: its sum is set aside for the runner, the difference goes back."""
    there = await kept(session, order_id=order.id)
    legs = policies.settle_goods(there, spent_fen=spent_fen, refund_fen=refund_fen)
    await _post(session, legs, order, None, act="goods", now=now)


async def book_completion(session: AsyncSession, carried: Carried, *, now: datetime) -> None:
    """Pay the runner the advance and their part of the fee, the platform its share, and the
    merchant of a cycle what the goods cost in the end.
    """
    order, work = carried.order, _work(carried)
    there = await kept(session, order_id=order.id)
    if order.kind == VEGETABLES:
        # What was short or lighter went back when it was packed: the rest of it is held.
        legs = policies.sell_and_complete(there, work, goods_fen=order.goods_fen)
    else:
        legs = policies.complete(there, work)
    await _post(session, legs, order, runner_of(carried), act="completed", now=now)


async def book_cancellation(
    session: AsyncSession, carried: Carried, *, cost_fen: int, now: datetime
) -> None:
    """What cancelling costs is the runner's who was on the way, the rest goes back."""
    legs = policies.cancel(await kept(session, order_id=carried.order.id), cost_fen=cost_fen)
    await _post(session, legs, carried.order, runner_of(carried), act="cancelled", now=now)


async def book_return(
    session: AsyncSession, carried: Carried, *, cost_fen: int, fault: str, now: datetime
) -> None:
    """The goods came back: who pays fee and goods follows the fault."""
    there = await kept(session, order_id=carried.order.id)
    legs = policies.come_back(there, _work(carried), cost_fen=cost_fen, fault=fault)
    await _post(session, legs, carried.order, runner_of(carried), act="returned", now=now)


async def book_loss(session: AsyncSession, carried: Carried, *, now: datetime) -> None:
    """The goods of a merchant are gone: back to the customer, and made up to the merchant."""
    there = await kept(session, order_id=carried.order.id)
    legs = policies.lose(there, fee_fen=carried.order.fee_fen)
    await _post(session, legs, carried.order, None, act="returned", now=now)


async def book_refund(
    session: AsyncSession, order: Order, *, amount_fen: int, version: int, now: datetime
) -> None:
    """Staff decided on a refund; ``version`` is the order's with it, as there may be several."""
    there = await kept(session, order_id=order.id)
    legs = policies.refund(there, amount_fen, is_completed=order.state == "completed")
    await _post(session, legs, order, None, act=_refund(version), now=now)


async def book_goods_refund(
    session: AsyncSession,
    order: Order,
    *,
    merchant_id: UUID,
    amount_fen: int,
    version: int,
    now: datetime,
) -> None:
    """Goods of a merchant are refunded: from what is held, and once that is given away from what
    the merchant is owed; what is beyond it the platform bears, never a runner.
    """
    if order.state != "completed":
        await book_refund(session, order, amount_fen=amount_fen, version=version, now=now)
        return
    owed_fen = await owed_to_merchant(session, merchant_id=merchant_id)
    legs = policies.refund_goods(amount_fen, merchant_fen=owed_fen)
    owners = Owners(order.community_id, order.id, merchant_id=merchant_id)
    await post(session, legs, owners=owners, subject_id=order.id, act=_refund(version), now=now)


async def borne_of_refund(session: AsyncSession, *, order_id: UUID, version: int) -> int:
    """What the platform bore of a refund, in fen; ``version`` is the order's with it."""
    return await booked_fen(
        session, "refund_compensated", subject_id=order_id, act=_refund(version)
    )


async def book_split(
    session: AsyncSession,
    carried: Carried,
    *,
    dispute_id: UUID,
    split: Split,
    source: Source,
    now: datetime,
) -> None:
    """A dispute was settled: what is kept goes in three parts, or the platform compensates."""
    there = await kept(session, order_id=carried.order.id)
    if source == "compensation":
        legs = policies.refund(there, split.resident_fen, is_completed=True)
    else:
        legs = policies.split(
            there,
            resident_fen=split.resident_fen,
            runner_fen=split.runner_fen,
            platform_fen=split.platform_fen,
        )
    act = f"split/{dispute_id}"
    await _post(session, legs, carried.order, runner_of(carried), act=act, now=now)


def _refund(version: int) -> str:
    return f"refund/{version}"


def runner_of(carried: Carried) -> UUID | None:
    """Who has the job, or had it last; nobody may have."""
    return carried.job.runner_id if carried.job else None


def _work(carried: Carried) -> Work:
    order, stop = carried.order, carried.stop
    if stop is None:
        return Work(order.fee_fen, order.fee_share_percent, 0)
    return Work(order.fee_fen, order.fee_share_percent, stop.spent_fen or 0, stop.stairs_fen)


async def _post(
    session: AsyncSession,
    legs: Legs,
    order: Order,
    runner_id: UUID | None,
    *,
    act: str,
    now: datetime,
) -> None:
    owners = Owners(order.community_id, order.id, runner_id, order.merchant_id)
    await post(session, legs, owners=owners, subject_id=order.id, act=act, now=now)
