"""Running the API, in this process; ``python -m api.cli.serve`` loads nothing else.

Loading is most of the time until the first answer, which everybody waits for after a crash.
"""

import argparse
import asyncio
import gc
import os
import socket
import sys
from collections.abc import Callable, Sequence

import uvicorn
import uvloop
from fastapi import FastAPI

from api.app import create_app
from api.bootstrap import Parts, build
from api.kit.http.patience import PatientProtocol
from api.kit.http.socket import ANSWER_S, HEARTBEAT_S, MESSAGE_BYTES_MAX, BoundedSocket
from api.kit.simulated import is_simulated
from api.observability.logs import configure_logs
from api.settings import Settings, read_settings

GRACE_S = 8


class NotConfigured(Exception):
    """The environment says too little, or what production refuses; says so in a line."""


class Server(uvicorn.Server):
    """uvicorn's; told to stop, it first lets go of clients that only wait for a change.

    They would hold up its end for as long as they wait, and then be cut off without an answer.
    """

    def __init__(self, config: uvicorn.Config, *, parts: Parts) -> None:
        super().__init__(config)
        self._parts = parts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let those who wait go, take nothing new, end what was begun."""
        self._parts.room.let_go()
        self._parts.hub.let_go()
        await super().shutdown(sockets)


def serve_configured(*, host: str, port: int, share_port: bool = False) -> None:
    """Serve on the stores that the environment names, as in production.

    Raises:
        NotConfigured: it names none, or production would run by a simulated clock.
    """
    settings = configured()
    if settings.environment == "production" and asyncio.run(_runs_by_simulated_clock(settings)):
        raise NotConfigured("a simulated clock is set in this database: refused in production")
    serve(host=host, port=port, share_port=share_port)


def configured() -> Settings:
    """Settings with both stores named.

    Raises:
        NotConfigured: one is missing.
    """
    settings = read_settings()
    if not settings.database_url or not settings.redis_url:
        raise NotConfigured(
            "DATABASE_URL and REDIS_URL are required; 'linli up' brings its own stores"
        )
    return settings


async def _runs_by_simulated_clock(settings: Settings) -> bool:
    parts = build(settings)
    await parts.open()
    try:
        async with parts.database.session() as session:
            return await is_simulated(session)
    finally:
        await parts.close()


def server_config(app: FastAPI, *, host: str, port: int) -> uvicorn.Config:
    """How the application is served, in production and in tests alike."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http=PatientProtocol,
        ws=BoundedSocket,
        ws_max_size=MESSAGE_BYTES_MAX,
        ws_ping_interval=HEARTBEAT_S,
        ws_ping_timeout=ANSWER_S,
        # Twice the memory of a connection, for messages of 300 bytes.
        ws_per_message_deflate=False,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        backlog=2048,
        # Behind a proxy only: whose X-Forwarded-For is believed.
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"),
    )


def serve(
    *,
    host: str,
    port: int,
    share_port: bool = False,
    create: Callable[[Parts], FastAPI] = create_app,
) -> None:
    """Serve until SIGTERM or SIGINT; several processes may share one port."""
    configure_logs()
    parts = build(read_settings())
    config = server_config(create(parts), host=host, port=port)
    sockets = [_shared_socket(host, port)] if share_port else None
    set_loaded_aside()
    uvloop.run(Server(config, parts=parts).serve(sockets=sockets))


def set_loaded_aside() -> None:
    """Spare the collector what was loaded and lives as long as the process.

    Two hundred thousand objects: to walk through them all held every request up for a tenth of a
    second, after each one or two thousand answers.
    """
    gc.collect()
    gc.freeze()
    # What a request leaves behind goes without being looked for: seldom is enough, and short.
    gc.set_threshold(10_000, 20, 50)


def _shared_socket(host: str, port: int) -> socket.socket:
    shared = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind((host, port))
    return shared


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there at the moment."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A TCP port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry of ``python -m api.cli.serve``; ``linli api`` is the same."""
    parser = argparse.ArgumentParser(prog="python -m api.cli.serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--share-port", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        serve_configured(host=asked.host, port=asked.port, share_port=asked.share_port)
    except NotConfigured as error:
        print(f"linli: {error}", file=sys.stderr)
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
