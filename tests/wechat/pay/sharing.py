"""Profit sharing at the stand-in of WeChat Pay: receivers, shares, letting go, giving back.

Written from the fact sheet §11.8, sharing no code with the product. What is asked for is accepted
first, and has its result once somebody asks for it.
"""

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1

from tests.wechat.pay.bills import SharedRow
from tests.wechat.pay.book import Book
from tests.wechat.pay.entries import No, Order, need
from tests.wechat.pay.vectors import APPID, MCHID

_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_AFTER_S, _WINDOW_S, _SETTLED_S, _RETURN_S = 60, 30 * 86_400, 2 * 86_400, 180 * 86_400
_RELATIONS = {
    "SERVICE_PROVIDER", "STORE", "STAFF", "STORE_OWNER", "PARTNER", "HEADQUARTER", "BRAND",
    "DISTRIBUTOR", "USER", "SUPPLIER", "CUSTOM",
}  # fmt: skip


@dataclass(slots=True)
class Shared:
    """A share, or a release, under one of the merchant's numbers."""

    said: dict[str, Any]
    order: Order
    order_id: str
    state: str = "PROCESSING"
    ended_at: float = 0.0
    results: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    @property
    def parts(self) -> dict[str, int]:
        """Who gets how much."""
        return {r["account"]: r["amount"] for r in self.said.get("receivers", [])}

    @property
    def given_fen(self) -> int:
        """What left, or is about to."""
        lost = {a for a, (result, _) in self.results.items() if result == "CLOSED"}
        return sum(fen for account, fen in self.parts.items() if account not in lost)


@dataclass(slots=True)
class Returned:
    """What a receiver gives back of a share."""

    said: dict[str, Any]
    order_id: str
    state: str = "PROCESSING"
    ended_at: float = 0.0
    why: str = ""


@dataclass(slots=True)
class SharingBook:
    """One merchant's shares."""

    book: Book
    now: Callable[[], float]
    percent: int = 30
    fee_ppm: int = 6000
    # Merchant numbers that there are, with the names in their licences.
    licences: dict[str, str] = field(default_factory=dict[str, str])
    receivers: set[str] = field(default_factory=set[str])
    # Why a receiver gets nothing, or gives nothing back.
    closed: dict[str, str] = field(default_factory=dict[str, str])
    empty: set[str] = field(default_factory=set[str])
    shares: dict[str, Shared] = field(default_factory=dict[str, Shared])
    returns: dict[str, Returned] = field(default_factory=dict[str, Returned])

    def add_receiver(self, said: dict[str, Any]) -> dict[str, Any]:
        """Allow shares to somebody; repeating it is fine."""
        _known(said, {"appid", "type", "account", "name", "relation_type", "custom_relation"})
        need(said.get("appid") == APPID, "appid")
        need(said.get("type") == "MERCHANT_ID", "type")
        need(said.get("relation_type") in _RELATIONS, "relation_type")
        name = self.licences.get(said["account"])
        need(name is not None, "no such merchant", "PARAM_ERROR")
        padding = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)
        try:
            sealed = base64.b64decode(said["name"], validate=True)
            opened = self.book.opening.decrypt(sealed, padding).decode()
        except ValueError:
            raise No(400, "PARAM_ERROR", "name") from None
        need(opened == name, "another name", "INVALID_REQUEST")
        self.receivers.add(said["account"])
        return {k: said[k] for k in ("type", "account", "relation_type")}

    def share(self, said: dict[str, Any]) -> dict[str, Any]:
        """Give receivers their parts, once per number."""
        _known(said, {"appid", "transaction_id", "out_order_no", "receivers", "unfreeze_unsplit"})
        need(said.get("appid") == APPID, "appid")
        need(type(said.get("unfreeze_unsplit")) is bool, "unfreeze_unsplit")
        order = self._order(said)
        known = self.shares.get(said["out_order_no"])
        if known is not None:
            need(known.said == said, "re-entry with different parameters", "INVALID_REQUEST")
            return self._answer(known)
        self._check_parts(said["receivers"])
        self._check_open(order)
        made = Shared(said, order, f"30{secrets.randbelow(10**26):026d}")
        self._check_limit(order, made.given_fen)
        self.shares[said["out_order_no"]] = made
        self.book.acts[f"share {said['out_order_no']}"] += 1
        return self._answer(made)

    def query(self, number: str, transaction_id: str) -> dict[str, Any]:
        """A share as it stands; asked for it has its result."""
        found = self.shares.get(number)
        if found is None or found.order.transaction_id != transaction_id:
            raise No(404, "RESOURCE_NOT_EXISTS")
        self._finish(found)
        return self._answer(found)

    def release(self, said: dict[str, Any]) -> dict[str, Any]:
        """Let go of what is frozen; under a number that was used it says so and does nothing."""
        _known(said, {"transaction_id", "out_order_no", "description"})
        need(1 <= len(said.get("description", "")) <= 80, "description")
        order = self._order(said)
        known = self.shares.get(said["out_order_no"])
        if known is not None:
            return self._answer(known)
        self._check_open(order)
        made = Shared({**said, "unfreeze_unsplit": True}, order, f"30{secrets.token_hex(13)}")
        self.shares[said["out_order_no"]] = made
        self.book.acts[f"release {said['out_order_no']}"] += 1
        return self._answer(made)

    def take_back(self, said: dict[str, Any]) -> dict[str, Any]:
        """Have a receiver give back, once per number."""
        _known(said, {"out_order_no", "out_return_no", "return_mchid", "amount", "description"})
        need(_NUMBER.fullmatch(str(said.get("out_return_no"))), "out_return_no")
        need(1 <= len(said.get("description", "")) <= 80, "description")
        known = self.returns.get(said["out_return_no"])
        if known is not None:
            need(known.said == said, "re-entry with different parameters", "INVALID_REQUEST")
            return self._return_answer(known)
        share = self.shares.get(said["out_order_no"])
        if share is None:
            raise No(404, "RESOURCE_NOT_EXISTS")
        account = said["return_mchid"]
        need(share.results.get(account, ("",))[0] == "SUCCESS", "not given", "INVALID_REQUEST")
        need(self.now() - share.order.paid_at < _RETURN_S, "too old", "INVALID_REQUEST")
        need(type(said.get("amount")) is int and said["amount"] >= 1, "amount")
        before = sum(
            r.said["amount"]
            for r in self.returns.values()
            if r.said["out_order_no"] == said["out_order_no"] and r.state != "FAILED"
        )
        need(before + said["amount"] <= share.parts[account], "more than given", "INVALID_REQUEST")
        made = Returned(said, f"40{secrets.randbelow(10**26):026d}")
        self.returns[said["out_return_no"]] = made
        return self._return_answer(made)

    def query_return(self, number: str, out_order_no: str) -> dict[str, Any]:
        """A return as it stands; asked for it has its result."""
        found = self.returns.get(number)
        if found is None or found.said["out_order_no"] != out_order_no:
            raise No(404, "RESOURCE_NOT_EXISTS")
        if found.state == "PROCESSING":
            found.ended_at = self.now()
            is_empty = found.said["return_mchid"] in self.empty
            found.state, found.why = ("FAILED", "ACCOUNT_ABNORMAL") if is_empty else ("SUCCESS", "")
            if not is_empty:
                self.book.basic_fen += found.said["amount"]
                self.book.shared_fen -= found.said["amount"]
                self.book.acts[f"return {number}"] += 1
        return self._return_answer(found)

    def rows(self) -> list[SharedRow]:
        """What has its end, for the bill of the account that it left or came back to."""
        given = [
            SharedRow(s.ended_at, number, s.order_id, fen, is_out=True, is_lost=result == "CLOSED")
            for number, s in self.shares.items()
            if s.state == "FINISHED"
            for (account, fen), (result, _) in zip(s.parts.items(), s.results.values(), strict=True)
            if account != MCHID
        ]
        back = [
            SharedRow(r.ended_at, number, r.order_id, r.said["amount"], is_out=False,
                      is_lost=r.state == "FAILED")
            for number, r in self.returns.items()
            if r.state != "PROCESSING"
        ]  # fmt: skip
        return [*given, *back]

    def is_let_go(self, order: Order) -> bool:
        """Whether nothing of it is frozen any more."""
        of_order = [s for s in self.shares.values() if s.order is order]
        return any(s.said["unfreeze_unsplit"] for s in of_order)

    def _order(self, said: dict[str, Any]) -> Order:
        need(_NUMBER.fullmatch(str(said.get("out_order_no"))), "out_order_no")
        wanted = said.get("transaction_id")
        found = next((o for o in self.book.orders.values() if o.transaction_id == wanted), None)
        if not wanted or found is None:
            raise No(404, "RESOURCE_NOT_EXISTS")
        return found

    def _check_open(self, order: Order) -> None:
        is_frozen = order.said.get("settle_info", {}).get("profit_sharing") is True
        need(is_frozen, "not announced for sharing", "NO_AUTH", 403)
        age_s = self.now() - order.paid_at
        need(_AFTER_S <= age_s <= _WINDOW_S, "outside of the window", "INVALID_REQUEST")
        waits = order.shipped_at and self.now() - order.shipped_at < _SETTLED_S
        need(not waits, "not settled", "INVALID_REQUEST")
        need(not self.is_let_go(order), "nothing is frozen", "INVALID_REQUEST")

    def _check_parts(self, parts: list[dict[str, Any]]) -> None:
        need(1 <= len(parts) <= 50, "receivers")
        need(len({p["account"] for p in parts}) == len(parts), "a receiver twice")
        for part in parts:
            _known(part, {"type", "account", "name", "amount", "description"})
            need(part.get("type") == "MERCHANT_ID", "type")
            need(type(part.get("amount")) is int and part["amount"] >= 1, "amount")
            need(1 <= len(part.get("description", "")) <= 80, "description")
            need(part["account"] in self.receivers, "no relation", "INVALID_REQUEST")

    def _check_limit(self, order: Order, more_fen: int) -> None:
        before = sum(s.given_fen for s in self.shares.values() if s.order is order)
        after_fee = order.total - -(-order.total * self.fee_ppm // 1_000_000)
        limit = after_fee * self.percent // 100
        need(before + more_fen <= limit, "beyond the limit", "RULE_LIMIT", 403)
        back = sum(
            r.fen for r in self.book.refunds.values() if r.order is order and r.state != "CLOSED"
        )
        need(before + more_fen <= after_fee - back, "not enough is left", "NOT_ENOUGH", 403)

    def _finish(self, share: Shared) -> None:
        if share.state == "FINISHED":
            return
        share.state, share.ended_at = "FINISHED", self.now()
        for account, fen in share.parts.items():
            why = self.closed.get(account, "")
            share.results[account] = ("CLOSED", why) if why else ("SUCCESS", "")
            if not why:
                self.book.basic_fen -= fen
                self.book.shared_fen += fen

    def _answer(self, share: Shared) -> dict[str, Any]:
        rows = [
            {
                "type": "MERCHANT_ID",
                "account": account,
                "amount": fen,
                "result": share.results.get(account, ("PENDING", ""))[0],
                **(
                    {"fail_reason": why} if (why := share.results.get(account, ("", ""))[1]) else {}
                ),
            }
            for account, fen in share.parts.items()
        ]
        # What stays ours stands there as a row, too.
        rows.append({"type": "MERCHANT_ID", "account": MCHID, "amount": 0, "result": "SUCCESS"})
        return {
            "transaction_id": share.order.transaction_id,
            "out_order_no": share.said["out_order_no"],
            "order_id": share.order_id,
            "state": share.state,
            "receivers": rows,
        }

    def _return_answer(self, found: Returned) -> dict[str, Any]:
        answer = {
            "order_id": found.order_id,
            "out_order_no": found.said["out_order_no"],
            "out_return_no": found.said["out_return_no"],
            "return_mchid": found.said["return_mchid"],
            "amount": found.said["amount"],
            "result": found.state,
        }
        return {**answer, "fail_reason": found.why} if found.why else answer


def _known(said: dict[str, Any], names: set[str]) -> None:
    need(set(said) <= names, f"unknown fields {sorted(set(said) - names)}")
    need(None not in said.values(), "a null field")
