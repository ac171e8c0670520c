"""Shapes of incidents."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.incidents.rules import Cause
from api.jobs.schemas import Saying
from api.kit.http.fields import Answer, Body, Moment, Note
from api.kit.pagination import PageQuery
from api.orders.mishap_schemas import CancelReason
from api.uploads.schemas import PhotoOut, UploadIds

IncidentState = Literal["open", "acting", "resolved"]


class Report(Saying):
    """Trouble with a job."""

    job_id: UUID
    stop: Annotated[int, Field(strict=True, ge=1, le=200)] | None = Field(
        default=None,
        description="一趟送多户时:关于第几站,骑手必填;收货的人不填就是自己那一站。",
        examples=[1],
    )
    code: Literal[
        "address_wrong",
        "gate_refused",
        "lift_broken",
        "goods_damaged",
        "goods_missing",
        "price_differs",
        "customer_unreachable",
        "runner_unreachable",
        "shop_closed",
        "weather",
        "injury",
        "unsafe",
        "extra_request",
        "other",
    ] = Field(examples=["lift_broken"])


class Reschedule(Body):
    """The new promise."""

    due_at: Moment = Field(
        description="新的承诺送达时间,最多一天以后。", examples=["2026-11-21T13:00:00+08:00"]
    )


class PriceDifference(Body):
    """What goes back to the customer."""

    amount_fen: Annotated[int, Field(strict=True, ge=1, le=100_000_00, examples=[120])]
    text: Note = Field(description="理由,必填。", examples=["店里便宜了一元二"])
    upload_ids: UploadIds = ()


class Reassign(Saying):
    """Another runner."""

    runner_id: UUID
    is_distance_waived: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="不看距离和定位时间;其余条件不变。"
    )


class CancelIncident(Saying):
    """Cancelling, as in `POST /v1/orders/{id}/cancel`."""

    reason: CancelReason = Field(examples=["lift_broken"])
    token: Annotated[str, Field(strict=True, max_length=64)] | None = Field(
        default=None, description="`cancel-cost` 给出的凭据;费用为 0 时可不填。"
    )


class Excuse(Body):
    """Minutes of lateness that are not the runner's."""

    cause: Cause = Field(examples=["access_blocked"])
    excuse_min: Annotated[int, Field(strict=True, ge=0, le=240, examples=[12])]


class Resolve(Saying):
    """How it ended."""

    resolution: Literal["settled", "not_needed", "no_fault_found", "passed_on"] = Field(
        examples=["settled"]
    )
    excuse: Excuse | None = Field(default=None, description="免除骑手的迟到时间,仅工作人员。")


class IncidentOut(Answer):
    """An incident."""

    id: UUID
    job_id: UUID
    stop: int = Field(description="关于第几站;处理只影响这一站的订单。", examples=[1])
    order_id: UUID | None = Field(description="骑手看不到订单号。")
    community_id: UUID
    side: Literal["resident", "runner"] = Field(description="谁报告的。")
    code: str = Field(examples=["lift_broken"])
    state: IncidentState
    text: str
    photos: list[PhotoOut]
    resolution: str | None
    created_at: datetime
    resolved_at: datetime | None
    version: int = Field(examples=[1])


class IncidentPage(Answer):
    """A page of incidents, newest first."""

    items: list[IncidentOut]
    next_cursor: str | None = None


class IncidentQuery(PageQuery):
    """Which incidents to list."""

    place: UUID | None = Field(
        default=None, description="工作人员:这个地点所在社区的;不填则为我报告的。"
    )
    state: IncidentState | None = None
