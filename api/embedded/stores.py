"""PostgreSQL and Redis of one data folder, started and stopped with their owner."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from api.embedded.children import Child, Nursery, end
from api.embedded.errors import FolderNotUsable
from api.embedded.layout import Layout, clear_run, laid_out, made_folder
from api.embedded.lock import held_lock
from api.embedded.postgres import (
    await_postgres,
    end_leftover_postgres,
    kill_postgres,
    launch_postgres,
)
from api.embedded.programs import redis_server
from api.embedded.redis import RedisServer, end_leftover_redis
from api.embedded.users import ServerUser, server_user

# A stop writes one checkpoint, which may take its time on slow storage.
_STOP_PATIENCE_S = 60.0


@dataclass(frozen=True)
class StoreUrls:
    """Where both stores answer: for SQLAlchemy or asyncpg, and for redis-py or arq."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class _Running:
    """What it takes to launch a server of the folder again."""

    nursery: Nursery
    layout: Layout
    user: ServerUser | None


class EmbeddedStores:
    """Both stores of one data folder, as a context manager that may be entered again after a stop.

    The first start makes the folder and the data, later ones keep them. Stores that a killed
    process left behind are stopped first. Nothing listens on the network.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._undo = ExitStack()
        self._running: _Running | None = None
        self._postgres: Child | None = None
        self._redis: RedisServer | None = None

    def __enter__(self) -> StoreUrls:
        """Start both stores and wait until they answer.

        Raises:
            EmbeddedError: one of its subclasses, each with a line for the operator.
        """
        with ExitStack() as undo:
            try:
                urls = self._start(undo)
            except OSError as error:
                raise FolderNotUsable(f"The data folder {self._folder} fails: {error}") from error
            self._undo = undo.pop_all()
        return urls

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop both stores and let the folder go; calling it twice is safe."""
        self._undo.close()

    def kill_redis(self) -> None:
        """Kill Redis without a warning, as a fault would; what it held is lost."""
        assert self._redis is not None, "the stores do not run"
        self._redis.kill()

    def restart_redis(self) -> None:
        """Have an empty Redis at the same address; one that still runs is stopped first.

        Raises:
            StoreDidNotStart: it ended or stayed silent.
        """
        assert self._redis is not None, "the stores do not run"
        self._redis.stop()
        self._redis.launch()
        self._redis.await_answer()

    def kill_postgres(self) -> None:
        """Kill PostgreSQL and its children without a warning, as a power cut would."""
        assert self._running is not None, "the stores do not run"
        assert self._postgres is not None
        kill_postgres(self._postgres, self._running.layout)

    def restart_postgres(self) -> None:
        """Have PostgreSQL at the same address, on its data; one that still runs is stopped first.

        Raises:
            StoreDidNotStart: it ended or stayed silent.
        """
        assert self._running is not None, "the stores do not run"
        assert self._postgres is not None
        end([self._postgres], patience_s=_STOP_PATIENCE_S)
        layout = self._running.layout
        end_leftover_postgres(layout)
        self._postgres = launch_postgres(self._running.nursery, layout, self._running.user)
        await_postgres(self._postgres, layout)

    def _start(self, undo: ExitStack) -> StoreUrls:
        """Start both at once; each step leaves in `undo` what takes it back."""
        folder = made_folder(self._folder)
        undo.enter_context(held_lock(folder))
        user = server_user(folder)
        program = redis_server(user)
        layout = laid_out(folder, user)
        end_leftover_redis(layout)
        end_leftover_postgres(layout)
        undo.callback(clear_run, layout)
        nursery = Nursery(user)
        undo.callback(nursery.close)
        self._running = _Running(nursery, layout, user)
        undo.callback(self._end_servers)
        self._redis = RedisServer(nursery, layout, program)
        self._redis.launch()
        self._postgres = launch_postgres(nursery, layout, user)
        return StoreUrls(await_postgres(self._postgres, layout), self._redis.await_answer())

    def _end_servers(self) -> None:
        redis = None if self._redis is None else self._redis.child
        end(
            [c for c in (self._postgres, redis) if c is not None],
            patience_s=_STOP_PATIENCE_S,
        )
        self._postgres = self._redis = self._running = None
