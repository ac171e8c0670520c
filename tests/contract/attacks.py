"""The hostile list (facts/reliability.md §4.3) in every field and parameter of every operation."""

from collections.abc import Generator
from dataclasses import dataclass

import orjson

from tests.contract.document import Operation, fields_of, operations, replaced, schema_at, valid
from tests.contract.hostile import PATH_VALUES, TEXT_VALUES, json_values
from tests.contract.scene import Scene

_HOLE = "@@hole@@"


@dataclass(frozen=True, slots=True)
class Attack:
    """One request with one hostile value in one place."""

    operation: Operation
    path: str
    what: str
    body: bytes | None = None


def on_bodies(scene: Scene, *, every: int = 1) -> Generator[Attack]:
    """Each field of each body in turn; with ``every``, each field gets others of the values."""
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
                yield Attack(operation, scene.path(operation), f"{where} = {name}", raw)


def on_addresses(scene: Scene, *, every: int = 1) -> Generator[Attack]:
    """Each parameter of a path or a query in turn, percent-encoded."""
    sent = 0
    for operation in operations():
        for parameter in operation.parameters("path"):
            for name, value in list(PATH_VALUES.items())[sent % every :: every]:
                sent += 1
                path = scene.path(operation, **{parameter["name"]: value})
                yield Attack(operation, path, f"{parameter['name']} = {name}")
        for parameter in operation.parameters("query"):
            for name, value in list(TEXT_VALUES.items())[sent % every :: every]:
                sent += 1
                path = f"{scene.path(operation)}?{parameter['name']}={value}"
                yield Attack(operation, path, f"?{parameter['name']} = {name}")
