"""Generated cases over the whole document, by people of each kind, on real processes."""

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path
from time import monotonic

import httpx
import pytest

from api.settings import Settings
from tests.contract.attacks import on_addresses, on_bodies
from tests.contract.document import operations
from tests.contract.scene import make_scene
from tests.fixtures.builders.processes import running_api, running_worker
from tests.fixtures.builders.servers import at
from tests.fixtures.builders.worlds import World
from tests.fixtures.working import drain
from tests.fuzz.driving import Fuzzing
from tests.fuzz.memory import resident_mb
from tests.fuzz.tally import Tally

pytestmark = [pytest.mark.storm, pytest.mark.timeout(3600)]

SEED = int(os.environ.get("LINLI_STORM_SEED", "20261121"))
EXAMPLES = int(os.environ.get("LINLI_STORM_EXAMPLES", "6"))
CASES_MIN = 20_000
GROWTH_MAX_MB = 32
HOSTILE_ROUNDS = 3
HOSTILE_GROWTH_MAX_MB = 16
JSON = {"Content-Type": "application/json"}
# Two neighbours who may not read each other's things. The runner carries an order of one of them,
# so shares some things with that one, and nothing with the other.
PEERS = {"resident": "dev:resident1", "neighbour": "dev:resident3"}
# The admin comes last: what they change of the community, the others would suffer from.
CALLERS = ("resident", "runner", "admin")
# Some of them alone, where the whole would take too long.
CHOSEN = tuple(os.environ.get("LINLI_STORM_CALLERS", ",".join(CALLERS)).split(","))
# WeChat's own doors: nobody else can sign what they take.
_WECHATS = {"pushes_check_address", "pushes_receive"}


async def test_generated_cases_find_nothing(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    """All checks of schemathesis, on every operation: no failure, no 5xx, no growth of memory."""
    scene, tally, started = await make_scene(world), Tally(sys.stdout.write), monotonic()
    await world.person("resident3")
    with (
        running_api(settings, log=tmp_path / "api.log") as (api, url),
        running_worker(settings, log=tmp_path / "worker.log"),
    ):
        fuzzing = Fuzzing(
            url=url,
            people={**PEERS, "runner": "dev:runner1", "admin": "dev:admin1"},
            known={name: [value] for name, value in scene.ids.items()},
            examples=EXAMPLES,
            seed=SEED,
            folder=tmp_path,
        )
        held_mb = [resident_mb(api)]
        for caller in CHOSEN:
            peers = ("runner", "neighbour") if caller == "runner" else tuple(PEERS)
            await asyncio.to_thread(fuzzing.drive, caller, peers, tally)
            held_mb.append(resident_mb(api))
    succeeded = tally.answered(range(200, 300))
    reached = tally.answered(range(200, 300), range(404, 405), range(409, 410), range(412, 413))
    sys.stdout.write(
        f"seed {SEED}: {tally.cases} cases, {len(tally.failures)} failures, {tally.broken} 5xx,"
        f" {len(succeeded)} of {len(operations())} operations succeeded, API at {held_mb} MB,"
        f" {(monotonic() - started) / 60:.1f} min\n"
    )

    assert [*tally.failures] == []
    assert tally.broken == 0
    if CHOSEN == CALLERS:
        assert tally.cases >= CASES_MIN
        assert {o.id for o in operations()} - reached == _WECHATS
    assert held_mb[-1] - held_mb[1] <= GROWTH_MAX_MB


async def test_the_hostile_list_leaves_no_memory_behind(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    """All values in all fields and parameters, three times over: no 5xx, and no growth."""
    scene, held_mb, statuses = await make_scene(world), list[int](), Counter[int]()
    attacks = [*on_bodies(scene), *on_addresses(scene)]
    with running_api(settings, log=tmp_path / "api.log") as (api, url):
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            for _ in range(HOSTILE_ROUNDS):
                for attack in attacks:
                    caller = at(scene.caller(attack.operation), http)
                    more = {} if attack.body is None else {"content": attack.body, "headers": JSON}
                    answer = await caller.call(attack.operation.method, attack.path, **more)
                    statuses[answer.status_code] += 1
                held_mb.append(resident_mb(api))
    # The doctor asks that nothing waits for longer than a minute, and here was no worker.
    await drain(world.parts)
    sys.stdout.write(f"{statuses.total()} hostile requests, API at {held_mb} MB: {statuses}\n")

    assert [] == [status for status in statuses if status >= 500 and status != 503]
    assert held_mb[-1] - held_mb[0] <= HOSTILE_GROWTH_MAX_MB
