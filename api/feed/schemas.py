"""Shapes of the feed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body
from api.kit.pagination import Cursor


class SyncQuery(Body):
    """From where on, and how long to wait."""

    after: Cursor | None = Field(
        default=None, description="上次得到的 `cursor`;不带时只返回当前位置。"
    )
    wait: Annotated[int, Field(ge=0, le=20)] = Field(
        default=0, description="没有变化时最多等几秒(0–20)。", examples=[20]
    )


class ChangeOut(Answer):
    """Something changed: fetch it where it is shown."""

    kind: str = Field(description="什么变了:order、job、payment、refund、runner、user、inbox…")
    id: UUID = Field(description="它的编号;runner、user、inbox 的编号就是本人。")
    version: int = Field(description="第几次变化,只增不减。", examples=[3])
    state: str | None = Field(description="变成了什么状态;状态没变时为空。", examples=["accepted"])
    at: datetime


class SyncPage(Answer):
    """What changed since the cursor, oldest first."""

    items: list[ChangeOut]
    cursor: str = Field(description="下次放在 `after` 里。", examples=["WyIwMTl..."])
    has_more: bool = Field(description="还有更多,请立即再取。")
