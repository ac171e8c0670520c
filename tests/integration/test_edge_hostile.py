"""Every hostile value in every field of every operation (facts/reliability.md §4.3)."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from tests.contract.attacks import Attack, on_addresses, on_bodies
from tests.contract.document import Operation, operations, valid
from tests.contract.problems import CANARY, faults
from tests.contract.recorder import declared as declared
from tests.contract.scene import Scene, make_scene
from tests.fixtures.builders.worlds import World

pytestmark = pytest.mark.usefixtures("declared")
_AT_ONCE = asyncio.Semaphore(16)
# Each field gets every ninth value, the next field the next ones; all of them in `make storm`.
thorough = pytest.mark.parametrize("every", [25, pytest.param(1, marks=pytest.mark.storm)])


async def _send(
    scene: Scene, operation: Operation, path: str, **more: Any
) -> tuple[httpx.Response, list[str]]:
    headers = {"Content-Type": "application/json"} if "content" in more else {}
    async with _AT_ONCE:
        answer = await scene.caller(operation).call(operation.method, path, headers=headers, **more)
    return answer, [] if answer.is_success else faults(answer)


async def _broken_by(scene: Scene, attacks: list[Attack]) -> list[str]:
    async def one(attack: Attack) -> str | None:
        more = {} if attack.body is None else {"content": attack.body}
        answer, wrong = await _send(scene, attack.operation, attack.path, **more)
        said = f"{attack.operation.id} {attack.what}: {wrong} {answer.text[:200]}"
        return said if wrong else None

    return [said for said in await asyncio.gather(*map(one, attacks)) if said is not None]


@thorough
async def test_no_hostile_body_breaks_anything(world: World, every: int) -> None:
    """Each field of each body in turn: a success, or a problem by name; never a 5xx, no echo."""
    scene = await make_scene(world)
    attacks = list(on_bodies(scene, every=every))
    broken = await _broken_by(scene, attacks)
    await world.settle()

    assert len(attacks) > 1500 / every
    assert broken == []


@thorough
async def test_no_hostile_path_or_query_breaks_anything(world: World, every: int) -> None:
    """Each parameter in turn, percent-encoded."""
    scene = await make_scene(world)
    attacks = list(on_addresses(scene, every=every))
    broken = await _broken_by(scene, attacks)
    await world.settle()

    assert len(attacks) > 700 / every
    assert broken == []


async def test_no_unknown_field_slips_in(world: World) -> None:
    """Columns of our tables, sent along in every object of every body: 422, as `extra` says."""
    scene, taken = await make_scene(world), list[str]()
    columns = ("id", "state", "role", "runner_id", "amount_fen", "version", "created_at", "grants")
    for operation in operations():
        if operation.body_schema is None:
            continue
        body = valid(operation.body_schema, scene.ids)
        for column in columns:
            if column in body:
                continue
            raw = orjson.dumps({**body, column: CANARY})
            answer, _ = await _send(scene, operation, scene.path(operation), content=raw)
            if (answer.status_code, answer.json()["code"]) != (422, "malformed_request"):
                taken.append(f"{operation.id} {column}: {answer.status_code}")

    assert taken == []


async def test_unknown_and_repeated_query_parameters_are_refused_or_harmless(world: World) -> None:
    """A misspelt filter is not silently ignored."""
    scene, taken = await make_scene(world), list[str]()
    for operation in operations():
        if not operation.parameters("query"):
            continue
        answer, wrong = await _send(scene, operation, scene.path(operation) + "?limt=5")
        if wrong or answer.status_code != 422:
            taken.append(f"{operation.id}: {answer.status_code} {wrong}")

    assert taken == []
