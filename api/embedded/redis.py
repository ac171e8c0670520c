"""The embedded Redis: a bell, a cache and a queue without a memory of its own."""

import signal
import socket
import time
from pathlib import Path

from api.embedded.children import Child, Nursery, end
from api.embedded.layout import Layout
from api.embedded.leftovers import Step, end_leftovers

_LEFTOVER_STEPS: tuple[Step, ...] = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0))
_START_PATIENCE_S = 20.0
_STOP_PATIENCE_S = 10.0

_SETTINGS = {
    # PostgreSQL is the truth: everything here may be lost.
    "save": "",
    "appendonly": "no",
    # No TCP port at all.
    "port": "0",
    "unixsocketperm": "700",
    # Refuse writes when full; silently dropping queue entries would be worse.
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
}


def end_leftover_redis(layout: Layout) -> None:
    """End a Redis of this folder that outlived its parent."""
    end_leftovers("redis-server", layout.tag, _LEFTOVER_STEPS)


class RedisServer:
    """One Redis at one address, which may be killed and launched again."""

    def __init__(self, nursery: Nursery, layout: Layout, program: Path) -> None:
        self._nursery = nursery
        self._layout = layout
        self._program = program
        self.child: Child | None = None

    def launch(self) -> None:
        """Start the server without waiting for it."""
        settings = {
            **_SETTINGS,
            "unixsocket": str(self._layout.redis_socket),
            "proc-title-template": f"{{title}} {{listen-addr}} {self._layout.tag}",
        }
        command: list[str | Path] = [self._program]
        for name, value in settings.items():
            command += [f"--{name}", value]
        log = self._layout.folder / "redis.log"
        self.child = self._nursery.launch("Redis", command, stop=signal.SIGTERM, log=log)

    def await_answer(self) -> str:
        """Wait until the server answers a PING, and return its URL.

        Raises:
            StoreDidNotStart: it ended or stayed silent.
        """
        assert self.child is not None, "launch first"
        deadline = time.monotonic() + _START_PATIENCE_S
        while not _answers(self._layout.redis_socket):
            if self.child.has_ended:
                raise self.child.failure("ended while starting")
            if time.monotonic() > deadline:
                raise self.child.failure(f"was not ready after {_START_PATIENCE_S:.0f} s")
            time.sleep(0.005)
        return f"unix://{self._layout.redis_socket}?db=0"

    def stop(self) -> None:
        """Stop the server if it runs."""
        if self.child is not None:
            end([self.child], patience_s=_STOP_PATIENCE_S)

    def kill(self) -> None:
        """Kill the server if it runs, and wait until it is gone."""
        if self.child is not None:
            self.child.process.kill()
            self.child.process.wait()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
