"""Every hostile value in every field of every operation (facts/reliability.md §4.3)."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from tests.contract.document import Operation, fields_of, operations, replaced, schema_at, valid
from tests.contract.hostile import PATH_VALUES, TEXT_VALUES, json_values
from tests.contract.problems import CANARY, faults
from tests.contract.recorder import declared as declared
from tests.contract.scene import Scene, make_scene
from tests.fixtures.builders.worlds import World

pytestmark = pytest.mark.usefixtures("declared")
_AT_ONCE = asyncio.Semaphore(16)
_HOLE = "@@hole@@"
# Each field gets every fourth value, the next field the next ones; all of them in `make storm`.
thorough = pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.storm)])


async def _send(
    scene: Scene, operation: Operation, path: str, **more: Any
) -> tuple[httpx.Response, list[str]]:
    headers = {"Content-Type": "application/json"} if "content" in more else {}
    async with _AT_ONCE:
        answer = await scene.caller(operation).call(operation.method, path, headers=headers, **more)
    return answer, [] if answer.is_success else faults(answer)


@thorough
async def test_no_hostile_body_breaks_anything(world: World, every: int) -> None:
    """Each field of each body in turn: a success, or a problem by name; never a 5xx, no echo."""
    scene, broken, sent = await make_scene(world), list[str](), list[Any]()

    async def one(
        operation: Operation, where: tuple[str | int, ...], name: str, raw: bytes
    ) -> None:
        answer, wrong = await _send(scene, operation, scene.path(operation), content=raw)
        if wrong:
            broken.append(f"{operation.id} {where} = {name}: {wrong} {answer.text[:200]}")

    tried: set[tuple[object, str]] = set()
    for operation in operations():
        if operation.body_schema is None:
            continue
        body = valid(operation.body_schema, scene.ids)
        for where in fields_of(body):
            schema = schema_at(operation.body_schema, where)
            # A point is a point: the fields of shared shapes are tried once.
            if (field := (where[-1:], str(schema))) in tried and where:
                continue
            tried.add(field)
            template = orjson.dumps(replaced(body, where, _HOLE)).decode()
            values = list(json_values(schema).items())
            for name, value in values[len(tried) % every :: every]:
                raw = template.replace(f'"{_HOLE}"', value).encode("utf-8", "surrogatepass")
                sent.append(one(operation, where, name, raw))
    await asyncio.gather(*sent)
    await world.settle()

    assert len(sent) > 1500 / every
    assert broken == []


@thorough
async def test_no_hostile_path_or_query_breaks_anything(world: World, every: int) -> None:
    """Each parameter in turn, percent-encoded."""
    scene, broken, sent = await make_scene(world), list[str](), list[Any]()

    async def one(operation: Operation, what: str, path: str) -> None:
        answer, wrong = await _send(scene, operation, path)
        if wrong:
            broken.append(f"{operation.id} {what}: {wrong} {answer.text[:200]}")

    for operation in operations():
        for parameter in operation.parameters("path"):
            for name, value in list(PATH_VALUES.items())[len(sent) % every :: every]:
                path = scene.path(operation, **{parameter["name"]: value})
                sent.append(one(operation, f"{parameter['name']} = {name}", path))
        for parameter in operation.parameters("query"):
            for name, value in list(TEXT_VALUES.items())[len(sent) % every :: every]:
                path = f"{scene.path(operation)}?{parameter['name']}={value}"
                sent.append(one(operation, f"?{parameter['name']} = {name}", path))
    await asyncio.gather(*sent)
    await world.settle()

    assert len(sent) > 700 / every
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
