"""WeChat's bills in our words: columns by their names, yuan as fen, clocks in China. Pure."""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal, TypeVar

from api.kit.clock import CHINA
from api.reconciliation.rules import Line
from api.wechat.pay.bills import (
    BillDamaged,
    BillFile,
    BillReader,
    percent_to_ppm,
    yuan_to_fen,
    yuan_to_millifen,
)

_Row = TypeVar("_Row")
_MOMENT = "%Y-%m-%d %H:%M:%S"
_REFUND = "REFUND"
# What moves for a payment or a refund; fees, withdrawals and top-ups are no line of ours.
_MOVED_FOR = {"交易": "收入", "退款": "支出"}
_FEE, _SHARING = "手续费", "分账"
_TEXT_MAX = 64


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved on our account for a payment or a refund, by WeChat's number of it."""

    wechat_number: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Payout:
    """What left an account for a runner or as a merchant's share, or came back to it."""

    at: datetime
    wechat_number: str
    voucher: str
    amount_fen: int
    is_out: bool


class TradeBill:
    """The lines of a bill of payments and refunds, one after another; then its sums.

    ``counted`` are the sums that its lines make, under the names that the bill gives them.

    Raises:
        BillDamaged: while reading, where a column is missing or a value is not of its kind.
    """

    def __init__(self, file: BillFile) -> None:
        self._reader = BillReader(file)
        self.counted: Counter[str] = Counter()

    def __iter__(self) -> Generator[Line]:
        for row in self._reader:
            line = _line(row)
            self._count(row, line)
            yield line

    def said(self) -> dict[str, int]:
        """The sums that the bill says, in the units of ``counted``, once it is read."""
        return {
            name: int(_plain(value)) if name.endswith("单数") else yuan_to_millifen(value)
            for name, value in self._reader.sums.items()
        }

    def _count(self, row: Mapping[str, str], line: Line) -> None:
        self.counted["总交易单数"] += 1
        for name, total in (
            ("应结订单金额", "应结订单总金额"),
            ("退款金额", "退款总金额"),
            ("充值券退款金额", "充值券退款总金额"),
            ("订单金额", "订单总金额"),
            ("申请退款金额", "申请退款总金额"),
        ):
            if name in row:
                self.counted[total] += yuan_to_millifen(row[name])
        self.counted["手续费总金额"] += line.fee_millifen


class FlowBill:
    """What moved on one of our accounts; then the sums of all that moved.

    Its rows are read once: as what our customers and merchants moved, or as `payouts`.

    Raises:
        BillDamaged: as `TradeBill`.
    """

    def __init__(self, file: BillFile) -> None:
        self._reader = BillReader(file)
        self.counted: Counter[str] = Counter()

    def __iter__(self) -> Generator[Movement | Payout]:
        for row, kind, way, fen in self._rows():
            if _MOVED_FOR.get(kind) == way:
                yield Movement(_of(row, "微信支付业务单号"), fen)
            elif _SHARING in kind and _FEE not in kind:
                yield _payout(row, way, fen)

    def payouts(self) -> Generator[Payout]:
        """All that went out, but for fees, and all that came."""
        for row, kind, way, fen in self._rows():
            if _FEE not in kind:
                yield _payout(row, way, fen)

    def _rows(self) -> Generator[tuple[Mapping[str, str], str, str, int]]:
        for row in self._reader:
            kind, way = _of(row, "业务类型"), _of(row, "收支类型")
            fen = yuan_to_fen(_of(row, "收支金额(元)"))
            if way not in ("收入", "支出"):
                raise BillDamaged("way")
            self.counted["资金流水总笔数"] += 1
            self.counted[f"{way}笔数"] += 1
            self.counted[f"{way}金额"] += fen * 1000
            yield row, kind, way, fen

    def said(self) -> dict[str, int]:
        """The sums that the bill says, in the units of ``counted``, once it is read."""
        return {
            name: int(_plain(value)) if name.endswith("笔数") else yuan_to_millifen(value)
            for name, value in self._reader.sums.items()
        }


def batches(rows: Iterable[_Row], size: int) -> Generator[tuple[_Row, ...]]:
    """Rows in parts of at most so many."""
    rest = iter(rows)
    while batch := tuple(islice(rest, size)):
        yield batch


def _line(row: Mapping[str, str]) -> Line:
    is_refund = _of(row, "交易状态") == _REFUND
    subject: Literal["payment", "refund"] = "refund" if is_refund else "payment"
    return Line(
        subject=subject,
        at=_moment(_of(row, "交易时间")),
        mchid=_of(row, "商户号"),
        number=_of(row, "商户退款单号" if is_refund else "商户订单号"),
        wechat_number=_of(row, "微信退款单号" if is_refund else "微信订单号"),
        amount_fen=_not_below_zero(
            yuan_to_fen(_of(row, "申请退款金额" if is_refund else "订单金额"))
        ),
        state=_of(row, "退款状态" if is_refund else "交易状态"),
        fee_millifen=yuan_to_millifen(_of(row, "手续费")),
        rate_ppm=percent_to_ppm(_of(row, "费率")),
    )


def _payout(row: Mapping[str, str], way: str, fen: int) -> Payout:
    return Payout(
        at=_moment(_of(row, "记账时间")),
        wechat_number=_of(row, "微信支付业务单号"),
        voucher=_of(row, "业务凭证号"),
        amount_fen=_not_below_zero(fen),
        is_out=way == "支出",
    )


def _of(row: Mapping[str, str], name: str) -> str:
    value = row.get(name)
    if value is None or len(value) > _TEXT_MAX or "\x00" in value:
        raise BillDamaged(f"column {name}")
    return value


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, _MOMENT).replace(tzinfo=CHINA)
    except ValueError as error:
        raise BillDamaged("moment") from error


def _plain(text: str) -> str:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise BillDamaged("count")
    return text


def _not_below_zero(fen: int) -> int:
    if not 0 <= fen < 2**31:
        raise BillDamaged("amount")
    return fen
