"""What somebody is to a case and its agreement; whoever is nothing does not learn of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.content import Content, loaded
from api.agreements.models import Agreement, Visit
from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.kit.crypto import Vault
from api.looks.service import note_case_look
from api.mediation.models import Case, CaseParty
from api.mediation.queries import cases

CONTENT_COLUMN, VISIT_COLUMN = "agreements.content", "visits.text"
_TAKES_PART = ("consented", "left")


@dataclass(frozen=True, slots=True)
class Seat:
    """A case as somebody sits at it: a party of it, its mediator, named staff, who visits."""

    case: Case
    parties: list[CaseParty]
    party: CaseParty | None
    is_mediator: bool
    is_staff: bool
    is_visitor: bool

    @property
    def role(self) -> str:
        """What they are, for the record of looks."""
        if self.is_mediator:
            return "mediator"
        if self.party is not None:
            return "party"
        return "staff" if self.is_staff else "visitor"

    @property
    def consented(self) -> list[CaseParty]:
        """Whose names an agreement takes."""
        return [party for party in self.parties if party.state == "consented"]


async def seat_at(
    session: AsyncSession, *, case_id: UUID, caller: Caller, lock: bool = False
) -> Seat:
    """The case with what the caller is to it; locked if asked.

    Raises:
        AppError: not_found.
    """
    # Whoever is nothing to it is refused before it is read: longer would tell that it is there.
    roles, is_visitor = await _standing(session, case_id=case_id, caller=caller)
    case = await cases.case(session, case_id=case_id, lock=lock)
    if lock:
        roles, is_visitor = await _standing(session, case_id=case_id, caller=caller)
    if case is None:
        raise AppError("not_found")
    party_id, is_mediator, _, is_named = roles
    parties = await cases.parties(session, case_id=case_id)
    own = next((p for p in parties if p.id == party_id and p.state in _TAKES_PART), None)
    seat = Seat(
        case=case,
        parties=parties,
        party=own,
        is_mediator=is_mediator,
        is_staff=is_named and caller.holds(STAFF, case.place_path),
        is_visitor=is_visitor,
    )
    if seat.party is None and not (seat.is_mediator or seat.is_staff or seat.is_visitor):
        raise AppError("not_found")
    return seat


async def _standing(
    session: AsyncSession, *, case_id: UUID, caller: Caller
) -> tuple[tuple[UUID | None, bool, bool, bool], bool]:
    """What the caller is to a case, and whether they visit it."""
    roles = await cases.roles(session, case_id=case_id, user_id=caller.user_id)
    is_visitor = await queries.is_visitor(session, case_id=case_id, user_id=caller.user_id)
    if not any((*roles, is_visitor)):
        raise AppError("not_found")
    return roles, is_visitor


async def looked_at(session: AsyncSession, *, case_id: UUID, what: str, caller: Caller) -> Seat:
    """The same, to read a part of the case; the look is noted.

    Raises:
        AppError: not_found.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller)
    await note_case_look(
        session, case_id=case_id, viewer_id=caller.user_id, viewer_role=seat.role, what=what,
        stage=seat.case.state, now=caller.now,
    )  # fmt: skip
    return seat


async def own_seat(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Seat:
    """The locked case of a party who takes part.

    Raises:
        AppError: not_found, role_missing.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if seat.party is None or seat.party.state != "consented":
        raise AppError("role_missing")
    return seat


async def mediated(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Seat:
    """The locked case of its mediator.

    Raises:
        AppError: not_found, role_missing.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if not seat.is_mediator:
        raise AppError("role_missing")
    return seat


async def the_visit(session: AsyncSession, *, visit_id: UUID, caller: Caller) -> tuple[Seat, Visit]:
    """A visit and its case, both locked, case first.

    Raises:
        AppError: not_found.
    """
    case_id = await queries.case_of_visit(session, visit_id=visit_id)
    if case_id is None:
        raise AppError("not_found")
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    visit = await queries.visit(session, visit_id=visit_id, lock=True)
    assert visit is not None, "nothing deletes a visit"
    return seat, visit


async def in_force(session: AsyncSession, *, case_id: UUID) -> Agreement:
    """What binds the parties of a case.

    Raises:
        AppError: no_agreement.
    """
    found = await queries.of_case(session, case_id=case_id, states=("in_force",))
    if not found:
        raise AppError("no_agreement")
    return found[0]


def content_of(agreement: Agreement, *, vault: Vault) -> Content:
    """The words of an agreement; empty, where they were forgotten."""
    sealed = bytes(agreement.content_sealed)
    return loaded(vault.open(sealed, column=CONTENT_COLUMN, row=agreement.id) if sealed else "")


def words_of(visit: Visit, *, vault: Vault) -> str:
    """What a visitor wrote; empty before, and where it was forgotten."""
    sealed = bytes(visit.text_sealed)
    return vault.open(sealed, column=VISIT_COLUMN, row=visit.id) if sealed else ""


def number_of(agreement: Agreement) -> str | None:
    """The number under which an agreement is filed; None: it never took effect."""
    if agreement.number is None:
        return None
    return f"({agreement.year})邻人调字第{agreement.number}号"
