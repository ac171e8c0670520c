"""What the stand-in of WeChat Pay knows and refuses: orders, refunds, transfers.

Written from the fact sheet, sharing no code with the product. Amounts are fen, times are seconds of
the stand-in's own clock.
"""

import base64
import re
import secrets
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1

from tests.wechat.pay.entries import Bill, No, Order, Refund, need, rfc3339
from tests.wechat.pay.vectors import APPID, MCHID

_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_REFUND_NO = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_BILL_NO = re.compile(r"[0-9A-Za-z]{1,32}")
_OPENID = re.compile(r"o[\w-]{27}")
_PREPAY_S = 7200
_CONFIRM_S = 86_400
_PREPAY_FIELDS = {
    "appid", "mchid", "description", "out_trade_no", "time_expire", "attach", "notify_url",
    "goods_tag", "support_fapiao", "amount", "payer", "detail", "scene_info", "settle_info",
    "limit_pay",
}  # fmt: skip
_REFUND_FIELDS = {
    "transaction_id", "out_trade_no", "out_refund_no", "reason", "notify_url", "funds_account",
    "amount", "goods_detail",
}  # fmt: skip
_TRANSFER_FIELDS = {
    "appid", "out_bill_no", "transfer_scene_id", "openid", "transfer_amount", "transfer_remark",
    "transfer_scene_report_infos", "user_name", "notify_url", "user_recv_perception",
}  # fmt: skip
# Told when something happened that WeChat notifies of: event, original type, what, where to.
Tell = Callable[[str, str, dict[str, Any], str], None]


def _known(said: dict[str, Any], names: Collection[str]) -> None:
    need(set(said) <= set(names), f"unknown fields {sorted(set(said) - set(names))}")
    need(None not in said.values(), "a null field")


def _notify_url(said: dict[str, Any]) -> bool:
    url = said.get("notify_url", "")
    return url.startswith("https://") and "?" not in url and len(url) <= 255


@dataclass(slots=True)
class Book:
    """One merchant's payments, refunds and transfers."""

    now: Callable[[], float]
    tell: Tell
    opening: RSAPrivateKey
    orders: dict[str, Order] = field(default_factory=dict[str, Order])
    refunds: dict[str, Refund] = field(default_factory=dict[str, Refund])
    transfers: dict[str, Bill] = field(default_factory=dict[str, Bill])
    # What refunds and transfers are paid from.
    basic_fen: int = 100_000_000
    operating_fen: int = 100_000_000
    # What merchants got of payments and have not given back (sharing.py).
    shared_fen: int = 0
    # Real names of who receives, where they were told.
    names: dict[str, str] = field(default_factory=dict[str, str])
    openids: re.Pattern[str] = _OPENID
    # How often each act had an effect, by its number: never more than once.
    acts: Counter[str] = field(default_factory=Counter[str])

    def prepay(self, said: dict[str, Any]) -> dict[str, Any]:
        """Announce a payment, or the same one again."""
        self._check_prepay(said)
        order = self.orders.get(said["out_trade_no"])
        if order is None:
            order = Order(said, self._expiry(said.get("time_expire")))
            self.orders[said["out_trade_no"]] = order
        need(order.state in ("NOTPAY", "CLOSED"), "paid", "ORDERPAID", 403)
        need(order.state == "NOTPAY", "closed", "ORDER_CLOSED", 403)
        need(order.said == said, "re-entry with different parameters", "INVALID_REQUEST")
        prepay_id = f"wx{secrets.token_hex(17)}"
        order.prepay_ids[prepay_id] = self.now() + _PREPAY_S
        return {"prepay_id": prepay_id}

    def pay(self, prepay_id: str, openid: str) -> Order:
        """What a person does on WeChat's pay page."""
        order = next((o for o in self.orders.values() if prepay_id in o.prepay_ids), None)
        if order is None or order.prepay_ids[prepay_id] < self.now():
            raise No(400, "PREPAY_ID_EXPIRED")
        need(order.said["payer"]["openid"] == openid, "another payer", "PAYER_WRONG")
        need(order.state == "NOTPAY", "paid or closed", "ORDER_NOT_PAYABLE")
        need(order.expires_at > self.now(), "too late", "ORDER_EXPIRED")
        order.state, order.paid_at, order.openid = "SUCCESS", self.now(), openid
        order.transaction_id = f"42{secrets.randbelow(10**26):026d}"
        self.acts[f"pay {order.said['out_trade_no']}"] += 1
        self.tell(
            "TRANSACTION.SUCCESS", "transaction", self.transaction(order), order.said["notify_url"]
        )
        return order

    def query(self, out_trade_no: str, mchid: str) -> dict[str, Any]:
        """A payment as it stands."""
        need(mchid == MCHID, "mchid")
        order = self.orders.get(out_trade_no)
        if order is None:
            raise No(404, "ORDER_NOT_EXIST")
        return self.transaction(order)

    def close(self, out_trade_no: str, said: dict[str, Any]) -> None:
        """Close a payment; repeating it is fine."""
        need(said == {"mchid": MCHID}, "mchid")
        order = self.orders.get(out_trade_no)
        if order is None:
            raise No(404, "ORDER_NOT_EXIST")
        need(order.state in ("NOTPAY", "CLOSED"), "paid", "ORDERPAID", 403)
        order.state = "CLOSED"

    def transaction(self, order: Order) -> dict[str, Any]:
        """A payment in the words of an answer or a notice."""
        found: dict[str, Any] = {
            "appid": APPID,
            "mchid": MCHID,
            "out_trade_no": order.said["out_trade_no"],
            "trade_state": order.state,
            "trade_state_desc": order.state,
            "amount": {"total": order.total, "currency": "CNY"},
            "payer": {"openid": order.said["payer"]["openid"]},
        }
        if order.transaction_id:
            found |= {
                "transaction_id": order.transaction_id,
                "trade_type": "JSAPI",
                "bank_type": "OTHERS",
                "attach": "",
                "success_time": rfc3339(order.paid_at),
            }
            found["amount"] |= {"payer_total": order.total, "payer_currency": "CNY"}
        return found

    def refund(self, said: dict[str, Any]) -> dict[str, Any]:
        """Send money back, once per number."""
        amount = self._check_refund(said)
        known = self.refunds.get(said["out_refund_no"])
        if known is not None:
            need(known.said == said, "re-entry with different parameters", "INVALID_REQUEST")
            return self.refund_answer(known)
        order = self.orders.get(said.get("out_trade_no", ""))
        if order is None or not order.transaction_id:
            raise No(404, "RESOURCE_NOT_EXISTS")
        before = [r for r in self.refunds.values() if r.order is order and r.state != "CLOSED"]
        need(amount["total"] == order.total, "another total", "INVALID_REQUEST")
        left = order.total - sum(r.fen for r in before)
        need(amount["refund"] <= left, "more than was paid", "INVALID_REQUEST")
        need(len(before) < 50 and self.now() - order.paid_at < 365 * 86_400, "", "INVALID_REQUEST")
        need(self.basic_fen >= amount["refund"], "top up", "NOT_ENOUGH", 403)
        self.basic_fen -= amount["refund"]
        refund = Refund(said, order, f"50{secrets.randbelow(10**26):026d}", self.now())
        self.refunds[said["out_refund_no"]] = refund
        self.acts[f"refund {said['out_refund_no']}"] += 1
        order.state = "REFUND"
        return self.refund_answer(refund)

    def finish_refund(self, out_refund_no: str, state: str = "SUCCESS") -> None:
        """What the bank says: ``SUCCESS``, ``ABNORMAL`` or ``CLOSED``; it is notified of."""
        refund = self.refunds[out_refund_no]
        refund.state = state
        inner = {
            "mchid": MCHID,
            "transaction_id": refund.order.transaction_id,
            "out_trade_no": refund.order.said["out_trade_no"],
            "refund_id": refund.refund_id,
            "out_refund_no": out_refund_no,
            "refund_status": state,
            "success_time": rfc3339(self.now()),
            "user_received_account": "支付用户零钱",
            "amount": self._refund_amount(refund),
        }
        self.tell(f"REFUND.{state}", "refund", inner, refund.said["notify_url"])

    def query_refund(self, out_refund_no: str) -> dict[str, Any]:
        """A refund as it stands."""
        refund = self.refunds.get(out_refund_no)
        if refund is None:
            raise No(404, "RESOURCE_NOT_EXISTS")
        return self.refund_answer(refund)

    def refund_answer(self, refund: Refund) -> dict[str, Any]:
        """A refund in the words of an answer."""
        return {
            "refund_id": refund.refund_id,
            "out_refund_no": refund.said["out_refund_no"],
            "transaction_id": refund.order.transaction_id,
            "out_trade_no": refund.order.said["out_trade_no"],
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": rfc3339(refund.made_at),
            "status": refund.state,
            "amount": self._refund_amount(refund),
        }

    def transfer(self, said: dict[str, Any]) -> dict[str, Any]:
        """Offer money to a person, once per number."""
        self._check_transfer(said)
        known = self.transfers.get(said["out_bill_no"])
        # A name is sealed anew each time.
        words = {k: v for k, v in said.items() if k != "user_name"}
        if known is not None:
            need(known.said == words, "re-entry with different parameters", "INVALID_REQUEST")
            return self.transfer_answer(known)
        need(self.operating_fen >= said["transfer_amount"], "top up", "NOT_ENOUGH", 403)
        number = f"13{secrets.randbelow(10**26):026d}"
        bill = Bill(words, number, f"affffddafdfafddffda=={number}", self.now())
        self.operating_fen -= said["transfer_amount"]
        self.transfers[said["out_bill_no"]] = bill
        self.acts[f"transfer {said['out_bill_no']}"] += 1
        if "user_name" in said and self._opened(said["user_name"]) != self.names.get(
            said["openid"]
        ):
            self.end_transfer(bill, "FAIL", "NAME_NOT_CORRECT")
        return self.transfer_answer(bill)

    def confirm(self, package: str, openid: str) -> None:
        """What the runner does in WeChat: take the money."""
        self.lapse()
        bill = next((b for b in self.transfers.values() if b.package == package), None)
        if bill is None or bill.said["openid"] != openid:
            raise No(404, "NOT_FOUND")
        need(bill.state == "WAIT_USER_CONFIRM", bill.state, "INVALID_REQUEST")
        self.end_transfer(bill, "SUCCESS")

    def cancel_transfer(self, out_bill_no: str) -> dict[str, Any]:
        """Take a transfer back before somebody confirmed it."""
        bill = self._bill(out_bill_no)
        need(
            bill.state in ("WAIT_USER_CONFIRM", "CANCELING", "CANCELLED"),
            bill.state,
            "INVALID_REQUEST",
        )
        if bill.state == "WAIT_USER_CONFIRM":
            bill.state = "CANCELING"
        names = ("out_bill_no", "transfer_bill_no", "state", "update_time")
        answer = self.transfer_answer(bill)
        return {name: answer[name] for name in names}

    def query_transfer(self, out_bill_no: str) -> dict[str, Any]:
        """A transfer as it stands; after 30 days nobody knows any more."""
        bill = self._bill(out_bill_no)
        need(self.now() - bill.made_at < 30 * 86_400, "too old", "NOT_FOUND", 404)
        # What the client needs is told once: to who asks for the transfer.
        return {k: v for k, v in self.transfer_answer(bill).items() if k != "package_info"}

    def lapse(self) -> None:
        """What time does: unconfirmed transfers fail after a day, cancelled ones end."""
        for bill in self.transfers.values():
            if bill.state == "CANCELING":
                self.end_transfer(bill, "CANCELLED")
            if bill.state == "WAIT_USER_CONFIRM" and self.now() - bill.made_at > _CONFIRM_S:
                self.end_transfer(bill, "FAIL", "OVERDUE_CLOSE")

    def transfer_answer(self, bill: Bill) -> dict[str, Any]:
        """A transfer in the words of an answer."""
        found: dict[str, Any] = {
            "mch_id": MCHID,
            "appid": APPID,
            "out_bill_no": bill.said["out_bill_no"],
            "transfer_bill_no": bill.number,
            "state": bill.state,
            "transfer_amount": bill.said["transfer_amount"],
            "transfer_remark": bill.said["transfer_remark"],
            "openid": bill.said["openid"],
            "create_time": rfc3339(bill.made_at),
            "update_time": rfc3339(self.now()),
        }
        if bill.state == "WAIT_USER_CONFIRM":
            found["package_info"] = bill.package
        if bill.fail_reason:
            found["fail_reason"] = bill.fail_reason
        return found

    def end_transfer(self, bill: Bill, state: str, fail_reason: str = "") -> None:
        """A transfer has its end, which is told; what was not taken is ours again."""
        bill.state, bill.fail_reason, bill.ended_at = state, fail_reason, self.now()
        if state != "SUCCESS":
            self.operating_fen += bill.said["transfer_amount"]
        inner = self.transfer_answer(bill)
        if "notify_url" in bill.said:
            self.tell("MCHTRANSFER.BILL.FINISHED", "mch_payment", inner, bill.said["notify_url"])

    def _bill(self, out_bill_no: str) -> Bill:
        bill = self.transfers.get(out_bill_no)
        if bill is None:
            raise No(404, "NOT_FOUND")
        self.lapse()
        return bill

    def _expiry(self, said: str | None) -> float:
        """Within a minute and 90 days from now, a week where nothing is said."""
        if said is None:
            return self.now() + 7 * 86_400
        moment = datetime.fromisoformat(said)
        need(moment.tzinfo is not None and "." not in said, "time_expire")
        return min(max(moment.timestamp(), self.now() + 60), self.now() + 90 * 86_400)

    def _check_prepay(self, said: dict[str, Any]) -> None:
        _known(said, _PREPAY_FIELDS)
        need((said.get("appid"), said.get("mchid")) == (APPID, MCHID), "", "APPID_MCHID_NOT_MATCH")
        need(_TRADE_NO.fullmatch(str(said.get("out_trade_no"))), "out_trade_no")
        need(1 <= len(said.get("description", "")) <= 127, "description")
        need(_notify_url(said), "notify_url")
        need(self.openids.fullmatch(str(said.get("payer", {}).get("openid"))), "openid")
        amount = said.get("amount", {})
        need(set(amount) <= {"total", "currency"} and amount.get("currency") == "CNY", "amount")
        need(type(amount.get("total")) is int and amount["total"] >= 1, "total")
        need(len(said.get("attach", "")) <= 128, "attach")

    def _check_refund(self, said: dict[str, Any]) -> dict[str, Any]:
        _known(said, _REFUND_FIELDS)
        need(_REFUND_NO.fullmatch(str(said.get("out_refund_no"))), "out_refund_no")
        need(len(said.get("reason", "").encode()) <= 80, "reason")
        need(_notify_url(said), "notify_url")
        amount = said.get("amount", {})
        need(set(amount) == {"refund", "total", "currency"}, "amount")
        need(type(amount["refund"]) is int and amount["refund"] >= 1, "refund")
        return amount

    def _refund_amount(self, refund: Refund) -> dict[str, Any]:
        fen, total = refund.fen, refund.order.total
        return {
            "total": total,
            "refund": fen,
            "payer_total": total,
            "payer_refund": fen,
            "currency": "CNY",
        }

    def _check_transfer(self, said: dict[str, Any]) -> None:
        _known(said, _TRANSFER_FIELDS)
        need(said.get("appid") == APPID, "appid")
        need(_BILL_NO.fullmatch(str(said.get("out_bill_no"))), "out_bill_no")
        need(self.openids.fullmatch(str(said.get("openid"))), "openid")
        need(type(said.get("transfer_amount")) is int and said["transfer_amount"] >= 10, "amount")
        need(1 <= len(said.get("transfer_remark", "")) <= 32, "transfer_remark")
        need(said.get("transfer_scene_id") == "1005", "scene", "NO_AUTH", 403)
        rows = said.get("transfer_scene_report_infos", [])
        need([r.get("info_type") for r in rows] == ["岗位类型", "报酬说明"], "report")
        need(all(1 <= len(r.get("info_content", "")) <= 32 for r in rows), "report")
        need(
            said.get("user_recv_perception") in (None, "劳务报酬", "报销款", "企业补贴"),
            "perception",
        )
        need("notify_url" not in said or _notify_url(said), "notify_url")
        need("user_name" in said or said["transfer_amount"] < 200_000, "user_name")
        need("user_name" not in said or said["transfer_amount"] >= 30, "user_name")

    def _opened(self, sealed: str) -> str:
        padding = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)
        try:
            return self.opening.decrypt(base64.b64decode(sealed), padding).decode()
        except ValueError:
            raise No(400, "PARAM_ERROR", "user_name") from None
