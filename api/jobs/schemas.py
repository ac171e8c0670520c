"""Shapes of jobs, by who looks and at which stage."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.types import StrictStr

from api.kit.http.fields import Answer, Body, GeoPoint, Moment, Pattern

Code = Annotated[StrictStr, Pattern("^[0-9]{4}$", "not four digits"), Field(examples=["4821"])]
JobState = Literal[
    "waiting",
    "open",
    "accepted",
    "picked_up",
    "delivered",
    "failed",
    "returned",
    "expired",
    "cancelled",
]


class PickUp(Body):
    """Proof of the pickup: the code that the sender tells."""

    code: Code = Field(description="取件码,由寄件人告知。")


class Deliver(Body):
    """Proof of the delivery: the code that the receiver tells."""

    code: Code = Field(description="收货码,由收货人告知。")
    client_at: Moment | None = Field(
        default=None, description="手机上的时间;没有信号时可稍后补传。"
    )


class Fail(Body):
    """Why it could not be delivered."""

    reason: Literal["nobody_there", "refused", "damaged", "address_wrong"] = Field(
        examples=["nobody_there"]
    )


class ContactOut(Answer):
    """A contact; the phone is masked for the runner."""

    door: str = Field(examples=["2单元301"])
    name: str = Field(examples=["张阿姨"])
    phone: str | None = Field(examples=["138****8000"])
    second_phone: str | None = Field(
        default=None,
        description="先打 `phone`(家人),没人接再打这个(下单人)。",
        examples=["139****9000"],
    )


class SpotOut(Answer):
    """Where something is fetched or brought."""

    place: str = Field(description="楼栋或店铺。", examples=["3号楼"])
    point: GeoPoint
    contact: ContactOut | None = Field(
        default=None, description="接单后、完成前,骑手可见;本人与工作人员始终可见。"
    )


class StopOut(SpotOut):
    """One drop-off."""

    n: int = Field(examples=[1])
    state: Literal["pending", "delivered", "failed"]
    floor: int
    has_lift: bool
    order_id: UUID | None = Field(default=None, description="骑手看不到订单号。")
    receipt_code: str | None = Field(default=None, description="收货码,仅下单人可见。")
    fail_reason: str | None = None
    closed_at: datetime | None = None


class JobOut(Answer):
    """A job."""

    id: UUID
    kind: str = Field(examples=["fetch"])
    state: JobState
    fee_fen: int = Field(examples=[350])
    weight_g: int = Field(examples=[2000])
    trip_m: float = Field(description="取货点到送货点的距离。", examples=[412.3])
    pickup: SpotOut
    pickup_code: str | None = Field(default=None, description="取件码,仅下单人可见。")
    stops: list[StopOut]
    runner_id: UUID | None
    ready_at: datetime
    due_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    picked_up_at: datetime | None
    closed_at: datetime | None
    version: int


class LegOut(Answer):
    """One visit of the route."""

    job_id: UUID
    stop: int = Field(description="0 为取货,1 起为第几站。", examples=[0])
    point: GeoPoint
    walk_m: float = Field(examples=[182.4])


class RouteOut(Answer):
    """The jobs at hand and the order in which to walk them."""

    jobs: list[JobOut]
    route: list[LegOut]


class Track(Answer):
    """Where the runner is, from pickup to hand-over."""

    state: JobState
    point: GeoPoint | None = Field(description="取货后、送达前可见。")
    position_at: datetime | None
