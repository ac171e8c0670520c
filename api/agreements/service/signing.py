"""Names under a text: by the parties, for who is not registered, by the mediator, the seal.

With the last name that its form asks for an agreement takes effect, in the same transaction.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.events import AGREEMENT_SIGNED
from api.agreements.models import Agreement, AgreementSignature
from api.agreements.rules import How, Side, Signature, effect_of
from api.agreements.service.binding import bind
from api.agreements.service.moving import move_agreement
from api.agreements.service.proposing import open_text
from api.agreements.service.seeing import Seat, seat_at
from api.errors import AppError
from api.identity.caller import MANAGERS, Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.service.seeing import is_on_paper
from api.uploads.service import claim

PURPOSE = "case"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name as it is given: under which text, of which side, of whom if it is not one's own.

    ``upload_id``: the photo of the paper or of the seal.
    """

    n: int
    text_hash: str
    side: Side
    party_id: UUID | None = None
    upload_id: UUID | None = None


async def sign(
    session: AsyncSession, *, case_id: UUID, wanted: Wanted, vault: Vault, caller: Caller
) -> Agreement:
    """Put one name under a text; the last one lets it take effect.

    Raises:
        AppError: not_found, role_missing, agreement_moved_on, text_differs, already_signed,
            paper_needed, upload_unknown; of an order's money: order_moved_on, job_moved_on,
            outcome_unfit, split_wrong, version_changed.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    agreement = await open_text(session, case_id=case_id, n=wanted.n)
    # Of whoever mediated before; it is about to lapse.
    if agreement.proposed_by_id != seat.case.mediator_id:
        raise AppError("agreement_moved_on")
    party_id, how = _refuse_who(seat, wanted, caller)
    if agreement.text_hash != wanted.text_hash:
        raise AppError("text_differs")
    if party_id is not None and party_id not in agreement.party_ids:
        raise AppError("agreement_moved_on")
    how = _how(how, agreement, wanted)
    given = await queries.signatures(session, agreement_ids=[agreement.id])
    if any(s.side == wanted.side and s.party_id == party_id for s in given):
        raise AppError("already_signed")
    row = AgreementSignature(
        id=new_id(),
        agreement_id=agreement.id,
        side=wanted.side,
        party_id=party_id,
        by_id=caller.user_id,
        how=how,
        upload_id=wanted.upload_id if how in ("paper", "seal") else None,
        text_hash=wanted.text_hash,
        at=caller.now,
    )
    if row.upload_id is not None:
        await claim(
            session, upload_ids=[row.upload_id], owner_id=caller.user_id, purpose=PURPOSE,
            subject_id=seat.case.id, now=caller.now,
        )  # fmt: skip
    await queries.add(session, rows=[row])
    agreement = await move_agreement(
        session, agreement, "sign", AGREEMENT_SIGNED, actor=caller.actor, now=caller.now,
        side=wanted.side, how=how, party_id=None if party_id is None else str(party_id),
    )  # fmt: skip
    effect = effect_of(
        agreement.form,  # pyright: ignore[reportArgumentType]
        party_ids=agreement.party_ids,
        of_text=agreement.text_hash,
        signatures=[signature_of(s) for s in (*given, row)],
    )
    if effect.at is None:
        return agreement
    return await bind(session, seat.case, agreement, vault=vault, caller=caller)


def signature_of(row: AgreementSignature) -> Signature:
    """A stored name as the rules see it."""
    side: Side = row.side  # pyright: ignore[reportAssignmentType]
    return Signature(side, row.party_id or row.by_id, row.text_hash, row.at)


def _refuse_who(seat: Seat, wanted: Wanted, caller: Caller) -> tuple[UUID | None, How]:
    """Whose name it is and how it is given, as far as the text does not decide it."""
    match wanted.side:
        case "mediator":
            if not seat.is_mediator:
                raise AppError("role_missing")
            return None, "app"
        case "committee":
            # The seal is a look by somebody else: neither who mediated nor who has a part in it.
            is_one = seat.is_staff and caller.holds(MANAGERS, seat.case.place_path)
            if not is_one or seat.is_mediator or seat.party is not None:
                raise AppError("role_missing")
            return None, "seal"
        case "party" if wanted.party_id is None or (
            seat.party is not None and seat.party.id == wanted.party_id
        ):
            if seat.party is None or seat.party.state != "consented":
                raise AppError("role_missing")
            return seat.party.id, "app"
        case _:
            return _held_by_mediator(seat, wanted), "paper"


def _held_by_mediator(seat: Seat, wanted: Wanted) -> UUID:
    """Who has no account signs on paper, or says yes; the mediator records it."""
    if not seat.is_mediator:
        raise AppError("role_missing")
    for party in seat.consented:
        if party.id == wanted.party_id and is_on_paper(party):
            return party.id
    raise AppError("role_missing", "only for who is not registered")


def _how(how: How, agreement: Agreement, wanted: Wanted) -> How:
    if how == "paper" and agreement.form == "oral":
        return "word"
    if how in ("paper", "seal") and wanted.upload_id is None:
        raise AppError("paper_needed")
    return how
