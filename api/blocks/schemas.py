"""Shapes of blocks and preferences."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.kit.http.fields import Answer, Body

Stance = Literal["block", "prefer"]


class NewBlock(Body):
    """Whom, and how one stands to them."""

    runner_id: UUID | None = Field(default=None, description="与 `job_id` 二选一。")
    job_id: UUID | None = Field(default=None, description="这一单的另一方;骑手只能这样指明下单人。")
    stop: Annotated[int, Field(strict=True, ge=1, le=200)] | None = Field(
        default=None, description="一趟送多户时:第几站的下单人;只和 `job_id` 一起用。", examples=[2]
    )
    stance: Stance = Field(
        description="`block` 屏蔽(最多 20 人),`prefer` 优先(最多 5 名骑手)。", examples=["block"]
    )

    @model_validator(mode="after")
    def _one_target(self) -> "NewBlock":
        if (self.runner_id is None) == (self.job_id is None):
            raise ValueError("exactly one of runner_id and job_id")
        if self.stop is not None and self.job_id is None:
            raise ValueError("stop goes with job_id")
        return self


class BlockOut(Answer):
    """A block or preference of one's own; the other side never sees it."""

    id: UUID
    stance: Stance
    target_is: Literal["runner", "resident"] = Field(description="对方是骑手还是居民。")
    name: str = Field(description="骑手的昵称;居民只显示首字。", examples=["小王"])
    created_at: datetime


class BlockList(Answer):
    """All blocks and preferences of a person (at most 25)."""

    items: list[BlockOut]
    next_cursor: str | None = None
