"""One move of a case, a party or an ask, and its event, for every act of a case.

Whatever moves a case says so on the posts that led to it, in one word, and ends what waits for it.
"""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.service.noting import note_case
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.kit.crypto import Vault
from api.mediation.events import ASK_DROPPED, PARTY_LAPSED
from api.mediation.models import Case, CaseParty, MediatorAsk
from api.mediation.queries import cases
from api.mediation.states import ASK, CASE, OPEN, OVER, PARTY, WORDS

SUMMARY_COLUMN, NAME_COLUMN, PHONE_COLUMN = (
    "cases.summary",
    "case_parties.name",
    "case_parties.phone",
)
RECORD_COLUMN, OBJECTION_COLUMN = "case_records.text", "case_objections.text"
GUEST_COLUMN = "case_guests.name"


async def move_case(
    session: AsyncSession,
    case: Case,
    event: str,
    kind: EventKind,
    /,
    *,
    actor: Actor,
    now: datetime,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> Case:
    """Move a locked case that may move so, write what changes with it, and tell; the row anew."""
    before, after = case.state, CASE.target(case.state, event)
    values = dict(writes or {})
    if after in OVER:
        values["ended_at"] = now
    if before in OPEN and after not in OPEN:
        await _end_what_waits(session, case, now=now)
    moved = await cases.move(session, CASE, key=case.id, event=event, from_state=before, **values)
    assert moved is not None, "the case was locked"
    await emit(
        session, kind, subject_id=case.id, subject_seq=moved.version, actor=actor, now=now,
        community_id=case.community_id, from_state=before, to_state=moved.state, **data,
    )  # fmt: skip
    if after in WORDS:
        post_ids = await cases.posts_of(session, case_id=case.id)
        await note_case(session, post_ids=post_ids, word=WORDS[after])
    return await again(session, case)


async def tell_case(
    session: AsyncSession,
    case: Case,
    kind: EventKind,
    /,
    *,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> Case:
    """Tell something of a locked case that is no move; the row anew."""
    version = await cases.touch(session, case_id=case.id)
    await emit(
        session, kind, subject_id=case.id, subject_seq=version, actor=actor, now=now,
        community_id=case.community_id, **data,
    )  # fmt: skip
    return await again(session, case)


async def move_party(
    session: AsyncSession,
    case: Case,
    party: CaseParty,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> None:
    """Move a party of a locked case, and tell."""
    before = party.state
    moved = await cases.move(
        session, PARTY, key=party.id, event=event, from_state=before, **(writes or {})
    )
    assert moved is not None, "the case was locked"
    await emit(
        session, kind, subject_id=party.id, subject_seq=moved.version, actor=actor, now=now,
        community_id=case.community_id, from_state=before, to_state=moved.state, **data,
    )  # fmt: skip


async def move_ask(
    session: AsyncSession,
    case: Case,
    ask: MediatorAsk,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Move an ask of a locked case, and tell."""
    before = ask.state
    moved = await cases.move(
        session, ASK, key=ask.id, event=event, from_state=before, answered_at=now
    )
    assert moved is not None, "the case was locked"
    await emit(
        session, kind, subject_id=ask.id, subject_seq=moved.version, actor=actor, now=now,
        community_id=case.community_id, from_state=before, to_state=moved.state,
    )  # fmt: skip


async def again(session: AsyncSession, case: Case) -> Case:
    """The row anew."""
    row = await cases.case(session, case_id=case.id)
    assert row is not None
    return row


def summary_of(case: Case, *, vault: Vault) -> str:
    """What a case is about; empty, where it was forgotten."""
    sealed = bytes(case.summary_sealed)
    return vault.open(sealed, column=SUMMARY_COLUMN, row=case.id) if sealed else ""


async def _end_what_waits(session: AsyncSession, case: Case, *, now: datetime) -> None:
    """Nobody is still asked to mediate, or to consent to, what is over."""
    for ask in await cases.asks(session, case_id=case.id):
        if ask.state == "asked":
            await move_ask(session, case, ask, "drop", ASK_DROPPED, actor=SYSTEM, now=now)
    for party in await cases.parties(session, case_id=case.id):
        if party.state == "invited":
            await move_party(session, case, party, "lapse", PARTY_LAPSED, actor=SYSTEM, now=now)
