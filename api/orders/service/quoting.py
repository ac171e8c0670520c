"""Quoting: is it possible, what does it cost, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.service import require_consent
from api.errors import AppError, malformed
from api.identity.caller import STAFF, Caller
from api.jobs.service.learning import promise
from api.kinds import KINDS
from api.kit.geo import Point, geodesic_m
from api.orders import queries
from api.orders.models import Quote
from api.orders.pricing import price_errand, total_fen
from api.orders.service.caring import cares_in
from api.orders.service.describing import check_window
from api.places.rules import Community
from api.places.service import community_at

MAY_ORDER = ("resident", "merchant_staff", *STAFF)
_AHEAD_MAX = timedelta(days=14)
_PAST_TOLERATED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be priced."""

    kind: str
    pickup: Point
    dropoff: Point
    weight_g: int
    floor: int
    has_lift: bool
    window: tuple[datetime, datetime] | None
    address_id: UUID | None = None
    has_pickup: bool = True
    beneficiary_id: UUID | None = None
    for_person_id: UUID | None = None
    # For whose customers it is, where the people of a merchant ask.
    merchant_id: UUID | None = None

    def as_data(self) -> dict[str, Any]:
        """As it is stored and compared."""
        return {
            "pickup": [self.pickup.lat, self.pickup.lng],
            "dropoff": [self.dropoff.lat, self.dropoff.lng],
            "weight_g": self.weight_g,
            "floor": self.floor,
            "has_lift": self.has_lift,
            "window": None if self.window is None else [w.isoformat() for w in self.window],
            "address_id": _text(self.address_id),
            "beneficiary_id": _text(self.beneficiary_id),
            "for_person_id": _text(self.for_person_id),
            "has_pickup": self.has_pickup,
            "merchant_id": _text(self.merchant_id),
        }


async def quote(session: AsyncSession, *, asked: Asked, caller: Caller) -> Quote:
    """Price an errand; the quote is good for one order within its time.

    Raises:
        AppError: consent_needed, malformed_request, not_found, outside_community, role_missing,
            trip_too_long, too_heavy, window_past, window_too_far.
    """
    check_window(KINDS[asked.kind], has_window=asked.window is not None)
    community = await community_at(session, point=asked.pickup)
    allowed_in = await cares_in(session, beneficiary_id=asked.beneficiary_id, caller=caller)
    if allowed_in != community.id:
        caller.require(MAY_ORDER, community.path)
    await require_rules(session, for_person_id=asked.for_person_id, caller=caller)
    trip_m = _check(asked, community, now=caller.now)
    ready_at, due_at = await _promise(session, asked, community, now=caller.now)
    parts = price_errand(
        community.settings.tariff,
        trip_m=trip_m,
        weight_g=asked.weight_g,
        floor=asked.floor,
        has_lift=asked.has_lift,
        due_at=due_at,
    )
    row = Quote(
        user_id=caller.user_id,
        community_id=community.id,
        kind=asked.kind,
        asked=asked.as_data(),
        parts=[{"code": p.code, "label": p.label, "amount_fen": p.amount_fen} for p in parts],
        fee_fen=total_fen(parts),
        trip_m=trip_m,
        ready_at=ready_at,
        due_at=due_at,
        expires_at=caller.now + timedelta(seconds=community.settings.quote_ttl_s),
        created_at=caller.now,
    )
    await queries.add(session, row=row)
    return row


async def own_quote(session: AsyncSession, *, quote_id: UUID, caller: Caller) -> Quote:
    """The caller's own unspent, unexpired quote.

    Raises:
        AppError: not_found, quote_used, quote_expired.
    """
    row = await queries.quote(session, quote_id=quote_id)
    if row is None or row.user_id != caller.user_id:
        raise AppError("not_found", "no such quote")
    if row.order_id is not None:
        raise AppError("quote_used")
    if row.expires_at <= caller.now:
        raise AppError("quote_expired")
    return row


async def require_rules(
    session: AsyncSession, *, for_person_id: UUID | None, caller: Caller
) -> None:
    """Refuse whoever orders, for themselves or as a carer, and has not agreed to today's rules.

    Whom staff order for has no phone to agree on: they asked the staff for it.

    Raises:
        AppError: consent_needed.
    """
    if for_person_id is None:
        await require_consent(session, user_id=caller.user_id, purpose="privacy_rules")


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _check(asked: Asked, community: Community, *, now: datetime) -> float:
    settings = community.settings
    if not community.contains(asked.dropoff):
        raise AppError("outside_community", "the drop-off is outside")
    trip_m = geodesic_m(asked.pickup, asked.dropoff)
    if trip_m > settings.max_trip_m:
        raise AppError("trip_too_long", f"{trip_m:.0f} m, at most {settings.max_trip_m:.0f} m")
    if asked.weight_g > settings.tariff.weight_max_g:
        raise AppError("too_heavy", f"at most {settings.tariff.weight_max_g} g")
    if asked.window is not None:
        begins, ends = asked.window
        if ends <= now or begins < now - _PAST_TOLERATED:
            raise AppError("window_past")
        if ends <= begins:
            raise malformed("window", "it ends before it begins")
        if ends > now + _AHEAD_MAX:
            raise AppError("window_too_far", "at most 14 days ahead")
    return trip_m


async def _promise(
    session: AsyncSession, asked: Asked, community: Community, *, now: datetime
) -> tuple[datetime, datetime]:
    if asked.window is None:
        ready_at, due_at = now, now + await promise(session, community, ready_at=now)
    else:
        ready_at, due_at = max(now, asked.window[0]), asked.window[1]
    # In an emergency the promise stretches, so that nobody has to hurry.
    return ready_at, ready_at + (due_at - ready_at) * community.due_percent(now) / 100
