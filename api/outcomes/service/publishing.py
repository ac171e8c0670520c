"""Consenting to a text, withdrawing that, and letting it be seen."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements.service.seeing import Seat, seat_at
from api.agreements.service.visiting import is_apart
from api.board.queries.checks import checks
from api.errors import AppError
from api.identity.caller import MANAGERS, Caller
from api.kit.crypto import Vault
from api.mediation.service.seeing import is_on_paper
from api.outcomes import queries
from api.outcomes.events import OUTCOME_CONSENTED, OUTCOME_DECLINED, OUTCOME_PUBLISHED
from api.outcomes.models import Outcome, OutcomeConsent
from api.outcomes.rules import Unsure, checked, may_tell
from api.outcomes.service.drafting import kept, move, open_text, refuse_telling, words_of
from api.uploads.service import claim


async def consent(
    session: AsyncSession,
    *,
    case_id: UUID,
    text_hash: str,
    party_id: UUID | None = None,
    upload_id: UUID | None = None,
    caller: Caller,
) -> Outcome:
    """A party consents in writing that exactly this text is seen.

    Who has no account consents on paper, of which the mediator holds a photo.

    Raises:
        AppError: not_found, role_missing, outcome_moved_on, text_differs, already_signed,
            paper_needed, upload_unknown.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    whose, is_paper = _whose(seat, party_id)
    row = await open_text(session, case_id=case_id)
    if row.state != "drafted" or whose not in row.party_ids:
        raise AppError("outcome_moved_on")
    if row.text_hash != text_hash:
        raise AppError("text_differs")
    if any(c.party_id == whose for c in await queries.consents(session, outcome_ids=[row.id])):
        raise AppError("already_signed")
    if is_paper:
        if upload_id is None:
            raise AppError("paper_needed")
        await claim(
            session, upload_ids=[upload_id], owner_id=caller.user_id, purpose="case",
            subject_id=case_id, now=caller.now,
        )  # fmt: skip
    how = "paper" if is_paper else "app"
    given = OutcomeConsent(
        outcome_id=row.id,
        party_id=whose,
        by_id=caller.user_id,
        how=how,
        upload_id=upload_id if is_paper else None,
        text_hash=text_hash,
        at=caller.now,
    )
    await queries.add(session, row=given)
    return await move(
        session, row, "consent", OUTCOME_CONSENTED, actor=caller.actor, now=caller.now,
        party_id=str(whose), how=how,
    )  # fmt: skip


async def decline(
    session: AsyncSession, *, case_id: UUID, party_id: UUID | None = None, caller: Caller
) -> Outcome:
    """A party does not want it, or no longer: it ends at once, seen or not; no reason is asked.

    Raises:
        AppError: not_found, role_missing, outcome_moved_on.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    whose, _ = _whose(seat, party_id)
    row = await open_text(session, case_id=case_id)
    if whose not in row.party_ids:
        raise AppError("outcome_moved_on")
    return await move(
        session, row, "decline", OUTCOME_DECLINED, actor=caller.actor, now=caller.now,
        party_id=str(whose),
    )  # fmt: skip


async def publish(
    session: AsyncSession,
    *,
    case_id: UUID,
    text_hash: str,
    despite: Unsure | None = None,
    vault: Vault,
    caller: Caller,
) -> Outcome:
    """Somebody who has no part in the case read it: from now on its community sees the text.

    What parties are known by is looked for anew, as they may have moved or changed their names.
    Where its check did not pass, ``despite`` says that they know why; what is risky stays unseen.

    Raises:
        AppError: not_found, role_missing, no_agreement, case_moved_on, outcome_moved_on,
            text_differs, another_must_decide, consents_missing, outcome_unchecked, outcome_tells.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if not seat.is_staff or not caller.holds(MANAGERS, seat.case.place_path):
        raise AppError("role_missing")
    await kept(session, seat)
    row = await open_text(session, case_id=case_id)
    if row.state != "drafted":
        raise AppError("outcome_moved_on")
    if row.text_hash != text_hash:
        raise AppError("text_differs")
    is_own = caller.user_id == row.drafted_by_id
    if is_own or not await is_apart(session, seat, caller.user_id):
        raise AppError("another_must_decide")
    given = {c.party_id for c in await queries.consents(session, outcome_ids=[row.id])}
    if not given >= {*row.party_ids}:
        raise AppError("consents_missing")
    found = await checks(session, subject_id=row.id, n=1)
    if not may_tell(found, despite=despite):
        raise AppError("outcome_unchecked", checked(found)[1] or "waiting")
    await refuse_telling(session, seat, text=words_of(row, vault=vault), vault=vault)
    return await move(
        session, row, "publish", OUTCOME_PUBLISHED, actor=caller.actor, now=caller.now,
        writes={
            "approved_by_id": caller.user_id,
            "published_at": caller.now,
            "despite": checked(found)[1],
        },
    )  # fmt: skip


def _whose(seat: Seat, party_id: UUID | None) -> tuple[UUID, bool]:
    """Whose consent it is, and whether it stands on paper.

    Whoever signed and left since may still say no: what they signed is told of.
    """
    if party_id is None or (seat.party is not None and seat.party.id == party_id):
        if seat.party is None:
            raise AppError("role_missing")
        return seat.party.id, False
    if not seat.is_mediator:
        raise AppError("role_missing")
    for party in seat.consented:
        if party.id == party_id and is_on_paper(party):
            return party.id, True
    raise AppError("role_missing", "only for who is not registered")
