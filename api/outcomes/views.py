"""Outcomes as they leave: to those who are asked, and to everybody."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import china
from api.kit.crypto import Vault
from api.outcomes import queries
from api.outcomes.models import Outcome
from api.outcomes.schemas import OutcomeCard, OutcomeOut
from api.outcomes.service.drafting import words_of


async def outcomes_out(
    session: AsyncSession, rows: Sequence[Outcome], *, vault: Vault
) -> list[OutcomeOut]:
    """Texts with whose consent they lack; one query for them all."""
    given = await queries.consents(session, outcome_ids=[row.id for row in rows])
    there = {(c.outcome_id, c.party_id) for c in given}
    return [
        OutcomeOut(
            id=row.id,
            state=row.state,  # pyright: ignore[reportArgumentType]
            text=words_of(row, vault=vault),
            text_hash=row.text_hash,
            missing_party_ids=[p for p in row.party_ids if (row.id, p) not in there],
            published_at=row.published_at,
            version=row.version,
        )
        for row in rows
    ]


async def outcome_out(session: AsyncSession, row: Outcome, *, vault: Vault) -> OutcomeOut:
    """One of them."""
    return (await outcomes_out(session, [row], vault=vault))[0]


def outcome_card(row: Outcome, *, vault: Vault) -> OutcomeCard:
    """A published text, and its day."""
    assert row.published_at is not None, "only what is published is shown (CHECK)"
    return OutcomeCard(
        id=row.id,
        category=row.category,  # pyright: ignore[reportArgumentType]
        text=words_of(row, vault=vault),
        published_on=china(row.published_at).date(),
    )
