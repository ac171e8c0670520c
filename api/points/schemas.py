"""Shapes of points."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer


class RulesOut(Answer):
    """The published rules, whole."""

    version: str = Field(examples=["2026.1"])
    text: str = Field(description="规则全文(TOML),积分以 1/100 分为单位。")


class PointsOut(Answer):
    """A runner's points and tier."""

    runner_id: UUID
    tier: Literal["trainee", "runner", "lead"] = Field(description="见习、跑腿员、领跑员。")
    points: str = Field(description="显示的积分,最低 0。", examples=["12.40"])
    balance_cp: int = Field(description="账面积分,1/100 分。", examples=[1240])
    entries: int = Field(description="账目条数。", examples=[7])
    rules_version: str = Field(examples=["2026.1"])


class LineOut(Answer):
    """One reason, in words."""

    rule: str = Field(examples=["order.value"])
    delta_cp: int = Field(examples=[170])
    zh: str
    en: str


class EntryOut(Answer):
    """One entry of the ledger; its lines sum to its difference."""

    id: UUID
    seq: int
    kind: str = Field(examples=["order.completed"])
    at: datetime
    delta_cp: int = Field(examples=[170])
    balance_cp: int = Field(examples=[1240])
    rules_version: str = Field(examples=["2026.1"])
    order_id: UUID | None = None
    lines: list[LineOut]
    fact: dict[str, Any] | None = Field(description="计分所依据的事实;评价不公开是谁给的。")


class LedgerPage(Answer):
    """A page of the ledger, newest first."""

    items: list[EntryOut]
    next_cursor: str | None = None
