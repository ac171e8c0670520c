"""What handing back and failing cost, by reason: published tables, as data.

Words of both tables: `fault` is who answers for it, `evidence` what must be said with it, `points`
the fact that the points engine gets of the runner. Only an unexcused fact ever costs points.
"""

from dataclasses import dataclass
from typing import Literal

Fault = Literal["resident", "runner", "merchant", "platform", "nobody"]
# "text": some words or a photo; "photo": at least one photo.
Evidence = Literal["none", "text", "photo"]
Points = Literal["none", "released", "released_excused", "abandoned", "abandoned_excused"]


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One reason for handing a job back before the pickup."""

    reason: str
    fault: Fault
    evidence: Evidence
    points: Points
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FailureRow:
    """One reason for failing after the pickup; `percent` of the fee is kept, the rest goes back.

    ``is_gone``: the goods do not come back as they were fetched; a merchant who gave them is paid
    for them by the platform, whoever is at fault.
    """

    reason: str
    fault: Fault
    percent: int
    evidence: Evidence
    points: Points
    zh: str
    en: str
    is_gone: bool = False


# fmt: off
_RELEASES = (
    ReleaseRow("handed_back", "runner", "none", "released",
               "已转单;接单两分钟内不计分", "Handed back; free within two minutes"),
    ReleaseRow("weather", "nobody", "text", "released_excused",
               "恶劣天气,转单不扣分", "Bad weather, no points lost"),
    ReleaseRow("lift_broken", "nobody", "photo", "released_excused",
               "电梯故障,转单不扣分", "The lift is broken, no points lost"),
    ReleaseRow("gate_refused", "nobody", "text", "released_excused",
               "门岗不让进,转单不扣分", "Refused at the gate, no points lost"),
    ReleaseRow("customer_unreachable", "resident", "text", "released_excused",
               "联系不上对方,转单不扣分", "Nobody can be reached, no points lost"),
    ReleaseRow("platform_estimate", "platform", "text", "released_excused",
               "平台估计有误,转单不扣分", "Our estimate was wrong, no points lost"),
    ReleaseRow("goods_forbidden", "resident", "text", "released_excused",
               "物品不能送,转单不扣分", "It may not be carried, no points lost"),
)
_FAILURES = (
    FailureRow("nobody_there", "resident", 100, "none", "abandoned_excused",
               "无人收货,物品退回,不退跑腿费", "Nobody there; goods go back, the fee is kept"),
    FailureRow("refused", "resident", 100, "none", "abandoned_excused",
               "对方拒收,物品退回,不退跑腿费", "Refused; goods go back, the fee is kept"),
    FailureRow("address_wrong", "resident", 100, "none", "abandoned_excused",
               "地址有误,物品退回,不退跑腿费", "Wrong address; goods go back, the fee is kept"),
    FailureRow("damaged", "platform", 0, "none", "abandoned_excused",
               "物品损坏,跑腿费全额退回", "Damaged; the fee is refunded in full", is_gone=True),
    FailureRow("kept_back", "merchant", 0, "none", "abandoned_excused",
               "商家让先别交的,带回取货点,全额退回", "Kept back; it is brought back, all refunded"),
    FailureRow("weather", "nobody", 0, "text", "abandoned_excused",
               "恶劣天气无法送达,跑腿费全额退回", "Bad weather; the fee is refunded in full"),
    FailureRow("lift_broken", "nobody", 0, "photo", "abandoned_excused",
               "电梯故障无法送达,跑腿费全额退回", "The lift is broken; the fee goes back in full"),
    FailureRow("gate_refused", "nobody", 0, "text", "abandoned_excused",
               "门岗不让进,跑腿费全额退回", "Refused at the gate; the fee is refunded in full"),
    FailureRow("platform_estimate", "platform", 0, "text", "abandoned_excused",
               "平台估计有误,跑腿费全额退回", "Our estimate was wrong; the fee goes back in full"),
    FailureRow("runner_unable", "runner", 0, "none", "abandoned",
               "跑腿员无法送达,跑腿费全额退回", "The runner gave up; the fee is refunded in full"),
    FailureRow("lost", "runner", 0, "text", "abandoned",
               "物品遗失,跑腿费全额退回", "Lost; the fee is refunded in full", is_gone=True),
)
# fmt: on
RELEASES = {row.reason: row for row in _RELEASES}
FAILURES = {row.reason: row for row in _FAILURES}


def lacks_evidence(required: Evidence, *, text: str, photos: int) -> bool:
    """Whether less was given than the table asks for."""
    if required == "photo":
        return photos == 0
    return required == "text" and not text.strip() and photos == 0
