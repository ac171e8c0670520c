"""In which order a building's bags go to its doors, and how far up. Pure.

Unit by unit; in one with a lift from the top down (one ride up), in one without from the bottom up,
so that the load is lightest on the highest stairs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

What = TypeVar("What")
_FLOORS_MAX = 120
_UNIT = re.compile(r"(\d{1,2})\s*(?:单元|[-—]\s*\d{3,5}\D*$)")
_FLOOR = re.compile(r"(\d{1,3})\s*(?:楼|层)")
_ROOM = re.compile(r"(\d{3,5})\s*(?:室|房|户)?\s*$")


@dataclass(frozen=True, slots=True)
class Door:
    """Where a door is: its unit (0: the building has one), floor (1: the ground), and its text."""

    unit: int
    floor: int
    text: str


@dataclass(frozen=True, slots=True)
class Bag(Generic[What]):
    """Something to bring to a door."""

    what: What
    door: Door
    has_lift: bool = True


def door_of(text: str) -> Door:
    """What a door as people write it says: ``3单元1201室``, ``2-502``, ``5楼``, ``502``.

    A room's number holds its floor before its last two digits. A text that says nothing stands on
    the ground floor, so that nobody is paid for stairs that may not be there.
    """
    plain = text.strip()
    unit = _UNIT.search(plain)
    floor = _FLOOR.search(plain)
    room = _ROOM.search(plain)
    if floor is not None:
        number = int(floor.group(1))
    elif room is not None:
        number = int(room.group(1)[:-2])
    else:
        number = 1
    return Door(int(unit.group(1)) if unit else 0, min(max(number, 1), _FLOORS_MAX), plain)


def walking_order(bags: Iterable[Bag[What]]) -> list[Bag[What]]:
    """The bags of one building as they are best carried."""
    return sorted(bags, key=_place)


def trips(
    walk: Sequence[Bag[What]], *, weights_g: Sequence[int], weight_max_g: int, stops_max: int
) -> list[list[Bag[What]]]:
    """A building's bags, already in walking order, as jobs of one runner each.

    ``weights_g``: of each bag. A job has at most so many stops and weighs at most so much; a bag
    that is heavier by itself is a job of its own.
    """
    assert stops_max > 0
    found: list[list[Bag[What]]] = []
    carried_g = 0
    for bag, weight_g in zip(walk, weights_g, strict=True):
        is_full = not found or len(found[-1]) == stops_max or carried_g + weight_g > weight_max_g
        if is_full:
            found.append([])
            carried_g = 0
        found[-1].append(bag)
        carried_g += weight_g
    return found


def climbed_floors(bags: Iterable[Bag[What]]) -> int:
    """Floors of stairs that these bags take: each unit is climbed once, to its highest door."""
    highest: dict[int, int] = {}
    for bag in bags:
        if not bag.has_lift:
            highest[bag.door.unit] = max(highest.get(bag.door.unit, 1), bag.door.floor)
    return sum(floor - 1 for floor in highest.values())


def climbed_by_each(walk: Iterable[Bag[What]]) -> list[int]:
    """Floors of stairs that each bag of a walk adds to those before it: together all of them.

    Whoever brings a bag higher up than all before is paid for the way from the last of them.
    """
    highest: dict[int, int] = {}
    added: list[int] = []
    for bag in walk:
        before = highest.get(bag.door.unit, 1)
        reached = before if bag.has_lift else max(before, bag.door.floor)
        highest[bag.door.unit] = reached
        added.append(reached - before)
    return added


def stairs_fen(bags: Iterable[Bag[What]], *, per_floor_fen: int) -> int:
    """What the runner is paid for stairs, beside the fee: each floor climbed, lifts are free."""
    assert per_floor_fen >= 0
    return climbed_floors(bags) * per_floor_fen


def _place(bag: Bag[What]) -> tuple[int, int, str]:
    door = bag.door
    return door.unit, -door.floor if bag.has_lift else door.floor, door.text
