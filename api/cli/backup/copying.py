"""A copy of everything, and back: the database as of one moment, photos and all, in one file.

PostgreSQL's own programs do the work. A backup appears under its name only once it is whole; a
restore happens in one transaction, so that a damaged file or a full disk changes nothing.
"""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy.exc import SQLAlchemyError

from api.cli.backup import queries
from api.embedded import EmbeddedError, postgres_bin
from api.kit.db import Database, connect_arguments

_CHUNK_BYTES = 1 << 20
_EMPTY = b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
_ENOUGH_SAID = 300


class BackupRefused(Exception):
    """Why there is no backup, or why nothing was restored; a line for the operator."""


async def back_up(url: str, file: Path) -> int:
    """Write the database, as it is at this moment, to ``file``, readable by its owner only.

    Others go on writing meanwhile. Returns the file's size in bytes.

    Raises:
        BackupRefused: the file is there already, or could not be written whole.
    """
    _refuse_target(file)
    unfinished = file.with_name(f".{file.name}.unfinished")
    program = _program("pg_dump", (await _look(url)).server_major)
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        await _run(program, *options, url=url)
        _sync(unfinished)
        os.link(unfinished, file)  # Unlike a rename, it never takes another file's place.
        _sync(file.parent)
    except OSError as error:
        raise BackupRefused(f"{file} could not be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return os.stat(file).st_size


async def restore(url: str, file: Path, *, replace: bool) -> None:
    """Make the database what it was when ``file`` was written; all of it or nothing.

    ``replace`` allows what is there now to be lost.

    Raises:
        BackupRefused: the file is damaged or none of ours, the database is not empty or in use, or
            it could not be written.
    """
    _refuse_source(file)
    there = await _look(url)
    if there.tables and not replace:
        raise BackupRefused("the database is not empty: with --replace what is in it is lost")
    if there.others:
        raise BackupRefused(f"{there.others} others are connected: stop API and workers first")
    reading = _program("pg_restore", there.server_major)
    # A file that ends too early is known before anything is touched.
    await _run(reading, "--file=/dev/null", str(file), connects=False)
    await _play(reading, _program("psql", there.server_major), url=url, file=file)


def _refuse_target(file: Path) -> None:
    if file.exists():
        raise BackupRefused(f"{file} is there already: choose another name")
    if not file.parent.is_dir():
        raise BackupRefused(f"there is no folder {file.parent}")


def _refuse_source(file: Path) -> None:
    if not file.is_file():
        raise BackupRefused(f"there is no backup {file}")


async def _look(url: str) -> queries.Found:
    database = Database(url, connections=1, hot_connections=0)
    await database.open()
    try:
        async with database.session() as session:
            return await queries.look(session)
    except (OSError, SQLAlchemyError) as error:
        raise BackupRefused(f"the database cannot be reached: {type(error).__name__}") from error
    finally:
        await database.close()


async def _play(reading: Path, writing: Path, *, url: str, file: Path) -> None:
    """Pour the backup through psql into one transaction, committed only once all of it arrived."""
    psql = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-")
    script = ("--no-owner", "--no-privileges", "--no-comments", "--file=-", str(file))
    with tempfile.TemporaryFile() as read_said, tempfile.TemporaryFile() as said:
        async with (
            _started(writing, *psql, url=url, says=said) as target,
            _started(reading, *script, url=None, says=read_said) as source,
        ):
            assert source.stdout is not None
            assert target.stdin is not None
            with suppress(ConnectionError):  # psql ended early: it says why.
                target.stdin.write(b"BEGIN;\n" + _EMPTY)
                while chunk := await source.stdout.read(_CHUNK_BYTES):
                    target.stdin.write(chunk)
                    await target.stdin.drain()
                if await source.wait() == 0:
                    target.stdin.write(b"\nCOMMIT;\n")
                    await target.stdin.drain()
            target.stdin.close()
            if await target.wait() != 0:
                raise BackupRefused(f"nothing was restored: {_last_line(said)}")
            if await source.wait() != 0:
                raise BackupRefused(f"nothing was restored: {_last_line(read_said)}")


async def _run(program: Path, *options: str, url: str = "", connects: bool = True) -> None:
    with tempfile.TemporaryFile() as said:
        async with _started(program, *options, url=url if connects else None, says=said) as child:
            assert child.stdout is not None
            await child.stdout.read()
            if await child.wait() != 0:
                raise BackupRefused(f"{program.name}: {_last_line(said)}")


@asynccontextmanager
async def _started(
    program: Path, *options: str, url: str | None, says: IO[bytes]
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A program of PostgreSQL; ended where we give up first. ``url`` none: it connects to nothing.

    The password goes through its environment, which unlike its arguments others cannot list.
    """
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    target: tuple[str, ...] = ()
    if url is not None:
        to = connect_arguments(url)
        target = (
            f"--host={to['host']}",
            f"--port={to['port']}",
            f"--username={to['user']}",
            f"--dbname={to['database']}",
            "--no-password",
        )
        environment |= {"PGPASSWORD": to["password"] or "", "PGCONNECT_TIMEOUT": "5"}
        environment |= {"PGSSLMODE": to["ssl"] or "disable"}
    child = await asyncio.create_subprocess_exec(
        program, *target, *options,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=says,
        env=environment,
        # Python ignores SIGXFSZ; so does the child then, and can tell of a file grown too large.
        restore_signals=False,
    )  # fmt: skip
    try:
        yield child
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.terminate()
            await child.wait()


def _program(name: str, server_major: int) -> Path:
    """The program of the server's own version, else the oldest later one.

    Raises:
        BackupRefused: there is none.
    """
    found = [Path(f"/usr/lib/postgresql/{server_major}/bin/{name}")]
    found += [Path(on_path) for on_path in (shutil.which(name),) if on_path]
    with suppress(EmbeddedError):
        found.append(postgres_bin(name))
    fitting = [
        (major, program)
        for program in found
        if program.is_file() and (major := _major(program)) >= server_major
    ]
    if not fitting:
        raise BackupRefused(
            f"{name} of PostgreSQL {server_major} is missing: install postgresql-client"
        )
    return min(fitting, key=lambda f: f[0])[1]


def _major(program: Path) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"(\d+)", told.stdout)
    return int(number[1]) if number else 0


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1][:_ENOUGH_SAID] if lines else "it said nothing"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
