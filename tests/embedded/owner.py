"""What the tests of the embedded stores look at from outside: processes and rows."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from api.embedded import postgres_bin


@dataclass(frozen=True)
class Owner:
    """A process that has entered the stores of a folder, and the URL it got."""

    process: subprocess.Popen[str]
    database_url: str

    def kill(self) -> None:
        """Kill the process outright; it gets no chance to stop its servers. Twice is safe."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def answer(database_url: str, statement: str) -> str:
    """Return what `psql` prints for one statement, without decoration."""
    command = [postgres_bin("psql"), "-XqtA", "-v", "ON_ERROR_STOP=1", "-c", statement]
    told = subprocess.run([*command, database_url], capture_output=True, text=True, check=True)
    return told.stdout.strip()


def servers_of(folder: Path) -> list[int]:
    """Return the processes, of any user, that name this folder's stores in their command line."""
    identity = folder.stat()
    tag = f"linli-{identity.st_dev:x}-{identity.st_ino:x}".encode()
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and tag in _command_line(process)
    ]


def await_no_servers(folder: Path, patience_s: float = 10.0) -> list[int]:
    """Wait until nothing of this folder runs and return what still does."""
    deadline = time.monotonic() + patience_s
    while (left := servers_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def postmaster_of(data: Path) -> int:
    """Return the process number that PostgreSQL wrote into its data."""
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def process_with_owner_of(path: Path) -> subprocess.Popen[bytes]:
    """Start a harmless process as the user whom `path` belongs to."""
    owner = path.stat()
    as_owner = None if owner.st_uid == os.geteuid() else owner.st_uid
    return subprocess.Popen(["sleep", "60"], user=as_owner, cwd="/")


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
