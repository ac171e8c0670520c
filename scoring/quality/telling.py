"""Tells a runner how well they serve, how sure that is, and what would change it."""

from dataclasses import dataclass
from math import ceil

from scoring.explain import Explanation
from scoring.quality.estimating import Quality
from scoring.rules.judging import Dimension, QualityRules

MORE_ORDERS = 10


@dataclass(frozen=True, slots=True)
class _Words:
    known: str
    early: str
    dimension: str
    names: dict[Dimension, str]
    listing: str
    more: str


_ZH = _Words(
    known="服务质量{mean}(八成把握在{lower}到{upper}之间),依据近期约{weight}单:{parts}。",
    early="新人,数据不足:先按一般水平估为{mean},再有约{missing}单才算数。{parts}。",
    dimension="{name}{mean}",
    names={"T": "准时", "F": "履约", "R": "住户评价", "P": "凭证与规范"},
    listing="、",
    more="再有{orders}户各一单准时送达、凭证齐全,约为{mean}。",
)
_EN = _Words(
    known="Quality {mean} (80 % sure between {lower} and {upper}), from some {weight} recent"
    " orders: {parts}. ",
    early="New, too little is known: taken as {mean} for now, some {missing} more orders will"
    " tell. {parts}. ",
    dimension="{name} {mean}",
    names={"T": "on time", "F": "follow-through", "R": "residents", "P": "proof and conduct"},
    listing=", ",
    more="{orders} more households served on time with proof would make it about {mean}.",
)


def tell_quality(rules: QualityRules, seen: Quality) -> Explanation:
    """Return the sentences for a quality; they depend on nothing but it and the rules."""
    return Explanation(zh=_tell(rules, seen, _ZH), en=_tell(rules, seen, _EN))


def after_more(rules: QualityRules, seen: Quality, orders: int) -> float:
    """Return Q after so many more orders today, each of another household and without a fault."""
    mean = 0.0
    for name, of in rules.dimensions.items():
        dimension = seen.dimensions[name]
        whole = of.kappa + dimension.weight
        more = 0 if name == "R" else orders  # Nobody can promise what residents will say.
        mean += of.weight * (dimension.mean * whole + more) / (whole + more)
    return mean


def _tell(rules: QualityRules, seen: Quality, words: _Words) -> str:
    parts = words.listing.join(
        words.dimension.format(name=words.names[name], mean=_two_places(of.mean))
        for name, of in seen.dimensions.items()
    )
    told = (words.early if seen.is_early else words.known).format(
        mean=_two_places(seen.mean),
        lower=_two_places(seen.lower),
        upper=_two_places(seen.upper),
        weight=round(seen.weight),
        missing=max(1, ceil(rules.few - seen.weight)),
        parts=parts,
    )
    more = after_more(rules, seen, MORE_ORDERS)
    return told + words.more.format(orders=MORE_ORDERS, mean=_two_places(more))


def _two_places(value: float) -> str:
    return f"{value:.2f}"
