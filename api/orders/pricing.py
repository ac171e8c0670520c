"""The price of an errand: a pure function of a tariff, every part named."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from api.jobs.rules import climbed_floors
from api.kit.clock import china
from api.places.settings import Tariff

_NIGHT_FROM_H = 22
_NIGHT_TO_H = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a price."""

    code: str
    label: str
    amount_fen: int


def price_errand(
    tariff: Tariff,
    *,
    trip_m: float,
    weight_g: int,
    floor: int,
    has_lift: bool,
    due_at: datetime,
) -> tuple[Part, ...]:
    """The parts of the fee in fen; ``trip_m`` is the geodesic from pickup to drop-off."""
    parts = [Part("base", "起步价", tariff.base_fen)]
    beyond_m = max(0.0, trip_m - tariff.included_m)
    if beyond_m > 0:
        hundreds = ceil(round(beyond_m, 1) / 100)
        parts.append(Part("distance", f"路程 {trip_m:.0f} 米", hundreds * tariff.per_100m_fen))
    step = max((s for s in tariff.weight_steps if weight_g >= s.from_g), key=lambda s: s.from_g,
               default=None)  # fmt: skip
    if step is not None:
        parts.append(Part("weight", f"重量 {weight_g / 1000:g} 公斤", step.extra_fen))
    climbed = climbed_floors(floor=floor, has_lift=has_lift)
    if climbed:
        parts.append(Part("stairs", f"无电梯 {climbed} 层", climbed * tariff.per_floor_fen))
    hour = china(due_at).hour
    if hour >= _NIGHT_FROM_H or hour < _NIGHT_TO_H:
        parts.append(Part("night", "夜间", tariff.night_fen))
    return tuple(p for p in parts if p.amount_fen > 0)


def total_fen(parts: tuple[Part, ...]) -> int:
    """The fee: the sum of its parts."""
    return sum(p.amount_fen for p in parts)
