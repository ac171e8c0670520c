"""The edge of the few routes where hundreds race: a bare connection, and a lane of their own.

Each statement is a transaction of its own, and the route signs in by its first one (see matching).
"""

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.identity.edge import WithParts, busy_where_passing, check_address, parts_of, read_body
from api.kit.http.lane import Getter, body_getters, plain_getters

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class HotEdge(APIRoute):
    """A hot route: documented and checked by FastAPI, answered without it where it may be.

    Well-formed requests come through `answer` (see kit/http/lane.py), all others through FastAPI's
    own handler. Both go through the same checks and call the same function.
    """

    key_required = False
    anonymous = False

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await _checked(request, inner)

        return handle

    async def answer(self, request: Request) -> Response:
        """Call the endpoint with its arguments read directly.

        Raises:
            Unplain: an argument is for FastAPI to judge; nothing was done.
        """
        arguments = {name: get(request) for name, get in self._getters.items()}

        async def act(read: Request) -> Response:
            bodies = {name: get(read) for name, get in self._body_getters.items()}
            return await self.endpoint(**arguments, **bodies)

        return await _checked(request, act)

    @cached_property
    def _getters(self) -> dict[str, Getter]:
        return plain_getters(self.endpoint, {WithParts: parts_of})

    @cached_property
    def _body_getters(self) -> dict[str, Getter]:
        return body_getters(self.endpoint)


class CrowdEdge(HotEdge):
    """The same where thousands come in one minute and stock moves: under a key, behind a gate of
    their own, which refuses early rather than let all of them wait.
    """

    key_required = True


async def _checked(request: Request, act: Handler) -> Response:
    check_address(request)
    read_body(request, await request.body())
    with busy_where_passing():
        return await act(request)
