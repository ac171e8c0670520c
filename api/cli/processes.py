"""The API and worker processes that a command starts, watches, kills and restarts."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from api.cli.forking import Forked, forker

_STOP_PATIENCE_S = 12.0
_READY_PATIENCE_S = 60.0


@dataclass(slots=True)
class Process:
    """A process beside ours and how to start it again: ``main(arguments)`` of a module."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict[str, str])
    log: Path | None = None
    running: Forked | None = None

    def start(self) -> None:
        """Start it. It is told to stop where we are killed."""
        assert self.has_ended
        told = {**os.environ, **self.environment}
        with nullcontext() if self.log is None else self.log.open("ab") as log:
            output = None if log is None else log.fileno()
            self.running = forker().fork(self.module, self.arguments, told, output=output)

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.running is not None and self.running.poll() is None:
            self.running.kill()
            self.running.wait()

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what is in hand, then go."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        """Wait until it is gone; kill it where that takes too long."""
        if self.running is None:
            return
        try:
            self.running.wait(_STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def has_ended(self) -> bool:
        """Whether it is not running."""
        return self.running is None or self.running.poll() is not None


def api_process(*, port: int, host: str = "127.0.0.1", share_port: bool = False) -> Process:
    """The API on a port, as a child."""
    arguments = ("--host", host, "--port", str(port), *(("--share-port",) * share_port))
    return Process("api", "api.cli.serve", arguments)


def worker_process() -> Process:
    """A worker, as a child."""
    return Process("worker", "workers.runner")


def stop_all(processes: list[Process]) -> None:
    """Stop all, together, then wait."""
    for process in processes:
        process.ask_to_stop()
    for process in processes:
        process.wait()


def await_ready(url: str, *, process: Process) -> None:
    """Wait until the API answers that it can serve.

    Raises:
        RuntimeError: it ended, or took too long.
    """
    deadline = time.monotonic() + _READY_PATIENCE_S
    while time.monotonic() < deadline:
        if process.has_ended:
            raise RuntimeError(f"the {process.name} process ended at its start")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{url}/readyz did not answer with 200")
