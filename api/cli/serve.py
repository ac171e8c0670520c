"""Running the API, in this process."""

import os
import socket

import uvicorn

from api.app import create_app
from api.bootstrap import build
from api.kit.http.bounds import HEADER_BYTES_MAX
from api.observability.logs import configure_logs
from api.settings import read_settings

GRACE_S = 8


def serve(*, host: str, port: int, share_port: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; several processes may share one port."""
    configure_logs()
    app = create_app(build(read_settings()))
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        backlog=2048,
        # Behind a proxy only: whose X-Forwarded-For is believed.
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"),
    )
    server = uvicorn.Server(config)
    if not share_port:
        server.run()
        return
    shared = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind((host, port))
    server.run(sockets=[shared])


def free_port() -> int:
    """A TCP port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
