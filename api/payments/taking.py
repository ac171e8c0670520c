"""What a notice of WeChat Pay tells of money, taken in once; what does not fit is refused.

It runs in one transaction with the notice's own end, and asks nobody outside.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.crypto import Vault
from api.payments import queries
from api.payments.refunding import record_refund
from api.payments.service import settle
from api.paynotices.models import PayNotice
from api.paynotices.queries import received
from api.paynotices.service import end
from api.wechat.gateway import GatewayUnavailable
from api.wechat.pay.answers import RefundNotice, Transaction, TransferNotice
from api.wechat.pay.gateway import REFUND_STATES, read_trade
from api.wechat.pay.notices import NoticeKeys, open_notice
from api.wechat.pay.signing import NotFromWeChatPay
from api.wechat.payouts import read_bill
from api.withdrawals.service.recording import take_bill

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose order it was, and why it was refused; ``why`` is None where all was well."""

    order_id: UUID | None
    why: str | None = None


async def take_notice(
    session: AsyncSession, *, row_id: UUID, keys: NoticeKeys | None, vault: Vault, now: datetime
) -> None:
    """Take in one notice of the inbox; safe to call any number of times."""
    notice = await received(session, row_id=row_id)
    if notice is None:
        return
    assert keys is not None, "the worker has the settings of the door"
    take = _KINDS.get(notice.kind)
    try:
        taken = (
            await take(session, notice, keys, vault, now)
            if take is not None
            else Taken(None, "kind_unknown")
        )
    except (NotFromWeChatPay, GatewayUnavailable):
        taken = Taken(None, "unreadable")
    if taken.why is not None:
        _log.error("pay_notice_refused", notice_id=notice.notice_id, why=taken.why)
    await end(session, notice=notice, order_id=taken.order_id, why=taken.why, now=now)


async def _take_payment(
    session: AsyncSession, notice: PayNotice, keys: NoticeKeys, vault: Vault, now: datetime
) -> Taken:
    said = open_notice(keys, body=notice.body, shape=Transaction)
    order_id = await queries.order_of_number(session, out_trade_no=said.out_trade_no)
    if (said.mchid, said.appid) != (keys.mchid, keys.appid):
        return Taken(order_id, "merchant_differs")
    if order_id is None:
        return Taken(None, "number_unknown")
    trade = read_trade(said)
    if trade.state != "paid":
        return Taken(order_id, "not_paid")
    why = await settle(session, out_trade_no=said.out_trade_no, trade=trade, vault=vault, now=now)
    return Taken(order_id, why)


async def _take_refund(
    session: AsyncSession, notice: PayNotice, keys: NoticeKeys, vault: Vault, now: datetime
) -> Taken:
    said = open_notice(keys, body=notice.body, shape=RefundNotice)
    found = await queries.refund_by_number(session, out_refund_no=said.out_refund_no)
    if found is None:
        # Made by hand at WeChat: the books must learn of it from a person.
        order_id = await queries.order_of_number(session, out_trade_no=said.out_trade_no)
        return Taken(order_id, "number_unknown")
    refund, payment = found
    if said.mchid != keys.mchid or said.out_trade_no != payment.out_trade_no:
        return Taken(refund.order_id, "merchant_differs")
    if (said.amount.refund, said.amount.total) != (refund.amount_fen, payment.amount_fen):
        return Taken(refund.order_id, "amount_differs")
    state = REFUND_STATES[said.refund_status]
    if refund.state not in ("requested", state):
        return Taken(refund.order_id, "state_differs")
    await record_refund(session, refund=refund, state=state, now=now)
    return Taken(refund.order_id)


async def _take_transfer(
    session: AsyncSession, notice: PayNotice, keys: NoticeKeys, vault: Vault, now: datetime
) -> Taken:
    said = open_notice(keys, body=notice.body, shape=TransferNotice)
    if said.mch_id != keys.mchid:
        return Taken(None, "merchant_differs")
    bill = read_bill(said)
    why = await take_bill(session, out_bill_no=said.out_bill_no, bill=bill, vault=vault, now=now)
    return Taken(None, why)


_Take = Callable[[AsyncSession, PayNotice, NoticeKeys, Vault, datetime], Awaitable[Taken]]
_KINDS: dict[str, _Take] = {
    "TRANSACTION.SUCCESS": _take_payment,
    "REFUND.SUCCESS": _take_refund,
    "REFUND.ABNORMAL": _take_refund,
    "REFUND.CLOSED": _take_refund,
    "MCHTRANSFER.BILL.FINISHED": _take_transfer,
}
