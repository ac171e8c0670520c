"""What a runner must know to carry an errand out, a shape a kind; sealed wherever it rests."""

from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import Field, StringConstraints, TypeAdapter

from api.kit.crypto import Vault
from api.kit.http.fields import Body, CleanText, Fen, Label, Note
from api.uploads.schemas import UploadIds

Ceiling = Annotated[
    Fen,
    Field(ge=1, description="商品或费用的预付上限,随订单支付,多余的退回。", examples=[5000]),
]
ParcelCode = Annotated[CleanText, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,20}$")]


class ListItem(Body):
    """One line of a shopping list."""

    name: Label = Field(examples=["鸡蛋"])
    quantity: Label = Field(examples=["两斤"])


class FetchDetails(Body):
    """取送: the order's own line says it all."""

    kind: Literal["fetch"]


class BuyDetails(Body):
    """代买: what to buy, for how much at most, where by preference."""

    kind: Literal["buy"]
    shopping_list: Annotated[tuple[ListItem, ...], Field(min_length=1, max_length=30)]
    ceiling_fen: Ceiling
    preferred_shop: Label | None = Field(default=None, examples=["惠民超市"])
    may_substitute: Annotated[bool, Field(strict=True, description="没有时可否换类似的。")] = False


class ParcelDetails(Body):
    """取快递: what the parcel station asks for."""

    kind: Literal["parcel"]
    parcel_codes: Annotated[
        tuple[ParcelCode, ...],
        Field(min_length=1, max_length=20, description="驿站的取件码。", examples=[["3-2-1007"]]),
    ]
    company: Label = Field(description="快递公司或驿站。", examples=["顺丰"])
    parcel_count: Annotated[int, Field(strict=True, ge=1, le=20, examples=[1])]


class MealDetails(Body):
    """送餐: which meal at the counter."""

    kind: Literal["meal"]
    meal_number: Label = Field(description="取餐号。", examples=["A032"])
    portion_count: Annotated[int, Field(strict=True, ge=1, le=20, examples=[1])] = 1


class PayDetails(Body):
    """代缴: which bill, for how much at most."""

    kind: Literal["pay"]
    bill: Literal["water", "electricity", "gas", "phone", "property", "other"] = Field(
        examples=["electricity"]
    )
    account: Annotated[
        CleanText,
        StringConstraints(min_length=4, max_length=40),
        Field(description="户号,加密保存。", examples=["3100123456"]),
    ]
    ceiling_fen: Ceiling


class QueueDetails(Body):
    """代办: what to do there, and what to bring along."""

    kind: Literal["queue"]
    where: Label = Field(description="窗口或科室。", examples=["社区卫生服务中心二楼挂号处"])
    what: Annotated[CleanText, Field(min_length=1, max_length=300, examples=["取上午的号"])]


class HomeServiceDetails(Body):
    """家政维修: which work, at the time of the window."""

    kind: Literal["home_service"]
    category: Literal["cleaning", "plumbing", "electrical", "appliance", "lock", "other"] = Field(
        examples=["plumbing"]
    )
    description: Note = Field(default="", examples=["厨房水龙头滴水"])


class TrashDetails(Body):
    """清理垃圾: what sort and how much."""

    kind: Literal["trash"]
    sort: Literal["household", "kitchen", "recyclable", "bulky", "decoration"] = Field(
        examples=["bulky"]
    )
    volume_l: Annotated[int, Field(strict=True, ge=1, le=2000, description="升。", examples=[60])]


class PrintDetails(Body):
    """打印资料: which files, how often, how."""

    kind: Literal["print"]
    upload_ids: Annotated[UploadIds, Field(min_length=1, description="用途为 `print` 的照片。")]
    pages: Annotated[int, Field(strict=True, ge=1, le=500, examples=[2])]
    copies: Annotated[int, Field(strict=True, ge=1, le=100, examples=[1])] = 1
    sides: Literal["single", "double"] = Field(default="single", examples=["double"])
    is_colour: Annotated[bool, Field(strict=True)] = False
    ceiling_fen: Ceiling


class MedicineDetails(Body):
    """买药: without prescription only, urgent."""

    kind: Literal["medicine"]
    shopping_list: Annotated[tuple[ListItem, ...], Field(min_length=1, max_length=10)]
    ceiling_fen: Ceiling
    is_non_prescription: Annotated[
        Literal[True], Field(description="确认都是非处方药。", examples=[True])
    ]


Details = Annotated[
    FetchDetails
    | BuyDetails
    | ParcelDetails
    | MealDetails
    | PayDetails
    | QueueDetails
    | HomeServiceDetails
    | TrashDetails
    | PrintDetails
    | MedicineDetails,
    Field(discriminator="kind"),
]
_ADAPTER: TypeAdapter[Details] = TypeAdapter(Details)
COLUMN = "stops.details"


def ceiling_fen(details: Details | None) -> int:
    """What is paid in front for goods or bills, in fen; 0 where the kind has none."""
    return cast("int", getattr(details, "ceiling_fen", 0))


def texts(details: Details | None) -> list[tuple[str, str]]:
    """All that was written freely, each with the name of its field."""
    match details:
        case BuyDetails() | MedicineDetails():
            listed = details.shopping_list
            return [(f"shopping_list.{n}.name", item.name) for n, item in enumerate(listed)]
        case QueueDetails():
            return [("what", details.what)]
        case HomeServiceDetails():
            return [("description", details.description)]
        case _:
            return []


def masked(details: Details | None) -> Details | None:
    """Details for whoever need not act on them: no number of an account, no code of a parcel."""
    match details:
        case PayDetails():
            return details.model_copy(update={"account": f"****{details.account[-4:]}"})
        case ParcelDetails():
            hidden = tuple("----" for _ in details.parcel_codes)
            return details.model_copy(update={"parcel_codes": hidden})
        case _:
            return details


def as_text(details: Details | None) -> str | None:
    """Details as they are sealed."""
    return None if details is None else details.model_dump_json()


def read_details(text: str | None) -> Details | None:
    """Details as they were sealed."""
    return None if text is None else _ADAPTER.validate_json(text)


def seal_details(details: Details | None, *, n: int, row: UUID, vault: Vault) -> bytes | None:
    """Details, sealed for one stop of a job."""
    text = as_text(details)
    return None if text is None else vault.seal(text, column=f"{COLUMN}.{n}", row=row)


def open_details(sealed: bytes | None, *, n: int, row: UUID, vault: Vault) -> Details | None:
    """The details sealed for this stop."""
    if sealed is None:
        return None
    return read_details(vault.open(bytes(sealed), column=f"{COLUMN}.{n}", row=row))
