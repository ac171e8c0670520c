"""The caller of a request: who, when, and with which rights over which place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from api.errors import AppError
from api.events.log import Actor, by_user

STAFF = ("grid_worker", "community_staff", "office_staff", "admin")
# Whoever has work at the console; shop staff pack vegetables there.
CONSOLE_ROLES = (*STAFF, "merchant_staff")
MANAGERS = ("community_staff", "office_staff", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person at one moment. ``now`` is the transaction's time."""

    user_id: UUID
    session_id: UUID
    nickname: str
    grants: tuple[tuple[str, UUID | None], ...]
    now: datetime
    # Who acts, where staff do it for somebody who cannot sign in; else it is the caller.
    acting_id: UUID | None = None

    @property
    def actor(self) -> Actor:
        """Who acts, as the event log names it."""
        return by_user(self.acting_id or self.user_id)

    def standing_in_for(self, user_id: UUID) -> "Caller":
        """What this caller does for somebody who cannot sign in: theirs, without any role."""
        return replace(self, user_id=user_id, acting_id=self.user_id, grants=())

    def holds(self, roles: Sequence[str], place_path: Sequence[UUID]) -> bool:
        """Whether one of the roles was granted at this place or above it."""
        return any(
            role in roles and (place_id is None or place_id in place_path)
            for role, place_id in self.grants
        )

    def require(self, roles: Sequence[str], place_path: Sequence[UUID]) -> None:
        """Refuse unless one of the roles holds here.

        Raises:
            AppError: role_missing.
        """
        if not self.holds(roles, place_path):
            raise AppError("role_missing")

    def require_anywhere(self, roles: Sequence[str]) -> None:
        """Refuse unless one of the roles is held at some place (the object decides later).

        Raises:
            AppError: role_missing.
        """
        if not any(role in roles for role, _ in self.grants):
            raise AppError("role_missing")

    def require_there(self, roles: Sequence[str], place_path: Sequence[UUID]) -> None:
        """Refuse who holds none of the roles anywhere, and hide what stands elsewhere.

        Raises:
            AppError: role_missing, not_found.
        """
        self.require_anywhere(roles)
        if not self.holds(roles, place_path):
            raise AppError("not_found")
