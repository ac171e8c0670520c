"""Keeping shop: how it is shown, when it is open, and when it is too busy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, malformed
from api.events.log import emit
from api.identity.caller import Caller
from api.merchants import queries
from api.merchants.events import MERCHANT_CHANGED
from api.merchants.models import Merchant
from api.merchants.rules import BUSY_MAX, Opening, are_orderly
from api.merchants.service.picturing import claim_new
from api.merchants.service.seeing import ANY_ROLE, own_merchant


@dataclass(frozen=True, slots=True)
class Profile:
    """How a shop is shown; its licence, code and place are staff's to look at again."""

    name: str
    phone: str
    intro: str
    image_ids: Sequence[UUID]


async def change_profile(
    session: AsyncSession, *, merchant_id: UUID, version: int, said: Profile, caller: Caller
) -> Merchant:
    """Replace the profile, if ``version`` is still the one that was read.

    Raises:
        AppError: not_found, role_missing, merchant_closed, version_changed, upload_unknown.
    """
    row = await _own(session, merchant_id, caller, roles=("owner",), version=version)
    await claim_new(
        session, upload_ids=said.image_ids, known=row.image_ids, subject_id=row.id, caller=caller,
        now=caller.now,
    )  # fmt: skip
    values = {
        "name": said.name, "phone": said.phone, "intro": said.intro,
        "image_ids": list(said.image_ids),
    }  # fmt: skip
    return await _save(session, row, values, caller=caller)


async def set_hours(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    version: int,
    hours: Sequence[Opening],
    caller: Caller,
) -> Merchant:
    """Replace the opening hours; none: never open.

    Raises:
        AppError: not_found, role_missing, merchant_closed, version_changed, malformed_request.
    """
    row = await _own(session, merchant_id, caller, roles=("owner",), version=version)
    if not are_orderly(hours):
        raise malformed("items", "an opening ends before it begins, or two overlap")
    return await _save(session, row, {"hours": [o.as_data() for o in hours]}, caller=caller)


async def set_busy(
    session: AsyncSession, *, merchant_id: UUID, until: datetime | None, caller: Caller
) -> Merchant:
    """Take nothing more until a moment at most a day ahead; ``None``: take orders again.

    Raises:
        AppError: not_found, role_missing, merchant_closed, window_past, window_too_far.
    """
    row = await _own(session, merchant_id, caller, roles=ANY_ROLE)
    if until is not None and until <= caller.now:
        raise AppError("window_past")
    if until is not None and until > caller.now + BUSY_MAX:
        raise AppError("window_too_far", "at most a day ahead")
    return await _save(session, row, {"busy_until": until}, caller=caller)


async def _own(
    session: AsyncSession,
    merchant_id: UUID,
    caller: Caller,
    *,
    roles: tuple[str, ...],
    version: int | None = None,
) -> Merchant:
    row = await own_merchant(
        session, merchant_id=merchant_id, caller=caller, roles=roles, lock=True
    )
    if row.state == "withdrawn":
        raise AppError("merchant_closed")
    if version is not None and row.version != version:
        raise AppError("version_changed")
    return row


async def _save(
    session: AsyncSession, row: Merchant, values: dict[str, Any], *, caller: Caller
) -> Merchant:
    changed = await queries.save(session, row, values)
    if changed:
        await emit(
            session,
            MERCHANT_CHANGED,
            subject_id=row.id,
            subject_seq=row.version,
            actor=caller.actor,
            now=caller.now,
            community_id=row.community_id,
            fields=sorted(changed),
        )
    return row
