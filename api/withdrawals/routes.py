"""HTTP of withdrawals, and of the sandbox that stands for WeChat in development."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.caller import MANAGERS
from api.identity.edge import (
    AnonymousEdge,
    Edge,
    InSession,
    KeyedEdge,
    OutsideEdge,
    SignedIn,
    WithParts,
)
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.kit.pagination import PageQuery
from api.places.service import community_of_staff
from api.runners.service.standing import the_runner
from api.settings import Settings
from api.wechat.sandbox_payouts import SandboxPayouts
from api.withdrawals import queries
from api.withdrawals.rules import CONFIRM_WITHIN, NAME_NEEDED_FEN, Limits
from api.withdrawals.schemas import (
    NewWithdrawal,
    NewWithdrawalFor,
    Retry,
    StaffWithdrawalOut,
    StaffWithdrawalPage,
    StaffWithdrawalQuery,
    WithdrawalOut,
    WithdrawalPage,
    WithdrawalRulesOut,
)
from api.withdrawals.service import asking
from api.withdrawals.service.payees import accounts_of
from api.withdrawals.service.pursuing import look
from api.withdrawals.views import (
    accounts_out,
    staff_out,
    withdrawal_out,
)

public = FeatureRouter(prefix="/v1/withdrawals", route_class=AnonymousEdge, tags=["提现"])
router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["提现"])
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["提现"])
sandbox = FeatureRouter(prefix="/v1/sandbox", route_class=OutsideEdge, tags=["测试支付"])


def limits_of(settings: Settings) -> Limits:
    """What this deployment lets a runner withdraw."""
    return Limits(
        min_fen=settings.withdrawal_min_fen,
        max_fen=settings.withdrawal_max_fen,
        day_max_fen=settings.withdrawal_day_max_fen,
        day_max_count=settings.withdrawal_day_max_count,
    )


@public.get("/rules", summary="提现规则", response_model=WithdrawalRulesOut)
async def read_rules(parts: WithParts) -> WithdrawalRulesOut:
    """公开的提现规则:单笔和每天的限额、何时须实名、多久内确认。"""
    limits = limits_of(parts.settings)
    return WithdrawalRulesOut(
        min_fen=limits.min_fen,
        max_fen=limits.max_fen,
        day_max_fen=limits.day_max_fen,
        day_max_count=limits.day_max_count,
        name_needed_fen=NAME_NEEDED_FEN,
        confirm_within_s=int(CONFIRM_WITHIN.total_seconds()),
    )


@router.get("/runners/me/withdrawals", summary="我的余额和提现", response_model=WithdrawalPage)
async def list_mine(
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> WithdrawalPage:
    """应付余额和历次提现,新的在前;停用、退出、注销前的余额仍归本人。"""
    theirs = await accounts_of(session, vault=parts.vault, caller=caller)
    if len(theirs) == 1:
        await the_runner(session, runner_id=caller.user_id)
    rows = await queries.of_runners(
        session, runner_ids=theirs, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return WithdrawalPage(
        accounts=await accounts_out(session, runner_ids=theirs),
        items=[withdrawal_out(row, parts.payouts) for row in shown],
        next_cursor=cursor,
    )


@money.post(
    "/runners/me/withdrawals", status_code=201, summary="申请提现", response_model=WithdrawalOut
)
async def ask(
    body: NewWithdrawal, session: InSession, caller: SignedIn, parts: WithParts
) -> WithdrawalOut:
    """金额即被冻结,随后发往微信;状态变为 `offered` 后本人在微信确认收款。"""
    row = await asking.ask(
        session,
        account_id=body.account,
        amount_fen=body.amount_fen,
        gateway=parts.payouts.name,
        limits=limits_of(parts.settings),
        vault=parts.vault,
        caller=caller,
    )
    return withdrawal_out(row, parts.payouts)


@router.get(
    "/runners/me/withdrawals/{withdrawal_id}", summary="查看提现", response_model=WithdrawalOut
)
async def read_mine(
    withdrawal_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> WithdrawalOut:
    """自己的一笔提现;待确认时带有 `wx.requestMerchantTransfer` 的参数。"""
    row = await asking.visible(
        session, withdrawal_id=withdrawal_id, vault=parts.vault, caller=caller
    )
    return withdrawal_out(row, parts.payouts)


@money.post(
    "/runners/me/withdrawals/{withdrawal_id}/cancel",
    summary="撤销提现",
    response_model=WithdrawalOut,
)
async def cancel(
    withdrawal_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> WithdrawalOut:
    """确认收款之前可以撤销;微信撤销后金额退回余额。"""
    row = await asking.visible(
        session, withdrawal_id=withdrawal_id, vault=parts.vault, caller=caller, lock=True
    )
    await asking.take_back(session, row=row, caller=caller)
    await session.refresh(row)
    return withdrawal_out(row, parts.payouts)


@router.get(
    "/places/{place_id}/withdrawals", summary="社区提现", response_model=StaffWithdrawalPage
)
async def list_withdrawals(
    place_id: UUID,
    query: Annotated[StaffWithdrawalQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> StaffWithdrawalPage:
    """本社区跑腿员的提现,新的在前,供管理人员查看。"""
    community = await community_of_staff(session, place_id=place_id, roles=MANAGERS, caller=caller)
    rows = await queries.of_community(
        session,
        community_id=community.id,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return StaffWithdrawalPage(
        items=[staff_out(row, parts.payouts) for row in shown],
        next_cursor=cursor,
    )


@money.post(
    "/withdrawals/{withdrawal_id}/retry", summary="再问一次微信", response_model=StaffWithdrawalOut
)
async def retry(
    withdrawal_id: UUID,
    body: Retry,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> StaffWithdrawalOut:
    """未完成的提现立即用同一单号再发或再查;不会多付,也不能改收款人。理由会永久保留。"""
    row = await asking.managed(session, withdrawal_id=withdrawal_id, caller=caller, lock=True)
    version = read_version(if_match)
    await asking.retry(session, row=row, reason=body.reason, version=version, caller=caller)
    await session.refresh(row)
    return staff_out(row, parts.payouts)


@money.post(
    "/runners/{runner_id}/withdrawals",
    status_code=201,
    summary="代付无法登录的骑手",
    response_model=StaffWithdrawalOut,
)
async def ask_for(
    runner_id: UUID,
    body: NewWithdrawalFor,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> StaffWithdrawalOut:
    """账号被停用或已注销的骑手:应付的钱照付,只会到本人的微信,由本人确认。"""
    row = await asking.ask_for(
        session,
        runner_id=runner_id,
        amount_fen=body.amount_fen,
        gateway=parts.payouts.name,
        limits=limits_of(parts.settings),
        vault=parts.vault,
        caller=caller,
    )
    return staff_out(row, parts.payouts)


@sandbox.post(
    "/withdrawals/{withdrawal_id}/confirm", summary="测试:确认收款", response_model=WithdrawalOut
)
async def confirm(withdrawal_id: UUID, caller: SignedIn, parts: WithParts) -> WithdrawalOut:
    """代替微信确认收款并立即到账;只在开发和测试环境存在。"""
    assert isinstance(parts.payouts, SandboxPayouts)
    async with parts.database.session() as session:
        row = await asking.visible(
            session, withdrawal_id=withdrawal_id, vault=parts.vault, caller=caller
        )
    await parts.payouts.confirm(out_bill_no=row.out_bill_no)
    await look(parts.database, parts.payouts, row=row, vault=parts.vault)
    async with parts.database.session() as session:
        row = await asking.visible(
            session, withdrawal_id=withdrawal_id, vault=parts.vault, caller=caller
        )
    return withdrawal_out(row, parts.payouts)
