"""The settings of a community as a form, as words, and what a change of them comes to. Pure."""

import types
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from api.console.forms import fen, made
from api.errors import malformed
from api.kit.money import format_yuan
from api.orders.pricing import Part, price_errand, total_fen
from api.places.settings import CommunitySettings, RunnerCheck

# Which rules of points hold is announced, and not set here.
_ANNOUNCED = "points_rules"
STEPS_PATH, CHECKS_PATH = "tariff.weight_steps", "runner_checks"
# Rows for further steps of the weight.
_MORE_STEPS = 2
_UNITS = {"_fen": "元", "_m": "米", "_s": "秒", "_g": "克", "_percent": "%", "_days": "天",
          "_min": "米/分钟"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that stand together; ``touches``: what a change of them changes, in words."""

    title: str
    names: tuple[str, ...]
    touches: str


GROUPS = (
    Group(
        "价格与费用",
        ("tariff", "fee_share_percent", "goods_max_fen", "free_cancel_s",
         "cancel_after_accept_percent", "cancel_after_arrival_percent"),
        "只影响之后的报价和订单;已经报出的价格不变。",
    ),
    Group(
        "距离与时限",
        ("radius_m", "max_trip_m", "boundary_m", "position_max_age_s", "pay_window_s",
         "quote_ttl_s", "open_ahead_s", "promise_s", "weather_percent", "expire_after_s",
         "auto_confirm_s", "consent_window_s", "rating_window_s"),
        "立即生效:接单范围、派单和到期对进行中的单也按新的算;已经承诺的送达时间不变。",
    ),
    Group(
        "派单与骑手",
        ("objective", "dispatch_period_s", "offer_s", "offer_rounds", "offer_refusals_free",
         "walk_m_per_min", "capacity", "rest", CHECKS_PATH),
        "从下一轮派单起生效;已在手上的单不收回。",
    ),
    Group(
        "邻里喧与调解",
        ("pile_voices", "case_answer_s", "case_consent_days", "case_period_days",
         "case_ties_days"),
        "影响之后发出的邀请和期限;已经定下的期限不变。",
    ),
    Group("通知", ("quiet",), "影响之后的通知。"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """One value on the form: its path in the settings, and how it is said."""

    path: str
    label: str
    unit: str
    value: Any
    # Where only some values may be chosen.
    options: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The value as it is typed."""
        if self.path.endswith("_fen"):
            return format_yuan(self.value)
        return f"{self.value:g}" if isinstance(self.value, float) else str(self.value)

    @property
    def field(self) -> str:
        """The name of the field; sums are typed in yuan."""
        return self.path.removesuffix("_fen")


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that becomes another."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Errand:
    """An example of what a resident asks for; ``hour`` on clocks in China."""

    title: str
    trip_m: float
    weight_g: int
    floor: int
    has_lift: bool
    hour: int


@dataclass(frozen=True, slots=True)
class Priced:
    """What an example costs before and after."""

    errand: Errand
    before: tuple[Part, ...]
    after: tuple[Part, ...]

    @property
    def before_fen(self) -> int:
        """The fee of today."""
        return total_fen(self.before)

    @property
    def after_fen(self) -> int:
        """The fee to come."""
        return total_fen(self.after)


ERRANDS = (
    Errand("250 米,1 公斤,有电梯,中午", 250, 1_000, 5, has_lift=True, hour=12),
    Errand("700 米,6 公斤,无电梯五楼,下午", 700, 6_000, 5, has_lift=False, hour=15),
    Errand("700 米,1 公斤,有电梯,夜里 23 点", 700, 1_000, 5, has_lift=True, hour=23),
)


def shown_settings(settings: CommunitySettings) -> list[tuple[Group, list[Setting]]]:
    """Everything that can be typed, group by group; steps and checks have fields of their own."""
    found = list(_settings(settings))
    return [
        (group, [one for one in found if one.path.partition(".")[0] in group.names])
        for group in GROUPS
    ]


def shown_steps(settings: CommunitySettings) -> list[tuple[str, str]]:
    """Steps of the weight as they are typed (grams, yuan), and rows for more."""
    steps = settings.tariff.weight_steps
    typed = [(str(step.from_g), format_yuan(step.extra_fen)) for step in steps]
    return [*typed, *[("", "")] * _MORE_STEPS]


def read_form(form: Mapping[str, str], current: CommunitySettings) -> CommunitySettings:
    """The settings that were typed.

    Raises:
        AppError: malformed_request, naming the fields.
    """
    values = current.model_dump(mode="json")
    for setting in _settings(current):
        _put(values, setting.path, _typed(form, setting))
    _put(values, STEPS_PATH, _steps(form))
    _put(values, CHECKS_PATH, [c for c in get_args(RunnerCheck) if form.get(f"{CHECKS_PATH}.{c}")])
    return made(CommunitySettings, **values)


def changes(
    before: CommunitySettings, after: CommunitySettings, *, checks: Mapping[str, str]
) -> list[tuple[Group, list[Change]]]:
    """What becomes different, by group; ``checks``: the words for what runners must pass."""
    was, becomes = _said(before, checks), _said(after, checks)
    different = {path for path in was if was[path] != becomes[path]}
    found = [
        (group, [Change(was[p][0], was[p][1], becomes[p][1]) for p in was
                 if p in different and p.partition(".")[0] in group.names])
        for group in GROUPS
    ]  # fmt: skip
    return [(group, listed) for group, listed in found if listed]


def priced(before: CommunitySettings, after: CommunitySettings) -> list[Priced]:
    """What the examples cost by either tariff."""
    return [Priced(errand, _price(errand, before), _price(errand, after)) for errand in ERRANDS]


def _price(errand: Errand, settings: CommunitySettings) -> tuple[Part, ...]:
    return price_errand(
        settings.tariff,
        trip_m=errand.trip_m,
        weight_g=errand.weight_g,
        floor=errand.floor,
        has_lift=errand.has_lift,
        # China has one time zone, eight hours ahead.
        due_at=datetime(2026, 1, 5, errand.hour - 8, tzinfo=UTC),
    )


def _settings(shape: BaseModel, path: str = "") -> Generator[Setting]:
    for name, info in type(shape).model_fields.items():
        value, where = getattr(shape, name), path + name
        if isinstance(value, BaseModel):
            yield from _settings(value, f"{where}.")
        elif where not in (STEPS_PATH, CHECKS_PATH, _ANNOUNCED):
            unit = next((word for end, word in _UNITS.items() if name.endswith(end)), "")
            yield Setting(
                where, (info.description or name).rstrip("。"), unit, value,
                _options(info.annotation),
            )  # fmt: skip


def _options(annotation: Any) -> tuple[str, ...]:
    if isinstance(annotation, types.GenericAlias):
        return ()
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _typed(form: Mapping[str, str], setting: Setting) -> Any:
    text = form.get(setting.field, "")
    if not text:
        raise malformed(setting.path, "is required")
    if setting.path.endswith("_fen"):
        return int(fen(form, setting.path))
    if isinstance(setting.value, str):
        return text
    try:
        return int(text) if isinstance(setting.value, int) else float(text)
    except ValueError as error:
        raise malformed(setting.path, "is no number") from error


def _steps(form: Mapping[str, str]) -> list[dict[str, int]]:
    """Steps that were typed; a row without a weight is none."""
    found: list[dict[str, int]] = []
    n = 0
    while (typed := form.get(f"{STEPS_PATH}.{n}.from_g")) is not None:
        if typed:
            if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
                raise malformed(STEPS_PATH, "is no weight in grams")
            extra = fen(form, f"{STEPS_PATH}.{n}.extra_fen")
            found.append({"from_g": int(typed), "extra_fen": int(extra)})
        n += 1
    return found


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    head, _, rest = path.partition(".")
    if rest:
        _put(values[head], rest, value)
    else:
        values[head] = value


def _said(settings: CommunitySettings, checks: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Every setting by its path: what it is called, and its value with the unit."""
    said = {s.path: (s.label, f"{s.shown} {s.unit}".strip()) for s in _settings(settings)}
    steps = settings.tariff.weight_steps
    said[STEPS_PATH] = (
        "重量加价",
        ";".join(f"{s.from_g / 1000:g} 公斤起加 {format_yuan(s.extra_fen)} 元" for s in steps)
        or "没有",
    )
    passed = [checks.get(check, check) for check in settings.runner_checks]
    said[CHECKS_PATH] = ("骑手须通过的审核", "、".join(passed) or "没有")
    return said
