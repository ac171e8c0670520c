"""Pure rules of places."""

from dataclasses import dataclass
from uuid import UUID

from api.kit.geo import Point, Sheet, is_within_m
from api.places.settings import CommunitySettings


@dataclass(frozen=True, slots=True)
class Community:
    """A community with all that pricing and matching ask of it."""

    id: UUID
    path: tuple[UUID, ...]
    name: str
    centre: Point
    sheet: Sheet
    settings: CommunitySettings

    def contains(self, point: Point) -> bool:
        """Whether a point lies within the boundary, the edge included."""
        return is_within_m(self.centre, point, self.settings.boundary_m)


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
