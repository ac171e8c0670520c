"""The sandbox's bill of a day: its own book, in the form that WeChat Pay gives bills.

It has no account at a bank, so there is no bill of movements.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from api.kit.clock import china
from api.wechat.pay.bills import BillFile, pack

MCHID = "sandbox"
# What every payment is said to have cost.
_FEE_PPM = 6_000
_HEADER = (
    "交易时间", "商户号", "微信订单号", "商户订单号", "交易状态", "微信退款单号", "商户退款单号",
    "退款金额", "退款状态", "手续费", "费率", "订单金额", "申请退款金额",
)  # fmt: skip
_SUMS = ("总交易单数", "退款总金额", "手续费总金额", "订单总金额", "申请退款总金额")


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
    lines = [",".join(_HEADER), *(_line(_row(t)) for t in traded), ",".join(_SUMS), _line(sums)]
    return pack("\ufeff" + "\r\n".join(lines) + "\r\n")


def _row(traded: Traded) -> tuple[str, ...]:
    at, fen = china(traded.at).strftime("%Y-%m-%d %H:%M:%S"), _fen(traded.amount_fen)
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


def _line(values: Sequence[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _fen(fen: int) -> str:
    return _yuan(fen, 100)


def _yuan(units: int, in_a_yuan: int) -> str:
    whole, part = divmod(abs(units), in_a_yuan)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{len(str(in_a_yuan)) - 1}d}"
