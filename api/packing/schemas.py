"""What the lists of packing look like over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator

from api.cycles.rules import OnShort, Way
from api.jobs.schemas import JobState
from api.kit.http.fields import Answer, Body, Pattern
from api.kit.pagination import PageQuery
from api.packing.rules import LOTS_OF_ITEM_MAX

SheetKind = Literal["a4", "roll"]
CollectionState = Literal["ready", "collected", "lapsed"]
CollectCode = Annotated[str, Pattern("^[0-9]{6}$", "six digits"), Field(examples=["204815"])]
PackingState = Literal["claimed", "waiting", "packed"]


class PickingLine(Answer):
    """So much of one item is to be fetched from the truck."""

    item_id: UUID
    n: int = Field(description="商品序号。", examples=[1])
    name: str = Field(examples=["上海青"])
    unit: str = Field(examples=["500克/份"])
    sold_as: Literal["piece", "weight"] = Field(description="按份,或称重。")
    pieces_count: int = Field(description="共多少份。", examples=[120])
    orders_count: int = Field(description="多少个订单。", examples=[96])
    weight_g: int = Field(description="预计总重量(克)。", examples=[60000])


class PickingList(Answer):
    """What is fetched from the truck, item by item."""

    items: list[PickingLine]


class BuildingLine(Answer):
    """What goes to one building."""

    building_id: UUID
    name: str = Field(examples=["3号楼"])
    bags_count: int = Field(description="多少个订单,一单一袋。", examples=[24])
    collected_count: int = Field(description="其中自提。", examples=[4])
    pieces_count: int = Field(description="共多少份。", examples=[61])


class BagLineOut(Answer):
    """So many portions of one item in a bag."""

    item_id: UUID
    name: str = Field(examples=["上海青"])
    count: int = Field(examples=[2])
    unit: str = Field(examples=["500克/份"])
    sold_as: Literal["piece", "weight"]


class BagOut(Answer):
    """One order to be bagged."""

    order_id: UUID
    number: int = Field(description="报给别人听的短号,印在标签上。", examples=[100001])
    code: str = Field(description="标签二维码的内容。", examples=["LL-100001"])
    door: str = Field(description="门牌。", examples=["2单元502"])
    floor: int = Field(description="由门牌看出的楼层,看不出为1。", examples=[5])
    way: Way
    begins_at: datetime | None = Field(description="自提时段开始。")
    ends_at: datetime | None = Field(description="自提时段结束。")
    on_short: OnShort = Field(description="缺货时:换同类、退款,或先打电话。")
    is_first: bool = Field(description="缺货时优先:替老人或病人订的,或工作人员代订的。")
    packing_state: PackingState | None = Field(description="空表示还没人领。")
    is_kept_back: bool = Field(description="里面有被召回的商品,取出前不能出库、不能交给人。")
    lines: list[BagLineOut]


class UnitOut(Answer):
    """The bags of one unit of a building, in walking order."""

    unit: int = Field(description="单元号;0表示不分单元。", examples=[2])
    bags: list[BagOut]


class PackingList(Answer):
    """The buildings of a cycle; of the one that was asked for, each bag by unit."""

    buildings: list[BuildingLine]
    units: list[UnitOut] = Field(description="只在指定楼栋时有。")


class PackingQuery(Body):
    """Which building to show in full."""

    building_id: UUID | None = None


class SheetQuery(Body):
    """Which building to print."""

    building_id: UUID = Field(description="打印哪栋楼。")


class LabelsQuery(Body):
    """Which labels to print, and on what."""

    building_id: UUID | None = Field(default=None, description="只打印一栋楼;一次最多300张。")
    sheet: SheetKind = Field(default="a4", description="A4每页24张(70×37毫米),或60×40毫米卷筒。")


class PutLine(Body):
    """What went into the bag for one line of the order."""

    item_id: UUID
    packed_count: Annotated[int, Field(ge=0, le=999, description="装了几份。", examples=[2])]
    packed_g: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="称重商品的总重量(克),必填;按份的不填。", examples=[1480]
    )
    instead_item_id: UUID | None = Field(default=None, description="用哪种商品替换。")
    instead_count: Annotated[int, Field(ge=0, le=999)] = Field(
        default=0, description="替换几份。", examples=[0]
    )


class PackBag(Body):
    """All that is in a bag."""

    lines: Annotated[tuple[PutLine, ...], Field(min_length=1, max_length=50)]
    answer: Literal["substitute", "refund"] | None = Field(
        default=None, description="买家要求先打电话的,电话里怎么说。"
    )

    @field_validator("lines")
    @classmethod
    def _each_once(cls, lines: tuple[PutLine, ...]) -> tuple[PutLine, ...]:
        if len({line.item_id for line in lines}) < len(lines):
            raise ValueError("an item stands twice")
        return lines


class CountBags(Body):
    """The codes of the bags that stand ready for a building."""

    codes: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[A-Z0-9-]+$")], ...],
        Field(max_length=1000, description="逐袋扫到的二维码,扫几次写几次。"),
    ]


class CountOut(Answer):
    """A building's sheet against what stands there."""

    matches: bool = Field(description="四项都为空,可以出库。")
    missing: list[str] = Field(description="单上有、没扫到的。", examples=[["LL-100001"]])
    foreign: list[str] = Field(description="扫到了、不是这栋楼要送的。", examples=[["LL-100002"]])
    doubled: list[str] = Field(description="扫到不止一次的。", examples=[["LL-100003"]])
    unpacked: list[str] = Field(
        description="还没装好的,或有召回商品还没取出的,不管扫没扫到。", examples=[["LL-100004"]]
    )


class Arrived(Body):
    """How many of an item really came."""

    there_count: Annotated[int, Field(ge=0, le=1_000_000, description="实到几份。", examples=[90])]


class ArrivedOut(Arrived):
    """How many of an item really came."""

    item_id: UUID


class LotsNoted(Body):
    """The lots of which an item is packed."""

    lot_ids: Annotated[
        tuple[UUID, ...],
        Field(
            min_length=1,
            max_length=LOTS_OF_ITEM_MAX,
            description="这种商品现在用的批次;分不清时都写上。",
        ),
    ]

    @field_validator("lot_ids")
    @classmethod
    def _each_once(cls, lot_ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
        if len(set(lot_ids)) < len(lot_ids):
            raise ValueError("a lot stands twice")
        return lot_ids


class LotsNotedOut(Answer):
    """The lots of which an item is packed."""

    item_id: UUID
    lot_ids: list[UUID] = Field(
        description="这种商品现在用的批次。", examples=[["019a9f0e-8c6b-7d1e-8000-000000000000"]]
    )


class PackingOut(Answer):
    """The bag of one order."""

    order_id: UUID
    cycle_id: UUID
    state: PackingState = Field(description="在配、放回待配、已装袋;还没人领的没有这条记录。")
    packer_id: UUID | None = Field(description="谁在配,或谁配的。")
    claimed_at: datetime | None
    packed_at: datetime | None
    refund_fen: int = Field(description="因缺货、替换或重量退回的金额。", examples=[350])
    kept_back_at: datetime | None = Field(
        description="从何时起因召回不能交给人;空表示没有要取出的。"
    )
    version: int


class TripOut(Answer):
    """One job that carries bags of a cycle."""

    job_id: UUID
    state: JobState
    building: str = Field(examples=["3号楼"])
    pickup_code: str = Field(description="取件码,交给来取货的跑腿员。", examples=["4821"])
    runner_id: UUID | None = Field(description="谁接了。")
    weight_g: int = Field(description="共多重(克)。", examples=[12000])
    fee_fen: int = Field(description="跑腿员所得,含上楼的钱。", examples=[2400])
    due_at: datetime
    codes: list[str] = Field(description="按走的顺序,哪几袋。", examples=[["LL-100001"]])


class LeaveOut(Answer):
    """What leaves for the doors of a building."""

    trips: list[TripOut] = Field(description="分给几名跑腿员,每人一趟;取货时把取件码告诉来取的人。")


class TripPage(Answer):
    """A page of the trips of a cycle, oldest first."""

    items: list[TripOut]
    next_cursor: str | None = None


class CollectionOut(Answer):
    """How an order is fetched."""

    order_id: UUID
    state: CollectionState | None = Field(description="待自提、已自提、过期没来;还没装好的为空。")
    place: str = Field(description="在哪里自提。", examples=["物业服务站"])
    begins_at: datetime
    ends_at: datetime
    until_at: datetime = Field(description="来晚了,最晚等到什么时候。")
    code: CollectCode | None = Field(description="自提码,只有下单人看得到;谁报得出就交给谁。")
    is_kept_back: bool = Field(description="有商品被召回,取出后才能交给您;退款已经在退。")
    collected_at: datetime | None


class WaitingOut(Answer):
    """A bag at the collection point."""

    order_id: UUID
    number: int = Field(examples=[100001])
    code: str = Field(description="标签二维码的内容。", examples=["LL-100001"])
    state: CollectionState
    begins_at: datetime
    ends_at: datetime
    collected_at: datetime | None
    has_no_phone: bool = Field(description="工作人员代订的,本人没有手机。")


class WaitingPage(Answer):
    """A page of bags at the collection point, oldest order first."""

    items: list[WaitingOut]
    next_cursor: str | None = None


class WaitingQuery(PageQuery):
    """Which bags to list."""

    state: CollectionState | None = None


class HandOver(Body):
    """What whoever fetches a bag says."""

    code: CollectCode | None = Field(
        default=None, description="自提码;不填表示工作人员认识本人,只限代订的、没有手机的居民。"
    )


class HandedOut(Answer):
    """A bag that was handed over."""

    order_id: UUID
    state: CollectionState
    collected_at: datetime | None = Field(examples=["2026-11-21T09:30:00+08:00"])
