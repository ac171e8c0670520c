"""Reading an MDRPlib instance: four tab-separated files, minutes and metres."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from typing import TypeVar

SHIPPED_DAY = Path(__file__).parent / "day"
_LINES_MAX = 20_000
_FILE_BYTES_MAX = 4_000_000
# Nothing on earth needs more, and a slip of the pen should be said at once.
_METRES_MAX = 1_000_000.0
_MINUTES_MAX = 2 * 24 * 60
_NAME_LENGTH_MAX = 20
# The community's settings take distances up to here.
RADIUS_MAX_M = 100_000
RADIUS_MIN_M = 500

T = TypeVar("T")


class InstanceUnusable(Exception):
    """The folder holds no instance that can be played; one line says why."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the flat map of the instance, in metres."""

    x_m: float
    y_m: float

    def metres_to(self, other: "Spot") -> float:
        """The straight line."""
        return hypot(self.x_m - other.x_m, self.y_m - other.y_m)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order: placed, cooked and brought to a door; minutes of the day."""

    name: str
    door: Spot
    placed_min: int
    restaurant: str
    ready_min: int


@dataclass(frozen=True, slots=True)
class CourierLine:
    """A courier's shift, from where it begins; minutes of the day."""

    name: str
    start: Spot
    on_min: int
    off_min: int


@dataclass(frozen=True, slots=True)
class Instance:
    """A whole day."""

    name: str
    orders: tuple[OrderLine, ...]
    couriers: tuple[CourierLine, ...]
    restaurants: Mapping[str, Spot]
    metres_per_min: float
    pickup_service_min: float
    dropoff_service_min: float
    target_min: int
    maximum_min: int

    def spots(self) -> Iterator[Spot]:
        """Every place of the day."""
        yield from self.restaurants.values()
        yield from (o.door for o in self.orders)
        yield from (c.start for c in self.couriers)

    @property
    def centre(self) -> Spot:
        """The middle of the smallest upright rectangle around all places."""
        west, east, south, north = self._edges()
        return Spot((west + east) / 2, (south + north) / 2)

    @property
    def reach_m(self) -> float:
        """A radius in which everybody reaches every counter, with a hundredth to spare for the
        mapping; it also covers the whole day from its centre.
        """
        counters = list(self.restaurants.values())
        ends = [self.centre, *counters]
        return max(spot.metres_to(end) for spot in self.spots() for end in ends) * 1.01 + 5

    @property
    def begins_min(self) -> int:
        """When the first courier comes or the first order is placed."""
        return min([c.on_min for c in self.couriers] + [o.placed_min for o in self.orders])

    @property
    def ends_min(self) -> int:
        """When the last shift ends or the last order is ready."""
        return max([c.off_min for c in self.couriers] + [o.ready_min for o in self.orders])

    def _edges(self) -> tuple[float, float, float, float]:
        xs = [s.x_m for s in self.spots()]
        ys = [s.y_m for s in self.spots()]
        return min(xs), max(xs), min(ys), max(ys)


def read_instance(folder: Path) -> Instance:
    """The day in a folder.

    Raises:
        InstanceUnusable: a file is missing or says something impossible; with file and line.
    """
    if not folder.is_dir():
        raise InstanceUnusable(f"{folder} is not a folder")
    restaurants = dict(
        _read(folder / "restaurants.txt", lambda r: (r.name("restaurant"), r.spot()))
    )
    orders = _read(folder / "orders.txt", lambda r: _order(r, restaurants))
    couriers = _read(folder / "couriers.txt", _courier)
    [parameters] = _read(folder / "instance_parameters.txt", _parameters, lines_max=1)
    for file, names in (
        ("restaurants.txt", list(restaurants)),
        ("orders.txt", [o.name for o in orders]),
        ("couriers.txt", [c.name for c in couriers]),
    ):
        if not names:
            raise InstanceUnusable(f"{folder / file} has no lines below its header")
        if len(set(names)) < len(names):
            raise InstanceUnusable(f"{folder / file} names something twice")
    instance = Instance(
        name=folder.resolve().name,
        orders=tuple(sorted(orders, key=lambda o: (o.placed_min, o.name))),
        couriers=tuple(sorted(couriers, key=lambda c: (c.on_min, c.name))),
        restaurants=restaurants,
        metres_per_min=parameters[0],
        pickup_service_min=parameters[1],
        dropoff_service_min=parameters[2],
        target_min=int(parameters[3]),
        maximum_min=int(parameters[4]),
    )
    if instance.reach_m > RADIUS_MAX_M:
        raise InstanceUnusable(f"{folder} is wider than {RADIUS_MAX_M // 1000} km")
    return instance


@dataclass(frozen=True, slots=True)
class _Row:
    """One line, by the names of its columns."""

    where: str
    values: Mapping[str, str]

    def name(self, column: str) -> str:
        text = self.values[column].strip()
        if not (0 < len(text) <= _NAME_LENGTH_MAX and text.isascii() and text.isalnum()):
            raise InstanceUnusable(f"{self.where}: {column} is not a name: {text[:30]!r}")
        return text

    def number(self, column: str, *, least: float, most: float) -> float:
        text = self.values[column].strip()
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise InstanceUnusable(
                f"{self.where}: {column} is not a number from {least:g} to {most:g}: {text[:30]!r}"
            )
        return value

    def minute(self, column: str) -> int:
        value = self.number(column, least=0, most=_MINUTES_MAX)
        if value != int(value):
            raise InstanceUnusable(f"{self.where}: {column} is not a whole minute")
        return int(value)

    def spot(self) -> Spot:
        most = _METRES_MAX
        return Spot(
            self.number("x", least=-most, most=most), self.number("y", least=-most, most=most)
        )


def _order(row: _Row, restaurants: Mapping[str, Spot]) -> OrderLine:
    line = OrderLine(
        name=row.name("order"),
        door=row.spot(),
        placed_min=row.minute("placement_time"),
        restaurant=row.name("restaurant"),
        ready_min=row.minute("ready_time"),
    )
    if line.restaurant not in restaurants:
        raise InstanceUnusable(f"{row.where}: there is no restaurant {line.restaurant}")
    if line.ready_min < line.placed_min:
        raise InstanceUnusable(f"{row.where}: ready before it was placed")
    return line


def _courier(row: _Row) -> CourierLine:
    line = CourierLine(
        row.name("courier"), row.spot(), row.minute("on_time"), row.minute("off_time")
    )
    if line.off_min < line.on_min:
        raise InstanceUnusable(f"{row.where}: the shift ends before it begins")
    return line


def _parameters(row: _Row) -> tuple[float, float, float, float, float]:
    return (
        row.number("meters_per_minute", least=1, most=100_000),
        row.number("pickup service minutes", least=0, most=120),
        row.number("dropoff service minutes", least=0, most=120),
        row.number("target click-to-door", least=1, most=1440),
        row.number("maximum click-to-door", least=1, most=1440),
    )


def _read(path: Path, make: Callable[[_Row], T], *, lines_max: int = _LINES_MAX) -> list[T]:
    try:
        if path.stat().st_size > _FILE_BYTES_MAX:
            raise InstanceUnusable(f"{path} is larger than {_FILE_BYTES_MAX // 1_000_000} MB")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InstanceUnusable(f"{path} cannot be read: {what}") from error
    rows = [(n, line.split("\t")) for n, line in enumerate(lines, 1) if line.strip()]
    if len(rows) - 1 > lines_max or (lines_max == 1 and len(rows) != 2):
        raise InstanceUnusable(f"{path} has {len(rows) - 1} lines below its header")
    if not rows:
        raise InstanceUnusable(f"{path} is empty")
    header = [column.strip() for column in rows[0][1]]
    return [make(_row(path, n, header, fields)) for n, fields in rows[1:]]


def _row(path: Path, n: int, header: list[str], fields: list[str]) -> _Row:
    where = f"{path} line {n}"
    if len(fields) != len(header):
        raise InstanceUnusable(f"{where}: {len(fields)} fields under {len(header)} columns")
    return _Row(where, _Columns(zip(header, fields, strict=True), where=where))


class _Columns(dict[str, str]):
    """Values by column; a column that is missing is said in one line."""

    def __init__(self, pairs: Iterator[tuple[str, str]], *, where: str) -> None:
        super().__init__(pairs)
        self._where = where

    def __missing__(self, column: str) -> str:
        raise InstanceUnusable(f"{self._where}: there is no column {column}")
