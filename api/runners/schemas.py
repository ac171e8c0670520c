"""Shapes of runners."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body, GeoPoint, Note


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
