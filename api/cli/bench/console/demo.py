"""A demonstration of one's own, in a folder that is gone afterwards, with its morning over."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.cli.living.playing import MORNING_IS_OVER
from api.cli.serve import free_port

_PATIENCE_S = 600.0
_STOP_PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.5


@contextmanager
def running_demo() -> Generator[str]:
    """`linli up --demo` once the first morning is over; its URL.

    Raises:
        RuntimeError: it ended, or its morning never did; with its last words.
    """
    with tempfile.TemporaryDirectory(prefix="linli-demo-") as folder:
        port, log = free_port(), Path(folder) / "demo.log"
        # Stores of the environment are somebody's own.
        told = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        told["LINLI_DATA_FOLDER"] = str(Path(folder) / "data")
        command = (sys.executable, "-m", "api.cli", "up", "--demo", "--port", str(port))
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  (our own command)
                command, stdout=output, stderr=output, env=told, start_new_session=True
            )
        try:
            _await_noon(process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_PATIENCE_S)


def _await_noon(process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while MORNING_IS_OVER not in (said := log.read_text()):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the demonstration did not get to its noon: {said[-600:]}")
        time.sleep(_LOOK_EVERY_S)
