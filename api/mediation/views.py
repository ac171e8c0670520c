"""What each reader sees of a case; no name of the other side before both have consented."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.identity.queries import nicknames
from api.kit.crypto import Vault
from api.mediation.explain import DUTY, OTHER_WAYS, REASONS, RIGHTS, TELLS_WAYS
from api.mediation.guest_schemas import GuestOut, TalkOut
from api.mediation.models import Case, CaseChoice, CaseGuest, CaseParty, CaseRecord
from api.mediation.queries import cases, guests
from api.mediation.schemas import (
    CaseCard,
    CaseOut,
    ChoiceOut,
    PartyOut,
    RecordOut,
    WayOut,
)
from api.mediation.service.moving import (
    GUEST_COLUMN,
    NAME_COLUMN,
    PHONE_COLUMN,
    RECORD_COLUMN,
    summary_of,
)
from api.mediation.service.seeing import Seen
from api.uploads.schemas import PhotoOut
from api.uploads.service import links

_KNOWING = ("mediator", "staff", "asked")


def card_out(row: Case) -> CaseCard:
    """A case without any word of it."""
    return CaseCard.model_validate(row)


async def case_out(
    session: AsyncSession,
    seen: Seen,
    *,
    caller: Caller,
    vault: Vault,
    hotlines: Sequence[str] = (),
) -> CaseOut:
    """A case as the caller may see it; four queries."""
    row = seen.case
    is_official = bool(seen.roles & {"mediator", "staff"})
    parties = await _parties(session, seen, caller=caller, vault=vault)
    mediator_ids = [] if row.mediator_id is None else [row.mediator_id]
    names = await nicknames(session, user_ids=mediator_ids)
    photos = (await links(session, subject_ids=[row.id], vault=vault, now=caller.now))[row.id]
    return CaseOut(
        **dict(card_out(row)),
        roles=sorted(seen.roles),
        text=summary_of(row, vault=vault),
        rights=RIGHTS,
        order_id=row.order_id if seen.is_inside else None,
        parties=parties,
        photos=[PhotoOut.model_validate(p) for p in photos] if is_official else [],
        mediator=None if row.mediator_id is None else names.get(row.mediator_id),
        meet_minute=row.meet_minute,
        ended_why=row.ended_why,  # pyright: ignore[reportArgumentType]
        escalated_to=row.escalated_to,  # pyright: ignore[reportArgumentType]
        other_ways=[WayOut.model_validate(w) for w in OTHER_WAYS] if _tells(row) else [],
        offered_at=row.offered_at,
        accepted_at=row.accepted_at,
        began_at=row.began_at,
        ends_at=row.ends_at,
        hotlines=list(hotlines),
    )


def records_out(rows: Sequence[CaseRecord], seen: Seen, *, vault: Vault) -> list[RecordOut]:
    """What was recorded: everything to mediator and staff, to a party where they took part."""
    is_official = bool(seen.roles & {"mediator", "staff"})
    own = None if seen.party is None else seen.party.id
    return [
        RecordOut(
            number=row.n,
            kind=row.kind,  # pyright: ignore[reportArgumentType]
            how=row.how,  # pyright: ignore[reportArgumentType]
            text=_opened(row.text_sealed, RECORD_COLUMN, row.id, vault) or "",
            party_ids=row.party_ids,
            guest_ids=row.guest_ids,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
        )
        for row in rows
        if is_official or (own is not None and own in row.party_ids)
    ]


async def guests_out(
    session: AsyncSession, rows: Sequence[CaseGuest], *, vault: Vault
) -> list[GuestOut]:
    """Who joins the talks, or is to; two queries for them all."""
    given = await guests.consents(session, guest_ids=[row.id for row in rows])
    names = await nicknames(session, user_ids=[r.user_id for r in rows if r.user_id])
    return [
        GuestOut(
            id=row.id,
            kind=row.kind,  # pyright: ignore[reportArgumentType]
            name=_opened(row.name_sealed, GUEST_COLUMN, row.id, vault)
            if row.user_id is None
            else names.get(row.user_id),
            state=row.state,  # pyright: ignore[reportArgumentType]
            consented_party_ids=[c.party_id for c in given if c.guest_id == row.id],
        )
        for row in rows
    ]


async def talks_out(session: AsyncSession, rows: Sequence[tuple[CaseGuest, Case]]) -> list[TalkOut]:
    """Talks as somebody sees them who may join: no party, no word of what it is about."""
    names = await nicknames(
        session, user_ids=[case.mediator_id for _, case in rows if case.mediator_id]
    )
    return [
        TalkOut(
            id=row.id,
            kind=row.kind,  # pyright: ignore[reportArgumentType]
            category=case.category,  # pyright: ignore[reportArgumentType]
            mediator=None if case.mediator_id is None else names.get(case.mediator_id),
            meet_minute=case.meet_minute,
            duty=DUTY,
        )
        for row, case in rows
    ]


async def choices_out(session: AsyncSession, rows: Sequence[CaseChoice]) -> list[ChoiceOut]:
    """What the rules said of each mediator, in words."""
    names = await nicknames(session, user_ids=[row.user_id for row in rows])
    return [
        ChoiceOut(
            round=row.n,
            user_id=row.user_id,
            nickname=names[row.user_id],
            rank=row.rank,
            reasons=[REASONS[reason] for reason in row.reasons],
        )
        for row in rows
    ]


async def _parties(
    session: AsyncSession, seen: Seen, *, caller: Caller, vault: Vault
) -> list[PartyOut]:
    rows = await cases.parties(session, case_id=seen.case.id)
    users = await nicknames(session, user_ids=[r.user_id for r in rows if r.user_id])
    firms = await cases.organisation_names(
        session, ids=[r.organisation_id for r in rows if r.organisation_id]
    )
    is_official = bool(seen.roles & {"mediator", "staff"})
    # Before both sides consented nobody learns who stands on the other one.
    is_open = seen.case.accepted_at is not None and seen.is_inside
    shown: list[PartyOut] = []
    for row in rows:
        is_me = row.user_id == caller.user_id
        is_named = is_me or is_open or bool(seen.roles & {*_KNOWING})
        name = _name(row, users, firms, vault) if is_named else None
        phone = _opened(row.phone_sealed, PHONE_COLUMN, row.id, vault) if is_official else None
        shown.append(
            PartyOut(
                id=row.id,
                side=row.side,
                kind=row.kind,  # pyright: ignore[reportArgumentType]
                name=name,
                phone=phone,
                is_me=is_me,
                state=row.state,  # pyright: ignore[reportArgumentType]
                answer_until=row.answer_until,
                consented_at=row.consented_at,
            )
        )
    return shown


def _name(
    row: CaseParty, users: dict[UUID, str], firms: dict[UUID, str], vault: Vault
) -> str | None:
    own = _opened(row.name_sealed, NAME_COLUMN, row.id, vault)
    if own is not None:
        return own
    if row.organisation_id is not None:
        return firms.get(row.organisation_id)
    return None if row.user_id is None else users.get(row.user_id)


def _opened(sealed: bytes, column: str, row_id: UUID, vault: Vault) -> str | None:
    return vault.open(bytes(sealed), column=column, row=row_id) if sealed else None


def _tells(row: Case) -> bool:
    has_failed = row.ended_why is not None or row.escalated_to is not None
    return row.state in TELLS_WAYS or (row.state == "archived" and has_failed)
