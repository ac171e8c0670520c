"""What people say in excuse or complaint, with evidence: sealed, for staff and for its author."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.jobs import queries
from api.jobs.models import Statement
from api.jobs.policies import Evidence, lacks_evidence
from api.kit.crypto import Vault
from api.kit.ids import new_id

COLUMN = "statements.text"


@dataclass(frozen=True, slots=True)
class Said:
    """Words and photos that go with an act; both may be absent."""

    text: str = ""
    upload_ids: tuple[UUID, ...] = ()


NOTHING_SAID = Said()


def require_evidence(required: Evidence, said: Said) -> None:
    """Refuse where the table asks for more than was given.

    Raises:
        AppError: evidence_missing.
    """
    if lacks_evidence(required, text=said.text, photos=len(said.upload_ids)):
        raise AppError("evidence_missing", required)


async def keep_statement(
    session: AsyncSession,
    *,
    said: Said,
    act: str,
    reason: str,
    author_id: UUID,
    order_id: UUID,
    vault: Vault,
    now: datetime,
) -> UUID | None:
    """Keep what was said with an act; ``None`` where nothing was said."""
    if said == NOTHING_SAID:
        return None
    statement_id = new_id()
    row = Statement(
        id=statement_id,
        order_id=order_id,
        author_id=author_id,
        act=act,
        reason=reason,
        text_sealed=vault.seal(said.text, column=COLUMN, row=statement_id),
        upload_ids=list(said.upload_ids),
        created_at=now,
    )
    await queries.add_statement(session, row=row)
    return statement_id
