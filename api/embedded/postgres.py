"""The embedded PostgreSQL: made once, tuned for safety, reachable only over a private socket."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from api.embedded.children import Child, Nursery, end
from api.embedded.errors import DataOfAnotherVersion, FolderNotUsable
from api.embedded.layout import Layout
from api.embedded.leftovers import Step, end_leftovers
from api.embedded.programs import postgres_bin, postgres_servers
from api.embedded.users import ServerUser, give

DATABASE = "linli"
SUPERUSER = "postgres"

# A clean stop may have a long checkpoint to write; SIGQUIT after that loses nothing committed.
_LEFTOVER_STEPS: tuple[Step, ...] = (
    (signal.SIGINT, 60.0),
    (signal.SIGQUIT, 10.0),
    (signal.SIGKILL, 10.0),
)
# Replaying the log after a crash counts as starting.
_START_PATIENCE_S = 120.0
_NEW_DATA_BYTES = 200 * 1024 * 1024

# A sixteenth of the memory, within these: other things run on the same machine, but the open jobs
# of a district should stay where the server sees them.
_BUFFERS_MB = (128, 1024)
# What a container may use (version 2 and version 1).
_MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

_SETTINGS = {
    # Nothing that was acknowledged may be lost.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Only who may enter the sockets' folder may connect.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Several API and worker processes with a pool each, on a machine of modest size.
    "max_connections": "120",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Short statements gain nothing from compiling; it costs them tens of milliseconds.
    "jit": "off",
    # The hall's tables turn over several times a day, and bloat slows the nearest-neighbour scan.
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.02",
    # The log is one file without an end; only what an operator would act on goes there.
    "logging_collector": "off",
    "log_checkpoints": "off",
}


def end_leftover_postgres(layout: Layout) -> None:
    """End what still runs on these data and remove its lock file, even if its number is reused."""
    end_leftovers("postgres", layout.tag, _LEFTOVER_STEPS)
    (layout.pg / "postmaster.pid").unlink(missing_ok=True)


def kill_postgres(postgres: Child, layout: Layout) -> None:
    """Kill the server and every process of it; none of them gets to say anything."""
    end_leftovers("postgres", layout.tag, ((signal.SIGKILL, 10.0),))
    postgres.process.wait()


def launch_postgres(nursery: Nursery, layout: Layout, user: ServerUser | None) -> Child:
    """Make the data if there are none, and start the server without waiting for it.

    Raises:
        DataOfAnotherVersion, FolderNotUsable, StoreDidNotStart, StoreMissing.
    """
    servers = postgres_servers(user)
    if not layout.pg.exists():
        _make_data(nursery, layout, user, servers / "initdb")
    _refuse_other_version(layout, servers)
    command: list[str | Path] = [
        servers / "postgres",
        "-D",
        layout.pg,
        "-k",
        layout.run,
    ]
    own = {"cluster_name": layout.tag, "shared_buffers": f"{_buffers_mb(_memory_bytes())}MB"}
    for name, value in {**_SETTINGS, **own}.items():
        command += ["-c", f"{name}={value}"]
    return nursery.launch("PostgreSQL", command, stop=signal.SIGINT, log=layout.folder / "pg.log")


def _buffers_mb(memory_bytes: int) -> int:
    smallest, largest = _BUFFERS_MB
    return min(max(memory_bytes // 16 // 2**20, smallest), largest)


def _memory_bytes() -> int:
    """What this machine has, or what a container lets us use of it."""
    known = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for limit in _MEMORY_LIMITS:
        # Absent, or "max": not limited.
        with suppress(OSError, ValueError):
            known.append(int(limit.read_text()))
    return min(known)


def await_postgres(postgres: Child, layout: Layout) -> str:
    """Wait until the server answers, make the database if it is missing, and return its URL.

    Raises:
        StoreDidNotStart: it ended or stayed silent.
    """
    deadline = time.monotonic() + _START_PATIENCE_S
    while not _says_ready(layout.pg / "postmaster.pid", postgres.process.pid):
        if postgres.has_ended:
            raise postgres.failure("ended while starting")
        if time.monotonic() > deadline:
            raise postgres.failure(f"was not ready after {_START_PATIENCE_S:.0f} s")
        time.sleep(0.005)
    if not _runs_sql(layout, DATABASE, "SELECT 1") and not _runs_sql(
        layout, "template1", f"CREATE DATABASE {DATABASE}"
    ):
        raise postgres.failure(f"could not make the database {DATABASE}")
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(layout.run))}"


def _make_data(nursery: Nursery, layout: Layout, user: ServerUser | None, initdb: Path) -> None:
    """Make the data under another name first: an interrupted attempt is simply thrown away."""
    free = shutil.disk_usage(layout.home).free
    if free < _NEW_DATA_BYTES:
        raise FolderNotUsable(
            f"The disk of {layout.home} has {free >> 20} MB left; "
            f"new data need {_NEW_DATA_BYTES >> 20} MB."
        )
    unfinished = layout.home / "pg.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    give(unfinished, user)
    command = [
        initdb,
        "-D",
        unfinished,
        "-U",
        SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    command += ["--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"]
    command += ["--no-instructions"]
    making = nursery.launch("initdb", command, stop=signal.SIGTERM, log=layout.folder / "pg.log")
    try:
        if making.process.wait() != 0:
            raise making.failure("could not make the data")
    finally:
        end([making], patience_s=5.0)
    unfinished.rename(layout.pg)
    _sync_folder(layout.home)


def _refuse_other_version(layout: Layout, servers: Path) -> None:
    written_by = (layout.pg / "PG_VERSION").read_text().strip()
    template = servers.parent / "share" / "postgresql" / "postgres.bki"
    with template.open() as lines:
        ours = lines.readline().split()[-1]
    if written_by != ours:
        raise DataOfAnotherVersion(
            f"The data in {layout.pg} are of PostgreSQL {written_by}, the program is {ours}: "
            "dump and restore them, or choose another folder."
        )


def _says_ready(pid_file: Path, pid: int) -> bool:
    """Read what the postmaster wrote: its number in line 1, its state in line 8."""
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _runs_sql(layout: Layout, database: str, statement: str) -> bool:
    command = [
        postgres_bin("psql"),
        "--no-psqlrc",
        "--no-password",
        "--host",
        layout.run,
    ]
    command += ["--username", SUPERUSER, "--dbname", database, "--command", statement]
    env = {"PATH": os.defpath, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, env=env, check=False).returncode == 0


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
