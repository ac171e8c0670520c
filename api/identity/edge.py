"""The edge of HTTP: signs the caller in, opens the one transaction, commits before answering.

`Edge` is the route class of ordinary routes: one session, one transaction, one idempotency key.
The few routes where hundreds race have another (hot.py): the same checks on a bare connection. Both
leave the FastAPI route as it is documented.
"""

from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol, cast
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import HTTPConnection

from api.errors import AppError, CountedRefusal
from api.identity.caller import Caller
from api.identity.queries import WHO_SQL, read_grants, slide_session
from api.identity.rules import SESSION_TTL
from api.kit.chaos import Chaos
from api.kit.crypto import Vault, token_hash
from api.kit.db import Database, is_passing, read_now, run
from api.kit.http.body import parse_json
from api.kit.idempotency import (
    FIND_SQL,
    STORE_SQL,
    Stored,
    is_twin,
    judge,
    read_key,
    request_hash,
)
from api.kit.images.workshop import Workshop
from api.kit.ratelimit import LocalLimiter, SharedLimiter
from api.settings import Settings
from api.wechat.gateway import MiniProgram, PaymentGateway
from api.wechat.pay.notices import NoticeKeys
from api.wechat.payouts import Payouts
from api.wechat.push_signing import PushKeys

# How exact "last seen" is: one write an hour for each client that is used.
_SLIDE_EVERY = timedelta(hours=1)
_BEARER = "bearer "


class Parts(Protocol):
    """What the edge needs of the composition root."""

    settings: Settings
    database: Database
    vault: Vault
    chaos: Chaos
    by_user: LocalLimiter
    by_address: LocalLimiter
    limits: SharedLimiter
    gateway: PaymentGateway
    payouts: Payouts
    workshop: Workshop
    mini_program: MiniProgram
    push_keys: PushKeys | None
    notice_keys: NoticeKeys | None


@dataclass(slots=True)
class Visit:
    """One request at the edge: its transaction and, unless anonymous, its caller."""

    session: AsyncSession | None
    now: datetime
    caller: Caller | None


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def parts_of(request: HTTPConnection) -> Parts:
    """The composition root behind a request."""
    return cast("Parts", request.app.state.parts)


def check_address(request: HTTPConnection) -> str:
    """Count a call of this address.

    Raises:
        AppError: rate_limited.
    """
    address = request.client.host if request.client else "local"
    parts_of(request).by_address.hit(address)
    return address


@contextmanager
def busy_where_passing() -> Generator[None]:
    """Turn what the database refuses for a passing reason into a refusal to be tried again.

    Raises:
        AppError: busy.
    """
    try:
        yield
    except AppError:
        raise
    except Exception as error:
        if is_passing(error):
            raise AppError("busy", retry_after_s=1) from error
        raise


@contextmanager
def refused_where_twin() -> Generator[None]:
    """Refuse a request whose twin under the same key was faster by a moment.

    Raises:
        AppError: request_in_flight.
    """
    try:
        yield
    except IntegrityError as error:
        if is_twin(error):
            raise AppError("request_in_flight", retry_after_s=1) from error
        raise


def bearer_hash(request: HTTPConnection) -> bytes:
    """The hash of the session token sent.

    Raises:
        AppError: not_signed_in, where there is none or it cannot be one.
    """
    header = request.headers.get("authorization", "")
    token = header[len(_BEARER) :]
    if (
        header[: len(_BEARER)].lower() != _BEARER
        or not 20 <= len(token) <= 100
        or not token.isascii()
    ):
        raise AppError("not_signed_in")
    return token_hash(token)


def read_caller(row: Any | None) -> Caller:
    """The caller behind a row of `WHO_SQL`.

    Raises:
        AppError: not_signed_in, account_closed.
    """
    if row is None:
        raise AppError("not_signed_in")
    now, session_id, user_id, expires_at, _, state, nickname, grants = tuple(row)[:8]
    if expires_at <= now:
        raise AppError("not_signed_in")
    if state != "active":
        raise AppError("account_closed")
    return Caller(user_id, session_id, nickname, read_grants(grants), now)


class Edge(APIRoute):
    """A route inside one transaction, committed before the answer leaves."""

    anonymous = False
    key_required = False

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            check_address(request)
            hashed = None if self.anonymous else bearer_hash(request)
            body = await request.body()
            database, reads = parts_of(request).database, request.method == "GET"
            with busy_where_passing():
                async with database.session(reads=reads) as session:
                    caller = None if hashed is None else await sign_in(request, session, hashed)
                    now = await read_now(session) if caller is None else caller.now
                    read_body(request, body)
                    visit = Visit(session, now, caller)
                    return await self._or_counted(request, inner, visit, body)

        return handle

    async def _or_counted(
        self, request: Request, inner: Handler, visit: Visit, body: bytes
    ) -> Response:
        try:
            return await self._in_transaction(request, inner, visit, body)
        except CountedRefusal:
            assert visit.session is not None
            await visit.session.commit()
            raise

    async def _in_transaction(
        self, request: Request, inner: Handler, visit: Visit, body: bytes
    ) -> Response:
        chaos = parts_of(request).chaos
        session, caller = visit.session, visit.caller
        assert session is not None
        keyed = self._keyed(request, caller, body)
        if keyed is not None and (stored := await keyed.find(session)) is not None:
            return replayed(stored)
        request.state.visit = visit
        response = await inner(request)
        with refused_where_twin():
            if keyed is not None:
                await keyed.store(session, response, now=visit.now)
            if request.method != "GET":
                chaos("edge.before_commit")
            await session.commit()
        if request.method != "GET":
            chaos("edge.after_commit_before_reply")
        return response

    def _keyed(self, request: Request, caller: Caller | None, body: bytes) -> "Keyed | None":
        if caller is None or request.method != "POST":
            return None
        key = read_key(request.headers.get("idempotency-key"), required=self.key_required)
        if key is None:
            return None
        # Not `request.url`, which is put together from whatever Host the client sent.
        plain = request_hash(request.method, request.scope["path"], body)
        vault = parts_of(request).vault
        # Keyed, as bodies hold phones and identity numbers: a plain hash of one can be searched.
        hashed = vault.indexes(plain.hex(), column="idempotency_keys.request_hash")
        return Keyed(caller.user_id, key, hashed, vault)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request under an idempotency key of its user."""

    user_id: UUID
    key: str
    # Under the current key, with which it is stored, then under older ones.
    request_hashes: list[bytes]
    vault: Vault

    async def find(self, session: AsyncSession) -> Stored | None:
        """The answer given before, or ``None`` to go on.

        Raises:
            AppError: idempotency_key_reused, request_in_flight.
        """
        row = (await run(session, FIND_SQL, self.user_id, self.key))[0]
        stored = judge(
            is_free=row[0],
            stored_hash=row[1],
            status=row[2],
            body=row[3],
            expected=self.request_hashes,
        )
        if stored is None:
            return None
        text = self.vault.open(stored.body, column=self._column, row=self.user_id)
        return Stored(stored.status, text.encode())

    async def store(self, session: AsyncSession, response: Response, *, now: datetime) -> None:
        """Keep the answer, in the transaction of the change; sealed, as it may name people."""
        text = bytes(response.body).decode()
        sealed = self.vault.seal(text, column=self._column, row=self.user_id)
        arguments = (self.user_id, self.key, self.request_hashes[0], response.status_code)
        await run(session, STORE_SQL, *arguments, sealed, now)

    @property
    def _column(self) -> str:
        return f"idempotency_keys.body|{self.key}"


class AnonymousEdge(Edge):
    """The same for routes that need no session, such as signing in."""

    anonymous = True


class KeyedEdge(Edge):
    """The same where money or stock moves: the idempotency key is required."""

    key_required = True


class OutsideEdge(Edge):
    """A route that calls WeChat, so it opens its own transactions around the call.

    Its act must be idempotent by itself; the key only repeats the answer.
    """

    def get_route_handler(self) -> Handler:
        inner = APIRoute.get_route_handler(self)

        async def handle(request: Request) -> Response:
            check_address(request)
            hashed = bearer_hash(request)
            body = await request.body()
            database, reads = parts_of(request).database, request.method == "GET"
            with busy_where_passing(), refused_where_twin():
                async with database.session(reads=reads) as session:
                    caller = await sign_in(request, session, hashed)
                    read_body(request, body)
                    keyed = self._keyed(request, caller, body)
                    stored = await keyed.find(session) if keyed is not None else None
                    await session.commit()
                if stored is not None:
                    return replayed(stored)
                request.state.visit = Visit(None, caller.now, caller)
                response = await inner(request)
                if keyed is not None:
                    async with database.session() as session:
                        await keyed.store(session, response, now=caller.now)
                        await session.commit()
                return response

        return handle


async def sign_in(
    request: HTTPConnection, session: AsyncSession, hashed: bytes, *, slides: bool = True
) -> Caller:
    """Who calls, by the hash of their token; counts the call and, unless told, slides the session.

    Raises:
        AppError: not_signed_in, account_closed, rate_limited.
    """
    rows = await run(session, WHO_SQL, hashed)
    caller = read_caller(rows[0] if rows else None)
    parts_of(request).by_user.hit(str(caller.user_id))
    if slides and caller.now - rows[0][4] > _SLIDE_EVERY:
        await slide_session(
            session,
            session_id=caller.session_id,
            now=caller.now,
            expires_at=caller.now + SESSION_TTL,
        )
    return caller


def read_body(request: Request, body: bytes) -> None:
    """Parse once, strictly; FastAPI then finds the value instead of parsing by itself.

    Raises:
        AppError: unsupported_media_type, malformed_json, body_too_deep, malformed_request.
    """
    if not body or request.method == "GET":
        return
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise AppError("unsupported_media_type")
    setattr(request, "_json", parse_json(body))  # noqa: B010  (Starlette's own cache)


def replayed(stored: Stored) -> Response:
    """The stored answer, byte for byte, marked where it is a repeat."""
    headers = {"Idempotent-Replayed": "true"} if stored.is_repeat else None
    return Response(stored.body, stored.status, media_type="application/json", headers=headers)


def _visit(request: Request) -> Visit:
    return cast("Visit", request.state.visit)


def _caller(request: Request) -> Caller:
    caller = _visit(request).caller
    assert caller is not None, "an anonymous route asks for its caller"
    return caller


async def _session(request: Request) -> AsyncSession:
    session = _visit(request).session
    assert session is not None, "a route outside transactions asks for one"
    return session


async def _signed_in(request: Request) -> Caller:
    return _caller(request)


async def _moment(request: Request) -> datetime:
    return _visit(request).now


async def _parts(request: Request) -> Parts:
    return parts_of(request)


InSession = Annotated[AsyncSession, Depends(_session)]
SignedIn = Annotated[Caller, Depends(_signed_in)]
Now = Annotated[datetime, Depends(_moment)]
WithParts = Annotated[Parts, Depends(_parts)]
