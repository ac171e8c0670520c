"""Pure decisions about uploads: quota, and what a link's signature is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.errors import AppError

QUOTA_WINDOW = timedelta(days=1)
UNCLAIMED_KEPT = timedelta(days=1)
LINK_TTL_S = 900
# Links of one quarter of an hour are equal, so that a client's cache finds its picture again.
_LINK_STEP_S = 300
CLAIMED_AT_ONCE_MAX = 9
# How long the original of a masked photo is kept where it is evidence, in days.
ORIGINAL_DAYS = 180
ORIGINAL_KEPT = timedelta(days=ORIGINAL_DAYS)


@dataclass(frozen=True, slots=True)
class Quota:
    """What one person may upload in `QUOTA_WINDOW`."""

    pictures: int
    received_bytes: int


@dataclass(frozen=True, slots=True)
class Used:
    """What one person did upload in it."""

    pictures: int
    received_bytes: int


def refuse_beyond(quota: Quota, used: Used, *, more_bytes: int = 0) -> None:
    """Refuse one more picture beyond the quota.

    Raises:
        AppError: upload_quota_used.
    """
    if used.pictures >= quota.pictures or used.received_bytes + more_bytes > quota.received_bytes:
        raise AppError("upload_quota_used", retry_after_s=3600)


def link_expires_s(now: datetime) -> int:
    """Unix seconds at which a link made now ends: `LINK_TTL_S` later, and up to a step more."""
    return (int(now.timestamp()) + LINK_TTL_S) // _LINK_STEP_S * _LINK_STEP_S + _LINK_STEP_S


def signed_text(upload_id: UUID, size: str, expires_s: int) -> str:
    """What a link's signature is over."""
    return f"{upload_id}|{size}|{expires_s}"
