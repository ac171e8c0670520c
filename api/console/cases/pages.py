"""Cases: a board by state with deadlines, and one case for those who are named for it.

What only the parties and the mediator may do (consent, meet, propose, sign) stays theirs.
"""

from uuid import UUID

from starlette.responses import Response

from api.agreements.routes import list_agreements, list_visits, plan_visit, reopen
from api.agreements.schemas import AgreementOut, VisitOut, VisitPlan
from api.console import queries
from api.console.forms import filled
from api.console.page import Here, Page
from api.console.queries import Deadline
from api.console.words import WORDS
from api.mediation import staff_routes as staff
from api.mediation.routes import list_records, read_case
from api.mediation.schemas import (
    Ask,
    CaseCard,
    Escalate,
    NewPartyIn,
    PlaceCasesQuery,
    Replacement,
)

CASES_MAX = "100"
# From when on there may be texts to agree to, and visits.
_TALKING = frozenset(
    {"in_session", "suspended", "agreed", "performing", "fulfilled", "breached", "followed_up"}
)
# The columns of the board, in the order in which a case walks through them.
LANES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("新开", ("opened",)),
    ("征求意见", ("offered",)),
    ("找调解员", ("accepted",)),
    ("调解中", ("assigned", "in_session", "suspended")),
    ("履行与回访", ("agreed", "performing", "fulfilled", "breached")),
    ("待归档", ("followed_up", "failed", "refused", "withdrawn", "escalated")),
)


async def show_board(here: Here) -> Response:
    """Cases that are not archived, page by page, without a word of what they are about."""
    query = filled(
        PlaceCasesQuery, {"cursor": here.query.get("cursor", "")}, place_id=str(here.place_id),
        limit=CASES_MAX, with_archived="false",
    )  # fmt: skip
    page = await staff.list_queue(query, here.session, here.caller)
    cards = page.items
    due = await queries.deadlines(
        here.session, case_ids=[card.id for card in cards], user_id=here.caller.user_id
    )
    return here.show("cases/board.html", lanes=_in_lanes(cards, due), due=due,
                     next_cursor=page.next_cursor)  # fmt: skip


async def show_case(here: Here, case_id: UUID) -> Response:
    """One case; looking is recorded."""
    case = await read_case(case_id, Response(), here.session, here.caller, here.parts)
    records = await list_records(case_id, here.session, here.caller, here.parts)
    choices = await staff.list_choices(case_id, here.session, here.caller)
    agreements: list[AgreementOut] = []
    visits: list[VisitOut] = []
    if case.state in _TALKING:
        at = (case_id, here.session, here.caller, here.parts)
        agreements = (await list_agreements(*at)).items
        visits = (await list_visits(*at)).items if agreements else []
    return here.show(
        "cases/case.html",
        case=case,
        names={party.id: party.name or "未公开" for party in case.parties},
        records=records.items,
        choices=choices.items,
        agreements=agreements,
        visits=visits,
        buildings=await queries.buildings(here.session, place_id=case.place_id),
        words=WORDS,
    )


async def take(here: Here, case_id: UUID) -> Response:
    """Be named for it."""
    await staff.take(case_id, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="taken")


async def add_party(here: Here, case_id: UUID) -> Response:
    """Name one more side: somebody with an account, or somebody without."""
    body = filled(NewPartyIn, here.form)
    await staff.add_party(case_id, body, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="party")


async def offer(here: Here, case_id: UUID) -> Response:
    """Ask the sides whether they are willing."""
    await staff.offer(case_id, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="offered")


async def ask(here: Here, case_id: UUID) -> Response:
    """Ask a mediator, by name or by the rules."""
    body = filled(Ask, here.form)
    await staff.ask(case_id, body, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="asked")


async def replace(here: Here, case_id: UUID) -> Response:
    """Ask another mediator, as this one cannot go on."""
    body = filled(Replacement, here.form)
    await staff.replace(case_id, body, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="replaced")


async def begin_anew(here: Here, case_id: UUID) -> Response:
    """Talk again about what was not kept."""
    await reopen(case_id, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="anew")


async def add_visit(here: Here, case_id: UUID) -> Response:
    """Visit once more."""
    body = filled(VisitPlan, here.form)
    await plan_visit(case_id, body, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="visit")


async def escalate(here: Here, case_id: UUID) -> Response:
    """Hand it over, and say why."""
    body = filled(Escalate, here.form)
    await staff.escalate(case_id, body, here.session, here.caller, here.parts)
    return here.go(f"/cases/{case_id}", done="escalated")


async def archive(here: Here, case_id: UUID) -> Response:
    """Close the file of what is over."""
    await staff.archive(case_id, here.session, here.caller, here.parts)
    return here.go("/cases", done="archived")


def _in_lanes(cards: list[CaseCard], due: dict[UUID, Deadline]) -> list[tuple[str, list[CaseCard]]]:
    """Cards by column, those with the nearest deadline first, those without one last."""

    def urgency(card: CaseCard) -> tuple[bool, float]:
        at = due[card.id].at
        return at is None, at.timestamp() if at else card.created_at.timestamp()

    return [
        (title, sorted((card for card in cards if card.state in states), key=urgency))
        for title, states in LANES
    ]


_ONE = "/cases/{case_id:uuid}"
PAGES = (
    Page("GET", "/cases", show_board, grants=("mediation_list_queue",)),
    Page(
        "GET",
        _ONE,
        show_case,
        grants=("mediation_read_case", "mediation_list_records", "mediation_list_choices",
                "agreements_list_agreements", "agreements_list_visits"),
    ),
    Page("POST", f"{_ONE}/take", take, grants=("mediation_take",)),
    Page("POST", f"{_ONE}/parties", add_party, grants=("mediation_add_party",)),
    Page("POST", f"{_ONE}/offer", offer, grants=("mediation_offer",)),
    Page("POST", f"{_ONE}/ask", ask, grants=("mediation_ask",)),
    Page("POST", f"{_ONE}/replace", replace, grants=("mediation_replace",)),
    Page("POST", f"{_ONE}/reopen", begin_anew, grants=("agreements_reopen",)),
    Page("POST", f"{_ONE}/visits", add_visit, grants=("agreements_plan_visit",)),
    Page("POST", f"{_ONE}/escalate", escalate, grants=("mediation_escalate",)),
    Page("POST", f"{_ONE}/archive", archive, grants=("mediation_archive",)),
)  # fmt: skip
