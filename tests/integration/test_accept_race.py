"""Hundreds of runners on one job in one moment: exactly one gets it."""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx

from api.settings import Settings
from tests.fixtures.builders.crowds import crowd_of_runners
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.processes import running_api
from tests.fixtures.builders.racing import outcomes
from tests.fixtures.builders.servers import at
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World
from tests.fixtures.serving import client_of

RUNNERS = 500
_PATIENCE_S = 30.0


async def insist(person: Person, path: str, deadline: float) -> httpx.Response:
    """Call under one key until the answer is definite, as the mini-program does."""
    key = str(uuid4())
    while True:
        answer = await person.call("POST", path, key=key)
        if answer.status_code != 503:
            return answer
        assert time.monotonic() < deadline, "no definite answer"
        await asyncio.sleep(0.05)


async def test_five_hundred_runners_on_one_job(world: World, settings: Settings) -> None:
    """One 200, 499 times 409 job_taken, one accept in the history, one runner with a load."""
    resident = await world.person("resident1")
    order = await world.paid(resident)
    runners = await crowd_of_runners(world, RUNNERS)
    path = f"/v1/jobs/{order['job_id']}/accept"
    async with AsyncExitStack() as stack:
        # A process of its own, as in production; and one client for a few runners each, since a
        # client with hundreds of waiters is itself slow.
        _, url = stack.enter_context(running_api(settings))
        clients = [
            await stack.enter_async_context(client_of(url, timeout=30))
            for _ in range(RUNNERS // 20)
        ]
        apart = [at(r, clients[n % len(clients)]) for n, r in enumerate(runners)]
        started = time.monotonic()

        answers = await asyncio.gather(*(insist(r, path, started + _PATIENCE_S) for r in apart))

    took_s = time.monotonic() - started
    sys.stdout.write(f"{RUNNERS} runners on one job: {took_s:.2f} s\n")
    assert {"ok": 1, "job_taken": RUNNERS - 1} == outcomes(answers)
    winner = runners[[a.is_success for a in answers].index(True)]
    told = await rows(world.parts, "SELECT actor_id FROM events WHERE name = 'job.accepted'")
    assert [winner.id] == [str(r[0]) for r in told]
    held = await rows(world.parts, "SELECT id, load FROM runners WHERE load > 0")
    assert [(winner.id, 1)] == [(str(r[0]), r[1]) for r in held]
