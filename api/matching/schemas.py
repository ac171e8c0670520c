"""Shapes of the hall and of accepting."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.jobs.schemas import Saying
from api.kit.http.fields import Answer
from api.kit.pagination import PageQuery


class HallQuery(PageQuery):
    """Which part of the hall to list."""

    kind: Annotated[str, Field(pattern="^[a-z_]{1,20}$", max_length=20)] | None = Field(
        default=None, description="只看一类任务,如应急时的 `medicine`。", examples=["medicine"]
    )


class SpotPoint(Answer):
    """A point in GCJ-02."""

    lat: float = Field(examples=[31.175304])
    lng: float = Field(examples=[121.531542])
    coord: Literal["gcj02"]


class HallSpot(Answer):
    """The building or shop: all that is shown before accepting."""

    place: str = Field(examples=["3号楼"])
    point: SpotPoint


class HallItem(Answer):
    """An open job in range."""

    job_id: UUID
    kind: str = Field(examples=["fetch"])
    distance_m: float = Field(description="到取货点的距离。", examples=[182.4])
    walk_min: int = Field(description="步行几分钟到取货点。", examples=[3])
    adds_m: float = Field(description="给现有路线增加的路程。", examples=[594.7])
    adds_min: int = Field(description="给现有路线增加几分钟,含等待取货。", examples=[8])
    fee_fen: int = Field(examples=[350])
    advance_fen: int = Field(description="最多垫付多少。", examples=[0])
    load: int = Field(description="占用的单量。", examples=[1])
    weight_g: int = Field(examples=[2000])
    trip_m: float = Field(description="取货点到送货点的距离。", examples=[412.3])
    pickup: HallSpot
    dropoff: HallSpot
    ready_at: datetime
    due_at: datetime
    expires_at: datetime


class HallPage(Answer):
    """A page of the hall: what is urgent first, then the nearest."""

    items: list[HallItem]
    next_cursor: str | None = None


class Assign(Saying):
    """To whom staff give a job, and why."""

    runner_id: UUID
    reason: Literal["nobody_took_it", "urgent", "runner_unable", "incident", "other"] = Field(
        examples=["nobody_took_it"]
    )
    is_distance_waived: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="不看距离和定位时间;其余条件不变。"
    )


class Accepted(Answer):
    """The job is yours; `GET /v1/jobs/{id}` shows doors and contacts."""

    job_id: UUID
    state: Literal["accepted"]
    accepted_at: datetime
    distance_m: float = Field(examples=[182.4])
    fee_fen: int = Field(examples=[350])
    due_at: datetime
    version: int = Field(examples=[3])
