"""发货信息管理 of the stand-in: told once, corrected once, settled two days later by itself."""

import re
from datetime import datetime
from typing import Any

from tests.wechat.pay.book import Book
from tests.wechat.pay.entries import Order
from tests.wechat.pay.vectors import MCHID

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00")
_SETTLED_S = {1: 10 * 86_400, 2: 2 * 86_400, 3: 2 * 86_400, 4: 2 * 86_400}
_Answer = dict[str, Any]


def _no(code: int, text: str) -> _Answer:
    return {"errcode": code, "errmsg": f"{text} rid: 6921a0b1-1f0c2b1d-9e8a4c7f"}


def upload(book: Book, said: dict[str, Any]) -> _Answer:
    """What `upload_shipping_info` answers."""
    if set(said) - {"order_key", "logistics_type", "delivery_mode", "shipping_list", "upload_time",
                    "payer", "is_all_delivered"}:  # fmt: skip
        return _no(47001, "data format error")
    order = _order(book, said.get("order_key", {}))
    if order is None:
        return _no(10060001, "支付单不存在")
    goods = said.get("shipping_list", [])
    fits = (
        said.get("logistics_type") in (2, 3, 4)
        and said.get("delivery_mode") == 1
        and len(goods) == 1
        and set(goods[0]) == {"item_desc"}
        and 1 <= len(goods[0]["item_desc"]) <= 120
    )
    if not fits or said.get("payer") != {"openid": order.openid}:
        return _no(47001, "data format error")
    if not _MOMENT.fullmatch(str(said.get("upload_time"))):
        return _no(268485216, "上传时间非法")
    at_s = datetime.fromisoformat(said["upload_time"]).timestamp()
    if sum(r.fen for r in book.refunds.values() if r.order is order) == order.total:
        return _no(10060004, "支付单处于不可发货的状态")
    if order.shipped >= 2:
        return _no(10060003, "支付单已使用重新发货机会")
    if at_s <= order.shipped_at:
        return _no(268485216, "上传时间非法")
    order.shipped, order.shipped_at, order.logistics = (
        order.shipped + 1, at_s, said["logistics_type"],
    )  # fmt: skip
    return {"errcode": 0, "errmsg": "ok"}


def is_settled(book: Book, order: Order) -> bool:
    """Whether the money is ours: some days after shipping was told, and never before."""
    return order.shipped > 0 and book.now() - order.shipped_at > _SETTLED_S[order.logistics]


def _order(book: Book, key: dict[str, Any]) -> Order | None:
    paid = [o for o in book.orders.values() if o.transaction_id]
    if key.get("order_number_type") == 2:
        return next((o for o in paid if o.transaction_id == key.get("transaction_id")), None)
    if key.get("order_number_type") == 1 and key.get("mchid") == MCHID:
        number = key.get("out_trade_no")
        return next((o for o in paid if o.said["out_trade_no"] == number), None)
    return None
