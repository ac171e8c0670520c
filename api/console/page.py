"""What a page is: an address, who may open it, and the request that opens it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.console.queries import Workplace
from api.console.rendering import render
from api.errors import AppError
from api.identity.caller import CONSOLE_ROLES, MANAGERS, STAFF, Caller
from api.identity.edge import Parts
from api.policy import POLICY
from api.policy.who import Who

ROOT = "/console"
# Who packs vegetables works for a shop: they see what they pack, and nothing else.
PACKERS = ("merchant_staff",)
# What the words of the policy mean for those who sit at the console. Who owns or carries a thing
# has the mini-program for it; "keeper" is decided case by case, by the services.
_ROLES: Mapping[Who, tuple[str, ...]] = {
    "staff": STAFF,
    "manager": MANAGERS,
    "keeper": STAFF,
    "operator": ("admin",),
}


@dataclass(frozen=True, slots=True)
class Here:
    """One request of somebody signed in: who, when, where they work, in which transaction."""

    request: Request
    parts: Parts
    session: AsyncSession
    caller: Caller
    csrf: str
    workplaces: list[Workplace]
    # The one that was chosen; `None`: they have none (a packer).
    workplace: Workplace | None
    form: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def now(self) -> datetime:
        """The transaction's time."""
        return self.caller.now

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark, without what was left empty."""
        return {key: value for key, value in self.request.query_params.items() if value}

    @property
    def place_id(self) -> UUID:
        """The place whose things are shown.

        Raises:
            AppError: role_missing, they work nowhere.
        """
        if self.workplace is None:
            raise AppError("role_missing")
        return self.workplace.id

    def show(self, template: str, **values: Any) -> Response:
        """A page of the console."""
        return render(template, here=self, **values)

    def go(self, path: str, *, done: str = "") -> Response:
        """Back to a page, by GET, with a word of what was done."""
        separator = "&" if "?" in path else "?"
        return RedirectResponse(
            f"{ROOT}{path}{separator}done={done}" if done else f"{ROOT}{path}", status_code=303
        )

    @property
    def is_whole(self) -> bool:
        """Whether they work for a whole community, not for a part of one."""
        return self.workplace is not None and self.workplace.kind == "community"

    @property
    def held(self) -> frozenset[str]:
        """The roles that the caller holds anywhere."""
        return frozenset(role for role, _ in self.caller.grants)

    def may(self, operation: str) -> bool:
        """Whether an operation of the policy is meant for one of the caller's roles."""
        return bool(self.held.intersection(roles_of(operation)))


Show = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the console. ``grants``: the operations of the policy that it shows or does;
    whom one of them is not meant for is refused before anything is read. ``also``: further roles
    whom the service admits to the thing.
    """

    method: Literal["GET", "POST"]
    path: str
    show: Show
    grants: tuple[str, ...]
    also: tuple[str, ...] = ()
    # Asked by the browser by itself: nobody is at work because of it.
    is_polled: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """Whoever holds one of these somewhere may open it."""
        allowed = [set(roles_of(operation)) | set(self.also) for operation in self.grants]
        return tuple(role for role in CONSOLE_ROLES if all(role in roles for roles in allowed))


def roles_of(operation: str) -> tuple[str, ...]:
    """The roles at the console for which an operation of the policy is meant."""
    return tuple({role: None for who in POLICY[operation] for role in _ROLES.get(who, ())})
