"""A courier's shift: watch the hall, grab, ride, wait, pick up, deliver; on what the API shows."""

import random
from collections.abc import Mapping as Directory
from dataclasses import dataclass, field

from api.cli.replay.choosing import Legs, Offered, goes_together, offered, ranked
from api.cli.replay.client import Client, Reply, must
from api.cli.replay.instance import CourierLine, Instance, Spot
from api.cli.replay.mapping import Mapping
from api.cli.replay.pace import Pace
from api.cli.replay.residents import Errand
from api.cli.replay.world import CAPACITY

# An idle courier looks at the hall about so often, in minutes of the day. Once a minute made two
# of five calls of the largest instance, and its 423 couriers the machine's whole load.
_LOOK_EVERY_MIN = (1.5, 2.5)
# But not more often than this machine bears, in real seconds.
_LOOK_AT_MOST_EVERY_S = 0.25
# A phone tells where it is at least so often, in minutes of the day.
_TELL_EVERY_MIN = 10.0
_HALL_LINES = 50
# After so many lost races the next look is due: the list is old.
_GRABS_MAX = 6


@dataclass(slots=True)
class Held:
    """A job in hand: what the hall said, and whose it turned out to be."""

    job: Offered
    stop: int
    errand: Errand


@dataclass(slots=True)
class Courier:
    """One courier of the day."""

    line: CourierLine
    client: Client
    instance: Instance
    mapping: Mapping
    pace: Pace
    # By the door that an accepted job shows: how a courier reaches who ordered.
    directory: Directory[str, Errand]
    chance: random.Random
    here: Spot = field(default=Spot(0, 0))
    told_min: float = -1e9
    # Told to rest until then.
    rested_min: float = -1e9
    lost_races: int = 0
    # From each hand-over until the API had taken it, in minutes of the day.
    lags_min: list[float] = field(default_factory=list[float])

    async def live(self) -> None:
        """From going online to the last delivery after the shift."""
        await self.pace.until(self.line.on_min)
        self.here = self.line.start
        must(await self.client.put("/v1/runners/me/shift", {"shift": "online"}), "going online")
        while self.pace.now_min < self.line.off_min:
            began_min = self.pace.now_min
            if not await self._work():
                await self._idle(began_min)
        must(await self.client.put("/v1/runners/me/shift", {"shift": "offline"}), "going offline")

    @property
    def _legs(self) -> Legs:
        return Legs(self.instance.metres_per_min)

    async def _idle(self, began_min: float) -> None:
        at_least_min = _LOOK_AT_MOST_EVERY_S * self.pace.speed / 60
        look_min = max(
            self.chance.uniform(*_LOOK_EVERY_MIN), at_least_min * self.chance.uniform(1, 1.5)
        )
        until_min = max(began_min + look_min, self.rested_min)
        await self.pace.until(min(self.line.off_min, until_min))

    async def _work(self) -> bool:
        """Look, grab one, carry it and its like to the doors; false: nothing to be had."""
        hall = await self._look()
        best = ranked(hall, legs=self._legs, now_min=self.pace.now_min)
        for job in best[:_GRABS_MAX]:
            held = await self._grab(job)
            if held is not None:
                await self._carry(held)
                return True
        return False

    async def _look(self) -> list[Offered]:
        if self.pace.now_min - self.told_min >= _TELL_EVERY_MIN:
            await self._tell()
        page = await self.client.get("/v1/hall", query=f"limit={_HALL_LINES}")
        if not page.is_ok:
            await self._heed(page)
            return []
        spot, minute = self.mapping.spot, self.pace.minute
        return [offered(item, spot=spot, minute=minute) for item in page.data["items"]]

    async def _heed(self, refused: Reply) -> None:
        """Do what the API asks for before it shows the hall again."""
        if refused.code == "position_stale":
            self.told_min = -1e9
        elif refused.code == "day_confirm_needed":
            await self.client.post("/v1/runners/me/confirm-hours")
        elif refused.code in _RESTS:
            rest_s = float(refused.headers.get("retry-after", "0"))
            self.rested_min = self.pace.now_min + rest_s / 60

    async def _grab(self, job: Offered) -> Held | None:
        taken = await self.client.post(
            "/v1/jobs/{job_id}/accept", effect=("job.accepted", job.job_id), job_id=job.job_id
        )
        if not taken.is_ok:
            self.lost_races += taken.code == "job_taken"
            return None
        shown = must(await self.client.get("/v1/jobs/{job_id}", job_id=job.job_id), "reading")
        [stop] = shown.data["stops"]
        errand = self.directory[stop["contact"]["door"]]
        errand.job_id = job.job_id
        return Held(job, stop["n"], errand)

    async def _carry(self, first: Held) -> None:
        counter = first.job.pickup
        await self._ride(counter)
        half_min = self.instance.pickup_service_min / 2
        at_hand_min = self.pace.now_min + half_min
        load = [first]
        await self._act(first, "arrive")
        load += await self._take_along(counter, max(at_hand_min, first.job.ready_min))
        for held in load[1:]:
            await self._act(held, "arrive")
        leave_min = max([at_hand_min] + [held.job.ready_min for held in load])
        await self.pace.until(leave_min)
        for held in load:
            code = await held.errand.tell_code("pickup_code")
            await self._act(held, "pick-up", code)
        await self.pace.until(leave_min + half_min)
        while load:
            held = min(load, key=lambda h: self.here.metres_to(h.job.dropoff))
            load.remove(held)
            await self._bring(held)

    async def _take_along(self, counter: Spot, leave_min: float) -> list[Held]:
        along: list[Held] = []
        while len(along) + 1 < CAPACITY:
            # The hall says anew, with each job in hand, how far the next one turns the way.
            hall = sorted(await self._look(), key=lambda o: o.adds_m)
            fitting = (o for o in hall if goes_together(
                o, counter=counter, legs=self._legs, leave_min=leave_min))  # fmt: skip
            job = next(fitting, None)
            held = None if job is None else await self._grab(job)
            if held is None:
                break
            along.append(held)
        return along

    async def _bring(self, held: Held) -> None:
        await self._ride(held.job.dropoff)
        half_min = self.instance.dropoff_service_min / 2
        handed_min = self.pace.now_min + half_min
        await self.pace.until(handed_min)
        code = await held.errand.tell_code("receipt_code")
        done = await self.client.post(
            "/v1/jobs/{job_id}/stops/{n}/deliver",
            {"code": code},
            effect=("job.delivered", held.job.job_id),
            job_id=held.job.job_id,
            n=str(held.stop),
        )
        must(done, "delivering")
        self.lags_min.append(self.pace.now_min - handed_min)
        held.errand.delivered.set()
        await self.pace.until(handed_min + half_min)

    async def _act(self, held: Held, act: str, code: str | None = None) -> None:
        done = await self.client.post(
            "/v1/jobs/{job_id}/" + act,
            None if code is None else {"code": code},
            effect=(_EVENTS[act], held.job.job_id),
            job_id=held.job.job_id,
        )
        must(done, act)

    async def _ride(self, there: Spot) -> None:
        """Ride in whole minutes, telling the position on the way and at the end."""
        start, from_min = self.here, self.pace.now_min
        length_m = start.metres_to(there)
        takes_min = self._legs.minutes(length_m)
        while self.pace.now_min - from_min < takes_min:
            await self.pace.until(min(from_min + takes_min, self.pace.now_min + _TELL_EVERY_MIN))
            ridden_min = min(takes_min, self.pace.now_min - from_min)
            share = ridden_min / takes_min
            self.here = Spot(
                start.x_m + (there.x_m - start.x_m) * share,
                start.y_m + (there.y_m - start.y_m) * share,
            )
            await self._tell()
        self.here = there

    async def _tell(self) -> None:
        point = self.mapping.point(self.here)
        body = {"point": {"lat": point.lat, "lng": point.lng, "coord": "gcj02"}}
        must(await self.client.put("/v1/runners/me/position", body), "telling the position")
        self.told_min = self.pace.now_min


_RESTS = frozenset({"rest_needed", "day_limit_reached", "rest_day_needed"})
_EVENTS = {"arrive": "job.arrived", "pick-up": "job.picked_up"}
