"""Which routers to search for a path, and which methods a path has that could be another's."""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class FeatureRouter(APIRouter):
    """Routes of a feature, searched only for paths whose first two words one of them has.

    The framework tries the routes of all routers one after the other: with some four hundred of
    them that took up to 3 ms of each request.
    """

    _heads: frozenset[str] | None = None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if self._heads is None:
            self._heads = frozenset(map(_head_of, self.routes))
        if _head(scope["path"].removeprefix(scope.get("root_path", ""))) not in self._heads:
            return Match.NONE, {}
        return super().matches(scope)


class OwnMethods(BaseRoute):
    """Stands before all routes: a path that is spelled out has its own methods and no other's.

    As OpenAPI says: else ``PUT /v1/posts/mine`` would be a ``PUT`` of the post ``mine``.
    """

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self._methods: dict[str, set[str]] = {}
        for route in routes:
            if "{" not in route.path:
                self._methods.setdefault(route.path, set()).update(route.methods or ())

    def of(self, path: str) -> set[str] | None:
        """The methods of a path that is spelled out; ``None``: it is none."""
        return self._methods.get(path)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether to refuse."""
        methods = self.of(scope["path"]) if scope["type"] == "http" else None
        is_refused = methods is not None and scope["method"] not in methods
        return (Match.FULL if is_refused else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse."""
        raise HTTPException(405)


def _head_of(route: BaseRoute) -> str:
    head = _head(getattr(route, "path", "{}"))
    assert "{" not in head, f"{route}: the first two words of a path are fixed"
    return head


def _head(path: str) -> str:
    return "/".join(path.split("/", 3)[:3])
