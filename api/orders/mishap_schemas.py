"""Shapes of what goes wrong with an order: cancelling, and what was said of it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.jobs.schemas import Code, Saying
from api.kit.http.fields import Answer, Body, CleanText, Fen, Note
from api.uploads.schemas import PhotoOut, UploadIds

CancelReason = Literal[
    "changed_mind",
    "waited_too_long",
    "wrong_details",
    "runner_asked",
    "runner_unable",
    "weather",
    "lift_broken",
    "gate_refused",
    "customer_unreachable",
    "platform_estimate",
    "shop_closed",
    "out_of_stock",
    "goods_forbidden",
    "staff_decision",
    "emergency",
]


class Cancel(Saying):
    """Why, and the token of the cost that was shown."""

    reason: CancelReason = Field(
        description="谁可以用哪个原因,见 `/v1/policies/cancellation`。", examples=["changed_mind"]
    )
    token: Annotated[CleanText, Field(max_length=64)] | None = Field(
        default=None, description="`cancel-cost` 给出的凭据;费用为 0 时可不填。"
    )


class CostQuery(Body):
    """For which reason the cost is asked."""

    reason: CancelReason = "changed_mind"


class CancelCostOut(Answer):
    """What cancelling costs now, the same for whoever asks."""

    reason: str = Field(examples=["changed_mind"])
    stage: str = Field(examples=["open"])
    fault: str = Field(description="记为谁的责任。", examples=["resident"])
    evidence: str = Field(description="需要的说明:无、文字、照片。", examples=["none"])
    points: str = Field(description="记入跑腿员积分的事实。", examples=["none"])
    cost_fen: int = Field(examples=[0])
    refund_fen: int = Field(examples=[350])
    zh: str = Field(examples=["还没有人接单,不收费"])
    en: str = Field(examples=["Nobody has taken it yet: free"])
    token: str = Field(description="取消时带上;金额变化或过期会被拒绝,不会多收。")
    expires_at: datetime


class DisputeOpen(Body):
    """What is wrong with an order."""

    reason: Literal[
        "not_received", "damaged", "wrong_item", "overcharged", "behaviour", "not_paid", "other"
    ] = Field(examples=["not_received"])
    text: Note = Field(description="情况说明,必填。", examples=["袋子破了,少了一盒"])
    upload_ids: UploadIds = ()


class Resolve(Body):
    """How a dispute is settled."""

    outcome: Literal["completed", "cancelled"] = Field(examples=["completed"])
    resident_fen: Fen = Field(description="退给下单人。", examples=[100])
    runner_fen: Fen = Field(description="归骑手。", examples=[250])
    platform_fen: Fen = Field(default=0, description="归平台。", examples=[0])
    text: Note = Field(description="理由,必填。", examples=["核实少送一盒"])
    upload_ids: UploadIds = ()


class RefundAsk(Body):
    """How much goes back, and why."""

    amount_fen: Annotated[int, Field(strict=True, ge=1, le=100_000_00, examples=[100])]
    reason: Literal["goodwill", "goods_missing", "late", "overcharged", "damaged", "other"] = Field(
        examples=["late"]
    )
    text: Note = Field(description="理由,必填。", examples=["晚到一小时"])
    upload_ids: UploadIds = ()


class DisputeOut(Answer):
    """A dispute, and how it was settled."""

    id: UUID
    side: Literal["resident", "runner"]
    reason: str = Field(examples=["not_received"])
    left_fen: int = Field(description="争议中冻结的金额。", examples=[350])
    opened_at: datetime
    resolved_at: datetime | None
    outcome: Literal["completed", "cancelled"] | None
    resident_fen: int | None
    runner_fen: int | None
    platform_fen: int | None
    source: Literal["escrow", "compensation"] | None = Field(
        description="`escrow` 完成前从托管款出;`compensation` 完成后由平台补偿,不动骑手收入。"
    )


class HoldDeliver(Body):
    """A delivery that may be undone for ten seconds."""

    code: Code | None = Field(default=None, description="收货码,由收货人告知。", examples=["4821"])
    photo_ids: UploadIds = ()
    spent_fen: Fen | None = Field(default=None, description="凭证上的金额。")


class HeldActOut(Answer):
    """An act that waits, or what became of it."""

    id: UUID
    act: Literal["deliver", "fail", "cancel"]
    state: Literal["held", "undone", "done", "dropped"]
    due_at: datetime = Field(description="到这一刻生效;之前可以撤回。")
    refused_as: str | None = Field(
        description="未能生效的原因(错误码)。", examples=["order_moved_on"]
    )


class CancelRowOut(Answer):
    """One row of the published table."""

    stage: str = Field(
        description="未付款、待开始、待接单、刚接单、已接单、已到取货点、已超时、已到且已超时。",
        examples=["accepted"],
    )
    who: str = Field(description="谁可以用这个原因;工作人员可代记。", examples=["resident"])
    reason: str = Field(examples=["changed_mind"])
    fault: str = Field(examples=["resident"])
    percent: int = Field(description="收取跑腿费的百分之几,其余退回。", examples=[20])
    evidence: str = Field(examples=["none"])
    points: str = Field(examples=["none"])
    zh: str
    en: str


class CancelPolicy(Answer):
    """The published table of cancelling, with the figures of one community."""

    free_s: int = Field(description="接单后多少秒内免费。", examples=[120])
    rows: list[CancelRowOut]


class PolicyQuery(Body):
    """Whose figures; the defaults where none is named."""

    community_id: UUID | None = None


class StatementOut(Answer):
    """What somebody said with an act."""

    id: UUID
    author_id: UUID
    act: str = Field(examples=["cancel"])
    reason: str = Field(examples=["weather"])
    text: str
    photos: list[PhotoOut]
    created_at: datetime


class StatementList(Answer):
    """What was said about an order, oldest first, up to a hundred."""

    items: list[StatementOut]
