"""The OpenAPI document as tests read it: operations, valid bodies, and every field of a body."""

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"
Json = dict[str, Any]
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, with its references still in place."""

    method: str
    path: str
    spec: Json

    @property
    def id(self) -> str:
        """The operation id."""
        return self.spec["operationId"]

    @property
    def body_schema(self) -> Json | None:
        """The schema of its JSON body, if it takes one."""
        content = self.spec.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def parameters(self, place: str) -> list[Json]:
        """Its parameters in ``path``, ``query`` or ``header``."""
        return [p for p in self.spec.get("parameters", []) if p["in"] == place]

    def matches(self, path: str) -> bool:
        """Whether a request path is one of this operation's."""
        return _pattern(self.path).fullmatch(path) is not None


@lru_cache(maxsize=1000)
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))


@lru_cache(maxsize=1)
def document() -> Json:
    """The committed document; that it is what the code says is a test of its own."""
    return orjson.loads(COMMITTED.read_bytes())


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """All operations; paths without parameters first, as the router would prefer them."""
    found = [
        Operation(method.upper(), path, spec)
        for path, methods in document()["paths"].items()
        for method, spec in methods.items()
    ]
    return tuple(sorted(found, key=lambda o: (o.path.count("{"), o.path, o.method)))


def operation_of(method: str, path: str) -> Operation | None:
    """The operation that a request meets, or ``None``."""
    return next((o for o in operations() if o.method == method and o.matches(path)), None)


def resolved(schema: Json) -> Json:
    """The schema behind a reference, or the first of its variants that is not null."""
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for variants in ("anyOf", "oneOf"):
        if variants in schema:
            return resolved(next(s for s in schema[variants] if s.get("type") != "null"))
    return schema


def valid(schema: Json, ids: Mapping[str, str], name: str = "") -> Any:
    """A value that the schema allows; ``ids`` gives the UUIDs of fields by their names."""
    schema = resolved(schema) | {k: v for k, v in schema.items() if k in ("examples", "default")}
    if schema.get("format") == "uuid":
        return ids[name]
    if "const" in schema:
        return schema["const"]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {field: valid(spec, ids, field) for field, spec in fields.items()}
    if schema.get("type") == "array":
        return [valid(schema["items"], ids, name)] if schema.get("maxItems") else []
    if schema.get("default") is not None:
        return schema["default"]
    return {"integer": 1, "number": 1.0, "boolean": True, "string": "1234"}[schema["type"]]


def fields_of(value: Any, where: Where = ()) -> Generator[Where]:
    """The place of everything in a JSON value, the outermost first."""
    yield where
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from fields_of(inner, (*where, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from fields_of(inner, (*where, index))


def schema_at(schema: Json, where: Where) -> Json:
    """The schema of one place in a body."""
    inner = resolved(schema)
    for step in where:
        inner = inner["items"] if isinstance(step, int) else inner["properties"][step]
        inner = resolved(inner)
    return inner


def replaced(value: Any, where: Where, new: Any) -> Any:
    """A copy of a JSON value with one place changed."""
    if not where:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[where[0]] = replaced(copy[where[0]], where[1:], new)
    return copy


def references(value: Any) -> Generator[str]:
    """Every ``$ref`` in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
