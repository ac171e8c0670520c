"""The file of a case as the official forms need it: everything opened, one case one bundle."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.forms.facts import (
    Agreed,
    Application,
    CaseFile,
    CourtRequest,
    Inquiry,
    Meeting,
    Name,
    Person,
    Promise,
    Registration,
    Visited,
)
from api.agreements.forms.labels import (
    ANSWERS,
    CATEGORIES,
    CONTACT_HOW,
    HOWS,
    SATISFACTIONS,
    SOURCES,
    VISIT_KINDS,
)
from api.agreements.models import Agreement, AgreementSignature, Visit, VisitAnswer
from api.agreements.service.seeing import Seat, content_of, looked_at, number_of, words_of
from api.errors import AppError
from api.identity.caller import Caller
from api.kit.clock import china
from api.kit.crypto import Vault
from api.mediation.models import Case, CaseParty, CaseRecord
from api.mediation.queries import cases, guests
from api.mediation.service.moving import (
    GUEST_COLUMN,
    NAME_COLUMN,
    PHONE_COLUMN,
    RECORD_COLUMN,
    summary_of,
)
from api.people.service.verifying import NAME_COLUMN as VERIFIED_COLUMN

_KEEPING = "长期"
_BY_STAFF = ("staff", "police", "court")
_NOT_ACCEPTED = {
    "refused": "一方明确拒绝调解",
    "no_consent": "未在期限内答复",
}


@dataclass(frozen=True, slots=True)
class _People:
    """Names of accounts and parties, opened once."""

    accounts: dict[UUID, str]
    parties: dict[UUID, Person]
    committee: str

    def account(self, user_id: UUID | None) -> str:
        return "" if user_id is None else self.accounts.get(user_id, "")

    def party(self, party_id: UUID) -> str:
        return self.parties[party_id].name if party_id in self.parties else ""


async def case_file(
    session: AsyncSession, *, case_id: UUID, vault: Vault, caller: Caller
) -> CaseFile:
    """Everything of a case, for its mediator and its staff; the look is noted.

    Raises:
        AppError: not_found, role_missing.
    """
    seat = await looked_at(session, case_id=case_id, what="file", caller=caller)
    # Parties have their own copy of what they signed; the file tells what others said.
    if not seat.is_mediator and not seat.is_staff:
        raise AppError("role_missing")
    rows = await queries.of_case(session, case_id=case_id)
    ids = [row.id for row in rows]
    names = await queries.signatures(session, agreement_ids=ids)
    visits = [v for v in await queries.visits(session, case_id=case_id) if v.state == "recorded"]
    answers = await queries.answers(session, visit_ids=[v.id for v in visits])
    records = await cases.records(session, case_id=case_id)
    listened = await queries.listened(session, case_id=case_id)
    asks = await cases.asks(session, case_id=case_id)
    invited = await guests.of_case(session, case_id=case_id)
    people = await _people(session, seat, vault=vault, more=[
        *(s.by_id for s in names), *(v.visitor_id for v in visits), *(r.by_id for r in records),
        *(a.user_id for a in asks), *(g.user_id for g in invited),
    ])  # fmt: skip
    others = {
        g.id: people.account(g.user_id) or _open(g.name_sealed, GUEST_COLUMN, g.id, vault)
        for g in invited
    }
    case = seat.case
    made = [_agreed(row, names, people, vault) for row in rows if row.effective_at is not None]
    summary = summary_of(case, vault=vault)
    mediators = tuple(
        people.account(ask.user_id) for ask in asks if ask.state in ("accepted", "replaced")
    ) or ((people.account(case.mediator_id),) if case.mediator_id else ())
    category = CATEGORIES.get(case.category, case.category)
    closed = case.archived_at or case.ended_at
    number = next((m.number for m in made), f"(未编号){case.id}")
    return CaseFile(
        number=number,
        title=f"{category}纠纷",
        committee=people.committee,
        opened_on=china(case.created_at).date(),
        closed_on=None if closed is None else china(closed).date(),
        archivist=people.account(caller.user_id),
        mediators=mediators,
        keeping=_KEEPING,
        application=_application(seat, people, summary),
        registration=_registration(case, seat, people, summary, category=category),
        inquiries=tuple(_inquiry(r, people, vault) for r in records if r.kind == "contact"),
        meetings=tuple(
            _meeting(
                r,
                people,
                vault,
                others=others,
                listened=listened.get(r.n),
                result="调解成功" if made else "有待继续调解",
            )
            for r in records
            if r.kind == "session"
        ),
        agreements=tuple(made),
        court=_court(rows, made),
        visits=tuple(_visited(v, answers, rows, people, vault) for v in visits),
    )


async def _people(
    session: AsyncSession, seat: Seat, *, vault: Vault, more: list[UUID | None]
) -> _People:
    users = {p.user_id for p in seat.parties} | {*more, seat.case.mediator_id}
    users.add(seat.case.opener_id)
    accounts = {
        user_id: _open(sealed, VERIFIED_COLUMN, user_id, vault) if sealed else nickname
        for user_id, nickname, sealed in await queries.names(
            session, user_ids=[u for u in users if u]
        )
    }
    organisations = await cases.organisation_names(
        session, ids=[p.organisation_id for p in seat.parties if p.organisation_id]
    )
    committee = await queries.committee_name(session, case_id=seat.case.id)
    parties = {
        p.id: _person(p, accounts=accounts, organisations=organisations, vault=vault)
        for p in seat.parties
    }
    return _People(accounts, parties, committee or "人民调解委员会")


def _person(
    party: CaseParty, *, accounts: dict[UUID, str], organisations: dict[UUID, str], vault: Vault
) -> Person:
    own = _open(party.name_sealed, NAME_COLUMN, party.id, vault)
    phone = _open(party.phone_sealed, PHONE_COLUMN, party.id, vault)
    account = accounts.get(party.user_id, "") if party.user_id else ""
    match party.kind:
        case "group":
            return Person(name=account, group=own, contact=phone)
        case "company":
            company = organisations.get(party.organisation_id, "") if party.organisation_id else ""
            return Person(name=company, contact=phone, job=f"代表:{account}" if account else "")
        case _:
            return Person(name=account or own, contact=phone)


def _registration(
    case: Case, seat: Seat, people: _People, summary: str, *, category: str
) -> Registration:
    return Registration(
        source=SOURCES.get(case.source, case.source),
        category=category,
        parties=tuple(people.party(p.id) for p in seat.parties),
        brief=summary,
        wish="",
        registered_at=case.created_at,
        registrar=people.account(case.opener_id) if case.source in _BY_STAFF else "",
        is_accepted=case.accepted_at is not None,
        reason=_NOT_ACCEPTED.get(case.ended_why or "", ""),
    )


def _application(seat: Seat, people: _People, summary: str) -> Application | None:
    if seat.case.source not in ("post", "request", "order"):
        return None
    first = min((p.side for p in seat.parties), default=1)
    mine = [p for p in seat.parties if p.side == first]
    return Application(
        applicants=tuple(people.parties[p.id] for p in mine),
        respondents=tuple(people.parties[p.id] for p in seat.parties if p.side != first),
        brief=summary,
        wish="请求调解",
        signed=tuple(
            Name(people.party(p.id), p.consented_at, "小程序")
            for p in mine
            if p.consented_at is not None
        ),
    )


def _agreed(
    row: Agreement, names: list[AgreementSignature], people: _People, vault: Vault
) -> Agreed:
    content = content_of(row, vault=vault)
    own = [name for name in names if name.agreement_id == row.id]
    seals = [name for name in own if name.side == "committee"]
    return Agreed(
        form=row.form,  # pyright: ignore[reportArgumentType]
        number=number_of(row) or "",
        parties=tuple(people.parties[p] for p in row.party_ids if p in people.parties),
        facts=content.facts,
        issues=content.issues,
        promises=tuple(Promise(term, people.party(term.party_id)) for term in content.terms),
        place_of_performance=content.place,
        signed=tuple(
            Name(people.party(name.party_id), name.at, HOWS[name.how])
            for name in own
            if name.party_id is not None
        ),
        mediators=tuple(
            Name(people.account(name.by_id), name.at, HOWS[name.how])
            for name in own
            if name.side == "mediator"
        ),
        seal=Name("", seals[0].at, HOWS["seal"]) if seals else None,
        effective_at=row.effective_at,
    )


def _inquiry(row: CaseRecord, people: _People, vault: Vault) -> Inquiry:
    return Inquiry(
        at=row.happened_at,
        location=CONTACT_HOW.get(row.how, row.how),
        asked="、".join(people.party(p) for p in row.party_ids),
        by=people.account(row.by_id),
        content=_open(row.text_sealed, RECORD_COLUMN, row.id, vault),
    )


def _meeting(
    row: CaseRecord,
    people: _People,
    vault: Vault,
    *,
    others: dict[UUID, str],
    listened: int | None,
    result: str,
) -> Meeting:
    heard = () if listened is None else (f"公开调解,旁听{listened}人",)
    return Meeting(
        at=row.happened_at,
        location=CONTACT_HOW.get(row.how, row.how),
        parties=tuple(people.party(p) for p in row.party_ids),
        others=(*(others[g] for g in row.guest_ids if g in others), *heard),
        mediators=(people.account(row.by_id),),
        content=_open(row.text_sealed, RECORD_COLUMN, row.id, vault),
        result=result,
    )


def _court(rows: list[Agreement], made: list[Agreed]) -> CourtRequest | None:
    asked = {number_of(r): r for r in rows if r.court_applied_on is not None}
    for agreed in made:
        row = asked.get(agreed.number)
        if row is not None and row.court_last_day is not None and agreed.effective_at is not None:
            return CourtRequest(
                court="人民法院",
                applicants=agreed.parties,
                agreement_number=agreed.number,
                effective_on=china(agreed.effective_at).date(),
                last_day=row.court_last_day,
                signed=tuple(Name(person.name) for person in agreed.parties),
            )
    return None


def _visited(
    row: Visit,
    answers: list[VisitAnswer],
    agreements: list[Agreement],
    people: _People,
    vault: Vault,
) -> Visited:
    said = [answer for answer in answers if answer.visit_id == row.id]
    numbers = {a.id: number_of(a) or "" for a in agreements}
    assert row.recorded_at is not None, "only what was recorded is filed"
    return Visited(
        at=row.recorded_at,
        agreement_number=numbers[row.agreement_id],
        parties=tuple(people.party(answer.party_id) for answer in said),
        reason=VISIT_KINDS[row.kind],
        content=words_of(row, vault=vault),
        answers=tuple(
            f"{people.party(a.party_id)}:{ANSWERS[a.answer]},{SATISFACTIONS[a.satisfaction]}"
            for a in said
        ),
        visitor=people.account(row.visitor_id),
    )


def _open(sealed: bytes, column: str, row: UUID, vault: Vault) -> str:
    """What was sealed; empty, where there is nothing or it was forgotten."""
    return vault.open(bytes(sealed), column=column, row=row) if sealed else ""
