"""Photos of a merchant: licence, shop, products, certificates. All have the purpose `product`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.uploads.service import claim

PURPOSE = "product"


async def claim_new(
    session: AsyncSession,
    *,
    upload_ids: Sequence[UUID],
    known: Sequence[UUID] = (),
    subject_id: UUID,
    caller: Caller,
    now: datetime,
) -> None:
    """Claim the caller's photos that the thing does not have yet; a colleague's may stay.

    Raises:
        AppError: upload_unknown.
    """
    await claim(
        session,
        upload_ids=[i for i in upload_ids if i not in known],
        owner_id=caller.user_id,
        purpose=PURPOSE,
        subject_id=subject_id,
        now=now,
    )
