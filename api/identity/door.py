"""The edge of what needs no session but asks WeChat, or is asked by it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.errors import AppError
from api.identity.edge import (
    AnonymousEdge,
    bearer_hash,
    busy_where_passing,
    check_address,
    read_body,
)

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OutsideDoor(AnonymousEdge):
    """A route without a session that calls WeChat, or answers it: its own transactions.

    ``takes_json`` is off where the body is WeChat's and the route reads it by itself.
    """

    takes_json = True

    def get_route_handler(self) -> Handler:
        inner = APIRoute.get_route_handler(self)

        async def handle(request: Request) -> Response:
            check_address(request)
            body = await request.body()
            if self.takes_json:
                read_body(request, body)
            with busy_where_passing():
                return await inner(request)

        return handle


def token_hash_sent(request: Request) -> bytes | None:
    """The hash of the token that somebody sent to a door, if they sent one."""
    try:
        return bearer_hash(request)
    except AppError:
        return None
