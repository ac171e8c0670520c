"""What may differ between WeChat's bill and the ledger, and what to do about each. Pure.

A line of the bill is judged against what we know under its number. Amounts are fen; fees are
thousandths of a fen, rates millionths. Effects say by how much the bill's sum of the day is above
ours because of a difference; payments count up, refunds down: so the effects of a day explain its
sums to the fen, and nothing that differs can have been overlooked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from api.kit.clock import china
from api.ledger.rules import RULES

Subject = Literal["payment", "refund", "movement", "bill", "withdrawal", "share", "share_return"]
# What a line of a bill is about; a withdrawal's return is a transfer to a runner that came back.
LineSubject = Literal[
    "payment", "refund", "withdrawal", "withdrawal_return", "share", "share_return"
]
# What leaves us under a number of ours; a share's return comes back under one of its own.
SentSubject = Literal["withdrawal", "share", "share_return"]
Kind = Literal[
    "missing_here", "missing_there", "amount_differs", "state_differs", "day_shifted", "doubled",
    "fee_differs", "summary_differs", "foreign_merchant",
    "withdrawal_unknown", "withdrawal_unlisted", "withdrawal_amount_differs", "withdrawal_doubled",
    "withdrawal_came_back", "withdrawal_not_returned", "withdrawal_pending",
    "share_unknown", "share_unlisted", "share_amount_differs", "share_doubled", "share_unbooked",
    "share_pending", "answer_differs",
]  # fmt: skip
# The ways on which money comes to us at WeChat, and on which it goes back.
CAPTURES = tuple(
    sorted(
        r.rule for r in RULES.values() if r.source == "wechat_clearing" and r.path in ("pay", "tip")
    )
)
RETURNS = ("refund_sent",)
# What counts as near midnight: clocks differ by seconds, a notice may take minutes.
_NEAR_MIDNIGHT = timedelta(hours=1)
# WeChat rounds fees to a fen; whoever sees more has another contract.
_ROUNDING_MILLIFEN = 500


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of difference: what it means and what to do, in Chinese."""

    kind: Kind
    title: str
    advice: str


# fmt: off
KINDS: dict[Kind, KindRow] = {row.kind: row for row in (
    KindRow("missing_here", "微信有,账本没有",
            "到商户平台按单号查:是本系统以外的收款或手工退款,写明来由后标记“已说明”;"
            "是本系统的,请技术人员按单号补查,入账后会自动核销。"),
    KindRow("missing_there", "账本有,微信没有",
            "到商户平台按单号查:查得到,说明账单漏列,向微信支付客服索要新账单后重新对账;"
            "查不到,先停止该订单的退款和付款,交技术人员核对通知原文。"),
    KindRow("amount_differs", "金额不一致",
            "以商户平台的单笔详情为准。多收的退给付款人,少收的由赔付账户承担,处理后标记“已处理”。"),
    KindRow("state_differs", "状态不一致",
            "付款:系统已自动向微信再次查询,查到即入账或退款并自动核销,一天后仍未核销请人工处理。"
            "退款:到商户平台看退款详情,退款异常的改退到其他账户或线下退还。"),
    KindRow("day_shifted", "跨零点,日期不同",
            "同一笔钱两边都有,只是落在相邻两天。另一天的账单对完会自动核销,无需处理;"
            "状态变为“待处理”说明没有等到,按“账本有,微信没有”处理。"),
    KindRow("doubled", "账单中重复出现",
            "到商户平台核对是否真的收了两次:收了两次的,把多收的退给付款人;"
            "只有一次的,向微信支付客服索要新账单后重新对账。"),
    KindRow("fee_differs", "手续费不一致",
            "核对商户合同上的费率:费率变了,改 LINLI_WECHAT_PAY_FEE_PPM;没变,向微信支付客服申诉。"),
    KindRow("summary_differs", "汇总与明细不符",
            "账单自己的合计与逐行相加不等,多半文件不全:先重新对账,仍不符则向微信支付客服索要新账单。"),
    KindRow("foreign_merchant", "其他商户号的记录",
            "这一行不是本商户号的。检查商户号配置和账单下载的账户;确认是误列后标记“已说明”。"),
    KindRow("withdrawal_unknown", "运营账户有不明支出",
            "系统没有这笔提现。到商户平台按单号查:是提现到银行或人工转账,写明来由后标记“已说明”;"
            "查不出来由,立即停用转账权限并查账号是否被盗用。"),
    KindRow("withdrawal_unlisted", "提现已记付,账单没有",
            "系统已自动向微信再查。到商户平台按商户单号查:已到账,向客服索要新账单后重新对账;"
            "没有到账,不要让骑手重复提现,交技术人员核对,查实后补付并标记“已处理”。"),
    KindRow("withdrawal_amount_differs", "提现金额不一致",
            "以商户平台的转账详情为准:少付的补给骑手,多付的由平台承担,不得从骑手收入中扣,"
            "处理后标记“已处理”。"),
    KindRow("withdrawal_doubled", "同一提现支出多次",
            "到商户平台核对是否真的付了多次:是,多付部分由平台承担或与骑手协商退回;"
            "不是,向微信支付客服索要新账单后重新对账。"),
    KindRow("withdrawal_came_back", "提现已记付,钱退回了",
            "微信把钱退回了运营账户,骑手没有收到,账本却记为已付。到商户平台核对后,"
            "线下补付给骑手,写明后标记“已处理”。"),
    KindRow("withdrawal_not_returned", "提现未成功,钱没退回",
            "账本已把钱退给骑手,运营账户的支出却没有退回,骑手可能已收到。系统已自动再查;"
            "到商户平台核对,已到账的由平台承担,不得扣骑手,处理后标记“已处理”。"),
    KindRow("withdrawal_pending", "提现等待骑手确认",
            "微信已先行冻结或支出,骑手还没有确认。确认或退回后自动核销,无需处理;"
            "三天仍未结束会变为“待处理”,到商户平台看转账详情。"),
    KindRow("share_unknown", "不明的分账或回退",
            "系统没有这笔分账。到商户平台分账管理按单号查:是手工分账,写明来由后标记“已说明”;"
            "查不出来由,立即停用分账权限并查账号是否被盗用。"),
    KindRow("share_unlisted", "分账已记账,账单没有",
            "到商户平台分账管理按单号查:查得到,说明账单漏列,向微信支付客服索要新账单后重新对账;"
            "查不到,商户没有收到这笔钱,交技术人员核对,查实后线下补付并标记“已处理”。"),
    KindRow("share_amount_differs", "分账金额不一致",
            "以商户平台的分账详情为准:少分的在下次对账单上补给商户,多分的与商户协商退回,"
            "处理后标记“已处理”。"),
    KindRow("share_doubled", "同一分账支出多次",
            "到商户平台核对是否真的分了多次:是,多分的请商户退回;"
            "不是,向微信支付客服索要新账单后重新对账。"),
    KindRow("share_unbooked", "账单有分账,账本没有",
            "微信已分出(或已退回),账本却记为没有成功,这笔钱仍在商户的对账单上。到商户平台核对,"
            "属实的从应付商户的货款中扣除,写明后标记“已处理”。"),
    KindRow("share_pending", "分账等待结果",
            "微信已分出,系统还在查询结果。查到后自动核销,无需处理;"
            "三天仍没有结果会变为“待处理”,到商户平台看分账详情。"),
    KindRow("answer_differs", "微信的答复与账本不符",
            "主动查询时微信的答复对不上(金额、付款人或单号),未入账。到商户平台按单号核对:"
            "多收的退,少收的向付款人说明;是本系统的差错,请技术人员处理,之后标记“已处理”。"),
)}
# fmt: on
_SIGN: Mapping[str, int] = {"payment": 1, "refund": -1}
# In which of WeChat's states a payment or refund in one of ours may stand in a bill. Refunds stand
# there as they were when the bill was made.
_MAY_BE: Mapping[tuple[str, str], frozenset[str]] = {
    ("payment", "paid"): frozenset({"SUCCESS"}),
    ("refund", "requested"): frozenset({"PROCESSING", "SUCCESS"}),
    ("refund", "succeeded"): frozenset({"PROCESSING", "SUCCESS"}),
    ("refund", "failed"): frozenset({"FAIL", "CHANGE", "ABNORMAL", "CLOSED"}),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What the bill has; ``number`` is ours, ``wechat_number`` WeChat's."""

    subject: LineSubject
    at: datetime
    mchid: str
    number: str
    wechat_number: str
    amount_fen: int
    state: str
    fee_millifen: int
    rate_ppm: int


@dataclass(frozen=True, slots=True)
class About:
    """What of ours a difference is about, as far as it is known."""

    community_id: UUID | None = None
    order_id: UUID | None = None
    payment_id: UUID | None = None
    withdrawal_id: UUID | None = None


NOTHING_KNOWN = About()


@dataclass(frozen=True, slots=True)
class Ours:
    """A payment or refund as we have it: what of it is booked, and when.

    ``booked_fen`` is what the ledger says that it moves at WeChat; 0: nothing, or not any more.
    """

    subject: Literal["payment", "refund"]
    payment_id: UUID
    order_id: UUID
    community_id: UUID
    number: str
    wechat_number: str | None
    state: str
    booked_fen: int
    at: datetime

    @property
    def day(self) -> date:
        """On which day in China it is booked."""
        return china(self.at).date()

    @property
    def about(self) -> About:
        """What of ours it is."""
        return About(self.community_id, self.order_id, self.payment_id)


@dataclass(frozen=True, slots=True)
class Found:
    """A difference. ``due``: the day whose bill should show the other side, where one should."""

    kind: Kind
    subject: Subject
    number: str
    wechat_number: str = ""
    theirs_fen: int | None = None
    ours_fen: int | None = None
    effect_fen: int = 0
    detail: str = ""
    due: date | None = None
    about: About = NOTHING_KNOWN

    @property
    def fingerprint(self) -> str:
        """What makes it this difference, and not another one of the same day.

        What is booked and not listed is one, whether the next bill may still show it or not.
        """
        is_unlisted = self.kind == "day_shifted" and not self.detail
        kind = "missing_there" if is_unlisted else self.kind
        parts = (kind, self.subject, self.number, self.wechat_number, self.theirs_fen,
                 self.ours_fen, self.detail)  # fmt: skip
        return "|".join(str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Contract:
    """Who we are to WeChat, and what a payment costs."""

    mchid: str
    fee_ppm: int


def judge(line: Line, ours: Ours | None, *, day: date, contract: Contract) -> list[Found]:
    """What differs between a line of a day's bill and what we know under its number."""
    sign = _SIGN[line.subject]
    whole_fen = sign * line.amount_fen
    if line.mchid != contract.mchid:
        return [_found(line, None, "foreign_merchant", effect_fen=whole_fen, detail=line.mchid)]
    fees = _judge_fee(line, ours, contract)
    if ours is None:
        return [_found(line, None, "missing_here", effect_fen=whole_fen), *fees]
    found: list[Found] = []
    if ours.booked_fen and ours.day != day:
        due = ours.day if ours.day > day else None
        found.append(
            _found(line, ours, "day_shifted", effect_fen=sign * ours.booked_fen, due=due,
                   detail=ours.day.isoformat())
        )  # fmt: skip
    gap_fen = sign * (line.amount_fen - ours.booked_fen)
    if not _states_agree(line, ours):
        states = f"{line.state}/{ours.state}"
        found.append(_found(line, ours, "state_differs", effect_fen=gap_fen, detail=states))
    elif gap_fen:
        found.append(_found(line, ours, "amount_differs", effect_fen=gap_fen))
    return [*found, *fees]


def judge_again(line: Line, times: int) -> Found:
    """A line whose number stood in the bill before; ``times``: the how many-eth time."""
    effect_fen = _SIGN[line.subject] * line.amount_fen
    return _found(line, None, "doubled", effect_fen=effect_fen, detail=str(times))


def judge_unlisted(ours: Ours, *, day: date) -> Found:
    """What is booked on a day and stands in no bill: near midnight the next one may show it."""
    tomorrow = day + timedelta(days=1)
    is_near = china(ours.at + _NEAR_MIDNIGHT).date() == tomorrow
    return Found(
        "day_shifted" if is_near else "missing_there",
        ours.subject,
        ours.number,
        ours.wechat_number or "",
        ours_fen=ours.booked_fen,
        effect_fen=-_SIGN[ours.subject] * ours.booked_fen,
        due=tomorrow if is_near else None,
        about=ours.about,
    )


def judge_shifted(ours: Ours, *, listed_on: date) -> Found:
    """What is booked on a day and stands in the bill of another one."""
    return Found(
        "day_shifted",
        ours.subject,
        ours.number,
        ours.wechat_number or "",
        ours_fen=ours.booked_fen,
        effect_fen=-_SIGN[ours.subject] * ours.booked_fen,
        detail=listed_on.isoformat(),
        about=ours.about,
    )


def judge_sums(said: Mapping[str, int], counted: Mapping[str, int]) -> list[Found]:
    """What the last lines of a bill say, against what its lines make; by the name of the sum.

    Amounts are thousandths of a fen, as fees are part of it.
    """
    return [
        Found("summary_differs", "bill", name,
              detail=f"{_shown(name, value)} / {_shown(name, counted.get(name, 0))}")
        for name, value in said.items()
        if value != counted.get(name, 0)
    ]  # fmt: skip


def of_operating(found: Found) -> Found:
    """The same of the other account's bill, whose sums have the same names."""
    return replace(found, number=f"运营账户{found.number}")


def judge_movement(
    wechat_number: str, *, listed_fen: int | None, moved_fen: int | None
) -> list[Found]:
    """A payment or refund of the bill against what moved on our account for it.

    Twice the amount means that it moved twice.
    """
    if listed_fen == moved_fen:
        return []
    kind: Kind = "amount_differs"
    if listed_fen is None:
        kind = "missing_here"
    elif moved_fen is None:
        kind = "missing_there"
    elif listed_fen and moved_fen == 2 * listed_fen:
        kind = "doubled"
    return [
        Found(kind, "movement", wechat_number, wechat_number, theirs_fen=moved_fen,
              ours_fen=listed_fen)
    ]  # fmt: skip


def _shown(name: str, value: int) -> str:
    return str(value) if name.endswith("数") else f"{Decimal(value) / 100_000} 元"


def _judge_fee(line: Line, ours: Ours | None, contract: Contract) -> list[Found]:
    """By the contract, rounded to a fen; a refund gives the fee back."""
    expected = _SIGN[line.subject] * line.amount_fen * contract.fee_ppm / 1000
    is_right = abs(line.fee_millifen - expected) <= _ROUNDING_MILLIFEN
    if is_right and line.rate_ppm == contract.fee_ppm:
        return []
    detail = f"{line.fee_millifen}/1000 fen, {line.rate_ppm} ppm"
    return [_found(line, ours, "fee_differs", detail=detail)]


def _states_agree(line: Line, ours: Ours) -> bool:
    if ours.wechat_number is not None and ours.wechat_number != line.wechat_number:
        return False
    return line.state in _MAY_BE.get((ours.subject, ours.state), ())


def _found(
    line: Line, ours: Ours | None, kind: Kind, *, effect_fen: int = 0, detail: str = "",
    due: date | None = None,
) -> Found:  # fmt: skip
    assert line.subject in ("payment", "refund")
    return Found(
        kind,
        line.subject,
        line.number,
        line.wechat_number,
        theirs_fen=line.amount_fen,
        ours_fen=ours.booked_fen if ours is not None else None,
        effect_fen=effect_fen,
        detail=detail,
        due=due,
        about=ours.about if ours is not None else NOTHING_KNOWN,
    )
