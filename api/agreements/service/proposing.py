"""Proposing a text, refusing it, taking it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.content import Content, dumped, to_plain
from api.agreements.events import (
    AGREEMENT_DECLINED,
    AGREEMENT_LAPSED,
    AGREEMENT_PROPOSED,
    AGREEMENT_TAKEN_BACK,
)
from api.agreements.models import Agreement
from api.agreements.rules import Form, SplitOutcome, text_hash
from api.agreements.service.moving import move_agreement
from api.agreements.service.seeing import CONTENT_COLUMN, Seat, mediated, own_seat
from api.agreements.terms import fault_of
from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import Caller
from api.kit.clock import china
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.queries import cases
from api.orders.rules import Split
from api.orders.service.disputing import refuse_split

# Texts of one case: enough for a long quarrel.
TEXTS_MAX = 20


@dataclass(frozen=True, slots=True)
class Parted:
    """What becomes of the order, and who gets what of its money."""

    outcome: SplitOutcome
    split: Split


async def propose(
    session: AsyncSession,
    *,
    case_id: UUID,
    form: Form,
    content: Content,
    parted: Parted | None,
    vault: Vault,
    caller: Caller,
) -> Agreement:
    """Lay a text before all parties who take part; it binds nobody yet.

    Raises:
        AppError: not_found, role_missing, case_moved_on, agreement_open, agreement_unclear,
            split_wrong, order_moved_on, job_moved_on, outcome_unfit, version_changed.
    """
    seat = await mediated(session, case_id=case_id, caller=caller)
    if seat.case.state != "in_session":
        raise AppError("case_moved_on")
    earlier = await queries.of_case(session, case_id=case_id)
    if len(earlier) >= TEXTS_MAX or any(one.state == "proposed" for one in earlier):
        raise AppError("agreement_open")
    await _refuse(session, seat, content=content, parted=parted, caller=caller)
    # Staff look at whose money goes where: the seal of a written one is theirs.
    if parted is not None and form == "oral":
        raise AppError("split_wrong", "money needs a written agreement")
    party_ids = [party.id for party in seat.consented]
    agreement_id = new_id()
    row = Agreement(
        id=agreement_id,
        case_id=case_id,
        community_id=seat.case.community_id,
        n=len(earlier) + 1,
        form=form,
        content_sealed=vault.seal(dumped(content), column=CONTENT_COLUMN, row=agreement_id),
        text_hash=_hash(form, content, parted, party_ids),
        party_ids=party_ids,
        proposed_by_id=caller.user_id,
        proposed_at=caller.now,
        court_asked_ids=[],
    )
    if parted is not None:
        row.split_outcome = parted.outcome
        row.split_resident_fen = parted.split.resident_fen
        row.split_runner_fen = parted.split.runner_fen
        row.split_platform_fen = parted.split.platform_fen
    await queries.add(session, rows=[row])
    await emit(
        session, AGREEMENT_PROPOSED, subject_id=row.id, subject_seq=1, actor=caller.actor,
        now=caller.now, community_id=row.community_id, to_state="proposed", form=form,
    )  # fmt: skip
    return row


async def decline(session: AsyncSession, *, case_id: UUID, n: int, caller: Caller) -> Agreement:
    """A party does not want this text; nobody has to say why.

    Raises:
        AppError: not_found, role_missing, agreement_moved_on.
    """
    seat = await own_seat(session, case_id=case_id, caller=caller)
    agreement = await open_text(session, case_id=case_id, n=n)
    assert seat.party is not None
    return await move_agreement(
        session, agreement, "decline", AGREEMENT_DECLINED, actor=caller.actor, now=caller.now,
        party_id=str(seat.party.id),
    )  # fmt: skip


async def take_back(session: AsyncSession, *, case_id: UUID, n: int, caller: Caller) -> Agreement:
    """The mediator takes a text back, to lay down another one.

    Raises:
        AppError: not_found, role_missing, agreement_moved_on.
    """
    await mediated(session, case_id=case_id, caller=caller)
    agreement = await open_text(session, case_id=case_id, n=n)
    return await move_agreement(
        session, agreement, "take_back", AGREEMENT_TAKEN_BACK, actor=caller.actor, now=caller.now
    )


async def lapse(session: AsyncSession, *, case_id: UUID, now: datetime) -> bool:
    """Close what is proposed in a case that is mediated no more, or by somebody else; safe to
    repeat."""
    case = await cases.case(session, case_id=case_id, lock=True)
    if case is None:
        return False
    is_mediated = case.state in ("in_session", "suspended")
    for agreement in await queries.of_case(session, case_id=case_id, states=("proposed",)):
        if not is_mediated or agreement.proposed_by_id != case.mediator_id:
            await move_agreement(
                session, agreement, "lapse", AGREEMENT_LAPSED, actor=SYSTEM, now=now
            )
    return not is_mediated


async def open_text(session: AsyncSession, *, case_id: UUID, n: int) -> Agreement:
    """The n-th text of a locked case, if it is still to be signed.

    Raises:
        AppError: agreement_moved_on.
    """
    for agreement in await queries.of_case(session, case_id=case_id, states=("proposed",)):
        if agreement.n == n:
            return agreement
    raise AppError("agreement_moved_on")


async def _refuse(
    session: AsyncSession, seat: Seat, *, content: Content, parted: Parted | None, caller: Caller
) -> None:
    party_ids = [party.id for party in seat.consented]
    if len(party_ids) < 2:
        raise AppError("case_moved_on")
    fault = fault_of(content.terms, party_ids=party_ids, on=china(caller.now).date())
    if fault is not None:
        raise AppError("agreement_unclear", fault)
    if parted is None:
        return
    if seat.case.order_id is None:
        raise AppError("split_wrong", "it is about no order")
    await refuse_split(
        session, order_id=seat.case.order_id, outcome=parted.outcome, split=parted.split
    )


def _hash(form: Form, content: Content, parted: Parted | None, party_ids: list[UUID]) -> str:
    money = None
    if parted is not None:
        split = parted.split
        money = [parted.outcome, split.resident_fen, split.runner_fen, split.platform_fen]
    names = [str(party_id) for party_id in party_ids]
    return text_hash({**to_plain(content), "form": form, "money": money, "parties": names})
