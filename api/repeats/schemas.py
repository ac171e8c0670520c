"""Shapes of repeating errands."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.kinds import KindCode
from api.kit.http.fields import DAY_PATTERN, Answer, Body, Pattern
from api.orders.schemas import ErrandAsk, ErrandWish, QuoteOut

Day = Annotated[date, Pattern(DAY_PATTERN, "not a day of our century as 2027-01-31")]
Weekday = Annotated[int, Field(strict=True, ge=1, le=7)]


class RepeatRule(Body):
    """On which days, from when on, until when; by the clocks on the wall."""

    weekdays: Annotated[
        tuple[Weekday, ...],
        Field(
            min_length=1,
            max_length=7,
            description="1 为星期一。",
            examples=[[1, 3, 5]],
            json_schema_extra={"uniqueItems": True},
        ),
    ]
    begins_min: Annotated[
        int, Field(strict=True, ge=0, le=1439, description="零点后多少分钟开始。", examples=[540])
    ]
    lasts_min: Annotated[
        int, Field(strict=True, ge=15, le=720, description="多少分钟内完成。", examples=[60])
    ] = 60
    until: Day = Field(description="最后一天,最远半年。", examples=["2027-01-31"])

    @model_validator(mode="after")
    def _each_day_once(self) -> "RepeatRule":
        if len(set(self.weekdays)) != len(self.weekdays):
            raise ValueError("a day of the week twice")
        return self


class NewRepeat(Body):
    """An errand to be ordered again and again."""

    rule: RepeatRule
    errand: ErrandAsk
    order: ErrandWish


class RepeatDayOut(Answer):
    """What came of one day."""

    day: date
    order_id: UUID | None
    code: str | None = Field(description="为什么跳过。", examples=["not_paid_in_time"])


class RepeatOut(Answer):
    """A repeating errand."""

    id: UUID
    state: Literal["active", "paused", "ended"]
    kind: KindCode
    weekdays: list[int] = Field(examples=[[1, 3, 5]])
    begins_min: int = Field(examples=[540])
    lasts_min: int = Field(examples=[60])
    until: date
    next_on: date | None = Field(description="下一次。")
    place_at: datetime | None = Field(description="下一次何时下单;之后请支付,否则跳过。")
    days: list[RepeatDayOut] = Field(default=[], description="最近几次,新的在前。")
    quote: QuoteOut | None = Field(default=None, description="新建时:第一次的价格。")
    version: int


class RepeatPage(Answer):
    """A page of repeating errands, newest first."""

    items: list[RepeatOut]
    next_cursor: str | None = None
