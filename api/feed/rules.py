"""Where somebody is told what happens because they are staff there."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.identity.caller import STAFF


@dataclass(frozen=True, slots=True)
class Reach:
    """Places with all below them; ``is_everywhere``: the whole deployment."""

    place_ids: frozenset[UUID]
    is_everywhere: bool = False


def reach_of(grants: Iterable[tuple[str, UUID | None]]) -> Reach | None:
    """Where somebody who holds these roles is staff; ``None``: nowhere."""
    places = {place_id for role, place_id in grants if role in STAFF}
    if not places:
        return None
    return Reach(frozenset(p for p in places if p is not None), is_everywhere=None in places)
