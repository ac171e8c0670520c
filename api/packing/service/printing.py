"""The sheets and labels of packing, as PDF. Each holds the processor: call them in a thread."""

from collections.abc import Sequence

from api.cycles.models import Cycle
from api.kit.clock import china
from api.kit.paper.document import Code, Column, Heading, Paragraph, Table, pdf_of
from api.kit.paper.labels import A4_24, ROLL_60_40, Label, LabelLine, LabelSheet, labels_of
from api.packing.queries.listing import BagLine, Picked, SealedBag
from api.packing.service.listing import Unit, code_of
from api.packing.walking import Bag

_ON_SHORT = {"substitute": "换同类", "refund": "退款", "call": "打电话"}
_SHEETS: dict[str, LabelSheet] = {"a4": A4_24, "roll": ROLL_60_40}
# So many lines of goods fit a label; the rest are on the sheet.
_GOODS_LINES = 3


def picking_sheet(cycle: Cycle, lines: Sequence[Picked]) -> bytes:
    """What is fetched from the truck, with room to write what really came."""
    columns = [
        Column("序号", 1, "right"), Column("商品", 5), Column("规格", 3),
        Column("份数", 2, "right"), Column("约重", 2, "right"), Column("实到", 2),
    ]  # fmt: skip
    rows = [
        [str(i.n), i.name, _unit(i.unit, i.sold_as), str(i.pieces_count),
         _kilograms(i.pieces_count * i.weight_g), ""]
        for i in lines
    ]  # fmt: skip
    return pdf_of([*_head("分拣单", cycle), Table(columns, rows)], title="分拣单", foot=cycle.title)


def packing_sheet(cycle: Cycle, building: str, units: Sequence[Unit]) -> bytes:
    """The bags of one building in walking order, to be ticked off and signed before it leaves."""
    columns = [
        Column("单号", 2, "right"), Column("门牌", 3), Column("商品", 7), Column("缺货", 2),
        Column("已装", 1, "centre"),
    ]  # fmt: skip
    rows = [
        [str(bag.what.number), _where(bag), _goods(bag.what.lines),
         _ON_SHORT[bag.what.on_short] + ("(优先)" if bag.what.is_first else ""), "□"]
        for unit in units
        for bag in unit.bags
    ]  # fmt: skip
    blocks = [
        *_head(f"装袋单 {building}", cycle),
        Paragraph(f"共 {len(rows)} 袋", size_pt=14, bold=True),
        Table(columns, rows),
        Paragraph("清点人:____________    出库时间:____________"),
        Code(f"LLS-{cycle.id.hex[-12:]}", "楼栋装袋单", side_mm=22),
    ]
    return pdf_of(blocks, title=f"装袋单 {building}", foot=f"{cycle.title} {building}")


def labels(cycle: Cycle, bags: Sequence[Bag[SealedBag]], *, sheet: str) -> bytes:
    """A label for each bag: where it goes, its number, what is in it, its code."""
    found = [_label(bag) for bag in bags]
    return labels_of(found, title=f"标签 {cycle.title}", sheet=_SHEETS[sheet])


def _label(bag: Bag[SealedBag]) -> Label:
    what = bag.what
    goods = [_good(line) for line in what.lines]
    shown = goods[:_GOODS_LINES]
    if len(goods) > _GOODS_LINES:
        shown = [*goods[: _GOODS_LINES - 1], f"等 {len(goods)} 种"]
    return Label(
        (
            LabelLine(what.building, 12, bold=True),
            LabelLine(_where(bag), 14, bold=True),
            *(LabelLine(text, 8.5) for text in shown),
            LabelLine(f"单号 {what.number}", 9),
        ),
        code_of(what.number),
    )


def _where(bag: Bag[SealedBag]) -> str:
    if bag.what.way == "delivery":
        return bag.door.text
    begins_at = bag.what.begins_at
    return "自提" if begins_at is None else f"自提 {china(begins_at):%H:%M}"


def _head(title: str, cycle: Cycle) -> list[Heading | Paragraph]:
    when = f"{cycle.delivers_on:%Y-%m-%d}"
    return [Heading(title), Paragraph(f"{cycle.title},{when} 配送", align="centre")]


def _goods(lines: Sequence[BagLine]) -> str:
    return "、".join(_good(line) for line in lines)


def _good(line: BagLine) -> str:
    return f"{line.name}×{line.count}" + ("(称重)" if line.sold_as == "weight" else "")


def _unit(unit: str, sold_as: str) -> str:
    return f"{unit}(称重)" if sold_as == "weight" else unit


def _kilograms(weight_g: int) -> str:
    return f"{weight_g / 1000:.1f} kg"
