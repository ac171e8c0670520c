"""Shapes of products and lots."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import DAY_PATTERN, Answer, Body, CleanText, Label, Note, Pattern
from api.kit.pagination import Cursor, Limit
from api.merchants.schemas import Category, ImageIds
from api.merchants.service.stocking import Goods
from api.merchants.service.tracing import Delivery, Supplier
from api.uploads.schemas import PhotoOut

ProductState = Literal["off_shelf", "on_shelf", "removed"]
SoldAs = Literal["piece", "weight"]
RecallReason = Literal["residue", "spoilt", "label", "supplier", "authority", "other"]
Day = Annotated[date, Pattern(DAY_PATTERN, "not a day of our century as 2027-01-31")]
Price = Annotated[int, Field(strict=True, ge=1, le=100_000_00)]


class ProductEdit(Body):
    """What is said of a product, replaced as a whole."""

    name: Label = Field(examples=["上海青"])
    category: Category = Field(examples=["vegetable"])
    unit: Annotated[Label, Field(max_length=10)] = Field(
        description="一份叫什么:斤、份、颗、袋。", examples=["颗"]
    )
    sold_as: SoldAs = Field(
        description="`piece` 按份计价;`weight` 按重量计价,先付上限,按实重结算。",
        examples=["piece"],
    )
    price_fen: Price = Field(
        description="一份的价格;按重量计价的为一份最多多少钱,不低于常见重量的价,不高于三倍。",
        examples=[350],
    )
    per_500g_fen: Price | None = Field(
        default=None, description="按重量计价的:每 500 克的价格。", examples=[None]
    )
    weight_g: Annotated[int, Field(strict=True, ge=1, le=200_000)] = Field(
        description="一份通常的重量。", examples=[400]
    )
    intro: Note = Field(default="", examples=["当天采摘"])
    image_ids: ImageIds = ()

    def goods(self) -> Goods:
        """As the services know it."""
        return Goods(
            name=self.name,
            category=self.category,
            unit=self.unit,
            sold_by=self.sold_as,
            price_fen=self.price_fen,
            per_500g_fen=self.per_500g_fen,
            weight_g=self.weight_g,
            intro=self.intro,
            image_ids=self.image_ids,
        )


class NewProduct(ProductEdit):
    """A product to add."""

    is_shown: Annotated[bool, Field(strict=True, description="立即上架。")] = True


class ProductOut(Answer):
    """A product."""

    id: UUID
    merchant_id: UUID
    state: ProductState
    name: str = Field(examples=["上海青"])
    category: Category
    unit: str = Field(examples=["颗"])
    sold_as: SoldAs = Field(examples=["piece"])
    price_fen: int = Field(description="一份的价格;按重量计价的为上限。", examples=[350])
    per_500g_fen: int | None = Field(description="按重量计价的:每 500 克。", examples=[None])
    weight_g: int = Field(description="一份通常的重量。", examples=[400])
    intro: str = Field(examples=["当天采摘"])
    photos: list[PhotoOut]
    version: int = Field(description="修改时放在 `If-Match` 里。", examples=[2])


class ProductPage(Answer):
    """A page of products."""

    items: list[ProductOut]
    next_cursor: str | None = None


class ProductQuery(Body):
    """Which products to list."""

    category: Category | None = Field(default=None, examples=["vegetable"])
    shelf: Literal["on", "all"] = Field(
        default="on",
        description="`all` 含已下架的;只对本店的人和工作人员有效。",
        examples=["on"],
    )
    limit: Limit = 20
    cursor: Cursor | None = None


class SupplierIn(Body):
    """Who supplied it (食品安全法 65); all but the name is kept sealed."""

    name: Label = Field(examples=["某某蔬菜合作社"])
    address: Label = Field(examples=["某某县某某镇"])
    contact_name: Label = Field(examples=["李强"])
    contact_phone: Annotated[CleanText, Field(min_length=5, max_length=20)] = Field(
        examples=["13800138000"]
    )


class NewLot(Body):
    """Where a delivery of a product came from."""

    label: Label = Field(description="批次号。", examples=["20261122-1"])
    supplier: SupplierIn
    origin: Label = Field(description="产地。", examples=["上海崇明"])
    quantity: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = Field(
        description="多少份(商品的单位)。", examples=[200]
    )
    harvested_on: Day | None = Field(
        default=None, description="采收日期。", examples=["2026-11-21"]
    )
    arrived_on: Day = Field(description="到货日期,不晚于今天。", examples=["2026-11-22"])
    best_before: Day | None = Field(
        default=None, description="保质期到哪天。", examples=["2026-11-29"]
    )
    certificate_no: Annotated[CleanText, Field(max_length=60)] = Field(
        default="", description="承诺达标合格证或检疫证明编号;空为没有。", examples=["CM-0001"]
    )
    image_ids: ImageIds = ()

    def delivery(self) -> Delivery:
        """As the services know it."""
        given = self.supplier
        return Delivery(
            label=self.label,
            supplier=Supplier(given.name, given.address, given.contact_name, given.contact_phone),
            origin=self.origin,
            quantity=self.quantity,
            harvested_on=self.harvested_on,
            arrived_on=self.arrived_on,
            best_before=self.best_before,
            certificate_no=self.certificate_no,
            image_ids=self.image_ids,
        )


class SupplierOut(Answer):
    """The supplier in full, for the merchant's people and staff."""

    address: str = Field(examples=["某某县某某镇"])
    contact_name: str = Field(examples=["李强"])
    contact_phone: str = Field(examples=["13800138000"])


class LotOut(Answer):
    """A lot, with its papers."""

    id: UUID
    product_id: UUID
    state: Literal["kept", "recalled"]
    label: str = Field(description="批次号。", examples=["20261122-1"])
    supplier_name: str = Field(examples=["某某蔬菜合作社"])
    supplier: SupplierOut | None = Field(description="只给本店的人和工作人员。")
    origin: str = Field(examples=["上海崇明"])
    quantity: int = Field(description="多少份。", examples=[200])
    harvested_on: date | None
    arrived_on: date
    best_before: date | None
    certificate_no: str = Field(description="空为没有。", examples=["CM-0001"])
    photos: list[PhotoOut]
    recorded_at: datetime
    recalled_at: datetime | None
    recall_reason: RecallReason | None


class LotPage(Answer):
    """A page of lots, newest first."""

    items: list[LotOut]
    next_cursor: str | None = None


class LotQuery(Body):
    """Which lots to list."""

    since: Day | None = Field(
        default=None, description="这一天及以后到货的。", examples=["2026-11-01"]
    )
    limit: Limit = 20
    cursor: Cursor | None = None


class Recall(Body):
    """Why a lot is called back."""

    reason: RecallReason = Field(
        description="`residue` 农残,`spoilt` 变质,`label` 标签,`supplier` 供货方通知,"
        "`authority` 监管部门要求。",
        examples=["residue"],
    )
