"""Run the tests on Debian's own PostgreSQL and Redis instead of the embedded ones.

`python -m tests.external [pytest arguments]`. Both servers are started in a temporary folder, on
free ports of this machine only; the system's own cluster and Redis service stay untouched.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PACKAGES = ("postgresql", "redis-server")
PASSWORD = "external"
_DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


def main() -> int:
    """Install what is missing, start both servers, run pytest on them, and return its code."""
    if _postgres_programs() is None or shutil.which("redis-server") is None:
        _install()
    programs, redis = _postgres_programs(), shutil.which("redis-server")
    if programs is None or redis is None:
        sys.exit(f"test-external: as root, run: apt-get install {' '.join(PACKAGES)}")
    for program in (programs / "postgres", Path(redis)):
        subprocess.run([program, "--version"], check=True)
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="linli-external-")))
        # The database server runs as another user when this is root.
        folder.chmod(0o711)
        urls = {
            "DATABASE_URL": started.enter_context(_postgres(programs, folder)),
            "REDIS_URL": started.enter_context(_redis(redis, folder)),
        }
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, **urls}, check=False).returncode


@contextmanager
def _postgres(programs: Path, folder: Path) -> Generator[str]:
    """Run a new cluster with a password and yield the URL of its database."""
    data, port = folder / "pg", _free_port()
    secret = folder / "password"
    data.mkdir(mode=0o700)
    secret.write_text(PASSWORD)
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(data, user, user)

    def run(program: str, *arguments: str) -> None:
        log = folder / "pg.log"
        with log.open("ab") as output:
            done = subprocess.run(
                [programs / program, *arguments],
                stdout=output,
                stderr=output,
                cwd=folder,
                env={"PATH": os.defpath, "PGPASSWORD": PASSWORD},
                user=user,
                extra_groups=None if user is None else [],
                check=False,
            )
        if done.returncode != 0:
            sys.exit(f"test-external: {program} failed:\n{log.read_text()}")

    run(
        *("initdb", f"--pgdata={data}", "--username=linli", f"--pwfile={secret}"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
    )
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c max_connections=120 -k {data}"
    run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--options={options}")
    try:
        address = ("--host=127.0.0.1", f"--port={port}", "--username=linli")
        run("createdb", *address, "--maintenance-db=postgres", "linli")
        yield f"postgresql://linli:{PASSWORD}@127.0.0.1:{port}/linli"
    finally:
        run("pg_ctl", "stop", "--wait", "--mode=fast", f"--pgdata={data}")


@contextmanager
def _redis(program: str, folder: Path) -> Generator[str]:
    """Run a Redis without persistence and yield its URL."""
    port = _free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _await_port(port, server)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(30)


def _postgres_programs() -> Path | None:
    """Return the programs of Debian's newest PostgreSQL, or None."""
    found = [path.parent for path in _DEBIAN_POSTGRES.glob("*/bin/postgres")]
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name)), default=None)


def _install() -> None:
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and shutil.which("sudo") is None:
        return
    if subprocess.run([*root, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return
    print(f"test-external: installing with apt-get: {' '.join(PACKAGES)}", flush=True)
    frontend = ["env", "DEBIAN_FRONTEND=noninteractive"]
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
    for command in (["apt-get", "update"], [*frontend, *install]):
        done = subprocess.run([*root, *command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"test-external: apt-get failed: {done.stderr[-600:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, server: subprocess.Popen[bytes], patience_s: float = 20.0) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    sys.exit("test-external: redis-server did not start")


if __name__ == "__main__":
    sys.exit(main())
