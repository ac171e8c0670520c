"""The bills of the stand-in, to the letter of the real ones: a mark, back-ticks, yuan, sums."""

from datetime import date, datetime, timedelta

from tests.wechat.pay.book import CHINA, Book, Order, Refund
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


def trade_bill(book: Book, day: date) -> str | None:
    """The payments and refunds of a day; ``None``: there were none."""
    paid = [o for o in book.orders.values() if o.transaction_id and day_of(o.paid_at) == day]
    back = [r for r in book.refunds.values() if day_of(r.made_at) == day]
    if not paid and not back:
        return None
    rows = [_paid_row(order) for order in paid] + [_refund_row(refund) for refund in back]
    total, gone = sum(o.total for o in paid), sum(r.fen for r in back)
    fee = _fee(total - gone)
    sums = [str(len(rows)), yuan(total), yuan(gone), "0.00", fee, yuan(total), yuan(gone)]
    return _written(HEADER, rows, SUMS, sums)


def flow_bill(book: Book, day: date) -> str | None:
    """The movements of a day on the basic account; ``None``: there were none."""
    paid = [o for o in book.orders.values() if o.transaction_id and day_of(o.paid_at) == day]
    back = [r for r in book.refunds.values() if day_of(r.made_at) == day]
    if not paid and not back:
        return None
    rows = [
        [_moment(o.paid_at), o.transaction_id, f"F{o.transaction_id}", "JSAPI支付", "交易", "收入",
         yuan(o.total), "0.00", "system", "", o.said["out_trade_no"]] for o in paid
    ] + [
        [_moment(r.made_at), r.refund_id, f"F{r.refund_id}", "退款", "退款", "支出", yuan(r.fen),
         "0.00", MCHID, "", r.said["out_refund_no"]] for r in back
    ]  # fmt: skip
    come, gone = sum(o.total for o in paid), sum(r.fen for r in back)
    sums = [str(len(rows)), str(len(paid)), yuan(come), str(len(back)), yuan(gone)]
    return _written(FLOW_HEADER, rows, FLOW_SUMS, sums)


def _written(header: str, rows: list[list[str]], sums_header: str, sums: list[str]) -> str:
    lines = [header, *(_line(row) for row in rows), sums_header, _line(sums)]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def _line(values: list[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _fee(fen: int) -> str:
    return f"{fen * 6 / 100_000:.5f}"


def _common(order: Order, at_s: float, state: str) -> list[str]:
    said = order.said
    return [_moment(at_s), APPID, MCHID, "0", "", order.transaction_id, said["out_trade_no"],
            order.openid, "JSAPI", state, "OTHERS", "CNY"]  # fmt: skip


def _paid_row(order: Order) -> list[str]:
    fen, title = yuan(order.total), order.said["description"]
    return [*_common(order, order.paid_at, "SUCCESS"), fen, "0.00", "0", "0", "0.00", "0.00", "",
            "", title, "", _fee(order.total), "0.60%", fen, "0.00", ""]  # fmt: skip


def _refund_row(refund: Refund) -> list[str]:
    order, fen = refund.order, yuan(refund.fen)
    return [*_common(order, refund.made_at, "REFUND"), "0.00", "0.00", refund.refund_id,
            refund.said["out_refund_no"], fen, "0.00", "ORIGINAL", refund.state,
            order.said["description"], "", f"-{_fee(refund.fen)}", "0.60%", "0.00", fen,
            ""]  # fmt: skip
