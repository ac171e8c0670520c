"""The database: one engine for ordinary work, one pool of bare connections where hundreds race."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy import Row, Table, and_, update
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import NOW_SQL
from api.kit.state import Machine

# Every statement ends by itself, so that a request can never outlive its deadline by much.
_SERVER_SETTINGS = {
    "application_name": "linli",
    "timezone": "UTC",
    "jit": "off",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "10000",
}
STATEMENT_S = 4.0
_CONNECT_TIMEOUT_S = 5.0
# More than there are constant statements of one process; the least used of fewer would be planned
# anew each time.
_STATEMENTS_KEPT = 500
# A refusal should be there within a second.
_POOL_TIMEOUT_S = 0.8
# For what must be answered while ordinary work uses everything up.
_CONNECTIONS_ASIDE = 2
# Whatever those who write wait for (a lock, say), so large a part is left to those who only read.
_READERS_PART = 4

# Serialization, deadlock, lock and statement timeouts, shutdown, too many, disk full, lost.
_PASSING_SQLSTATES = ("40001", "40P01", "55P03", "57014", "57P", "53", "08", "25P03")


class Record(Protocol):
    """A row of a bare connection, by name or by position."""

    def __getitem__(self, key: Any) -> Any: ...


class HotConnection(Protocol):
    """What the hot routes use of a bare connection."""

    async def fetch(self, query: str, *arguments: Any) -> list[Record]:
        """All rows of a constant statement."""
        ...

    async def fetchrow(self, query: str, *arguments: Any) -> Record | None:
        """The first row of a constant statement, or ``None``."""
        ...


class Database:
    """Connections of one process, to one PostgreSQL."""

    def __init__(
        self,
        url: str,
        *,
        connections: int,
        hot_connections: int,
        statement_s: float = STATEMENT_S,
    ) -> None:
        """Open nothing yet; ``url`` is ``postgresql://…``, a socket folder as ``?host=``."""
        self.url = url
        self._arguments = connect_arguments(url, statement_s=statement_s)
        self._connections = connections
        self._hot_connections = hot_connections
        self._writers = asyncio.Semaphore(connections - connections // _READERS_PART)
        self._engine: AsyncEngine | None = None
        self._aside: AsyncEngine | None = None
        self._pool: Any = None  # asyncpg is not typed.

    async def open(self) -> None:
        """Create engine and pool; connections are made when first needed."""
        self._engine = self._make_engine(self._connections)
        self._aside = self._make_engine(_CONNECTIONS_ASIDE)
        if self._hot_connections:
            self._pool = await asyncpg.create_pool(  # pyright: ignore[reportUnknownMemberType]
                **self._arguments,
                min_size=0,
                max_size=self._hot_connections,
                reset=_keep_as_it_is,
            )

    def _make_engine(self, connections: int) -> AsyncEngine:
        return create_async_engine(
            "postgresql+asyncpg://",
            connect_args={**self._arguments, "prepared_statement_cache_size": _STATEMENTS_KEPT},
            pool_size=connections,
            max_overflow=0,
            pool_timeout=_POOL_TIMEOUT_S,
            pool_recycle=1800,
            pool_use_lifo=True,
            # What people typed stays out of errors, and so out of logs.
            hide_parameters=True,
        )

    async def close(self) -> None:
        """Give every connection back; safe to call twice."""
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), timeout=5)
            except TimeoutError:
                self._pool.terminate()
            self._pool = None
        for engine in (self._engine, self._aside):
            if engine is not None:
                await engine.dispose()
        self._engine = self._aside = None

    @property
    def engine(self) -> AsyncEngine:
        """The engine of ordinary work."""
        assert self._engine is not None, "the database is not open"
        return self._engine

    @asynccontextmanager
    async def session(
        self, *, aside: bool = False, reads: bool = False
    ) -> AsyncGenerator[AsyncSession]:
        """A session whose transaction the caller commits; anything else rolls back.

        ``aside``: on one of the few connections that ordinary work never takes, for what is short
        and must be answered whatever else goes on. ``reads``: for a request that only reads; all
        others leave some connections to these.

        Raises:
            TimeoutError: too many are at work already.
        """
        engine = self._aside if aside else self.engine
        assert engine is not None, "the database is not open"
        async with AsyncExitStack() as held:
            if not (aside or reads):
                async with asyncio.timeout(_POOL_TIMEOUT_S):
                    await self._writers.acquire()
                held.callback(self._writers.release)
            yield await held.enter_async_context(AsyncSession(engine, expire_on_commit=False))

    @asynccontextmanager
    async def transaction(
        self, *, aside: bool = False
    ) -> AsyncGenerator[tuple[AsyncSession, datetime]]:
        """One transaction and its time; commits at the end, rolls back on an exception."""
        async with self.session(aside=aside) as session:
            now = await read_now(session)
            yield session, now
            await session.commit()

    def hot(self) -> AbstractAsyncContextManager[HotConnection]:
        """A bare connection: each statement is its own transaction unless one is opened."""
        assert self._pool is not None, "this process opened no hot connections"
        return self._pool.acquire(timeout=_POOL_TIMEOUT_S)


async def _keep_as_it_is(_: object) -> None:
    """Instead of asyncpg's four resetting statements, a round trip with each connection given back.

    Hot statements leave nothing behind: each is a transaction of its own, none sets a variable,
    listens, opens a cursor or locks beyond its transaction. asyncpg still ends an open transaction.
    """


def connect_arguments(url: str, *, statement_s: float = STATEMENT_S) -> dict[str, Any]:
    """asyncpg's arguments for a ``postgresql://`` URL, with our timeouts.

    The driver gives up a second after the server should have, as where the network was cut.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "host": query.get("host") or parts.hostname or "127.0.0.1",
        "port": int(query.get("port") or parts.port or 5432),
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/") or "postgres",
        "ssl": query.get("sslmode") if query.get("sslmode") not in (None, "disable") else False,
        "timeout": _CONNECT_TIMEOUT_S,
        "command_timeout": statement_s + 1,
        "server_settings": {
            **_SERVER_SETTINGS,
            "statement_timeout": str(round(statement_s * 1000)),
        },
    }


async def run(session: AsyncSession, sql: str, *arguments: Any) -> Sequence[tuple[Any, ...]]:
    """Run one constant statement with ``$1``-style arguments inside the session's transaction."""
    connection = await session.connection()
    result = await connection.exec_driver_sql(sql, arguments)
    return cast("Sequence[tuple[Any, ...]]", result.all()) if result.returns_rows else ()


async def read_now(session: AsyncSession) -> datetime:
    """The transaction's time by the database's clock."""
    return (await run(session, NOW_SQL))[0][0]


async def move_row(
    session: AsyncSession,
    table: Table,
    machine: Machine,
    *,
    key: UUID,
    event: str,
    from_state: str | None = None,
    **values: Any,
) -> Row[Any] | None:
    """The one guarded UPDATE behind every change of state; ``None``: somebody else won.

    ``version`` counts up with each move and numbers the events of the row. Without ``from_state``
    the row may stand in any state from which ``event`` leads to the same target.

    Raises:
        IllegalMove: the machine has no such move.
    """
    sources = (from_state,) if from_state is not None else machine.sources(event)
    (to_state,) = {machine.target(s, event) for s in sources}
    statement = (
        update(table)
        .where(and_(table.c.id == key, table.c.state.in_(sources)))
        .values(state=to_state, version=table.c.version + 1, **values)
        .returning(*table.c)
    )
    connection = await session.connection()
    return (await connection.execute(statement)).one_or_none()


def is_passing(error: BaseException) -> bool:
    """Whether the database refused for a passing reason, so that a retry may succeed."""
    if _is_our_mistake(error):
        return False
    if isinstance(error, PoolTimeout | InterfaceError | TimeoutError | OSError):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return str(getattr(error, "sqlstate", "")).startswith(_PASSING_SQLSTATES)
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        code = getattr(error.orig, "sqlstate", None) or ""
        return str(code).startswith(_PASSING_SQLSTATES)
    return False


def _is_our_mistake(error: BaseException) -> bool:
    """An argument that cannot be encoded: asyncpg files it under errors of its interface."""
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    return isinstance(cause, asyncpg.InterfaceError) and isinstance(cause, ValueError)
