"""The sandbox's bill of a day: its own book, in the form that WeChat Pay gives bills.

What customers pay has no account at a bank, so there is no bill of its movements; what people are
paid out has one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from api.kit.clock import china
from api.wechat.pay.bills import BillFile, pack

MCHID = "sandbox"
# What every payment is said to have cost.
_FEE_PPM = 6_000
_MOMENT = "%Y-%m-%d %H:%M:%S"
_HEADER = (
    "交易时间", "商户号", "微信订单号", "商户订单号", "交易状态", "微信退款单号", "商户退款单号",
    "退款金额", "退款状态", "手续费", "费率", "订单金额", "申请退款金额",
)  # fmt: skip
_SUMS = ("总交易单数", "退款总金额", "手续费总金额", "订单总金额", "申请退款总金额")


_FLOW_HEADER = (
    "记账时间", "微信支付业务单号", "业务类型", "收支类型", "收支金额(元)", "业务凭证号",
)  # fmt: skip
_FLOW_SUMS = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")


class PaidOut(NamedTuple):
    """Money that somebody took; fen."""

    at: datetime
    bill_no: str
    out_bill_no: str
    amount_fen: int


class Traded(NamedTuple):
    """A payment, or a refund of one where it has a number of its own; fen."""

    at: datetime
    transaction_id: str
    out_trade_no: str
    out_refund_no: str | None
    amount_fen: int

    @property
    def fee_millifen(self) -> int:
        """What it cost, in thousandths of a fen; a refund gives it back."""
        fee = self.amount_fen * _FEE_PPM // 1000
        return fee if self.out_refund_no is None else -fee


def write_bill(traded: Sequence[Traded]) -> BillFile | None:
    """The bill of what was traded on a day; ``None``: nothing was."""
    if not traded:
        return None
    paid_fen = sum(t.amount_fen for t in traded if t.out_refund_no is None)
    back_fen = sum(t.amount_fen for t in traded if t.out_refund_no is not None)
    fee = _yuan(sum(t.fee_millifen for t in traded), 100_000)
    sums = (str(len(traded)), _fen(back_fen), fee, _fen(paid_fen), _fen(back_fen))
    return _packed(_HEADER, [_row(t) for t in traded], _SUMS, sums)


def write_operating_bill(paid_out: Sequence[PaidOut]) -> BillFile | None:
    """The bill of what people were paid out on a day; ``None``: nothing."""
    if not paid_out:
        return None
    count, fen = str(len(paid_out)), _fen(sum(p.amount_fen for p in paid_out))
    rows = [
        (china(p.at).strftime(_MOMENT), p.bill_no, "商家转账", "支出", _fen(p.amount_fen),
         p.out_bill_no) for p in paid_out
    ]  # fmt: skip
    return _packed(_FLOW_HEADER, rows, _FLOW_SUMS, (count, "0", "0.00", count, fen))


def _row(traded: Traded) -> tuple[str, ...]:
    at, fen = china(traded.at).strftime(_MOMENT), _fen(traded.amount_fen)
    number = traded.out_refund_no
    common = (at, MCHID, traded.transaction_id, traded.out_trade_no)
    fee = _yuan(traded.fee_millifen, 100_000)
    if number is None:
        return (*common, "SUCCESS", "0", "0", "0.00", "", fee, "0.60%", fen, "0.00")
    return (
        *common,
        "REFUND",
        f"sandbox-{number}",
        number,
        fen,
        "SUCCESS",
        fee,
        "0.60%",
        "0.00",
        fen,
    )


def _packed(
    header: Sequence[str], rows: Sequence[Sequence[str]], names: Sequence[str], sums: Sequence[str]
) -> BillFile:
    lines = [",".join(header), *(_line(row) for row in rows), ",".join(names), _line(sums)]
    return pack("\ufeff" + "\r\n".join(lines) + "\r\n")


def _line(values: Sequence[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _fen(fen: int) -> str:
    return _yuan(fen, 100)


def _yuan(units: int, in_a_yuan: int) -> str:
    whole, part = divmod(abs(units), in_a_yuan)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{len(str(in_a_yuan)) - 1}d}"
