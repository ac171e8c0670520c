"""A runner's day: offers and the hall, walking the route that the API shows, codes, home."""

from dataclasses import dataclass, field
from typing import Any

from api.cli.living.town import Ordered, Town, drawn_photo, on_the_way
from api.cli.replay.client import Client, Reply, must
from api.kinds import KINDS, Part
from api.kit.geo import local_distance_m

_METRES_PER_MIN = 75.0
# A phone tells where it is at least so often, in minutes of the day; the API believes it for three.
_TELL_EVERY_MIN = 2.0
_IDLE_MIN = (1.5, 3.0)
_STROLL_M = 120.0
_ACCEPTS = 0.85
_HALL_LINES = 5
# A visit that the API refuses again and again is left to staff.
_TRIES_MAX = 3
_AT_THE_DOOR_MIN = 1.5
_RESTS = frozenset({"rest_needed", "day_limit_reached", "rest_day_needed"})


@dataclass(slots=True)
class Runner:
    """One runner, who lives a day at a time."""

    town: Town
    client: Client
    here: dict[str, Any] = field(default_factory=dict[str, Any])
    tries: dict[str, int] = field(default_factory=dict[str, int])

    async def live(self, *, until_min: float, gone_min: float) -> None:
        """Take what is offered until one minute, carry what is in hand, and be gone by the other.

        Raises:
            Unexpected: the API refused what had to succeed.
        """
        pace = self.town.pace
        if not self.here:
            self.here = self._stroll()
        begun = await self.client.put("/v1/runners/me/shift", {"shift": "online"})
        if not begun.is_ok:
            await self._heed(begun)
            return
        while pace.now_min < gone_min:
            await self._tell()
            if await self._visit_next():
                continue
            if pace.now_min >= until_min:
                break
            if not await self._take():
                await pace.rest(self.client.chance.uniform(*_IDLE_MIN))
                self.here = self._stroll()
        await self.client.put("/v1/runners/me/shift", {"shift": "offline"})

    def _stroll(self) -> dict[str, Any]:
        chance = self.client.chance
        return self.town.point(
            chance.uniform(-_STROLL_M, _STROLL_M), chance.uniform(-_STROLL_M, _STROLL_M)
        )

    async def _tell(self) -> None:
        await self.client.put("/v1/runners/me/position", {"point": self.here})

    async def _take(self) -> bool:
        """Answer an offer, or else take the nearest of the hall, as one likes."""
        offers = await self.client.get("/v1/offers")
        likes = self.client.chance.random() < _ACCEPTS
        if offers.is_ok and offers.data["items"]:
            route = "/v1/offers/{offer_id}/" + ("accept" if likes else "decline")
            offer_id = str(offers.data["items"][0]["id"])
            return (await self.client.post(route, offer_id=offer_id)).is_ok and likes
        hall = await self.client.get("/v1/hall", query=f"limit={_HALL_LINES}")
        if not hall.is_ok:
            await self._heed(hall)
            return False
        if not hall.data["items"] or not likes:
            return False
        job_id = hall.data["items"][0]["job_id"]
        return (await self.client.post("/v1/jobs/{job_id}/accept", job_id=job_id)).is_ok

    async def _heed(self, refused: Reply) -> None:
        """Do what the API asks for before there is work again."""
        if refused.code == "day_confirm_needed":
            await self.client.post("/v1/runners/me/confirm-hours")
        elif refused.code in _RESTS:
            rest_s = float(refused.headers.get("retry-after", "1200"))
            await self.town.pace.rest(min(rest_s / 60, 60.0))
        elif refused.code != "position_stale":
            self.town.say_once(f"{self.client.name}: {refused.status} {refused.code}")

    async def _visit_next(self) -> bool:
        """Walk to the next visit of the route and do what is to be done; false: nothing to do."""
        route = must(await self.client.get("/v1/runners/me/jobs"), "reading the route").data
        jobs = {job["id"]: job for job in route["jobs"]}
        for leg in route["route"]:
            key = f"{leg['job_id']}/{leg['stop']}"
            if leg["act"] != "return" and self.tries.get(key, 0) < _TRIES_MAX:
                done = await self._visit(leg, jobs[leg["job_id"]])
                if not done.is_ok:
                    self.tries[key] = self.tries.get(key, 0) + 1
                    self.town.say_once(f"{leg['act']}: {done.status} {done.code}")
                return True
        return False

    async def _visit(self, leg: dict[str, Any], job: dict[str, Any]) -> Reply:
        await self._walk(leg["point"])
        pace, job_id = self.town.pace, job["id"]
        if leg["act"] == "deliver":
            await pace.rest(_AT_THE_DOOR_MIN)
            proof = await self._proof(job, leg["stop"])
            return await self.client.post(
                "/v1/jobs/{job_id}/stops/{n}/deliver", proof, job_id=job_id, n=str(leg["stop"])
            )
        await self.client.post("/v1/jobs/{job_id}/arrive", job_id=job_id)
        ready_min = pace.minute(job["ready_at"])
        while pace.now_min < ready_min:
            await pace.rest(min(_TELL_EVERY_MIN, ready_min - pace.now_min))
            await self._tell()
        await pace.rest(_AT_THE_DOOR_MIN)
        proof = await self._proof(job, 0)
        return await self.client.post("/v1/jobs/{job_id}/pick-up", proof, job_id=job_id)

    async def _walk(self, there: dict[str, Any]) -> None:
        """Walk straight, telling the position on the way."""
        pace, start, from_min = self.town.pace, self.here, self.town.pace.now_min
        takes_min = _metres(start, there) / _METRES_PER_MIN
        while (walked_min := pace.now_min - from_min) < takes_min:
            await pace.rest(min(_TELL_EVERY_MIN, takes_min - walked_min))
            walked_min = min(takes_min, pace.now_min - from_min)
            self.here = on_the_way(start, there, walked_min / takes_min)
            await self._tell()
        self.here = there

    async def _proof(self, job: dict[str, Any], stop: int) -> dict[str, Any]:
        """What is shown at the counter (stop 0) or at a door; codes are asked of whoever waits."""
        kind = KINDS.get(job["kind"])
        parts: tuple[Part, ...] = ("code",)
        if kind is not None:
            parts = kind.delivery_proof if stop else kind.pickup_proof
        proof: dict[str, Any] = {}
        for part in parts:
            if part == "code":
                proof["code"] = await self._code(job["id"], stop)
            elif part == "parcel_codes":
                proof["parcel_codes"] = job["stops"][0]["details"]["parcel_codes"]
            elif part == "photo_ids":
                photo = drawn_photo(self.client.chance)
                proof["photo_ids"] = [await self.client.upload(photo, purpose="proof")]
            else:
                proof["spent_fen"] = (
                    job["advance_fen"] * self.client.chance.randrange(60, 96) // 100
                )
        return proof

    async def _code(self, job_id: str, stop: int) -> str:
        trip = self.town.trips.get(job_id)
        if trip is not None and stop == 0:
            return trip.pickup_code
        waiting = self._who_waits(job_id, stop)
        if waiting is None:
            await self.town.recall()
            waiting = self._who_waits(job_id, stop)
        if waiting is None:
            return "0000"
        seen = await waiting.resident.get("/v1/orders/{order_id}", order_id=waiting.order_id)
        return str(seen.data["receipt_code" if stop else "pickup_code"])

    def _who_waits(self, job_id: str, stop: int) -> Ordered | None:
        trip = self.town.trips.get(job_id)
        if trip is not None:
            return self.town.orders.get(trip.numbers[stop - 1])
        return self.town.jobs.get(job_id)


def _metres(a: dict[str, Any], b: dict[str, Any]) -> float:
    return local_distance_m(a["lat"], a["lng"], b["lat"], b["lng"])
