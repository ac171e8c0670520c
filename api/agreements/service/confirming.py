"""Confirmation by a court (司法确认): all parties together, within thirty days (人民调解法 33)."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.events import AGREEMENT_AT_COURT
from api.agreements.models import Agreement
from api.agreements.rules import court_clock
from api.agreements.service.binding import quiet_of
from api.agreements.service.moving import move_agreement
from api.agreements.service.seeing import in_force, own_seat, seat_at
from api.agreements.states import COURT
from api.errors import AppError
from api.events.log import SYSTEM, Actor
from api.identity.caller import Caller
from api.kit.clock import china
from api.mediation.queries import cases
from api.mediation.service.seeing import is_on_paper

CourtEvent = Literal["apply", "confirm", "refuse"]
_OUTCOMES = {"apply": "applied", "confirm": "confirmed", "refuse": "refused"}


async def ask(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Agreement:
    """A party wants a court to confirm what binds them; the other ones have to want it too.

    Asking again changes nothing.

    Raises:
        AppError: not_found, role_missing, no_agreement, court_too_late, agreement_moved_on.
    """
    seat = await own_seat(session, case_id=case_id, caller=caller)
    agreement = await in_force(session, case_id=case_id)
    _refuse_late(agreement, caller.now)
    assert seat.party is not None
    if seat.party.id in agreement.court_asked_ids:
        return agreement
    if not COURT.allows(agreement.court, "ask") or seat.party.id not in agreement.party_ids:
        raise AppError("agreement_moved_on")
    asked = [*agreement.court_asked_ids, seat.party.id]
    return await _move(
        session, agreement, "asked", actor=caller.actor, now=caller.now, court_asked_ids=asked
    )


async def record(
    session: AsyncSession, *, case_id: UUID, event: CourtEvent, day: date, caller: Caller
) -> Agreement:
    """Mediator or staff note that it was applied for, on which day, or what the court decided.

    An unregistered party's wish is theirs on paper, which goes to the court.

    Raises:
        AppError: not_found, role_missing, no_agreement, agreement_moved_on, court_too_late,
            court_not_together, day_wrong.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if not seat.is_mediator and not seat.is_staff:
        raise AppError("role_missing")
    agreement = await in_force(session, case_id=case_id)
    if not COURT.allows(agreement.court, event):
        raise AppError("agreement_moved_on")
    earliest = agreement.court_applied_on if event != "apply" else _begun(agreement)
    if earliest is None or not earliest <= day <= china(caller.now).date():
        raise AppError("day_wrong")
    writes: dict[str, Any] = {"court": _OUTCOMES[event], "court_remind_at": None}
    if event == "apply":
        if agreement.court_last_day is None or day > agreement.court_last_day:
            raise AppError("court_too_late")
        unable = [p.id for p in seat.consented if is_on_paper(p)]
        asked = {*agreement.court_asked_ids, *unable}
        if not asked >= {*agreement.party_ids}:
            raise AppError("court_not_together")
        writes |= {"court_applied_on": day, "court_asked_ids": agreement.party_ids}
    else:
        writes |= {"court_decided_on": day}
    outcome = _OUTCOMES[event]
    return await _move(session, agreement, outcome, actor=caller.actor, now=caller.now, **writes)


async def keep_clock(session: AsyncSession, *, agreement_id: UUID, now: datetime) -> bool:
    """Remind of the court on its days, and close the time for it; False: nothing was to be done."""
    case_id = await queries.case_of_agreement(session, agreement_id=agreement_id)
    case = await cases.case(session, case_id=case_id, lock=True)
    agreement = await queries.agreement(session, agreement_id=agreement_id, lock=True)
    assert case is not None
    assert agreement is not None
    if agreement.court != "open" or agreement.court_closes_at is None:
        return False
    assert agreement.effective_at is not None
    clock = court_clock(agreement.effective_at, quiet=await quiet_of(session, case))
    if clock.last_day > (agreement.court_last_day or clock.last_day):
        # It was announced since that the last day is off: it is not taken from anybody.
        agreement = await _move(
            session, agreement, "moved", actor=SYSTEM, now=now, court_last_day=clock.last_day,
            court_closes_at=clock.closes_at,
        )  # fmt: skip
    if agreement.court_closes_at is not None and agreement.court_closes_at <= now:
        await _move(
            session, agreement, "lapsed", actor=SYSTEM, now=now, court="lapsed",
            court_remind_at=None,
        )  # fmt: skip
        return True
    if agreement.court_remind_at is None or agreement.court_remind_at > now:
        return False
    following = min((at for at in clock.remind_at if at > now), default=None)
    await _move(session, agreement, "reminded", actor=SYSTEM, now=now, court_remind_at=following)
    return True


async def _move(
    session: AsyncSession,
    agreement: Agreement,
    outcome: str,
    *,
    actor: Actor,
    now: datetime,
    **writes: Any,
) -> Agreement:
    return await move_agreement(
        session, agreement, "go_to_court", AGREEMENT_AT_COURT, actor=actor, now=now,
        writes=writes, outcome=outcome,
    )  # fmt: skip


def _refuse_late(agreement: Agreement, now: datetime) -> None:
    if agreement.court == "lapsed" or (
        agreement.court_closes_at is not None and agreement.court_closes_at <= now
    ):
        raise AppError("court_too_late")


def _begun(agreement: Agreement) -> date | None:
    return None if agreement.effective_at is None else china(agreement.effective_at).date()
