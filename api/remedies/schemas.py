"""Shapes of making good."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.jobs.schemas import Saying
from api.kit.http.fields import Answer, Note
from api.kit.pagination import PageQuery
from api.packing.rules import Wrong
from api.uploads.schemas import PhotoOut

ReportState = Literal["waiting", "contested", "refunded", "declined"]
RecallReason = Literal["residue", "spoilt", "label", "supplier", "authority", "other"]


class Words(Saying):
    """Words and photos that go with a report or a decision."""

    text: Note = Field(default="", description="情况说明,商户、工作人员和本人可见。")


class NewReport(Words):
    """What was wrong with one line; a photo is needed."""

    item_id: UUID
    wrong: Wrong = Field(description="少了、坏了,或分量不足。", examples=["spoilt"])
    count: Annotated[int, Field(strict=True, ge=1, le=999)] | None = Field(
        default=None, description="几份;分量不足的不填。", examples=[1]
    )
    real_g: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] | None = Field(
        default=None, description="分量不足时,这种商品一共多重(克)。", examples=[None]
    )


class ReportOut(Answer):
    """What was reported of a line, and what came of it."""

    id: UUID
    order_id: UUID
    number: int = Field(description="订单的短号。", examples=[100001])
    merchant_id: UUID
    item_id: UUID
    name: str = Field(description="商品。", examples=["上海青"])
    state: ReportState = Field(description="等商户处理、有异议等社区裁定、已退款、不退款。")
    wrong: Wrong
    count: int | None = Field(description="几份。", examples=[1])
    real_g: int | None = Field(description="实际重量(克)。")
    asked_fen: int = Field(description="按规则应退多少。", examples=[350])
    refund_fen: int = Field(description="退了多少。", examples=[350])
    text: str = Field(examples=["叶子烂了"])
    photos: list[PhotoOut]
    reported_at: datetime
    decide_by: datetime = Field(description="到时没人处理就退款。")
    decided_at: datetime | None
    version: int


class ReportList(Answer):
    """The reports of one order."""

    items: list[ReportOut]


class ReportPage(Answer):
    """A page of reports, newest first."""

    items: list[ReportOut]
    next_cursor: str | None = None


class ReportQuery(PageQuery):
    """Which reports to list."""

    merchant_id: UUID | None = Field(default=None, description="商户查看自己的。")
    community_id: UUID | None = Field(default=None, description="工作人员查看本社区的。")
    state: ReportState | None = None


class RecallOut(Answer):
    """A line with goods of a lot that is called back."""

    item_id: UUID
    name: str = Field(description="商品。", examples=["上海青"])
    lot_id: UUID
    label: str = Field(description="批号。", examples=["20261122-1"])
    reason: RecallReason | None
    state: Literal["withheld", "refunded"] = Field(description="还没装袋、不会送出,或已退款。")
    refund_fen: int = Field(description="退了多少。", examples=[700])
    found_at: datetime


class RecallList(Answer):
    """What of an order is called back."""

    items: list[RecallOut]


class BuyerOut(Answer):
    """An order with goods of a lot that is called back: by its number, without names."""

    order_id: UUID
    number: int = Field(examples=[100001])
    item_id: UUID
    state: Literal["withheld", "refunded"]
    refund_fen: int = Field(examples=[700])
    found_at: datetime


class BuyerPage(Answer):
    """A page of orders with goods of a lot, oldest first."""

    items: list[BuyerOut]
    next_cursor: str | None = None


class BuyerQuery(PageQuery):
    """Which part of the orders to list."""
