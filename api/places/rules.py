"""Pure rules of places."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.kit.geo import Point, Sheet, is_within_m
from api.places.settings import CommunitySettings


@dataclass(frozen=True, slots=True)
class EmergencyNow:
    """An emergency that was begun and not ended."""

    due_percent: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Community:
    """A community with all that pricing and matching ask of it."""

    id: UUID
    path: tuple[UUID, ...]
    name: str
    centre: Point
    sheet: Sheet
    settings: CommunitySettings
    emergency: EmergencyNow | None = None

    def contains(self, point: Point) -> bool:
        """Whether a point lies within the boundary, the edge included."""
        return is_within_m(self.centre, point, self.settings.boundary_m)

    def in_emergency(self, now: datetime) -> bool:
        """Whether an emergency is on; it is over at its end, whenever the timer notes it."""
        return self.emergency is not None and now < self.emergency.ends_at

    def due_percent(self, now: datetime) -> int:
        """The time to promise for an errand, in per cent of the usual one."""
        return self.emergency.due_percent if self.emergency and self.in_emergency(now) else 100


@dataclass(frozen=True, slots=True)
class Contact:
    """The part of an address that only the right people may see.

    ``second_phone`` is called where ``phone`` is not answered: who asked, after who benefits.
    """

    door: str
    name: str
    phone: str
    second_phone: str = ""

    def as_list(self) -> list[str]:
        """As it is sealed; what has no second phone looks as it always did."""
        plain = [self.door, self.name, self.phone]
        return [*plain, self.second_phone] if self.second_phone else plain
