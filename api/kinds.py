"""The kinds of errands, as one table: what each needs from whoever asks and from whoever carries.

Below every feature, because three of them read it: orders what must be said, jobs what must be
shown, runners who may carry it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

KindCode = Literal[
    "buy", "fetch", "parcel", "meal", "pay", "queue", "home_service", "trash", "print", "medicine"
]
# A share of a vegetable cycle: ordered there, not as an errand, so it is in no table of errands.
VEGETABLES = "vegetables"
# What a carer may be let order for somebody.
CaredKind = Literal[KindCode, "vegetables"]
# What a runner shows at a step: the code that sender or receiver tells; the codes of the parcel
# station; photos; what was spent, in fen.
Part = Literal["code", "parcel_codes", "photo_ids", "spent_fen"]
# Whether an errand has a place to go to first that is not where it ends.
Pickup = Literal["required", "optional", "none"]
# What a runner needs beyond being approved: to be trusted with an advance, in a home, with
# medicine; "basic" is everybody's. A tier has some of them (tiers.toml).
Permission = Literal["basic", "money", "home", "medicine"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of errand."""

    code: KindCode
    title: str
    pickup: Pickup
    pickup_proof: tuple[Part, ...]
    delivery_proof: tuple[Part, ...]
    permission: Permission = "basic"
    # What the photos of a step are to show.
    pickup_photo: str | None = None
    delivery_photo: str | None = None
    # Offered at once, and shown to the grid worker.
    is_urgent: bool = False
    # An appointment, never "as soon as possible".
    needs_window: bool = False
    # What cannot be said in one line of text must come as `details`.
    needs_details: bool = True
    # Whether the customer may have it left at the door, a photo instead of the code.
    may_be_left: bool = False
    # Whether several orders of this kind may be carried on one trip.
    may_be_bundled: bool = False
    # Whether the same can be wanted every week; codes and pages are for one time.
    may_repeat: bool = True

    @property
    def has_goods(self) -> bool:
        """Whether the runner spends money, for which a ceiling is paid in front."""
        return "spent_fen" in self.pickup_proof or self.spends_at_the_end

    @property
    def spends_at_the_end(self) -> bool:
        """Whether the receipt is the proof of the end (a bill paid), not of the pickup."""
        return "spent_fen" in self.delivery_proof


_ALL = (
    Kind("buy", "代买", "optional", ("photo_ids", "spent_fen"), ("code",), "money",
         pickup_photo="购物小票", may_be_left=True),
    Kind("fetch", "取送", "required", ("code",), ("code",), needs_details=False,
         may_be_left=True, may_be_bundled=True),
    Kind("parcel", "取快递", "required", ("parcel_codes",), ("code",),
         may_be_left=True, may_be_bundled=True, may_repeat=False),
    Kind("meal", "送餐", "required", ("photo_ids",), ("code",), pickup_photo="封好的餐品",
         may_be_left=True, may_be_bundled=True),
    Kind("pay", "代缴", "none", (), ("photo_ids", "spent_fen"), "money",
         delivery_photo="缴费凭证"),
    Kind("queue", "代办", "required", (), ("code",)),
    Kind("home_service", "家政维修", "none", ("photo_ids",), ("photo_ids",), "home",
         pickup_photo="开工前", delivery_photo="完工后", needs_window=True),
    Kind("trash", "清理垃圾", "none", ("photo_ids",), ("photo_ids",),
         pickup_photo="清理前", delivery_photo="清理后"),
    Kind("print", "打印资料", "optional", ("photo_ids", "spent_fen"), ("code",), "money",
         pickup_photo="打印小票", may_be_left=True, may_repeat=False),
    Kind("medicine", "买药", "optional", ("photo_ids", "spent_fen"), ("code",), "medicine",
         pickup_photo="购药小票", is_urgent=True),
)  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType({k.code: k for k in _ALL})
URGENT_KINDS: tuple[str, ...] = tuple(k.code for k in _ALL if k.is_urgent)
