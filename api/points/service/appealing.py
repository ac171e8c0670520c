"""Appeals against penalties, ratings and tiers: answered by somebody who had no hand in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, STAFF, Caller
from api.kit.clock import unix_s
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.people.service.joining import same_household
from api.places.service import community_of_place
from api.points.events import APPEAL_DECIDED, APPEAL_FILED, APPEAL_LAPSED
from api.points.models import PointsAppeal, PointsEntry
from api.points.queries import appeals, ledger
from api.points.rules import (
    APPEALABLE,
    OPEN_TO_SECOND_STEP,
    STEPS,
    TIER_RANKS,
    Involved,
    Outcome,
    answer_due,
    appeal_until,
    may_contest,
)
from api.points.service.knowing import known_rules
from api.points.service.posting import penalty_cp
from api.points.service.standing import seen_tier
from scoring.parsing import parse_fact
from scoring.rules import Rules

TEXT_COLUMN, ANSWER_COLUMN = "points_appeals.text", "points_appeals.answer"


async def file(
    session: AsyncSession, *, entry_id: UUID, text: str, vault: Vault, caller: Caller
) -> PointsAppeal:
    """Appeal against what an entry costs; from the next moment on it costs nothing until answered.

    The runner does, or staff to whom the runner spoke.

    Raises:
        AppError: not_found, nothing_to_appeal, already_appealed, appeal_too_late.
    """
    entry = await seen_entry(session, entry_id=entry_id, caller=caller)
    is_rating = may_contest(entry.kind, entry.fact)
    if entry.kind not in APPEALABLE and not is_rating:
        raise AppError("nothing_to_appeal")
    await ledger.lock_balance(session, runner_id=entry.runner_id)
    before = await appeals.of_entries(session, entry_ids=[entry.id])
    _refuse_again(before)
    if caller.now > until(await known_rules(session), entry, before):
        raise AppError("appeal_too_late")
    cost_cp = await penalty_cp(session, runner_id=entry.runner_id, fact=entry.fact)
    if not cost_cp and not is_rating:
        raise AppError("nothing_to_appeal")
    about = {"about": "rating" if is_rating else "penalty", "entry_id": entry.id}
    return await _add(
        session, entry.runner_id, len(before) + 1, text, vault=vault, caller=caller,
        penalty_cp=cost_cp, **about,
    )  # fmt: skip


async def file_about_tier(
    session: AsyncSession, *, runner_id: UUID, text: str, vault: Vault, caller: Caller
) -> PointsAppeal:
    """Appeal against the last decision of staff that lowered a tier; until answered it waits.

    Raises:
        AppError: not_found, nothing_to_appeal, already_appealed, appeal_too_late.
    """
    await seen_tier(session, runner_id=runner_id, caller=caller)
    await ledger.lock_balance(session, runner_id=runner_id)
    decision = await appeals.last_tier_decision(session, runner_id=runner_id)
    if decision is None:
        raise AppError("nothing_to_appeal")
    seq, decided_at, tier_from, tier_to = decision
    if tier_from is None or TIER_RANKS[tier_to] >= TIER_RANKS[tier_from]:
        raise AppError("nothing_to_appeal")
    before = await appeals.of_decision(session, decision_seq=seq)
    _refuse_again(before)
    since = (before[-1].decided_at if before else None) or decided_at
    within_days = (await known_rules(session)).in_force(unix_s(decided_at)).appeal_within_days
    if caller.now > appeal_until(at=decided_at, recorded_at=since, within_days=within_days):
        raise AppError("appeal_too_late")
    return await _add(
        session, runner_id, len(before) + 1, text, vault=vault, caller=caller,
        about="tier", decision_seq=seq, tier_from=tier_from, tier_to=tier_to, penalty_cp=0,
    )  # fmt: skip


async def decide(
    session: AsyncSession,
    *,
    appeal_id: UUID,
    version: int,
    outcome: Outcome,
    left_cp: int | None,
    answer: str,
    vault: Vault,
    caller: Caller,
) -> PointsAppeal:
    """Answer an appeal with reasons; the second step is answered by a manager.

    Raises:
        AppError: role_missing, not_found, version_changed, appeal_moved_on, another_must_decide,
            penalty_not_lower.
    """
    row = await staff_appeal(session, appeal_id=appeal_id, caller=caller)
    if row.version != version:
        raise AppError("version_changed")
    if row.state != "filed":
        raise AppError("appeal_moved_on")
    if row.step > 1:
        caller.require(MANAGERS, row.place_path)
    await _require_another(session, row, caller)
    if outcome == "reduce" and not 0 < (left_cp or 0) < row.penalty_cp:
        raise AppError("penalty_not_lower")
    return await _move(
        session, row, outcome, APPEAL_DECIDED, actor=caller.actor, now=caller.now,
        left_cp=left_cp if outcome == "reduce" else None, decided_by_id=caller.user_id,
        answer_sealed=vault.seal(answer, column=ANSWER_COLUMN, row=row.id),
    )  # fmt: skip


async def lapse(session: AsyncSession, *, appeal_id: UUID, now: datetime) -> bool:
    """Decide for the runner what nobody answered in time; false: somebody did."""
    row = await appeals.appeal(session, appeal_id=appeal_id, lock=True)
    if row is None or row.state != "filed" or row.due_at >= now:
        return False
    await _move(session, row, "lapse", APPEAL_LAPSED, actor=SYSTEM, now=now, left_cp=None)
    return True


def until(rules: Rules, entry: PointsEntry, before: list[PointsAppeal]) -> datetime:
    """The last moment for an appeal against an entry: counted from the answer before, if any."""
    within_days = rules.in_force(parse_fact(entry.fact).at).appeal_within_days
    answered_at = before[-1].decided_at if before else None
    recorded_at = entry.created_at if answered_at is None else answered_at
    return appeal_until(at=entry.at, recorded_at=recorded_at, within_days=within_days)


async def seen_entry(session: AsyncSession, *, entry_id: UUID, caller: Caller) -> PointsEntry:
    """An entry of the caller's own, or of a runner of the place whose staff they are.

    Raises:
        AppError: not_found.
    """
    entry = await ledger.entry(session, entry_id=entry_id)
    if entry is None:
        raise AppError("not_found")
    if entry.runner_id != caller.user_id:
        path = await place_path_of(session, runner_id=entry.runner_id)
        if not caller.holds(STAFF, path):
            raise AppError("not_found")
    return entry


async def staff_appeal(session: AsyncSession, *, appeal_id: UUID, caller: Caller) -> PointsAppeal:
    """An appeal of the caller's place, locked.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(STAFF)
    row = await appeals.appeal(session, appeal_id=appeal_id, lock=True)
    if row is None:
        raise AppError("not_found")
    caller.require_there(STAFF, row.place_path)
    return row


async def place_path_of(session: AsyncSession, *, runner_id: UUID) -> list[UUID]:
    """The places above a runner's community, itself the last."""
    runner = await ledger.runner_of(session, runner_id=runner_id)
    assert runner is not None, "an entry has its runner"
    return list((await community_of_place(session, place_id=runner[0])).path)


async def _add(
    session: AsyncSession,
    runner_id: UUID,
    step: int,
    text: str,
    *,
    vault: Vault,
    caller: Caller,
    **about: Any,
) -> PointsAppeal:
    row_id = new_id()
    row = PointsAppeal(
        id=row_id,
        runner_id=runner_id,
        place_path=await place_path_of(session, runner_id=runner_id),
        step=step,
        filed_by_id=caller.user_id,
        **about,
        text_sealed=vault.seal(text, column=TEXT_COLUMN, row=row_id),
        filed_at=caller.now,
        due_at=answer_due(caller.now, step=step),
    )
    await appeals.add(session, row=row)
    await emit(
        session,
        APPEAL_FILED,
        subject_id=row.id,
        subject_seq=row.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.place_path[-1],
        to_state="filed",
        runner_id=str(row.runner_id),
        entry_id=_text(row.entry_id),
        step=step,
    )
    return row


def _refuse_again(before: list[PointsAppeal]) -> None:
    if before and (len(before) >= STEPS or before[-1].state not in OPEN_TO_SECOND_STEP):
        raise AppError("already_appealed")


def _text(row_id: UUID | None) -> str | None:
    return None if row_id is None else str(row_id)


async def _require_another(session: AsyncSession, row: PointsAppeal, caller: Caller) -> None:
    if row.entry_id is None:
        assert row.decision_seq is not None, "an appeal is about something"
        event_seq = row.decision_seq
        before = await appeals.of_decision(session, decision_seq=event_seq)
    else:
        entry = await ledger.entry(session, entry_id=row.entry_id)
        assert entry is not None, "the ledger only grows"
        event_seq = entry.event_seq
        before = await appeals.of_entries(session, entry_ids=[row.entry_id])
    involved = Involved(
        runner_id=row.runner_id,
        author_id=await ledger.author_of(session, event_seq=event_seq),
        filed_by_id=row.filed_by_id,
        answered_ids={each.decided_by_id for each in before if each.decided_by_id},
    )
    is_home = await same_household(session, a=caller.user_id, b=row.runner_id)
    if is_home or not involved.may_answer(caller.user_id):
        raise AppError("another_must_decide")


async def _move(
    session: AsyncSession,
    row: PointsAppeal,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    left_cp: int | None,
    **values: Any,
) -> PointsAppeal:
    moved = await appeals.move(
        session, row=row, event=event, decided_at=now, left_cp=left_cp, **values
    )
    assert moved is not None, "the appeal was locked"
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=row.place_path[-1],
        from_state="filed",
        to_state=moved.state,
        runner_id=str(row.runner_id),
        entry_id=_text(row.entry_id),
        outcome=moved.state,
        left_cp=left_cp,
    )
    again = await appeals.appeal(session, appeal_id=row.id)
    assert again is not None
    return again
