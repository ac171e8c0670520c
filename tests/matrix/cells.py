"""The cells of the matrix: an operation, somebody, somebody's things; and the verdict."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api.policy import POLICY, Who
from tests.contract.document import Operation, operations, resolved, valid
from tests.matrix.neighbourhood import Neighbourhood
from tests.matrix.people import MINE, VARIANTS, Identity
from tests.matrix.things import FORM, Things

# Reads first and the ends last, so that what is allowed spoils nothing for those who come later.
_ORDER = ("GET", "PUT", "POST", "DELETE")
# What takes a thing out of somebody's hands comes after whatever needs it there.
_LAST = (
    "board_reject", "board_hide", "board_withdraw_post",
    "outcomes_decline", "outcomes_take_back",
    "hearings_cancel", "hearings_refuse",
    "mediation_pass_on", "mediation_ask", "mediation_fail", "mediation_withdraw",
    "mediation_escalate", "mediation_object_to", "mediation_replace", "mediation_archive",
    "mediators_end",
    # These end sessions: the other ones, or the one that asks.
    "identity_bind_phone", "identity_end_session", "identity_open_session",
)  # fmt: skip


# Nobody's thing.
MISSING_ID = "019a9f0e-8c6b-7d1e-8000-000000000000"


class Named(dict[str, str]):
    """UUIDs by name; whatever a thing does not name is nobody's."""

    def __missing__(self, name: str) -> str:
        return MISSING_ID


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: may this person do this to that person's things?"""

    operation: Operation
    identity: Identity
    variant: str

    @property
    def is_allowed(self) -> bool:
        """The verdict of the policy."""
        about_runner = "{runner_id}" in self.operation.path
        variants = (self.variant,) if names_a_thing(self.operation) else VARIANTS
        are = set[Who]().union(
            *(self.identity.is_to(v, about_runner=about_runner) for v in variants)
        )
        return bool(are & set(POLICY[self.operation.id]))

    @property
    def needs_no_session(self) -> bool:
        """Whether a session would prove nothing."""
        return self.operation.spec["security"] == []

    def __str__(self) -> str:
        verdict = "may" if self.is_allowed else "may not"
        return f"{self.identity.name} {verdict} {self.operation.id} ({self.variant})"

    async def ask(
        self, things: Things, *, instead: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a valid request about these things; ``instead`` replaces ids in the path."""
        operation, ids = self.operation, Named(things.ids)
        path = operation.path
        for parameter in operation.parameters("path"):
            name = parameter["name"]
            value = "1" if name == "n" else {**ids, **(instead or {})}.get(name, ids[name])
            path = path.replace("{" + name + "}", value)
        more: dict[str, Any] = {
            "params": {
                p["name"]: valid(p["schema"], ids, p["name"])
                for p in operation.parameters("query")
                if p["required"] or p["name"] == "community_id"
            }
        }
        if operation.body_schema is not None:
            body = things.bodies.get(operation.id)
            more["json"] = valid(operation.body_schema, ids) if body is None else body
        elif "requestBody" in operation.spec:
            more |= FORM
        if any(p["name"].lower() == "if-match" for p in operation.parameters("header")):
            more["headers"] = {"If-Match": '"1"'}
        return await _send(self.identity, operation.method, path, more)


async def _send(identity: Identity, method: str, path: str, more: dict[str, Any]) -> httpx.Response:
    person = identity.person
    if person.token:
        return await person.call(method, path, **more)
    return await person.http.request(method, path, **more)


def cells(neighbourhood: Neighbourhood, *, whole: bool) -> Generator[Cell]:
    """Every operation with everybody: all cells, or such that each pair of kinds occurs."""
    for i, operation in enumerate(sorted(operations(), key=_rank)):
        for j, identity in enumerate(neighbourhood.identities):
            for variant in _variants(operation) if whole else (_one_of(operation, i + j),):
                yield Cell(operation, identity, variant)


def _variants(operation: Operation) -> tuple[str, ...]:
    return VARIANTS if names_a_thing(operation) else (MINE,)


def _one_of(operation: Operation, number: int) -> str:
    variants = _variants(operation)
    return variants[number % len(variants)]


def names_a_thing(operation: Operation) -> bool:
    """Whether a request says about which thing it asks."""
    names = [p["name"] for p in operation.parameters("path") + operation.parameters("query")]
    if operation.body_schema is not None:
        fields = resolved(operation.body_schema)["properties"]
        names += fields
        for field in fields.values():
            names += resolved(field).get("properties", {})
    return any(name.endswith("_id") or name == "up_to" for name in names)


def _rank(operation: Operation) -> tuple[int, int, str]:
    is_last = _LAST.index(operation.id) + 1 if operation.id in _LAST else 0
    return is_last, _ORDER.index(operation.method), operation.id
