"""Who sees a case: its parties, its mediator, staff who are named for it; every look is noted."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.looks.service import note_case_look
from api.mediation.models import Case, CaseParty
from api.mediation.queries import cases

# asked: to mediate it, not yet accepted.
CaseRole = Literal["party", "mediator", "asked", "staff"]
_LOGGED_AS = {"party": "party", "mediator": "mediator", "asked": "mediator", "staff": "staff"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A case and everything that the caller is to it."""

    case: Case
    roles: frozenset[CaseRole]
    party: CaseParty | None

    def require(self, *roles: CaseRole) -> None:
        """Refuse whoever sees the case, but is none of these.

        Raises:
            AppError: role_missing.
        """
        if not self.roles & {*roles}:
            raise AppError("role_missing")

    @property
    def is_inside(self) -> bool:
        """Whether they see more than what an invitation tells."""
        consented = self.party is not None and self.party.state == "consented"
        return consented or bool(self.roles & {"mediator", "staff"})


def is_on_paper(party: CaseParty) -> bool:
    """Whether somebody's word stands on paper, which the mediator holds: they have no account, or
    one into which they cannot sign, and consented so."""
    return party.user_id is None or party.how == "paper"


async def seen_case(
    session: AsyncSession, *, case_id: UUID, caller: Caller, lock: bool = False
) -> Seen:
    """A case that the caller may know of, locked until the transaction ends if asked.

    Raises:
        AppError: not_found, also for staff of the place who are not named for it.
    """
    # Whoever is nothing to it is refused before it is read: longer would tell that it is there.
    found = await cases.roles(session, case_id=case_id, user_id=caller.user_id)
    if not any(found):
        raise AppError("not_found")
    row = await cases.case(session, case_id=case_id, lock=lock)
    if lock:
        found = await cases.roles(session, case_id=case_id, user_id=caller.user_id)
    if row is None:
        raise AppError("not_found")
    party_id, is_mediator, is_asked, is_named = found
    party = None if party_id is None else await cases.party(session, party_id=party_id)
    # Nobody is told of a case before it was offered to them.
    if party is not None and party.how is None and party.answer_until is None:
        party = None
    is_staff = is_named and caller.holds(STAFF, row.place_path)
    are: dict[CaseRole, bool] = {
        "party": party is not None,
        "mediator": is_mediator and row.mediator_id is not None,
        "asked": is_asked,
        "staff": is_staff,
    }
    roles: frozenset[CaseRole] = frozenset(role for role, holds in are.items() if holds)
    if not roles:
        raise AppError("not_found")
    return Seen(row, roles, party)


async def look(session: AsyncSession, seen: Seen, *, what: str, caller: Caller) -> None:
    """Note that the caller looked; once a day for each part and state."""
    role = next(r for r in ("mediator", "staff", "asked", "party") if r in seen.roles)
    await note_case_look(
        session,
        case_id=seen.case.id,
        viewer_id=caller.user_id,
        viewer_role=_LOGGED_AS[role],
        what=what,
        stage=seen.case.state,
        now=caller.now,
    )


async def acted_on(
    session: AsyncSession, *, case_id: UUID, caller: Caller, by: tuple[CaseRole, ...]
) -> Seen:
    """A case on which the caller acts as one of these, locked.

    Raises:
        AppError: not_found, role_missing.
    """
    seen = await seen_case(session, case_id=case_id, caller=caller, lock=True)
    seen.require(*by)
    return seen


async def staff_case(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """A case of a place that the caller works for, locked; they need not be named for it.

    Raises:
        AppError: role_missing, not_found.
    """
    row = await cases.case(session, case_id=case_id, lock=True)
    caller.require_there(STAFF, () if row is None else row.place_path)
    if row is None:
        raise AppError("not_found")
    return row
