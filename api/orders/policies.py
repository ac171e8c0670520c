"""The one table of cancelling: by stage, by who gives the reason, and by the reason.

Published at `GET /v1/policies/cancellation`. A figure follows from stage and reason alone, so it
is the same for whoever asks. Staff may record any reason, as somebody told them; nobody else may
give the reason of another. A pair that is not in the table is not possible.

`share` names the percentage of the fee that is kept, which each community sets:
`free` 0, `after_accept` `cancel_after_accept_percent`, `after_arrival`
`cancel_after_arrival_percent`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from api.jobs.policies import Evidence, Fault, Points
from api.kit.money import percent_of_fen
from api.places.settings import CommunitySettings

Stage = Literal[
    "unpaid", "collecting", "waiting", "open", "accepted_early", "accepted", "arrived", "overdue",
    "arrived_overdue",
]  # fmt: skip
Side = Literal["resident", "runner", "staff", "system"]
Share = Literal["free", "after_accept", "after_arrival"]


@dataclass(frozen=True, slots=True)
class CancelRow:
    """What one reason at one stage means for money, fault and points."""

    stage: Stage
    who: Side
    reason: str
    fault: Fault
    share: Share
    evidence: Evidence
    points: Points
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class CancelCost:
    """What cancelling costs the customer now; the rest of what was paid goes back."""

    cost_fen: int
    refund_fen: int


_BEFORE = "unpaid waiting open"
# A paid vegetable order before the cut-off of its cycle; after it the goods are on their way.
_COLLECTING = "collecting"
_CARRIED = "accepted_early accepted arrived overdue arrived_overdue"
_LATE = "overdue arrived_overdue"
_EXCUSED = "released_excused"

# Stages, who, reasons, fault, share, evidence, points, and what is shown. One line, one meaning.
# fmt: off
_ROWS: tuple[tuple[str, Side, str, Fault, Share, Evidence, Points, str, str], ...] = (
    # The customer's own reasons.
    (_BEFORE, "resident", "changed_mind wrong_details", "resident", "free", "none", "none",
     "还没有人接单,不收费", "Nobody has taken it yet: free"),
    (_BEFORE, "resident", "waited_too_long", "nobody", "free", "none", "none",
     "还没有人接单,不收费", "Nobody has taken it yet: free"),
    (_COLLECTING, "resident", "changed_mind wrong_details waited_too_long",
     "resident", "free", "none", "none",
     "截单前,不收费", "Before the cut-off: free"),
    ("accepted_early", "resident", "changed_mind wrong_details waited_too_long",
     "resident", "free", "none", "none",
     "接单{free_s}秒内,不收费", "Within {free_s} s of the accept: free"),
    ("accepted", "resident", "changed_mind wrong_details waited_too_long",
     "resident", "after_accept", "none", "none",
     "跑腿员已在路上,收取跑腿费的{percent}%", "The runner is on the way: {percent} % of the fee"),
    ("arrived", "resident", "changed_mind wrong_details waited_too_long",
     "resident", "after_arrival", "none", "none",
     "跑腿员已到取货点,收取跑腿费的{percent}%",
     "The runner is at the pickup: {percent} % of the fee"),
    (_LATE, "resident", "changed_mind wrong_details", "nobody", "free", "none", "none",
     "已过承诺时间,不收费", "The promised time is over: free"),
    (_LATE, "resident", "waited_too_long", "platform", "free", "none", "none",
     "已过承诺时间,不收费", "The promised time is over: free"),
    # The customer's word alone costs a runner no points: a complaint that is upheld would.
    (_CARRIED, "resident", "runner_asked", "runner", "free", "text", "none",
     "跑腿员要求取消,不收费;工作人员会核实", "The runner asked for it: free; staff will look"),
    # The runner's reasons.
    (_CARRIED, "runner", "runner_unable", "runner", "free", "none", "released",
     "跑腿员无法完成,全额退款", "The runner cannot do it: refunded in full"),
    (_CARRIED, "runner", "weather gate_refused", "nobody", "free", "text", _EXCUSED,
     "不是任何人的责任,全额退款", "Nobody's fault: refunded in full"),
    (_CARRIED, "runner", "lift_broken", "nobody", "free", "photo", _EXCUSED,
     "不是任何人的责任,全额退款", "Nobody's fault: refunded in full"),
    (_CARRIED, "runner", "platform_estimate", "platform", "free", "text", _EXCUSED,
     "平台估计有误,全额退款", "Our estimate was wrong: refunded in full"),
    (_CARRIED, "runner", "shop_closed out_of_stock", "merchant", "free", "text", _EXCUSED,
     "商户无法供货,全额退款", "The shop cannot supply it: refunded in full"),
    (_CARRIED, "runner", "goods_forbidden", "resident", "free", "text", _EXCUSED,
     "物品不能送,全额退款", "It may not be carried: refunded in full"),
    ("arrived arrived_overdue", "runner", "customer_unreachable",
     "resident", "after_arrival", "text", _EXCUSED,
     "联系不上寄件人,收取跑腿费的{percent}%",
     "The sender cannot be reached: {percent} % of the fee"),
    # Staff.
    (f"{_BEFORE} {_COLLECTING} {_CARRIED}", "staff", "staff_decision",
     "platform", "free", "none", "none",
     "工作人员取消,全额退款", "Cancelled by staff: refunded in full"),
    (f"{_BEFORE} {_COLLECTING} {_CARRIED}", "staff", "emergency",
     "nobody", "free", "none", "none",
     "突发情况,全额退款", "An emergency: refunded in full"),
    # The system.
    ("unpaid", "system", "not_paid_in_time", "nobody", "free", "none", "none",
     "超时未支付,已取消", "Not paid in time"),
    ("open", "system", "job_expired", "platform", "free", "none", "none",
     "没有人接单,全额退款", "Nobody took it: refunded in full"),
    (f"unpaid {_COLLECTING}", "system", "cycle_cancelled", "merchant", "free", "none", "none",
     "商户取消了这次接龙,全额退款", "The cycle was cancelled: refunded in full"),
    (f"unpaid {_COLLECTING}", "system", "cycle_too_small", "nobody", "free", "none", "none",
     "没有达到起订份数,全额退款", "Too few joined the cycle: refunded in full"),
    (_COLLECTING, "system", "nothing_packed", "merchant", "free", "none", "none",
     "所订商品全部缺货,全额退款", "Nothing of it was there: refunded in full"),
    (_COLLECTING, "system", "not_brought", "merchant", "free", "none", "none",
     "过了送货日仍没有送出,全额退款", "It was never brought: refunded in full"),
)
# fmt: on
TABLE: tuple[CancelRow, ...] = tuple(
    CancelRow(stage, who, reason, *rest)  # pyright: ignore[reportArgumentType]
    for stages, who, reasons, *rest in _ROWS
    for stage in stages.split()
    for reason in reasons.split()
)
ROWS = {(row.stage, row.reason): row for row in TABLE}
assert len(ROWS) == len(TABLE), "a figure would depend on who asks"
REASONS = tuple(sorted({row.reason for row in TABLE if row.who != "system"}))


def stage_of(
    settings: CommunitySettings,
    *,
    is_paid: bool,
    cancel_until: datetime | None = None,
    job_state: str | None,
    accepted_at: datetime | None,
    arrived_at: datetime | None,
    due_at: datetime | None,
    now: datetime,
) -> Stage | None:
    """How far the order has come; ``None``: too far to be cancelled."""
    if not is_paid:
        return "unpaid"
    if cancel_until is not None:
        # Whatever job brings a vegetable order brings those of its neighbours, too.
        return "collecting" if now < cancel_until else None
    if job_state == "waiting":
        return "waiting"
    if job_state == "open":
        return "open"
    if job_state != "accepted" or accepted_at is None or due_at is None:
        return None
    if now > due_at:
        return "overdue" if arrived_at is None else "arrived_overdue"
    if now - accepted_at <= timedelta(seconds=settings.free_cancel_s):
        return "accepted_early"
    return "accepted" if arrived_at is None else "arrived"


def percent_of_share(settings: CommunitySettings, share: Share) -> int:
    """The percentage of the fee that a share of the table stands for."""
    return {
        "free": 0,
        "after_accept": settings.cancel_after_accept_percent,
        "after_arrival": settings.cancel_after_arrival_percent,
    }[share]


def cancel_cost(
    settings: CommunitySettings, row: CancelRow, *, fee_fen: int, left_fen: int
) -> CancelCost:
    """The figure of a row: its share of the fee, never more than what is left of what was paid."""
    percent = percent_of_share(settings, row.share)
    cost_fen = min(percent_of_fen(fee_fen, percent), left_fen)
    return CancelCost(cost_fen, left_fen - cost_fen)


def words(settings: CommunitySettings, row: CancelRow) -> tuple[str, str]:
    """What is shown to people, in Chinese and English."""
    values = {
        "percent": percent_of_share(settings, row.share),
        "free_s": settings.free_cancel_s,
    }
    return row.zh.format(**values), row.en.format(**values)


def may_give(row: CancelRow, side: Side) -> bool:
    """Whether this side may give the reason; staff record what anybody told them."""
    return row.who == side or (side == "staff" and row.who != "system")
