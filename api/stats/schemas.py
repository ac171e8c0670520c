"""Shapes of figures."""

from datetime import date

from pydantic import Field

from api.kit.http.fields import Answer


class DayOut(Answer):
    """Orders of a day."""

    day: date = Field(examples=["2026-11-22"])
    orders_count: int = Field(description="当天下的单。", examples=[42])
    delivered_count: int = Field(description="其中已送达或已自提。", examples=[39])
    failed_count: int = Field(description="其中未送成、退回或无人接单。", examples=[1])
    cancelled_count: int = Field(description="其中取消的。", examples=[2])


class HourOut(Answer):
    """How long deliveries took."""

    hour: int = Field(description="几点接的单(北京时间)。", examples=[9])
    jobs_count: int = Field(examples=[12])
    median_s: int = Field(description="从接单到送达的中位数,秒。", examples=[1260])
    p90_s: int = Field(description="九成在多久之内,秒。", examples=[2400])


class BandOut(Answer):
    """Runners with so many points."""

    from_points: int = Field(description="从多少分起。", examples=[100])
    to_points: int = Field(description="不到多少分。", examples=[150])
    runners_count: int = Field(examples=[4])


class StatsOut(Answer):
    """Figures of a community; of nobody by name, and no ranking."""

    first: date
    last: date
    days: list[DayOut]
    hours: list[HourOut]
    points: list[BandOut] = Field(description="现在的积分分布,已通过的骑手。")
    quarters_cp: tuple[int, int, int] | None = Field(
        description="积分的四分位数,百分之一分;不足两人则无。", examples=[[8000, 12000, 16000]]
    )
