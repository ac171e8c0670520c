"""Repeating errands: the next order is placed a day ahead, exactly once, paid each time."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, malformed
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.acting import acting_for
from api.identity.caller import Caller
from api.jobs.details import as_text, read_details
from api.kinds import KINDS
from api.kit.crypto import Vault
from api.kit.geo import Point
from api.orders.models import Quote
from api.orders.service.describing import Wish, check_wish
from api.orders.service.placing import place_order
from api.orders.service.quoting import Asked, quote
from api.places.rules import Contact
from api.places.service import community_of_place
from api.repeats import queries
from api.repeats.events import (
    REPEAT_ENDED,
    REPEAT_PAUSED,
    REPEAT_PLACED,
    REPEAT_RESUMED,
    REPEAT_SKIPPED,
    REPEAT_STARTED,
)
from api.repeats.models import Repeat
from api.repeats.rules import (
    LASTS_AT_MOST,
    PAID_AHEAD,
    Rule,
    day_after,
    first_day,
    place_at,
    window_on,
)

REPEATS_MAX = 20
_COLUMN = "repeats.template"


@dataclass(frozen=True, slots=True)
class Template:
    """What is ordered each time; sealed at rest, for it holds doors, phones and accounts."""

    asked: Asked
    wish: Wish
    dropoff_place: str | None
    pickup_contact: Contact
    dropoff_contact: Contact | None

    def seal(self, *, repeat_id: UUID, vault: Vault) -> bytes:
        """Encrypt for one repeat."""
        wish, to = self.wish, self.dropoff_contact
        value = {
            "kind": self.asked.kind,
            "asked": self.asked.as_data(),
            "wish": [wish.item, wish.note, as_text(wish.details), wish.pickup_place,
                     wish.at_door, wish.with_photos],
            "dropoff_place": self.dropoff_place,
            "pickup_contact": self.pickup_contact.as_list(),
            "dropoff_contact": None if to is None else to.as_list(),
        }  # fmt: skip
        return vault.seal(orjson.dumps(value).decode(), column=_COLUMN, row=repeat_id)

    @staticmethod
    def open(sealed: bytes, *, repeat_id: UUID, vault: Vault) -> "Template":
        """Decrypt what was sealed for this repeat."""
        value = orjson.loads(vault.open(bytes(sealed), column=_COLUMN, row=repeat_id))
        asked, to = value["asked"], value["dropoff_contact"]
        item, note, details, pickup_place, at_door, with_photos = value["wish"]
        return Template(
            asked=Asked(
                kind=value["kind"],
                pickup=Point(*asked["pickup"]),
                dropoff=Point(*asked["dropoff"]),
                weight_g=asked["weight_g"],
                floor=asked["floor"],
                has_lift=asked["has_lift"],
                window=None,
                address_id=_id(asked["address_id"]),
                has_pickup=asked["has_pickup"],
                beneficiary_id=_id(asked.get("beneficiary_id")),
                for_person_id=_id(asked.get("for_person_id")),
            ),
            wish=Wish(item, note, read_details(details), pickup_place, at_door, with_photos),
            dropoff_place=value["dropoff_place"],
            pickup_contact=Contact(*value["pickup_contact"]),
            dropoff_contact=None if to is None else Contact(*to),
        )


async def start(
    session: AsyncSession, *, rule: Rule, template: Template, vault: Vault, caller: Caller
) -> tuple[Repeat, Quote]:
    """Begin to repeat an errand; also what its first time would cost now.

    Raises:
        AppError: malformed_request, repeats_full, and every refusal of quoting and placing.
    """
    day = first_day(rule, now=caller.now)
    if day is None or window_on(rule, rule.until)[0] > caller.now + LASTS_AT_MOST:
        raise malformed("rule.until", "no such day is to come, or it is too far ahead")
    kind = KINDS[template.asked.kind]
    if not kind.may_repeat:
        raise malformed("errand.kind", "this kind is asked for anew each time")
    if await queries.count_alive(session, customer_id=caller.user_id) >= REPEATS_MAX:
        raise AppError("repeats_full", f"at most {REPEATS_MAX}")
    priced = await quote(
        session, asked=replace(template.asked, window=window_on(rule, day)), caller=caller
    )
    community = await community_of_place(session, place_id=priced.community_id)
    check_wish(
        template.wish,
        kind=kind,
        has_pickup=template.asked.has_pickup,
        settings=community.settings,
        now=caller.now,
    )
    row = Repeat(
        customer_id=caller.user_id,
        community_id=community.id,
        kind=kind.code,
        weekdays=list(rule.weekdays),
        begins_min=rule.begins_min,
        lasts_min=rule.lasts_min,
        until=rule.until,
        next_on=day,
        place_at=place_at(rule, day),
        template_sealed=b"",
        created_at=caller.now,
    )
    row.template_sealed = template.seal(repeat_id=row.id, vault=vault)
    await queries.add(session, row=row)
    await _tell(session, REPEAT_STARTED, row, 1, None, "active", caller.actor, caller.now)
    return row, priced


async def change(session: AsyncSession, *, repeat_id: UUID, event: str, caller: Caller) -> Repeat:
    """Pause, resume or end one's own repeat; orders that were placed already stay.

    Raises:
        AppError: not_found, repeat_moved_on.
    """
    row = await queries.repeat(session, repeat_id=repeat_id, lock=True)
    if row is None or row.customer_id != caller.user_id:
        raise AppError("not_found")
    before, values = row.state, dict[str, Any]()
    if event == "end":
        values = {"next_on": None, "place_at": None, "ended_at": caller.now}
    elif event == "resume":
        rule = rule_of(row)
        day = first_day(rule, now=caller.now)
        if day is None:
            raise AppError("repeat_moved_on", "its last day is over")
        values = {"next_on": day, "place_at": place_at(rule, day)}
    moved = await queries.move(session, repeat_id=repeat_id, event=event, **values)
    if moved is None:
        raise AppError("repeat_moved_on")
    kinds = {"pause": REPEAT_PAUSED, "resume": REPEAT_RESUMED, "end": REPEAT_ENDED}
    await _tell(
        session, kinds[event], row, moved.version, before, moved.state, caller.actor, caller.now
    )
    changed = await queries.repeat(session, repeat_id=repeat_id)
    assert changed is not None
    return changed


async def end_all(session: AsyncSession, *, caller: Caller) -> None:
    """End every repeat of whoever closes their account."""
    for repeat_id in await queries.alive_ids(session, customer_id=caller.user_id):
        await change(session, repeat_id=repeat_id, event="end", caller=caller)


async def place_next(
    session: AsyncSession, *, repeat_id: UUID, vault: Vault, now: datetime
) -> bool:
    """Place the order of the next day, or skip it with the reason; false: it is not its time."""
    row = await queries.repeat(session, repeat_id=repeat_id, lock=True)
    if row is None or row.state != "active" or row.place_at is None or row.place_at > now:
        return False
    rule, day = rule_of(row), row.next_on
    assert day is not None
    order_id, refusal = await _try_to_place(session, row, rule, day, vault=vault, now=now)
    await queries.note_day(session, repeat_id=repeat_id, day=day, order_id=order_id, code=refusal)
    following = day_after(rule, day)
    version = await queries.advance(
        session,
        repeat_id=repeat_id,
        next_on=following or day,
        place_at=place_at(rule, following or day),
    )
    if order_id is not None:
        await _tell(
            session, REPEAT_PLACED, row, version, None, None, SYSTEM, now,
            order_id=str(order_id), day=day.isoformat(),
        )  # fmt: skip
    else:
        await _tell(
            session, REPEAT_SKIPPED, row, version, None, None, SYSTEM, now,
            day=day.isoformat(), code=refusal,
        )  # fmt: skip
    if following is None:
        moved = await queries.move(
            session, repeat_id=repeat_id, event="end", next_on=None, place_at=None, ended_at=now
        )
        assert moved is not None, "the repeat was locked"
        await _tell(session, REPEAT_ENDED, row, moved.version, "active", "ended", SYSTEM, now)
    return True


async def note_unpaid(session: AsyncSession, *, order_id: UUID, now: datetime) -> None:
    """Tell that a day is skipped because its order was not paid in time; safe to call twice."""
    found = await queries.note_unpaid(session, order_id=order_id)
    if found is None:
        return
    repeat_id, day = found
    row = await queries.repeat(session, repeat_id=repeat_id, lock=True)
    assert row is not None
    version = await queries.touch(session, repeat_id=repeat_id)
    await _tell(
        session, REPEAT_SKIPPED, row, version, None, None, SYSTEM, now,
        day=day.isoformat(), code="not_paid_in_time",
    )  # fmt: skip


def rule_of(row: Repeat) -> Rule:
    """The rule of a repeat."""
    return Rule(tuple(row.weekdays), row.begins_min, row.lasts_min, row.until)


async def _try_to_place(
    session: AsyncSession, row: Repeat, rule: Rule, day: date, *, vault: Vault, now: datetime
) -> tuple[UUID | None, str | None]:
    """The order of a day, or the code of what speaks against it now."""
    template = Template.open(row.template_sealed, repeat_id=row.id, vault=vault)
    window = window_on(rule, day)
    try:
        async with session.begin_nested():
            caller = await acting_for(session, user_id=row.customer_id, now=now)
            asked = replace(template.asked, window=window)
            priced = await quote(session, asked=asked, caller=caller)
            order = await place_order(
                session,
                quote_id=priced.id,
                wish=template.wish,
                dropoff_place=template.dropoff_place,
                pickup_contact=template.pickup_contact,
                dropoff_contact=template.dropoff_contact,
                pay_by=window[0] - PAID_AHEAD,
                vault=vault,
                caller=caller,
            )
    except AppError as refusal:
        return None, refusal.code
    return order.id, None


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: Repeat,
    version: int,
    before: str | None,
    after: str | None,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=actor,
        now=now,
        community_id=row.community_id,
        from_state=before,
        to_state=after,
        **data,
    )
