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
from api.uploads.service import claim

COLUMN = "statements.text"
# What photos of statements are sent for.
PURPOSE = "evidence"


@dataclass(frozen=True, slots=True)
class Said:
    """Words and photos that go with an act; both may be absent."""

    text: str = ""
    upload_ids: tuple[UUID, ...] = ()


NOTHING_SAID = Said()


def said_in(sealed: bytes, *, row: UUID, column: str, vault: Vault) -> str:
    """The words that were sealed; none, where they were erased since."""
    return vault.open(bytes(sealed), column=column, row=row) if sealed else ""


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
    """Keep what was said with an act; ``None`` where nothing was said.

    Raises:
        AppError: upload_unknown.
    """
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
        created_at=now,
    )
    await claim(
        session, upload_ids=said.upload_ids, owner_id=author_id, purpose=PURPOSE,
        subject_id=statement_id, now=now,
    )  # fmt: skip
    await queries.add_statement(session, row=row)
    return statement_id
