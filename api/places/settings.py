"""A community's own settings: one validated document, versioned, edited by staff."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from api.errors import malformed
from api.kit.http.fields import Body, CleanText, Fen, Metres

Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Seconds = Annotated[int, Field(strict=True, ge=1, le=7 * 86_400)]
# What is multiplied, by hundreds of metres or by floors, stays so small that no sum overflows.
FenEach = Annotated[int, Field(strict=True, ge=0, le=100_00)]
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["22:00"])]
# The objectives of dispatch that are published (matching/dispatch/objectives), by version.
ObjectiveVersion = Literal["2026.1", "2026.2"]
# How often a job is offered at most, each time to somebody else, before it is the hall's alone.
OFFER_ROUNDS_MAX = 3
# A brisk walk on the flat; where people carry up stairs or through gates it is less.
WALK_M_PER_MIN = 80


class WeightStep(Body):
    """From this weight on, so much more."""

    from_g: Annotated[int, Field(strict=True, ge=1, le=200_000, examples=[5000])]
    extra_fen: Fen


class Tariff(Body):
    """The price of an errand, as data: every part of a quote comes from one line of it."""

    base_fen: Fen = Field(default=300, description="起步价。")
    included_m: Metres = Field(default=300, description="起步价包含的路程。")
    per_100m_fen: FenEach = Field(default=50, description="超出后每 100 米(不足按 100 米)。")
    weight_steps: Annotated[tuple[WeightStep, ...], Field(max_length=10)] = (
        WeightStep(from_g=5_000, extra_fen=100),
        WeightStep(from_g=10_000, extra_fen=300),
    )
    per_floor_fen: FenEach = Field(default=50, description="无电梯时每层(第二层起)。")
    night_fen: Fen = Field(default=200, description="22:00–06:00 送达的加价。")
    weight_max_g: Annotated[int, Field(strict=True, ge=1, le=200_000)] = Field(
        default=30_000, description="一单最重。"
    )

    @model_validator(mode="after")
    def _steps_rise(self) -> "Tariff":
        weights = [s.from_g for s in self.weight_steps]
        if weights != sorted(set(weights)):
            raise ValueError("weight_steps must rise")
        return self


RunnerCheck = Literal["identity", "adult", "statements", "emergency_contact", "training", "tier"]


class Rest(Body):
    """How long a runner may work. A community may be stricter than these limits, never laxer."""

    continuous_s: Annotated[int, Field(strict=True, ge=600, le=4 * 3600)] = Field(
        default=4 * 3600, description="连续工作多久后暂停接单。"
    )
    pause_s: Annotated[int, Field(strict=True, ge=20 * 60, le=4 * 3600)] = Field(
        default=20 * 60, description="至少休息多久。"
    )
    day_confirm_s: Annotated[int, Field(strict=True, ge=600, le=8 * 3600)] = Field(
        default=8 * 3600, description="一天工作满多久后须本人确认才能继续。"
    )
    day_max_s: Annotated[int, Field(strict=True, ge=600, le=12 * 3600)] = Field(
        default=12 * 3600, description="一天最多工作多久。"
    )
    days_in_row_max: Annotated[int, Field(strict=True, ge=1, le=6)] = Field(
        default=6, description="最多连续工作几天,之后须休息一天。"
    )


class QuietHours(Body):
    """When nobody is rung for what can wait; equal ends mean never."""

    begins: ClockTime = Field(default="22:00", description="免打扰开始(北京时间)。")
    ends: ClockTime = Field(default="07:00", description="免打扰结束(北京时间)。")


class CommunitySettings(Body):
    """What a community decides for itself; the defaults suit a dense neighbourhood."""

    radius_m: Metres = Field(default=500, description="骑手与取货点的最大距离。")
    max_trip_m: Metres = Field(default=1000, description="取货点到送货点的最大距离。")
    boundary_m: Metres = Field(default=2000, description="社区边界:到社区中心的最大距离。")
    position_max_age_s: Seconds = Field(default=180, description="定位的有效期。")
    pay_window_s: Seconds = Field(default=900, description="支付时限。")
    quote_ttl_s: Seconds = Field(default=600, description="报价有效期。")
    open_ahead_s: Annotated[int, Field(strict=True, ge=0, le=86_400)] = Field(
        default=600, description="取货时间前多久开始派单。"
    )
    promise_s: Seconds = Field(
        default=2400,
        description="未选时间段、且这一小时过去送得太少时承诺的送达时长;多了按中位数承诺。",
    )
    weather_percent: Annotated[int, Field(strict=True, ge=100, le=300)] = Field(
        default=100, description="天气不好时,承诺时长放宽到平时的百分之几。"
    )
    expire_after_s: Seconds = Field(
        default=1800, description="承诺送达时间过后多久无人接单即取消。"
    )
    auto_confirm_s: Seconds = Field(default=86_400, description="送达后多久自动确认。")
    pile_voices: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        default=3, description="邻里喧:一小时内同地同类有多少人提起即预警。"
    )
    case_answer_s: Annotated[int, Field(strict=True, ge=600, le=2 * 86_400)] = Field(
        default=7200, description="调解:受邀的调解员多久不答复即改邀下一位。"
    )
    case_consent_days: Annotated[int, Field(strict=True, ge=1, le=30)] = Field(
        default=7, description="调解:各方须在多少天内答复是否同意调解。"
    )
    case_period_days: Annotated[int, Field(strict=True, ge=7, le=90)] = Field(
        default=30, description="调解:开始后多少天未达成协议即终止,并告知其他途径。"
    )
    case_ties_days: Annotated[int, Field(strict=True, ge=180, le=1096)] = Field(
        default=180, description="调解:多少天内有过跑腿往来的调解员须回避。"
    )
    rating_window_s: Seconds = Field(default=7 * 86_400, description="完成后多久内可以评价。")
    free_cancel_s: Annotated[int, Field(strict=True, ge=0, le=3600)] = Field(
        default=120, description="接单后多久内可免费取消。"
    )
    cancel_after_accept_percent: Percent = Field(
        default=20, description="接单后取消时收取的费用比例。"
    )
    cancel_after_arrival_percent: Percent = Field(
        default=50, description="骑手到达取货点后取消时收取的费用比例。"
    )
    fee_share_percent: Annotated[int, Field(strict=True, ge=0, le=30)] = Field(
        default=0,
        description="平台从跑腿费中收取的服务费比例;只影响之后的订单,骑手看到的是自己所得。",
    )
    capacity: Annotated[int, Field(strict=True, ge=1, le=20)] = Field(
        default=5, description="一名骑手同时最多几单。"
    )
    walk_m_per_min: Annotated[int, Field(strict=True, ge=40, le=120)] = Field(
        default=WALK_M_PER_MIN, description="步行速度:每分钟多少米,用来算路线和到达的时间。"
    )
    dispatch_period_s: Annotated[int, Field(strict=True, ge=2, le=60)] = Field(
        default=5, description="每隔多久派一轮单。"
    )
    offer_s: Annotated[int, Field(strict=True, ge=15, le=300)] = Field(
        default=45, description="派单等待骑手答复多久。"
    )
    offer_rounds: Annotated[int, Field(strict=True, ge=0, le=OFFER_ROUNDS_MAX)] = Field(
        default=OFFER_ROUNDS_MAX,
        description="一单最多派几次,每次换一人;之后只留在接单大厅,并通知工作人员。0:只抢单,不派单。",
    )
    offer_refusals_free: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        default=10,
        description="骑手一天可以拒绝或不答复几次派单;再多,当天不再派单,仍可抢单。从不扣分扣钱。",
    )
    objective: ObjectiveVersion = Field(
        default="2026.2",
        description="派单目标的版本,见 `GET /v1/dispatch/objectives`;`2026.2` 可以一趟取几家店,"
        "同一栋楼的一起送;`2026.1` 一趟只取一家。",
    )
    rest: Rest = Rest()
    runner_checks: Annotated[tuple[RunnerCheck, ...], Field(max_length=6)] = Field(
        default=(),
        description="骑手须通过的审核、培训和等级限制;正式环境一律全部要求,不看此项。",
    )
    goods_max_fen: Fen = Field(default=500_00, description="代买、代缴一单的预付上限。")
    consent_window_s: Annotated[int, Field(strict=True, ge=60, le=3600)] = Field(
        default=900, description="超出上限时等待下单人同意和补付的时限。"
    )
    points_rules: Annotated[CleanText, Field(min_length=1, max_length=20)] = Field(
        default="2026.1", description="积分规则的版本。"
    )
    quiet: QuietHours = QuietHours()
    tariff: Tariff = Tariff()


def read_settings(stored: dict[str, Any]) -> CommunitySettings:
    """The settings as stored; what a newer version added has its default."""
    return CommunitySettings.model_validate(stored)


def check_settings(settings: CommunitySettings) -> None:
    """Refuse combinations that cannot work.

    Raises:
        AppError: malformed_request.
    """
    if settings.max_trip_m > 2 * settings.boundary_m:
        raise malformed("settings.max_trip_m", "more than the width of the community")
