"""Shapes of offers, objectives and rounds."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, GeoPoint
from api.kit.pagination import PageQuery


class OfferSpot(Answer):
    """The building or shop: all that is shown before accepting."""

    place: str = Field(examples=["3号楼"])
    point: GeoPoint


class OfferedJob(Answer):
    """A job of an offer, as the hall shows it."""

    job_id: UUID
    kind: str = Field(examples=["fetch"])
    fee_fen: int = Field(description="骑手所得。", examples=[350])
    advance_fen: int = Field(description="最多垫付多少。", examples=[0])
    load: int = Field(description="占用的单量。", examples=[1])
    weight_g: int = Field(examples=[2000])
    trip_m: float = Field(description="取货点到送货点的距离。", examples=[412.3])
    pickup: OfferSpot
    dropoff: OfferSpot
    ready_at: datetime
    due_at: datetime
    expires_at: datetime


class WhyOut(Answer):
    """Why it came to this runner."""

    code: Literal["joined", "on_the_way", "soonest", "balanced", "best_for_all"] = Field(
        description="`joined` 正要去同一家;`on_the_way` 顺路;`soonest` 能最早取到;"
        "`balanced` 照顾收入偏低或服务好的人;`best_for_all` 统筹之后大家等得最短。"
    )
    compared: int = Field(description="与附近几人比较过,含本人。", examples=[4])
    text: str = Field(examples=["附近 4 人中您能最早取到,约 3 分钟后"])


class OfferOut(Answer):
    """An offer that waits for an answer."""

    id: UUID
    jobs: list[OfferedJob] = Field(description="一趟里的任务,按送达的先后;要么全接,要么不接。")
    fee_fen: int = Field(description="全部任务的骑手所得。", examples=[700])
    why: WhyOut
    pickup_at: datetime = Field(description="预计几点取货。")
    done_at: datetime = Field(description="预计几点全部送达。")
    made_at: datetime
    until: datetime = Field(description="在此之前答复;不答复等于不接。")


class OffersOut(Answer):
    """What waits for an answer, one at most; and how many more may be refused today."""

    items: list[OfferOut]
    refusals_free: int = Field(description="每天可以拒绝或不答复几次。", examples=[10])
    refusals_left: int = Field(
        description="今天还可以几次;用完后今天不再派单,仍可抢单。从不扣分扣钱。", examples=[9]
    )


class OfferTaken(Answer):
    """All jobs of it are yours; `GET /v1/runners/me/jobs` says in which order to walk."""

    id: UUID
    state: Literal["accepted"] = Field(examples=["accepted"])
    job_ids: list[UUID]


class OfferDeclined(Answer):
    """It never comes to you again; other runners may be asked."""

    id: UUID
    state: Literal["declined"] = Field(examples=["declined"])


class ObjectiveOut(Answer):
    """A published version of what dispatch strives for: every number of it."""

    version: str = Field(examples=["2026.1"])
    parts: dict[str, dict[str, Any]] = Field(
        description="各部分的数值,单位为某人等待的分钟。",
        examples=[{"serving": {"job_min": 40.0, "late_slope": 0.2, "late_most_min": 120.0}}],
    )


class ObjectivesOut(Answer):
    """All versions, oldest first; a community's settings name one of them."""

    items: list[ObjectiveOut]


class RoundsQuery(PageQuery):
    """Whose rounds to list."""

    community_id: UUID


class RoundOut(Answer):
    """A round that was made."""

    n: Annotated[int, Field(description="本社区的第几轮。", examples=[17])]
    at: datetime
    jobs: int = Field(description="看了几个待接任务。", examples=[12])
    runners: int = Field(description="看了几名可接单的骑手。", examples=[5])
    offers: int = Field(description="派出几单。", examples=[4])
    took_ms: float = Field(description="用了多少毫秒。", examples=[23.5])
    objective: str = Field(examples=["2026.1"])


class RoundsOut(Answer):
    """Rounds, newest first."""

    items: list[RoundOut]
    next_cursor: str | None = None
