"""Server processes that end with their parent, however the parent ends.

A child has a session of its own, so a Ctrl-C in the terminal reaches the parent alone, which then
stops its servers in order. When the parent is killed outright, the kernel sends the child its
stop signal (PR_SET_PDEATHSIG, set by `setpriv` after the user was changed and before the server
replaces it).
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from api.embedded.errors import StoreDidNotStart, StoreMissing
from api.embedded.users import ServerUser, give

_LOG_BYTES_MAX = 10 * 1024 * 1024
_TAIL_CHARS_MAX = 600


@dataclass(frozen=True)
class Child:
    """A running server: what it is, its process, its log and where its log of this run begins."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: Signals
    log: Path
    log_start: int

    @property
    def has_ended(self) -> bool:
        """Say whether the process is gone; its exit is then collected."""
        return self.process.poll() is not None

    def failure(self, what: str) -> StoreDidNotStart:
        """Return the error to raise: what happened, and the last lines of the log of this run."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            lines = log.read()[-4096:].decode(errors="replace").splitlines()
        tail = " | ".join(line.strip() for line in lines if line.strip())[-_TAIL_CHARS_MAX:]
        return StoreDidNotStart(f"{self.name} {what} ({self.log}): {tail or 'it said nothing'}")


class Nursery:
    """Starts children from one thread that lives until `close`.

    The kernel's death signal watches the thread that made the child, not its process: a child
    made in a passing worker thread would be stopped as soon as that thread ends.
    """

    def __init__(self, user: ServerUser | None) -> None:
        self._user = user
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-stores")

    def launch(
        self, name: str, command: Sequence[str | Path], *, stop: Signals, log: Path
    ) -> Child:
        """Start `command` with its output in `log`, and return at once.

        Raises:
            StoreMissing: `setpriv` is not installed.
        """
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise StoreMissing("The program setpriv is missing: apt-get install util-linux")
        guarded = [
            setpriv,
            "--pdeathsig",
            stop.name.removeprefix("SIG"),
            "--",
            *command,
        ]
        return self._thread.submit(self._launch, name, guarded, stop, log).result()

    def close(self) -> None:
        """Let the thread go; children that still run are sent their stop signal."""
        self._thread.shutdown()

    def _launch(self, name: str, command: Sequence[str | Path], stop: Signals, log: Path) -> Child:
        user = self._user
        if log.exists() and log.stat().st_size > _LOG_BYTES_MAX:
            log.unlink()
        log.touch(mode=0o600)
        give(log, user)
        with log.open("ab") as output:
            # Before it starts: what the child writes moves the place that both share.
            begins = output.tell()
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                umask=0o077,
                user=None if user is None else user.uid,
                group=None if user is None else user.gid,
                extra_groups=None if user is None else [],
            )
            return Child(name, process, stop, log, begins)


def end(children: Sequence[Child], *, patience_s: float) -> None:
    """Ask all children to stop, together, then wait; whoever outlasts its patience is killed."""
    for child in children:
        if not child.has_ended:
            child.process.send_signal(child.stop_signal)
    for child in children:
        try:
            child.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            child.process.send_signal(signal.SIGKILL)
            child.process.wait()
