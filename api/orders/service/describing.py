"""What an order says about its errand, and whether that can be done at all."""

from dataclasses import dataclass
from datetime import datetime

from api.errors import AppError, FieldError, malformed
from api.jobs.details import Details, ceiling_fen, texts
from api.kinds import Kind
from api.kit.geo import Point
from api.kit.money import format_yuan
from api.orders.forbidden import first_forbidden, list_in_force
from api.places.settings import CommunitySettings


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, in the customer's words."""

    item: str
    note: str = ""
    details: Details | None = None
    pickup_place: str | None = None
    at_door: bool = False
    with_photos: bool = False


def pickup_point(kind: Kind, *, pickup: Point | None, dropoff: Point) -> Point:
    """Where the errand begins: where it ends, for kinds that go nowhere first.

    Raises:
        AppError: malformed_request, naming the field.
    """
    if pickup is None and kind.pickup == "required":
        raise malformed("pickup", "needed for this kind")
    if pickup is not None and kind.pickup == "none":
        raise malformed("pickup", "this kind has none")
    return pickup or dropoff


def check_window(kind: Kind, *, has_window: bool) -> None:
    """Refuse "as soon as possible" where a kind is by appointment.

    Raises:
        AppError: malformed_request, naming the field.
    """
    if kind.needs_window and not has_window:
        raise malformed("window", "this kind is by appointment")


def check_wish(
    wish: Wish, *, kind: Kind, has_pickup: bool, settings: CommunitySettings, now: datetime
) -> None:
    """Refuse what does not fit the quoted kind, costs too much in front, or may not be carried.

    Raises:
        AppError: malformed_request, naming the field; ceiling_too_high, goods_forbidden.
    """
    if wish.details is None and kind.needs_details:
        raise malformed("details", "needed for this kind")
    if wish.details is not None and wish.details.kind != kind.code:
        raise malformed("details.kind", "not the kind that was quoted")
    if has_pickup and wish.pickup_place is None:
        raise malformed("pickup_place", "needed where there is a pickup")
    if wish.at_door and not kind.may_be_left:
        raise malformed("at_door", "this kind is handed over")
    if ceiling_fen(wish.details) > settings.goods_max_fen:
        raise AppError("ceiling_too_high", f"at most {format_yuan(settings.goods_max_fen)} yuan")
    _check_goods(wish, now=now)


def _check_goods(wish: Wish, *, now: datetime) -> None:
    inside = [(f"details.{field}", text) for field, text in texts(wish.details)]
    written = [("item", wish.item), ("note", wish.note), *inside]
    found = first_forbidden(written, list_in_force(now))
    if found is not None:
        field, category = found
        fields = (FieldError(field, category.code),)
        raise AppError("goods_forbidden", f"{category.code}: {category.title}", fields=fields)
