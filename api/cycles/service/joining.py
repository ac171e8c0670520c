"""Joining a cycle: all that is wanted or nothing, never more than there is, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.queries import joining as queries
from api.cycles.rules import OnShort, Way, is_taking, may_take, pay_by, summary
from api.errors import AppError, FieldError, malformed
from api.events.log import Actor, by_user
from api.identity.caller import Caller
from api.identity.rules import check_session
from api.identity.service import PHONE_COLUMN
from api.kinds import VEGETABLES
from api.kit.chaos import Chaos
from api.kit.crypto import Vault
from api.kit.db import HotConnection, Record
from api.kit.idempotency import Stored, judge
from api.kit.ids import new_id
from api.orders.service.placing import Sealed
from api.people.queries import hold_enrolled
from api.people.service.enrolling import person_for
from api.people.service.joining import MEMBER_DOOR
from api.places.rules import Contact
from api.places.service import ADDRESS_COLUMN, open_contact

_ATTEMPTS_MAX = 3
_NOBODY = Contact("", "", "")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a cycle, and how it comes to them."""

    cycle_id: UUID
    # Item and count, each item once.
    lines: tuple[tuple[UUID, int], ...]
    way: Way
    slot_id: UUID | None
    on_short: OnShort
    note: str = ""

    @property
    def item_ids(self) -> list[UUID]:
        """The items that are wanted."""
        return [item_id for item_id, _ in self.lines]


@dataclass(frozen=True, slots=True)
class Keyed:
    """The request of a hot route: whose it is, and under which key."""

    token_hash: bytes
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whose order it will be, for which household, and who pays."""

    customer_id: UUID
    payer_id: UUID
    household_id: UUID
    building_id: UUID
    building: str
    contact: Contact
    actor: Actor


@dataclass(frozen=True, slots=True)
class Line:
    """One line that can be had."""

    item_id: UUID
    name: str
    count: int
    paid_fen: int


async def join(
    connection: HotConnection, wish: Wish, keyed: Keyed, *, vault: Vault, chaos: Chaos
) -> Stored:
    """Join for one's own household, on a bare connection; safe to call twice under one key.

    Raises:
        AppError: not_signed_in, account_closed, idempotency_key_reused, request_in_flight,
            not_found, consent_needed, household_needed, busy, and every refusal of `refuse`.
    """
    for _ in range(_ATTEMPTS_MAX):
        row = await connection.fetchrow(
            queries.JOIN_READ_SQL, keyed.token_hash, wish.cycle_id, keyed.key, wish.item_ids,
            wish.slot_id,
        )  # fmt: skip
        check_session(row)
        assert row is not None
        stored = judge(
            is_free=True,
            stored_hash=row["request_hash"],
            status=row["status"],
            body=row["body"],
            expected=(keyed.request_hash,),
        )
        if stored is not None:
            return stored
        now: datetime = row["now"]
        _refuse_stranger(row)
        lines = refuse(row, wish, now=now)
        buyer = buyer_at(row, actor=by_user(row["user_id"]), vault=vault)
        answer, arguments = _written(row, wish, lines, buyer, keyed=keyed, vault=vault, now=now)
        chaos("join.before_write")
        try:
            done = await connection.fetchrow(queries.JOIN_WRITE_SQL, *arguments)
        except asyncpg.CheckViolationError as error:
            if getattr(error, "constraint_name", "") != queries.LIMIT:
                raise
            continue
        assert done is not None
        if not done["is_free"]:
            raise AppError("request_in_flight", retry_after_s=1)
        if done["number"] is not None:
            chaos("join.after_write_before_reply")
            return Stored(201, _numbered(done["number"], answer), is_repeat=False)
    raise AppError("busy", retry_after_s=1)


async def join_for(
    session: AsyncSession, wish: Wish, *, person_id: UUID, vault: Vault, caller: Caller
) -> bytes:
    """Join for a person without a phone, who is a household of their own; the answer.

    Raises:
        AppError: role_missing, not_found, busy, and every refusal of `refuse`.
    """
    person = await person_for(session, person_id=person_id, caller=caller)
    # An account that is taken over or closed meanwhile waits for this order, or there is none.
    if not await hold_enrolled(session, person_id=person_id):
        raise AppError("not_found")
    contact = open_contact(
        person.address.detail_sealed, column=ADDRESS_COLUMN, row=person.address.id, vault=vault
    )
    buyer = Buyer(
        person.user.id, caller.user_id, person.user.id, person.building.id, person.building.name,
        contact, caller.actor,
    )  # fmt: skip
    return await join_in(
        session, wish, buyer, place_path=person.enrolled.place_path, vault=vault, now=caller.now
    )


async def join_in(
    session: AsyncSession,
    wish: Wish,
    buyer: Buyer,
    *,
    place_path: list[UUID],
    patience: timedelta | None = None,
    vault: Vault,
    now: datetime,
) -> bytes:
    """Join in a session's transaction, for whoever lives at the end of a path; the answer.

    ``patience``: so long it may be paid, the cut-off permitting; the community's usual time at
    least.

    Raises:
        AppError: not_found, busy, and every refusal of `refuse`.
    """
    for _ in range(_ATTEMPTS_MAX):
        row = await queries.offer(
            session,
            cycle_id=wish.cycle_id,
            household_id=buyer.household_id,
            item_ids=wish.item_ids,
            slot_id=wish.slot_id,
            place_path=place_path,
        )
        if row is None or not row["is_in_scope"] or not _is_announced(row):
            raise AppError("not_found")
        lines = refuse(row, wish, now=now)
        answer, arguments = _written(
            row, wish, lines, buyer, keyed=None, patience=patience, vault=vault, now=now
        )
        done = await queries.write(session, arguments)
        if done is not None and done["number"] is not None:
            return _numbered(done["number"], answer)
    raise AppError("busy", retry_after_s=1)


def refuse(offer: Mapping[str, Any] | Record, wish: Wish, *, now: datetime) -> list[Line]:
    """Refuse what cannot be had now; else the lines of the order.

    Raises:
        AppError: out_of_scope, cycle_not_open, cycle_closed, malformed_request, stock_gone,
            household_limit, slot_full.
    """
    if not offer["is_in_scope"]:
        raise AppError("out_of_scope")
    if offer["state"] == "draft":
        raise AppError("cycle_not_open")
    if not is_taking(state=offer["state"], closes_at=offer["closes_at"], now=now):
        raise AppError("cycle_closed")
    if not offer[f"has_{wish.way}"]:
        raise malformed("way", "not offered in this cycle")
    if (wish.slot_id is not None) != (wish.way == "collection" and offer["has_slots"]):
        raise malformed("slot_id", "one of the cycle's slots, where it is collected")
    lines = _lines(offer, wish)
    if wish.slot_id is not None:
        if offer["slot_left"] is None:
            raise malformed("slot_id", "no slot of this cycle")
        if offer["slot_left"] < 1:
            raise AppError("slot_full")
    return lines


def _lines(offer: Mapping[str, Any] | Record, wish: Wish) -> list[Line]:
    found = {UUID(i[0]): i for i in orjson.loads(offer["items"] or "[]")}
    lines = list[Line]()
    gone, over = list[FieldError](), list[FieldError]()
    for n, (item_id, count) in enumerate(wish.lines):
        if item_id not in found:
            raise malformed(f"lines.{n}.item_id", "no item of this cycle")
        _, name, price_fen, left, household_max, taken = found[item_id]
        lines.append(Line(item_id, name, count, count * price_fen))
        if may_take(
            left_count=left, household_max=household_max, taken_count=taken, wanted_count=count
        ):
            continue
        if count > left:
            gone.append(FieldError(f"lines.{n}.count", f"{left} left"))
        else:
            over.append(FieldError(f"lines.{n}.count", f"{household_max - taken} more"))
    if gone:
        raise AppError("stock_gone", _told(gone), fields=tuple(gone))
    if over:
        raise AppError("household_limit", _told(over), fields=tuple(over))
    return lines


def _told(errors: list[FieldError]) -> str:
    return "; ".join(f"{e.field}: {e.message}" for e in errors)


def _refuse_stranger(row: Record) -> None:
    """Refuse who may not order here, and hide what is not announced."""
    if row["cycle_id"] is None or not (row["may_order"] or row["is_in_scope"]):
        raise AppError("not_found")
    if not _is_announced(row):
        raise AppError("not_found")
    if not row["has_agreed"]:
        raise AppError("consent_needed", "privacy_rules")
    if row["household_id"] is None:
        raise AppError("household_needed")


def _is_announced(row: Mapping[str, Any] | Record) -> bool:
    return row["state"] != "draft" or row["opens_at"] is not None


def buyer_at(home: Mapping[str, Any] | Record, *, actor: Actor, vault: Vault) -> Buyer:
    """Whoever lives there, for their household, on their own phone."""
    door, phone, user_id = bytes(home["door_sealed"]), home["phone_sealed"], home["user_id"]
    contact = Contact(
        vault.open(door, column=MEMBER_DOOR, row=home["membership_id"]) if door else "",
        "",
        "" if phone is None else vault.open(bytes(phone), column=PHONE_COLUMN, row=user_id),
    )
    return Buyer(
        user_id, user_id, home["household_id"], home["building_id"], home["building"], contact,
        actor,
    )  # fmt: skip


def _written(
    offer: Mapping[str, Any] | Record,
    wish: Wish,
    lines: list[Line],
    buyer: Buyer,
    *,
    keyed: Keyed | None,
    patience: timedelta | None = None,
    vault: Vault,
    now: datetime,
) -> tuple[bytes, tuple[Any, ...]]:
    """The answer without its number, and the arguments of `JOIN_WRITE_SQL`."""
    order_id = new_id()
    goods_fen = sum(line.paid_fen for line in lines)
    fee_fen = offer["fee_fen"] if wish.way == "delivery" else 0
    until = pay_by(
        now=now, window_s=offer["pay_window_s"], patience=patience, closes_at=offer["closes_at"]
    )
    is_brought = wish.way == "delivery"
    sealed = Sealed(_NOBODY, buyer.contact, wish.note).seal(order_id=order_id, vault=vault)
    told = {
        "kind": VEGETABLES, "fee_fen": fee_fen, "goods_fen": goods_fen,
        "customer_id": str(buyer.customer_id), "beneficiary_id": None,
    }  # fmt: skip
    answer = orjson.dumps(
        {
            "id": order_id,
            "cycle_id": str(wish.cycle_id),
            "state": "awaiting_payment",
            "way": wish.way,
            "slot_id": None if wish.slot_id is None else str(wish.slot_id),
            "on_short": wish.on_short,
            "fee_fen": fee_fen,
            "goods_fen": goods_fen,
            "total_fen": fee_fen + goods_fen,
            "pay_by": until,
            "lines": [_said(line) for line in lines],
        },
        # As every other answer writes a moment.
        option=orjson.OPT_UTC_Z,
    )
    arguments = (
        None if keyed is None else keyed.key,
        buyer.payer_id,
        wish.cycle_id,
        wish.item_ids,
        [count for _, count in wish.lines],
        now,
        wish.slot_id,
        order_id,
        offer["community_id"],
        list(offer["place_path"]),
        buyer.customer_id,
        fee_fen,
        offer["fee_share_percent"],
        summary([(line.name, line.count) for line in lines]),
        offer["title"],
        buyer.building if is_brought else offer["collection_place"],
        sealed,
        until,
        offer["closes_at"],
        buyer.household_id,
        buyer.building_id,
        wish.way,
        wish.on_short,
        buyer.actor.kind,
        buyer.actor.user_id,
        orjson.dumps(told).decode(),
        None if keyed is None else keyed.request_hash,
        answer[1:],
    )
    return answer[1:], arguments


def _said(line: Line) -> dict[str, Any]:
    # By hand, as ids that come from the database are of the driver's own kind.
    return {
        "item_id": str(line.item_id),
        "name": line.name,
        "count": line.count,
        "paid_fen": line.paid_fen,
    }


def _numbered(number: int, answer: bytes) -> bytes:
    """As it is kept under the key: the number, which PostgreSQL counts, before all else."""
    return b'{"number":%d,%b' % (number, answer)
