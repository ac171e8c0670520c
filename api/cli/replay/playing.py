"""Playing one day: stage, players, faults, the time after, the verdict."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from api.bootstrap import Parts
from api.cli.history import Recorder, Truth, check_all
from api.cli.replay import queries
from api.cli.replay.client import Client, GaveUp, Unexpected
from api.cli.replay.clock import change_speed, real_clock, turn_clock
from api.cli.replay.couriers import Courier
from api.cli.replay.faults import Kill, Killable, strike_all
from api.cli.replay.governor import Governor
from api.cli.replay.instance import Instance
from api.cli.replay.pace import Pace
from api.cli.replay.residents import Errand
from api.cli.replay.summary import Result
from api.cli.replay.wire import Wire
from api.cli.replay.world import AUTO_CONFIRM_S, EXPIRE_AFTER_S, Casting, World, make_world
from api.doctor import examine_patiently
from api.kit.clock import china, wall_utc

# The day and all that follows lie before today by the real clock.
_DAYS_AGO = 4
# The people are let in before the day begins, at the real pace.
_RUN_UP_MIN = 60.0
# Longer than every promise, expiry and confirmation of the day together.
_AFTERWARDS = timedelta(seconds=AUTO_CONFIRM_S + EXPIRE_AFTER_S + 6 * 3600)
_SETTLE_S = 120.0
_ASK_EVERY_S = 0.1


@dataclass(slots=True)
class Scene:
    """What the progress bar shows."""

    orders: int
    begins_min: float
    ends_min: float
    pace: Pace | None = None
    placed: int = 0
    delivered: int = 0
    phase: str = "letting everybody in"


@dataclass(frozen=True, slots=True)
class Play:
    """A replay in the making."""

    instance: Instance
    parts: Parts
    wire: Wire
    killable: Killable
    speed: float
    radius_m: float
    kills: list[Kill]
    kill_seed: str
    scene: Scene
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Played:
    """What is left of a day when it is over."""

    world: World
    errands: list[Errand]
    couriers: list[Courier]
    gave_up: list[str]
    left: queries.Unsettled
    slowed_s: float
    # The status codes that the API's document declares.
    declared: dict[str, frozenset[int]]


async def play(it: Play) -> Result:
    """Play the day to its end and judge it; the real clock is back whatever happens.

    Raises:
        Unexpected: the API refused what had to succeed while the stage was built.
    """
    began = time.monotonic()
    recorder = Recorder()
    try:
        played = await _play_through(it, recorder)
    finally:
        await real_clock(it.parts)
    return await _judge(it, played, recorder, duration_s=time.monotonic() - began)


async def _play_through(it: Play, recorder: Recorder) -> Played:
    midnight = china(wall_utc()).replace(hour=0, minute=0, second=0, microsecond=0)
    midnight -= timedelta(days=_DAYS_AGO)
    starts_min = it.instance.begins_min
    await turn_clock(it.parts, at=midnight + timedelta(minutes=starts_min - _RUN_UP_MIN), speed=1)
    casting = Casting(it.wire, recorder, run=f"{time.time_ns() // 10**7 % 10**9:09d}")
    declared = await _declared(casting.client("visitor"))
    world = await make_world(it.instance, casting, radius_m=it.radius_m)
    await turn_clock(it.parts, at=midnight + timedelta(minutes=starts_min), speed=it.speed)
    pace = Pace(midnight, starts_min, time.monotonic(), it.speed)
    it.scene.pace, it.scene.phase = pace, "playing"
    governor = Governor(it.wire, it.speed, lambda speed: change_speed(it.parts, pace, speed))
    errands, couriers, gave_up = await _day(it, world, pace, governor)
    it.scene.phase = "waiting for the last timers"
    await turn_clock(it.parts, at=pace.at(pace.now_min) + _AFTERWARDS, speed=it.speed)
    left = await _settle(it.parts, UUID(world.community_id))
    return Played(world, errands, couriers, gave_up, left, governor.slowed_s, declared)


async def _judge(it: Play, played: Played, recorder: Recorder, *, duration_s: float) -> Result:
    async with it.parts.database.session() as session:
        community_id = UUID(played.world.community_id)
        outcomes = await queries.outcomes(session, community_id=community_id)
        stored = await queries.stored_effects(session, community_id=community_id)
    errands = played.errands
    truth = Truth(stored, played.declared, [c for e in errands for c in e.canaries()])
    lags_min = [lag for courier in played.couriers for lag in courier.lags_min]
    broken = await examine_patiently(it.parts.settings.database_url)
    return Result(
        name=it.instance.name,
        speed=it.speed,
        radius_m=it.radius_m,
        target_min=it.instance.target_min,
        duration_s=duration_s,
        kills=len(it.kills),
        kill_seed=it.kill_seed,
        orders=len(errands),
        refused=Counter(e.refused for e in errands if e.refused),
        outcomes=outcomes,
        calls=recorder.calls,
        dropped_calls=recorder.dropped,
        gave_up=played.gave_up,
        violations=check_all(recorder.calls, truth),
        lags_min=[*(e.lag_min for e in errands), *lags_min],
        slowed_s=played.slowed_s,
        unsettled=played.left.events + played.left.reactions,
        broken_invariants=[
            f"{f.invariant.name}: {f.invariant.holds} ({f.rows} rows)" for f in broken
        ],
    )


async def _day(
    it: Play, world: World, pace: Pace, governor: Governor
) -> tuple[list[Errand], list[Courier], list[str]]:
    """All players at once; who meets what cannot be is named, and the others go on."""
    errands = _errands(it.instance, world, pace)
    directory = {e.door: e for e in errands}
    couriers = [
        Courier(line, client, it.instance, world.mapping, pace, directory, client.chance)
        for line, client in zip(it.instance.couriers, world.couriers, strict=True)
    ]
    gave_up: list[str] = []
    day_is_over = asyncio.Event()

    async def guarded(act: Callable[[], object], who: str) -> None:
        try:
            await act()  # pyright: ignore[reportGeneralTypeIssues]
        except (GaveUp, Unexpected, KeyError, ValueError) as error:
            gave_up.append(f"{who}: {type(error).__name__} {error}")

    async def ride() -> None:
        await asyncio.gather(*(guarded(c.live, c.client.name) for c in couriers))
        day_is_over.set()

    async def order() -> None:
        await asyncio.gather(*(
            guarded(lambda e=e: e.live(day_is_over=day_is_over), e.line.name) for e in errands
        ))  # fmt: skip

    faults = asyncio.create_task(strike_all(it.killable, it.kills, pace=pace, say=it.say))
    watching = asyncio.create_task(_watch(it.scene, errands))
    governing = asyncio.create_task(governor.govern())
    try:
        await asyncio.gather(ride(), order())
        await faults
    finally:
        for task in (faults, watching, governing):
            task.cancel()
        await asyncio.gather(faults, watching, governing, return_exceptions=True)
    return errands, couriers, gave_up


def _errands(instance: Instance, world: World, pace: Pace) -> list[Errand]:
    chance = random.Random(instance.name)  # noqa: S311
    secrets_ = random.SystemRandom()
    return [
        Errand(
            line=line,
            restaurant=instance.restaurants[line.restaurant],
            resident=world.residents[n % len(world.residents)],
            mapping=world.mapping,
            pace=pace,
            door=f"canary-{secrets_.randrange(16**16):016x}",
            phone=f"1{secrets_.randrange(3 * 10**9, 10**10):010d}",
            chance=random.Random(chance.random()),  # noqa: S311
            target_min=instance.target_min,
        )
        for n, line in enumerate(instance.orders)
    ]


async def _watch(scene: Scene, errands: list[Errand]) -> None:
    while True:
        scene.placed = sum(e.order_id is not None for e in errands)
        scene.delivered = sum(e.delivered.is_set() for e in errands)
        await asyncio.sleep(0.25)


async def _declared(visitor: Client) -> dict[str, frozenset[int]]:
    """The status codes of every route, as the API's own document declares them."""
    document = (await visitor.get("/openapi.json")).data
    return {
        f"{method.upper()} {path}": frozenset(int(s) for s in operation["responses"] if s.isdigit())
        for path, methods in document.get("paths", {}).items()
        for method, operation in methods.items()
    }


async def _settle(parts: Parts, community_id: UUID) -> queries.Unsettled:
    """Wait until timers and reactions are done; what never ends is counted by the verdict."""
    until = time.monotonic() + _SETTLE_S
    while True:
        async with parts.database.session() as session:
            left = await queries.unsettled(session, community_id=community_id)
        if left.is_nothing or time.monotonic() > until:
            return left
        await asyncio.sleep(_ASK_EVERY_S)
