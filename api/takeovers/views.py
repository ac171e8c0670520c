"""What of takeovers each side may see."""

from typing import Any

from api.identity.models import User
from api.kit.crypto import Vault
from api.people.rules import mask_full_name
from api.people.views import masked_phone_of
from api.places.models import Place
from api.takeovers.models import Takeover
from api.takeovers.schemas import TakeoverOut, TakeoverSeen
from api.takeovers.service import open_claim


def takeover_out(row: Takeover) -> TakeoverOut:
    """A claim as who asked sees it: not whom staff found them to be."""
    return TakeoverOut(**_plain(row))


def takeover_seen(row: Takeover, user: User, building: Place, *, vault: Vault) -> TakeoverSeen:
    """A claim as staff of the place see it."""
    claim = open_claim(row, vault=vault)
    return TakeoverSeen(
        **_plain(row),
        user_id=user.id,
        nickname=user.nickname,
        phone=masked_phone_of(user, vault=vault),
        building=building.name,
        door=claim[0] if claim else None,
        name=mask_full_name(claim[1]) if claim else None,
        person_id=row.person_id,
        proof=row.proof,  # pyright: ignore[reportArgumentType]
        decided_by_id=row.decided_by_id,
    )


def _plain(row: Takeover) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "building_id": row.building_id,
        "reason": row.reason,
        "asked_at": row.asked_at,
        "decided_at": row.decided_at,
        "joins_at": row.joins_at,
        "ended_at": row.ended_at,
    }
