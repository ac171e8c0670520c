"""The worker process: pump, timers and an arq worker, each surviving the loss of a store."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
import uvloop
from arq.connections import ArqRedis
from arq.worker import Worker, func
from redis.exceptions import RedisError

from api.bootstrap import Parts, build
from api.kit.db import is_passing
from api.observability.logs import configure_logs
from api.settings import read_settings
from workers.dispatching import dispatch_forever, make_round
from workers.pump import OVERDUE_BATCH, do_overdue, pump_forever
from workers.queue import POLL_S, RING, ROUND, Bell, open_queue, read_job, write_job
from workers.reacting import react
from workers.reconciling import reconcile_forever
from workers.sending import send_forever
from workers.timers import time_forever

_log = structlog.get_logger(__name__)

_JOBS_AT_ONCE = 8
_JOB_TIMEOUT_S = 20
_OVERDUE_POLL_S = 1.0
# While nothing is rung, everything comes this way.
_OVERDUE_POLL_AWAY_S = 0.2
_REDIS_WAIT_S = 0.5
_GRACE_S = 8.0


Do = Callable[[int, str], Coroutine[Any, Any, bool]]


async def work(parts: Parts, *, stopping: asyncio.Event) -> None:
    """Work until told to stop, then finish what is in hand."""
    await parts.open()
    bell, do = Bell(parts.redis), _doing(parts)
    loops = [
        asyncio.create_task(pump_forever(parts, bell.ring, stopping=stopping), name="pump"),
        asyncio.create_task(time_forever(parts, stopping=stopping), name="timers"),
        asyncio.create_task(send_forever(parts, stopping=stopping), name="sending"),
        asyncio.create_task(reconcile_forever(parts, stopping=stopping), name="reconciling"),
        asyncio.create_task(
            dispatch_forever(parts, bell.ring_round, stopping=stopping), name="dispatching"
        ),
        asyncio.create_task(_listen_forever(parts, do, stopping=stopping), name="arq"),
        asyncio.create_task(_do_overdue_forever(parts, do, stopping=stopping), name="overdue"),
    ]
    try:
        await stopping.wait()
    finally:
        done, pending = await asyncio.wait(loops, timeout=_GRACE_S)
        for loop in pending:
            loop.cancel()
        await asyncio.gather(*done, *pending, return_exceptions=True)
        await parts.close()


def _doing(parts: Parts) -> Do:
    """Reactions a few at once, whatever brought them about: each needs a connection.

    One that waits for a connection in vain would count as failed, and be tried later and later.
    """
    places = asyncio.Semaphore(parts.settings.database_connections // 2)

    async def do(event_seq: int, task: str) -> bool:
        async with places:
            return await react(parts, event_seq=event_seq, task_name=task)

    return do


async def _listen_forever(parts: Parts, do: Do, *, stopping: asyncio.Event) -> None:
    """Run an arq worker; where Redis drops, arq gives up, and a new one is started."""

    async def ring(ctx: dict[Any, Any], *key: Any) -> bool:
        event_seq, task = key
        return await do(event_seq, task)

    async def make(ctx: dict[Any, Any], *key: Any) -> bool:
        return await make_round(parts, UUID(key[0])) is not None

    while not stopping.is_set():
        queue = open_queue(parts.settings.redis_url)
        worker = Worker(
            [
                func(act, name=name, timeout=_JOB_TIMEOUT_S, keep_result=0, max_tries=1)
                for name, act in ((RING, ring), (ROUND, make))
            ],
            redis_pool=queue,
            handle_signals=False,
            max_jobs=_JOBS_AT_ONCE,
            poll_delay=POLL_S,
            keep_result=0,
            job_serializer=write_job,
            job_deserializer=read_job,
        )
        running = asyncio.create_task(worker.async_run())
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not running.done():
            await _finish(worker, running)
        elif (error := running.exception()) is not None:
            _log.warning("queue_away", error=type(error).__name__)
            await asyncio.sleep(_REDIS_WAIT_S)
        await _close(worker, queue)


async def _finish(worker: Worker, running: "asyncio.Task[None]") -> None:
    """Let jobs in hand end, then stop."""
    if worker.tasks:
        await asyncio.wait(worker.tasks.values(), timeout=_GRACE_S / 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _close(worker: Worker, queue: ArqRedis) -> None:
    try:
        await worker.close()
    except (RedisError, OSError, TimeoutError):
        # It stops at the first thing that does not work.
        with suppress(RedisError, OSError, TimeoutError):
            await queue.aclose(close_connection_pool=True)


async def _do_overdue_forever(parts: Parts, do: Do, *, stopping: asyncio.Event) -> None:
    """Do what no bell brought about: it was lost, or Redis is away, or the queue is long."""

    async def do_in_time(event_seq: int, task: str) -> None:
        async with asyncio.timeout(_JOB_TIMEOUT_S):
            await do(event_seq, task)

    while not stopping.is_set():
        try:
            if await do_overdue(parts, do_in_time) == OVERDUE_BATCH:
                continue
        except Exception as error:
            if not is_passing(error):
                _log.exception("overdue_failed")
        wait_s = _OVERDUE_POLL_AWAY_S if parts.redis.is_away else _OVERDUE_POLL_S
        try:
            async with asyncio.timeout(wait_s):
                await stopping.wait()
        except TimeoutError:
            pass


async def run_worker() -> None:
    """One worker process, until SIGTERM or SIGINT."""
    configure_logs()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await work(build(read_settings()), stopping=stopping)


def main(arguments: Sequence[str] = ()) -> None:
    """The entry of ``python -m workers.runner``."""
    uvloop.run(run_worker())


if __name__ == "__main__":
    main()
