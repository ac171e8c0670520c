"""Running the API, in this process."""

import os
import socket
from collections.abc import Callable

import uvicorn
import uvloop
from fastapi import FastAPI

from api.app import create_app
from api.bootstrap import Parts, build
from api.kit.http.patience import PatientProtocol
from api.observability.logs import configure_logs
from api.settings import read_settings

GRACE_S = 8


def server_config(app: FastAPI, *, host: str, port: int) -> uvicorn.Config:
    """How the application is served, in production and in tests alike."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http=PatientProtocol,
        ws="none",
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
    config = server_config(create(build(read_settings())), host=host, port=port)
    sockets = [_shared_socket(host, port)] if share_port else None
    uvloop.run(uvicorn.Server(config).serve(sockets=sockets))


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
