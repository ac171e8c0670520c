"""Taking notices in at the door, and ending them once what they tell was done or refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.kit.db import HotConnection
from api.observability.metrics import observe_wechat
from api.paynotices import queries
from api.paynotices.events import PAY_NOTICE_REFUSED, PAY_NOTICE_TAKEN
from api.paynotices.models import PayNotice
from api.wechat.pay.answers import Notice
from api.wechat.pay.notices import NoticeKeys, check_notice
from api.wechat.pay.signing import NotFromWeChatPay, Signed


def read_notice(keys: NoticeKeys | None, *, signed: Signed, body: bytes, now_s: int) -> Notice:
    """A notice that WeChat Pay signed over this very body, and sealed for us.

    ``now_s`` is the real time, as what is signed outside of us is dated with it.

    Raises:
        AppError: push_not_signed, also where no merchant is configured.
    """
    try:
        if keys is None:
            raise NotFromWeChatPay("no_merchant")
        notice = check_notice(keys, signed=signed, body=body, now_s=now_s)
    except NotFromWeChatPay as error:
        observe_wechat("pay_notice", f"refused_{error.why}")
        raise AppError("push_not_signed") from error
    observe_wechat("pay_notice", "ok")
    return notice


async def keep(connection: HotConnection, *, notice: Notice, body: bytes) -> UUID | None:
    """Put a notice into the inbox, as it came; its row. A repeat changes nothing: ``None``."""
    return await queries.keep(connection, notice_id=notice.id, kind=notice.event_type, body=body)


async def end(
    session: AsyncSession,
    *,
    notice: PayNotice,
    order_id: UUID | None,
    why: str | None,
    now: datetime,
) -> None:
    """A notice was taken in, or refused for a reason; ``notice`` is locked."""
    event = "take" if why is None else "refuse"
    moved = await queries.move(session, row_id=notice.id, event=event, why=why, done_at=now)
    assert moved is not None, "the notice was locked"
    told: dict[str, Any] = {
        "kind": notice.kind,
        "order_id": str(order_id) if order_id is not None else None,
    }
    if why is not None:
        told["why"] = why
    await emit(
        session,
        PAY_NOTICE_TAKEN if why is None else PAY_NOTICE_REFUSED,
        subject_id=notice.id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        from_state="received",
        to_state=moved.state,
        **told,
    )
