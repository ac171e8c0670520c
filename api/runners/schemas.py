"""Shapes of runners."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body, GeoPoint, Note
from api.runners.service.working import HoursNow


class Application(Body):
    """An application to run in a community."""

    community_id: UUID


class Decision(Body):
    """Why it was decided so; the runner is told."""

    reason: Note = ""


class ShiftEdit(Body):
    """The shift to change to."""

    shift: Literal["online", "offline", "break"] = Field(examples=["online"])


class PositionReport(Body):
    """Where the runner is now."""

    point: GeoPoint


class RunnerOut(Answer):
    """A runner."""

    id: UUID
    community_id: UUID
    state: Literal["applied", "approved", "rejected", "suspended"]
    tier: Literal["trainee", "runner", "lead"] = Field(description="见习、跑腿员、领跑员。")
    kinds: list[str] = Field(examples=[["fetch"]])
    shift: Literal["online", "offline", "break"]
    position_at: datetime | None = Field(description="最近一次定位的时间。")
    capacity: int = Field(description="同时最多几单。", examples=[5])
    load: int = Field(description="手上的单。", examples=[0])


class RunnerPage(Answer):
    """A page of runners."""

    items: list[RunnerOut]
    next_cursor: str | None = None


class RestHold(Answer):
    """Why no new job may be taken now; jobs in hand may always be finished."""

    code: Literal["rest_needed", "day_confirm_needed", "day_limit_reached", "rest_day_needed"]
    until: datetime | None = Field(
        description="到什么时候;空表示要等本人确认,或手上的单送完再休息。"
    )


class RestLimits(Answer):
    """The limits of the community, in seconds and days."""

    continuous_s: int = Field(examples=[14400])
    pause_s: int = Field(examples=[1200])
    day_confirm_s: int = Field(examples=[28800])
    day_max_s: int = Field(examples=[43200])
    days_in_row_max: int = Field(examples=[6])


class HoursOut(Answer):
    """How long the runner has worked: overlapping jobs count once, from accept to finish."""

    stretch_s: int = Field(description="这一段连续工作的时长。", examples=[5400])
    today_s: int = Field(description="今天工作的时长。", examples=[16200])
    day_number: int = Field(description="今天是连续工作的第几天。", examples=[3])
    is_confirmed: bool = Field(description="今天是否已确认继续。")
    hold: RestHold | None = None
    limits: RestLimits

    @staticmethod
    def of(seen: HoursNow) -> "HoursOut":
        """The account as it leaves."""
        return HoursOut(
            stretch_s=int(seen.hours.stretch_s),
            today_s=int(seen.hours.today_s),
            day_number=seen.hours.day_number,
            is_confirmed=seen.hours.is_confirmed,
            hold=None if seen.held is None else RestHold.model_validate(seen.held),
            limits=RestLimits.model_validate(seen.rules),
        )
