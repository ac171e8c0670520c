"""Outcomes as they leave: to those who are asked, and to everybody."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.queries.checks import checks_of
from api.board.rules import Check
from api.kit.clock import china
from api.kit.crypto import Vault
from api.outcomes import queries
from api.outcomes.models import Outcome
from api.outcomes.rules import CheckState, checked
from api.outcomes.schemas import OutcomeCard, OutcomeOut
from api.outcomes.service.drafting import words_of


async def outcomes_out(
    session: AsyncSession, rows: Sequence[Outcome], *, vault: Vault
) -> list[OutcomeOut]:
    """Texts with whose consent they lack and how their checks stand; two queries for them all."""
    given = await queries.consents(session, outcome_ids=[row.id for row in rows])
    checks = await checks_of(session, subject_ids=[row.id for row in rows])
    found = {row.id: _checked(row, checks[row.id]) for row in rows}
    there = {(c.outcome_id, c.party_id) for c in given}
    return [
        OutcomeOut(
            id=row.id,
            state=row.state,  # pyright: ignore[reportArgumentType]
            text=words_of(row, vault=vault),
            text_hash=row.text_hash,
            missing_party_ids=[p for p in row.party_ids if (row.id, p) not in there],
            check=found[row.id][0],
            held_why=found[row.id][1],
            published_at=row.published_at,
            version=row.version,
        )
        for row in rows
    ]


async def outcome_out(session: AsyncSession, row: Outcome, *, vault: Vault) -> OutcomeOut:
    """One of them."""
    return (await outcomes_out(session, [row], vault=vault))[0]


def _checked(row: Outcome, checks: Sequence[Check]) -> tuple[CheckState, str | None]:
    return ("held", row.despite) if row.despite else checked(checks)


def outcome_card(row: Outcome, *, vault: Vault) -> OutcomeCard:
    """A published text, and its day."""
    assert row.published_at is not None, "only what is published is shown (CHECK)"
    return OutcomeCard(
        id=row.id,
        category=row.category,  # pyright: ignore[reportArgumentType]
        text=words_of(row, vault=vault),
        published_on=china(row.published_at).date(),
    )
