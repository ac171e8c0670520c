"""The bills of the stand-in, to the letter of the real ones: a mark, back-ticks, yuan, sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from tests.wechat.pay.book import Book
from tests.wechat.pay.entries import CHINA, Bill, Order, Refund
from tests.wechat.pay.vectors import APPID, MCHID

HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
FLOW_HEADER = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
FLOW_SUMS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"

# What may be wrong with a line of a bill.
BillFault = Literal[
    "left out",
    "twice",
    "a stranger's besides",
    "a fen more",
    "another state",
    "a day later",
    "fee doubled",
    "sum off",
    "another merchant's",
    "not moved",
]


# The same of the bill of the account that runners are paid from.
PayoutFault = Literal[
    "payout left out",
    "payout booked when offered",
    "payout not given back",
    "payout twice",
    "payout a fen more",
    "payout came back",
    "payout a stranger's besides",
    "payout a day later",
    "payout sum off",
]
# The same of what the basic account's bill says of shares.
ShareFault = Literal[
    "share left out",
    "share twice",
    "share a fen more",
    "share a stranger's besides",
    "share a day later",
    "share though it failed",
]
AnyFault = BillFault | PayoutFault | ShareFault


# Name, kind and way of what went to a merchant, and of what came back of it.
_SHARED = {True: ["分账", "分账", "支出"], False: ["分账回退", "分账回退", "收入"]}


@dataclass(frozen=True, slots=True)
class SharedRow:
    """What went to a merchant or came back; ``is_lost``: WeChat could not, so lists nothing."""

    at: float
    number: str
    wechat_number: str
    fen: int
    is_out: bool
    is_lost: bool = False


def day_of(at_s: float) -> date:
    """The day of a moment, as China's clocks show it."""
    return datetime.fromtimestamp(at_s, CHINA).date()


def ready_at(day: date) -> float:
    """When a day's bill can be had: at ten the next morning."""
    morning = datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)
    return (morning + timedelta(days=1)).timestamp()


def yuan(fen: int) -> str:
    """An amount as bills write it."""
    return f"{fen // 100}.{fen % 100:02d}"


def trade_bill(book: Book, day: date, faults: Mapping[str, AnyFault] | None = None) -> str | None:
    """The payments and refunds of a day; ``None``: there were none."""
    traded = _traded(book, day, faults or {})
    if not traded:
        return None
    paid = sum(t.fen for t in traded if not t.is_refund)
    back = sum(t.fen for t in traded if t.is_refund)
    fee = sum(t.fee for t in traded)
    off = sum(t.fault == "sum off" for t in traded)
    sums = [str(len(traded)), yuan(paid), yuan(back), "0.00", f"{fee:.5f}", yuan(paid + off),
            yuan(back)]  # fmt: skip
    return _written(HEADER, [_row(t) for t in traded], SUMS, sums)


def flow_bill(
    book: Book,
    day: date,
    faults: Mapping[str, AnyFault] | None = None,
    shared: Sequence[SharedRow] = (),
) -> str | None:
    """The movements of a day on the basic account; ``None``: there were none."""
    moved = [t for t in _traded(book, day, faults or {}) if t.fault != "not moved"]
    shares = _shares(day, faults or {}, shared)
    if not moved and not shares:
        return None
    rows = [
        [_moment(t.at), t.wechat_number, f"F{t.wechat_number}", "退款" if t.is_refund else "支付",
         "退款" if t.is_refund else "交易", "支出" if t.is_refund else "收入", yuan(t.fen), "0.00",
         "system", "", t.number] for t in moved
    ]  # fmt: skip
    # What it costs moves, too.
    rows += [[*r[:3], "扣除交易手续费", "扣除交易手续费", "支出", "0.01", *r[7:]] for r in rows[:1]]
    rows += [
        [_moment(s.at), s.wechat_number, f"F{s.wechat_number}", *_SHARED[s.is_out], yuan(s.fen),
         "0.00", "system", "", s.number] for s in shares
    ]  # fmt: skip
    come = [t.fen for t in moved if not t.is_refund] + [s.fen for s in shares if not s.is_out]
    gone = [t.fen for t in moved if t.is_refund] + [s.fen for s in shares if s.is_out]
    gone += [1] if moved else []
    sums = [str(len(rows)), str(len(come)), yuan(sum(come)), str(len(gone)), yuan(sum(gone))]
    return _written(FLOW_HEADER, rows, FLOW_SUMS, sums)


def _shares(
    day: date, faults: Mapping[str, AnyFault], shared: Sequence[SharedRow]
) -> list[SharedRow]:
    rows = [row for one in shared for row in _spoilt_share(one, faults.get(one.number))]
    return [row for row in rows if day_of(row.at) == day]


def _spoilt_share(row: SharedRow, fault: AnyFault | None) -> list[SharedRow]:
    if row.is_lost and fault != "share though it failed":
        return []
    match fault:
        case "share left out":
            return []
        case "share twice":
            return [row, row]
        case "share a fen more":
            return [replace(row, fen=row.fen + 1)]
        case "share a stranger's besides":
            return [row, replace(row, number=f"X{row.number[1:]}")]
        case "share a day later":
            return [replace(row, at=row.at + 86_400)]
        case _:
            return [row]


def operating_bill(
    book: Book, day: date, faults: Mapping[str, AnyFault] | None = None
) -> str | None:
    """What moved on the day on the account that runners are paid from; ``None``: nothing.

    A transfer stands there when the runner has it; as nobody has said so for sure, a fault has it
    stand there when it was offered, and what was not taken come back.
    """
    said = faults or {}
    moved = [
        (at, row)
        for number, bill in book.transfers.items()
        for at, row in _payouts(bill, number, said.get(number))
        if day_of(at) == day
    ]
    if not moved:
        return None
    # What tops up the account stands there, too.
    rows = [["提现充值", "充值", "收入", yuan(5000), "T1", "top-up"], *(row for _, row in moved)]
    times = [moved[0][0], *(at for at, _ in moved)]
    lines = [
        [_moment(at), number, f"F{number}{n}", name, kind, way, amount, "0.00", "system", "", ours]
        for n, (at, (name, kind, way, amount, number, ours)) in enumerate(
            zip(times, rows, strict=True)
        )
    ]
    came = [r[3] for r in rows if r[2] == "收入"]
    gone = [r[3] for r in rows if r[2] == "支出"]
    off = 100 * sum(said.get(row[-1]) == "payout sum off" for _, row in moved)
    sums = [
        str(len(rows)), str(len(came)), _sum(came), str(len(gone)), _sum(gone, off),
    ]  # fmt: skip
    return _written(FLOW_HEADER, lines, FLOW_SUMS, sums)


def _sum(amounts: list[str], off: int = 0) -> str:
    return yuan(sum(round(float(a) * 100) for a in amounts) + off)


def _payouts(bill: Bill, number: str, fault: AnyFault | None) -> list[tuple[float, list[str]]]:
    """When, and name, kind, way, amount, WeChat's number, ours."""
    fen = int(bill.said["transfer_amount"])

    def row(*, way: str = "支出", more: int = 0, to: str = number) -> list[str]:
        name = "商家转账" if way == "支出" else "商家转账退回"
        theirs = bill.number if to == number else f"9{bill.number[1:]}"
        return [name, "商家转账", way, yuan(fen + more), theirs, to]

    paid = [(bill.ended_at, row())] if bill.state == "SUCCESS" else []
    match fault:
        case "payout left out":
            return []
        case "payout booked when offered":
            back = bill.state in ("FAIL", "CANCELLED")
            return [
                (bill.made_at, row()), *([(bill.ended_at, row(way="收入"))] if back else []),
            ]  # fmt: skip
        case "payout not given back":
            return [(bill.made_at, row())]
        case "payout twice":
            return paid * 2
        case "payout a fen more":
            return [(at, row(more=1)) for at, _ in paid]
        case "payout came back":
            return [*paid, *((at, row(way="收入")) for at, _ in paid)]
        case "payout a stranger's besides":
            return [*paid, *((at, row(to=f"X{number[1:]}")) for at, _ in paid)]
        case "payout a day later":
            return [(at + 86_400, r) for at, r in paid]
        case _:
            return paid


@dataclass(frozen=True, slots=True)
class Traded:
    """A line of a bill before it is written."""

    order: Order
    refund: Refund | None
    at: float
    number: str
    wechat_number: str
    fen: int
    state: str
    mchid: str = MCHID
    fee: float = 0.0
    fault: AnyFault | None = None

    @property
    def is_refund(self) -> bool:
        """Whether money went back."""
        return self.refund is not None


def _traded(book: Book, day: date, faults: Mapping[str, AnyFault]) -> list[Traded]:
    lines = [_of_order(o) for o in book.orders.values() if o.transaction_id]
    lines += [_of_refund(r) for r in book.refunds.values()]
    spoilt = [t for line in lines for t in _spoilt(line, faults.get(line.number))]
    return [t for t in spoilt if day_of(t.at) == day]


def _of_order(order: Order) -> Traded:
    fen = order.total
    return Traded(order, None, order.paid_at, order.said["out_trade_no"], order.transaction_id, fen,
                  "SUCCESS", fee=_fee(fen))  # fmt: skip


def _of_refund(refund: Refund) -> Traded:
    return Traded(refund.order, refund, refund.made_at, refund.said["out_refund_no"],
                  refund.refund_id, refund.fen, refund.state, fee=-_fee(refund.fen))  # fmt: skip


def _spoilt(line: Traded, fault: AnyFault | None) -> list[Traded]:
    line = replace(line, fault=fault)
    match fault:
        case "left out":
            return []
        case "twice":
            return [line, line]
        case "a stranger's besides":
            number = f"X{line.number[1:]}"
            return [line, replace(line, number=number, wechat_number=f"9{line.wechat_number[1:]}")]
        case "a fen more":
            return [replace(line, fen=line.fen + 1)]
        case "another state":
            return [replace(line, state="ABNORMAL" if line.is_refund else "REVOKED")]
        case "a day later":
            return [replace(line, at=line.at + 86_400)]
        case "fee doubled":
            return [replace(line, fee=line.fee * 2 + 0.02)]
        case "another merchant's":
            return [replace(line, mchid="1900000002")]
        case _:
            return [line]


def _row(line: Traded) -> list[str]:
    order, refund, fen = line.order, line.refund, yuan(line.fen)
    said = order.said
    common = [_moment(line.at), APPID, line.mchid, "0", "", order.transaction_id or line.number,
              said["out_trade_no"], order.openid, "JSAPI", "REFUND" if refund else line.state,
              "OTHERS", "CNY"]  # fmt: skip
    fee = f"{line.fee:.5f}"
    if refund is not None:
        return [*common, "0.00", "0.00", line.wechat_number, line.number, fen, "0.00", "ORIGINAL",
                line.state, said["description"], "", fee, "0.60%", "0.00", fen, ""]  # fmt: skip
    common[5:7] = [line.wechat_number, line.number]
    return [*common, fen, "0.00", "0", "0", "0.00", "0.00", "", "", said["description"], "", fee,
            "0.60%", fen, "0.00", ""]  # fmt: skip


def _fee(fen: int) -> float:
    return round(fen * 6 / 100_000, 5)


def _written(header: str, rows: list[list[str]], sums_header: str, sums: list[str]) -> str:
    lines = [header, *(_line(row) for row in rows), sums_header, _line(sums)]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def _line(values: list[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, CHINA).strftime("%Y-%m-%d %H:%M:%S")
