"""What people mean to do on a day: pure, and the same every time by the day's number."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from api.kinds import KindCode

# Minutes of the day. Nobody begins anything after LAST; then everybody goes home.
FIRST_MIN, LAST_MIN = 8 * 60.0, 21 * 60.0
# So many errands a day, and never more than so many things that people wait for at once.
ERRANDS_A_DAY, OPEN_MAX = 72, 16
RESIDENTS, RUNNERS = 6, 4
# After so many days the story is told: what one demonstration holds has an end.
DAYS_MAX = 14

_BY_HOUR = MappingProxyType(
    {8: 5, 9: 5, 10: 6, 11: 9, 12: 16, 13: 4, 14: 3, 15: 4, 16: 5, 17: 9, 18: 8, 19: 5, 20: 3}
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Something people have done, from a place so many metres north and east of the centre."""

    kind: KindCode
    item: str
    place: str
    north_m: float
    east_m: float
    details: Mapping[str, Any] | None = None
    has_pickup: bool = True


WISHES = (
    Wish("meal", "两份盖浇饭", "老王面馆", -90, 120, {"meal_number": "A032"}),
    Wish("meal", "一份小馄饨", "老王面馆", -90, 120, {"meal_number": "A047"}),
    Wish("parcel", "两件快递", "菜鸟驿站", -60, -140,
         {"parcel_codes": ["3-2-1007", "8-1-2210"], "company": "顺丰", "parcel_count": 2}),
    Wish("parcel", "一件快递", "菜鸟驿站", -60, -140,
         {"parcel_codes": ["5-4-3391"], "company": "中通", "parcel_count": 1}),
    Wish("fetch", "忘带的钥匙", "物业服务站", 40, -60),
    Wish("fetch", "老花镜", "社区活动室", 180, 210),
    Wish("buy", "鸡蛋和酱油", "惠民超市", -150, 40,
         {"shopping_list": [{"name": "鸡蛋", "quantity": "两斤"},
                            {"name": "酱油", "quantity": "一瓶"}],
          "ceiling_fen": 5000, "preferred_shop": "惠民超市"}),
    Wish("medicine", "退烧贴", "社区药房", 110, 230,
         {"shopping_list": [{"name": "退烧贴", "quantity": "一盒"}],
          "ceiling_fen": 4000, "is_non_prescription": True}),
    Wish("queue", "取上午的号", "社区卫生站", 150, -120,
         {"where": "挂号处", "what": "取上午的号"}),
    Wish("trash", "旧沙发下楼", "", 0, 0, {"sort": "bulky", "volume_l": 120}, has_pickup=False),
)  # fmt: skip
_WEIGHTS = (6, 6, 6, 5, 4, 3, 4, 2, 2, 2)


@dataclass(frozen=True, slots=True)
class Errand:
    """An errand: who wants what when, and how it goes on when it was brought."""

    minute: float
    resident: int
    wish: Wish
    changes_mind: bool
    confirms: bool
    stars: int | None
    tip_fen: int


Fate = Literal["shown", "held", "rejected"]


@dataclass(frozen=True, slots=True)
class Writing:
    """A text for the board, and what staff will make of it."""

    minute: float
    resident: int
    kind: str
    category: str
    text: str
    fate: Fate
    me_too: int = 0
    is_reported: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody who joins the day's vegetables, with so many of each item."""

    minute: float
    resident: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quarrel:
    """Somebody who asks for mediation, and how far it goes (`quarrels.mediate`)."""

    minute: float
    resident: int
    category: str
    text: str
    steps: int


@dataclass(frozen=True, slots=True)
class Day:
    """All that is meant to happen on a day, each in the order of its minutes."""

    errands: tuple[Errand, ...]
    writings: tuple[Writing, ...]
    joins: tuple[Join, ...]
    quarrels: tuple[Quarrel, ...]


def day_of(number: int) -> Day:
    """The day of a number, counted from 0."""
    chance = random.Random(f"linli-{number}")  # noqa: S311
    quarrels = _QUARRELS if number == 0 else ()
    return Day(_errands(chance), _writings(chance, number), _joins(chance), quarrels)


def _errands(chance: random.Random) -> tuple[Errand, ...]:
    hours = chance.choices(list(_BY_HOUR), list(_BY_HOUR.values()), k=ERRANDS_A_DAY)
    minutes = sorted(hour * 60 + chance.uniform(0, 60) for hour in hours)
    return tuple(_errand(chance, minute) for minute in minutes)


def _errand(chance: random.Random, minute: float) -> Errand:
    return Errand(
        minute=minute,
        resident=chance.randrange(RESIDENTS),
        wish=chance.choices(WISHES, _WEIGHTS)[0],
        changes_mind=chance.random() < 0.06,
        confirms=chance.random() < 0.8,
        stars=chance.choice((5, 5, 5, 5, 4, 4, 3)) if chance.random() < 0.7 else None,
        tip_fen=chance.choice((100, 200, 500)) if chance.random() < 0.15 else 0,
    )


# The first day's: a pile of three voices within the hour, one report, one held, one rejected.
_FIRST = (
    Writing(8 * 60 + 25, 2, "praise", "errand_order", "昨天的跑腿员帮奶奶把米扛上五楼,谢谢!",
            "shown", me_too=3),
    Writing(9 * 60 + 5, 4, "dispute", "noise", "楼上装修从早上七点开始,老人休息不好,想请人调解。",
            "shown", me_too=1),
    Writing(9 * 60 + 50, 5, "suggestion", "parking", "3号楼前能不能划几个非机动车位?", "shown",
            me_too=2),
    Writing(10 * 60 + 30, 1, "lost_found", "other", "在小广场捡到一串钥匙,挂着小熊。", "shown"),
    Writing(11 * 60 + 2, 2, "dispute", "square_dancing", "小广场早上六点就放音乐,孩子没法睡。",
            "shown", me_too=2, is_reported=True),
    Writing(11 * 60 + 14, 4, "dispute", "square_dancing", "跳舞的音箱能不能小声一点?", "held"),
    Writing(11 * 60 + 33, 5, "dispute", "square_dancing", "周末早上又被音乐吵醒了。", "held"),
    Writing(11 * 60 + 40, 3, "help", "leak", "厨房天花板渗水,有没有邻居知道怎么联系维修?", "held"),
    Writing(11 * 60 + 50, 1, "suggestion", "other", "低价代办各种证件,加我联系。", "rejected"),
)  # fmt: skip
_QUARRELS = (
    Quarrel(9 * 60, 4, "noise", "楼上装修太早,老人休息不好。", 4),
    Quarrel(9 * 60 + 40, 5, "pets", "对门的狗半夜叫,说了几次没用。", 3),
    Quarrel(10 * 60, 3, "noise", "隔壁深夜打麻将,声音很大。", 1),
    Quarrel(11 * 60, 2, "leak", "阳台滴水,弄湿了楼下的被子。", 0),
)
_OTHERS = (
    ("praise", "property_service", "楼道灯换好了,晚上亮堂多了。"),
    ("suggestion", "corridor", "二单元楼道的纸箱能不能清一清?"),
    ("lost_found", "other", "5号楼门口有一只蓝色儿童手套。"),
    ("help", "pets", "周末出门两天,有没有邻居能帮忙喂猫?"),
    ("suggestion", "parking", "晚上消防通道又停了车。"),
    ("praise", "merchant", "老王菜店的番茄很新鲜。"),
)


def _writings(chance: random.Random, number: int) -> tuple[Writing, ...]:
    if number == 0:
        return _FIRST
    chosen = chance.sample(_OTHERS, 3)
    minutes = sorted(chance.uniform(FIRST_MIN, LAST_MIN - 60) for _ in chosen)
    fates: tuple[Fate, ...] = ("shown", "shown", "held" if number % 3 == 0 else "shown")
    return tuple(
        Writing(minute, chance.randrange(1, RESIDENTS), *said, fate, me_too=chance.randrange(3))
        for minute, said, fate in zip(minutes, chosen, fates, strict=True)
    )


def _joins(chance: random.Random) -> tuple[Join, ...]:
    """Everybody but the first joins before the cut-off."""
    minutes = sorted(chance.uniform(8 * 60 + 20, 11 * 60 + 20) for _ in range(1, RESIDENTS))
    return tuple(
        Join(minute, resident, (chance.randrange(1, 4), chance.randrange(3), chance.randrange(3)))
        for resident, minute in enumerate(minutes, start=1)
    )
