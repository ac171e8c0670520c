"""The command itself: stores, processes, progress, exit code."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.bootstrap import build
from api.cli.forking import forker
from api.cli.processes import api_process, await_ready, stop_all, worker_process
from api.cli.replay.client import GaveUp, Unexpected
from api.cli.replay.faults import Killable, planned
from api.cli.replay.instance import (
    RADIUS_MAX_M,
    RADIUS_MIN_M,
    SHIPPED_DAY,
    Instance,
    InstanceUnusable,
    read_instance,
)
from api.cli.replay.playing import Play, Scene, play
from api.cli.replay.summary import Result, show
from api.cli.replay.wire import Wire
from api.cli.serve import free_port
from api.cli.stores import DATA_FOLDER, OpenStores, open_stores
from api.migrations.apply import migrate
from api.settings import Settings

# A whole day in about four minutes; two cores that do other things as well keep up with twice that.
DEFAULT_SPEED = 240.0
SPEED_MAX = 5_000.0
KILLS_MAX = 1_000
_HOST = "127.0.0.1"
# Hundreds of people call from the one address of this machine here, a day in minutes; the limits
# that suit real people at the real pace would refuse them all.
_LIMITS = {
    "LINLI_CALLS_PER_MINUTE_USER": "1000000",
    "LINLI_CALLS_PER_MINUTE_ADDRESS": "10000000",
    "LINLI_LOGINS_PER_MINUTE": "1000000",
    "LINLI_ORDERS_PER_MINUTE": "1000000",
}


class ReplayRefused(Exception):
    """What was asked cannot be played; one line says why."""


def replay(
    folder: Path | None, *, speed: float, radius_m: float | None, kills: int, only_json: bool
) -> int:
    """Play a day and print what became of it; the exit code: 0 where nothing was lost.

    Raises:
        ReplayRefused: the folder or an option makes no sense.
        EmbeddedError: the embedded stores cannot be started.
    """
    try:
        instance = read_instance(folder or SHIPPED_DAY)
    except InstanceUnusable as error:
        raise ReplayRefused(str(error)) from error
    _check(speed=speed, radius_m=radius_m, kills=kills)
    if os.environ.get("LINLI_ENVIRONMENT") == "production":
        raise ReplayRefused("a replay sets the database's clock: refused in production")
    reach_m = radius_m or max(RADIUS_MIN_M, instance.reach_m)
    console = Console(stderr=True, quiet=only_json)
    # Embedded stores may run beside a Redis that the environment names; then that one is in use.
    has_own_redis = not os.environ.get("REDIS_URL")
    # It loads while the stores start.
    forker()
    with open_stores(toys=True) as opened:
        _need_toys(opened.settings)
        stores = opened if has_own_redis else OpenStores(opened.settings, None)
        result = uvloop.run(_run(stores, instance, speed, reach_m, kills, console))
    if result is None:
        console.print("stopped; the clock is the real one again")
        return 130
    if not only_json:
        show(result, Console())
    print(orjson.dumps(result.as_json()).decode())
    return 0 if result.is_good else 1


def _check(*, speed: float, radius_m: float | None, kills: int) -> None:
    if not 1 <= speed <= SPEED_MAX:
        raise ReplayRefused(f"--speed is from 1 to {SPEED_MAX:g}")
    if radius_m is not None and not 1 <= radius_m <= RADIUS_MAX_M:
        raise ReplayRefused(f"--radius-m is from 1 to {RADIUS_MAX_M}")
    if not 0 <= kills <= KILLS_MAX:
        raise ReplayRefused(f"--kill is from 0 to {KILLS_MAX}")


def _need_toys(settings: Settings) -> None:
    is_on = {
        "LINLI_DEV_LOGIN": settings.dev_login,
        "LINLI_SANDBOX_PAYMENTS": settings.sandbox_payments,
        "LINLI_SIMULATED_CLOCK": settings.simulated_clock,
    }
    if off := [name for name, on in is_on.items() if not on]:
        raise ReplayRefused(f"a replay needs what the environment switches off: {', '.join(off)}")


async def _run(
    stores: OpenStores,
    instance: Instance,
    speed: float,
    radius_m: float,
    kills: int,
    console: Console,
) -> Result | None:
    """Everything between opening and closing the stores; None: a signal asked to stop."""
    await migrate(stores.settings.database_url)
    port = free_port()
    api, worker = api_process(port=port, host=_HOST), worker_process()
    for process in (api, worker):
        process.environment = _LIMITS
        process.log = DATA_FOLDER / f"replay-{process.name}.log"
    killable = Killable(api, worker, f"http://{_HOST}:{port}", stores.embedded)
    seed = f"{instance.name}-{kills}"
    plan = planned(
        kills,
        targets=killable.targets,
        from_min=instance.orders[0].placed_min,
        to_min=max(o.ready_min for o in instance.orders),
        seed=seed,
    )
    if kills:
        console.print(f"{kills} kills of {', '.join(killable.targets)}, seed {seed}")
        if stores.embedded is None:
            console.print("Redis is not ours here: only API and worker are killed")
    scene = Scene(len(instance.orders), instance.begins_min, instance.ends_min)
    parts = build(stores.settings)
    wire = Wire(host=_HOST, port=port)
    it = Play(instance, parts, wire, killable, speed, radius_m, plan, seed, scene, console.print)
    await parts.open()
    try:
        await _start(killable)
        return await _interruptible(it, console)
    except (Unexpected, GaveUp) as error:
        raise ReplayRefused(str(error)) from error
    finally:
        wire.close()
        await asyncio.to_thread(stop_all, [api, worker])
        await parts.close()


async def _start(killable: Killable) -> None:
    killable.api.start()
    killable.worker.start()
    try:
        await asyncio.to_thread(await_ready, killable.url, process=killable.api)
    except RuntimeError as error:
        raise ReplayRefused(f"{error}; see {killable.api.log}") from error


async def _interruptible(it: Play, console: Console) -> Result | None:
    """Play under a progress bar; Ctrl-C and SIGTERM end it with the clock set back."""
    playing = asyncio.create_task(play(it))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # Once: a second Ctrl-C must not keep the clock from being set back.
        if not playing.cancelling():
            playing.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    with _progress(console) as progress:
        showing = asyncio.create_task(_show(progress, it.scene, it.instance.name))
        try:
            return await playing
        except asyncio.CancelledError:
            return None
        finally:
            showing.cancel()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[counts]}"),
        TimeElapsedColumn(),
        console=console,
        refresh_per_second=4,
        disable=console.quiet or not sys.stderr.isatty(),
    )


async def _show(progress: Progress, scene: Scene, name: str) -> None:
    task = progress.add_task(name, total=scene.ends_min - scene.begins_min, counts="")
    while True:
        done_min = 0.0 if scene.pace is None else scene.pace.now_min - scene.begins_min
        progress.update(
            task,
            completed=min(done_min, scene.ends_min - scene.begins_min),
            description=f"{name}: {scene.phase}",
            counts=f"{scene.placed}/{scene.orders} placed, {scene.delivered} delivered",
        )
        await asyncio.sleep(0.25)
