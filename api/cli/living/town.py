"""The demonstration community as its people know it: who they are, where things are."""

import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

from PIL import Image, ImageDraw

from api.cli.history import Recorder
from api.cli.living.script import RESIDENTS, RUNNERS
from api.cli.replay.client import Client, GaveUp, Unexpected, must
from api.cli.replay.pace import Pace
from api.cli.replay.wire import Wire
from api.cli.seed import OFFICE
from api.kit.geo import Point, metres_per_degree

NICKNAMES = {
    "resident1": "小陈", "resident2": "王阿姨", "resident3": "李建国", "resident4": "赵敏",
    "resident5": "孙大爷", "resident6": "周婷", "resident7": "周调解", "resident8": "新邻居小吴",
    "runner1": "小林", "runner2": "老张", "runner3": "阿勇", "runner4": "小美",
    "runner5": "想跑腿的小何", "staff1": "社区小刘", "farmer1": "老王", "farmer2": "豆腐西施",
}  # fmt: skip
_SAID_MAX = 30


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that somebody waits for."""

    resident: Client
    order_id: str


@dataclass(frozen=True, slots=True)
class Trip:
    """Bags of a cycle on their way: the shop's code, and whose bags, stop by stop."""

    pickup_code: str
    numbers: tuple[int, ...]


@dataclass(slots=True)
class Town:
    """Everybody who acts, and what they know of each other."""

    wire: Wire
    pace: Pace
    community_id: str = ""
    centre: Point = field(default=Point(0, 0))
    # Whoever sits at the keyboard plays the first resident and the first runner from here on.
    first_are_away: bool = False
    people: dict[str, Client] = field(default_factory=dict[str, Client])
    homes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    # By job, and by the number of an order: how a runner finds whom to ask for a code.
    jobs: dict[str, Ordered] = field(default_factory=dict[str, Ordered])
    orders: dict[int, Ordered] = field(default_factory=dict[int, Ordered])
    trips: dict[str, Trip] = field(default_factory=dict[str, Trip])
    shop_id: str = ""
    said: set[str] = field(default_factory=set[str])
    say: Callable[[str], None] = print

    async def enter(self) -> None:
        """Let everybody sign in and look where they are.

        Raises:
            Unexpected: this is not the demonstration community.
        """
        admin = await self.person("admin1")
        named = must(await admin.get("/v1/places", query=f"q={quote(OFFICE)}"), "looking")
        office = next(p for p in named.data["items"] if p["name"] == OFFICE)
        below = must(await admin.get("/v1/places", query=f"parent_id={office['id']}"), "looking")
        community = next(p for p in below.data["items"] if p["kind"] == "community")
        self.community_id = community["id"]
        self.centre = Point(community["point"]["lat"], community["point"]["lng"])
        for n in range(1, RESIDENTS + 1):
            person = await self.person(f"resident{n}")
            addresses = must(await person.get("/v1/me/addresses"), "looking home").data["items"]
            if addresses:
                self.homes[person.name] = addresses[0]
        for n in range(1, RUNNERS + 1):
            await self.person(f"runner{n}")

    async def person(self, name: str) -> Client:
        """Whoever signs in with ``dev:<name>``."""
        if name not in self.people:
            recorder = Recorder(calls_max=0)
            client = Client(self.wire, recorder, name, random.Random(name))  # noqa: S311
            await client.sign_in()
            self.people[name] = client
        return self.people[name]

    def resident(self, n: int) -> Client:
        """The resident of a number, counted from 0; another one while the first is away."""
        return self.people[f"resident{2 if n == 0 and self.first_are_away else n + 1}"]

    def point(self, north_m: float, east_m: float) -> dict[str, Any]:
        """A point so many metres from the centre."""
        north, east = metres_per_degree(self.centre.lat)
        return _gcj(self.centre.lat + north_m / north, self.centre.lng + east_m / east)

    def expect(self, order: dict[str, Any], resident: Client) -> None:
        """Remember who waits for an order, by its number and by its job."""
        ordered = Ordered(resident, order["id"])
        self.orders[order["number"]] = ordered
        if order.get("job_id"):
            self.jobs[order["job_id"]] = ordered

    async def recall(self) -> None:
        """Learn anew who waits for what, after a start in the middle of a day."""
        for resident in self.residents():
            query = "state=active&limit=100"
            page = must(await resident.get("/v1/orders", query=query), "looking at one's orders")
            for order in page.data["items"]:
                self.expect(order, resident)

    def residents(self) -> Iterable[Client]:
        """All who have a home here."""
        return [self.people[name] for name in self.homes]

    async def guarded(self, act: Callable[[], Awaitable[object]], what: str) -> None:
        """Let somebody act; what is refused or never answered is said once, and life goes on."""
        try:
            await act()
        except (GaveUp, Unexpected, LookupError, ValueError, StopIteration) as error:
            self.say_once(f"{what}: {type(error).__name__} {error}")

    def say_once(self, line: str) -> None:
        """Tell the operator, not again and again, and not without end."""
        if line not in self.said and len(self.said) < _SAID_MAX:
            self.said.add(line)
            self.say(line)

    def text(self, minute: float) -> str:
        """A moment of the day as the API reads it."""
        return self.pace.at(minute).isoformat(timespec="milliseconds")

    @property
    def today(self) -> datetime:
        """Midnight of the day it is, in China."""
        return self.pace.at(self.pace.now_min // 1440 * 1440)


def _gcj(lat: float, lng: float) -> dict[str, Any]:
    return {"lat": round(lat, 6), "lng": round(lng, 6), "coord": "gcj02"}


def on_the_way(start: dict[str, Any], end: dict[str, Any], share: float) -> dict[str, Any]:
    """The point at a share of the straight way from one to another."""
    return _gcj(
        start["lat"] + (end["lat"] - start["lat"]) * share,
        start["lng"] + (end["lng"] - start["lng"]) * share,
    )


def drawn_photo(chance: random.Random) -> bytes:
    """A small picture of a parcel on a floor, drawn, as nobody's photo may be shipped."""
    floor, box = chance.randrange(150, 220), chance.randrange(60, 120)
    picture = Image.new("RGB", (320, 240), (floor, floor - 10, floor - 25))
    pen = ImageDraw.Draw(picture)
    for y in range(0, 240, 40):
        pen.line((0, y, 320, y), fill=(floor - 30, floor - 40, floor - 50))
    left, top = chance.randrange(40, 120), chance.randrange(40, 90)
    pen.rectangle((left, top, left + 140, top + 100), fill=(box + 90, box + 50, box))
    pen.line((left, top + 50, left + 140, top + 50), fill=(230, 220, 190), width=10)
    written = BytesIO()
    picture.save(written, "JPEG", quality=70)
    return written.getvalue()
