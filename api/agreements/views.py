"""Agreements, visits and figures as they leave."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.forms.wording import schedule
from api.agreements.models import Agreement, Visit
from api.agreements.rules import effect_of
from api.agreements.schemas import (
    AgreementOut,
    CourtOut,
    ItemOut,
    SaidOut,
    SignatureOut,
    SplitBody,
    TermOut,
    VisitOut,
)
from api.agreements.service.seeing import content_of, number_of, words_of
from api.agreements.service.signing import signature_of
from api.kit.crypto import Vault
from api.kit.workdays import is_known


async def agreements_out(
    session: AsyncSession, rows: Sequence[Agreement], *, vault: Vault
) -> list[AgreementOut]:
    """Agreements with their words, names and what is due; two queries for them all."""
    ids = [row.id for row in rows]
    names: defaultdict[UUID, list[SignatureOut]] = defaultdict(list)
    given = await queries.signatures(session, agreement_ids=ids)
    for name in given:
        names[name.agreement_id].append(SignatureOut.model_validate(name))
    due: defaultdict[UUID, list[ItemOut]] = defaultdict(list)
    for item in await queries.items(session, agreement_ids=ids):
        due[item.agreement_id].append(ItemOut.model_validate(item))
    out: list[AgreementOut] = []
    for row in rows:
        content = content_of(row, vault=vault)
        effect = effect_of(
            row.form,  # pyright: ignore[reportArgumentType]
            party_ids=row.party_ids,
            of_text=row.text_hash,
            signatures=[signature_of(s) for s in given if s.agreement_id == row.id],
        )
        out.append(
            AgreementOut(
                id=row.id,
                case_id=row.case_id,
                n=row.n,
                form=row.form,  # pyright: ignore[reportArgumentType]
                state=row.state,  # pyright: ignore[reportArgumentType]
                text_hash=row.text_hash,
                facts=content.facts,
                issues=content.issues,
                place=content.place,
                terms=[
                    TermOut(
                        n=term.n,
                        party_id=term.party_id,
                        duty=term.duty,
                        what=term.what,
                        when=schedule(term.schedule),
                        remind_days=term.remind_days,
                    )
                    for term in content.terms
                ],
                party_ids=row.party_ids,
                signatures=names[row.id],
                missing=list(effect.missing) if row.state == "proposed" else [],
                split=_split(row),
                number=number_of(row),
                effective_at=row.effective_at,
                court=_court(row),
                items=due[row.id],
                version=row.version,
            )
        )
    return out


async def agreement_out(session: AsyncSession, row: Agreement, *, vault: Vault) -> AgreementOut:
    """One agreement."""
    return (await agreements_out(session, [row], vault=vault))[0]


async def visits_out(
    session: AsyncSession, rows: Sequence[Visit], *, vault: Vault
) -> list[VisitOut]:
    """Visits with what was said at them; one query for them all."""
    said: defaultdict[UUID, list[SaidOut]] = defaultdict(list)
    for answer in await queries.answers(session, visit_ids=[row.id for row in rows]):
        said[answer.visit_id].append(SaidOut.model_validate(answer))
    return [
        VisitOut(
            id=row.id,
            case_id=row.case_id,
            kind=row.kind,  # pyright: ignore[reportArgumentType]
            state=row.state,  # pyright: ignore[reportArgumentType]
            due_on=row.due_on,
            visitor_id=row.visitor_id,
            text=words_of(row, vault=vault),
            said=said[row.id],
            recorded_at=row.recorded_at,
            version=row.version,
        )
        for row in rows
    ]


async def visit_out(session: AsyncSession, row: Visit, *, vault: Vault) -> VisitOut:
    """One visit."""
    return (await visits_out(session, [row], vault=vault))[0]


def _split(row: Agreement) -> SplitBody | None:
    if row.split_outcome is None:
        return None
    return SplitBody(
        outcome=row.split_outcome,  # pyright: ignore[reportArgumentType]
        resident_fen=row.split_resident_fen or 0,
        runner_fen=row.split_runner_fen or 0,
        platform_fen=row.split_platform_fen or 0,
    )


def _court(row: Agreement) -> CourtOut | None:
    if row.court is None or row.court_last_day is None:
        return None
    return CourtOut(
        state=row.court,  # pyright: ignore[reportArgumentType]
        last_day=row.court_last_day,
        is_last_day_provisional=not is_known(row.court_last_day),
        asked_party_ids=row.court_asked_ids,
    )
