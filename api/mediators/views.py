"""What is shown of mediators and of complaints about them."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.queries import nicknames
from api.kit.crypto import Vault
from api.mediators.models import Mediator, MediatorComplaint
from api.mediators.schemas import ComplaintOut, MediatorOut, Span
from api.mediators.service.complaining import text_of


async def mediators_out(session: AsyncSession, rows: Sequence[Mediator]) -> list[MediatorOut]:
    """Mediators with their nicknames; one query."""
    names = await nicknames(session, user_ids=[row.id for row in rows])
    return [_mediator(row, names[row.id]) for row in rows]


async def mediator_out(session: AsyncSession, row: Mediator) -> MediatorOut:
    """One mediator."""
    return (await mediators_out(session, [row]))[0]


def complaint_out(row: MediatorComplaint, *, vault: Vault) -> ComplaintOut:
    """A complaint for staff."""
    return ComplaintOut(
        id=row.id,
        mediator_id=row.mediator_id,
        code=row.code,  # pyright: ignore[reportArgumentType]
        text=text_of(row, vault=vault),
        state=row.state,  # pyright: ignore[reportArgumentType]
        created_at=row.created_at,
        decided_at=row.decided_at,
    )


def _mediator(row: Mediator, nickname: str) -> MediatorOut:
    hours = zip(row.hours_from, row.hours_to, strict=True)
    return MediatorOut(
        user_id=row.id,
        nickname=nickname,
        state=row.state,  # pyright: ignore[reportArgumentType]
        place_id=row.place_id,
        committee_id=row.committee_id,
        categories=row.categories,  # pyright: ignore[reportArgumentType]
        languages=row.languages,  # pyright: ignore[reportArgumentType]
        hours=[Span(from_min=begin, to_min=end) for begin, end in hours],
        load_max=row.load_max,
        is_available=row.is_available,
        employer_id=row.employer_id,
        appointed_on=row.appointed_on,
        appointed_until=row.appointed_until,
        code=row.code,
        applied_at=row.applied_at,
        version=row.version,
    )
