"""Shapes of the feed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
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
    places: Literal["true", "false"] = Field(
        default="false", description="也要我任职的社区里的变化(订单、任务、跑腿员、突发情况…)。"
    )

    @property
    def wants_places(self) -> bool:
        """Whether what happens where the caller is staff is asked for."""
        return self.places == "true"


class ChangeOut(Answer):
    """Something changed: fetch it where it is shown."""

    kind: str = Field(description="什么变了:order、job、payment、refund、runner、user、inbox…")
    id: UUID = Field(description="它的编号;runner、user、inbox 的编号就是本人。")
    version: int = Field(description="第几次变化,只增不减。", examples=[3])
    state: str | None = Field(description="变成了什么状态;状态没变时为空。", examples=["accepted"])
    at: datetime
    community_id: UUID | None = Field(
        default=None, description="因为我在这个社区任职才看到;与我本人有关的为空。"
    )


def change_out(row: Sequence[Any]) -> ChangeOut:
    """A row of `service.Changes` as it is shown; those of places are one longer."""
    _, kind, thing, version, state, at, *community = row
    return ChangeOut(
        kind=kind, id=thing, version=version, state=state, at=at,
        community_id=community[0] if community else None,
    )  # fmt: skip


class SyncPage(Answer):
    """What changed since the cursor, oldest first."""

    items: list[ChangeOut]
    cursor: str = Field(description="下次放在 `after` 里。", examples=["WyIwMTl..."])
    has_more: bool = Field(description="还有更多,请立即再取。")
