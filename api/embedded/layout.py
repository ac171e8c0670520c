"""Where the stores of one data folder keep their files.

    folder/             lock, pg.log, redis.log
      pg/  redis/       the data
      run/              both sockets; a link to a short private folder when this path is too long
      stores ->         root only: pg, redis and run elsewhere, when the folder's own parents (such
                        as a home with mode 0700) hide it from the user that PostgreSQL runs as

Nobody's home is opened for this: what PostgreSQL must reach goes to /var/lib/linli instead.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from api.embedded.errors import FolderNotUsable
from api.embedded.programs import OPEN_STATE, made_open
from api.embedded.users import ServerUser, give, may_use

# A socket's path may have 107 bytes; characters that URLs would escape are not used, because
# arq reads a unix socket's path from its URL without unescaping it.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]{1,100}")


@dataclass(frozen=True)
class Layout:
    """The paths of one data folder, and the tag by which its processes are recognised."""

    tag: str
    folder: Path
    home: Path
    run: Path

    @property
    def pg(self) -> Path:
        """PostgreSQL's data."""
        return self.home / "pg"

    @property
    def redis_socket(self) -> Path:
        """Where Redis listens."""
        return self.run / "redis.sock"


def made_folder(path: Path) -> Path:
    """Make the data folder, private to its owner, and return it without links and dots.

    Raises:
        FolderNotUsable: it cannot be made or written.
    """
    folder = path.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "lock").touch(mode=0o600)
    except OSError as error:
        raise FolderNotUsable(f"The data folder {folder} cannot be used: {error}") from error
    return folder


def laid_out(folder: Path, user: ServerUser | None) -> Layout:
    """Make the places inside a folder whose lock is held; safe to call at every start.

    Raises:
        FolderNotUsable: the data lie where PostgreSQL's user cannot reach them.
    """
    give(folder / "lock", user)
    identity = folder.stat()
    home = _home(folder, user)
    return Layout(
        tag=f"linli-{identity.st_dev:x}-{identity.st_ino:x}",
        folder=folder,
        home=home,
        run=_run_folder(home, user),
    )


def clear_run(layout: Layout) -> None:
    """Remove the sockets' folder after a stop."""
    _remove_run(layout.home / "run")


def _home(folder: Path, user: ServerUser | None) -> Path:
    link = folder / "stores"
    if link.is_dir():
        return link.resolve()
    if user is None or _opened_for(user, folder):
        return folder
    if (folder / "pg").exists():
        raise FolderNotUsable(
            f"{user.name}, who runs PostgreSQL for root, cannot reach {folder / 'pg'}: "
            "move the folder out of the private directory, or run as its owner."
        )
    # The random part keeps a new folder at an old path away from the old folder's data.
    home = Path(tempfile.mkdtemp(prefix=f"{folder.parent.name}-", dir=made_open(OPEN_STATE)))
    give(home, user)
    (home / "origin").write_text(f"{folder}\n")
    link.unlink(missing_ok=True)
    link.symlink_to(home)
    return home


def _opened_for(user: ServerUser, folder: Path) -> bool:
    """Let the group of `user` enter our own folder, never its parents; say whether that did it."""
    if may_use(user, folder):
        return True
    if folder.stat().st_uid == user.uid or not may_use(user, folder.parent):
        return False
    shutil.chown(folder, group=user.gid)
    folder.chmod(folder.stat().st_mode | 0o010)
    return may_use(user, folder)


def _run_folder(home: Path, user: ServerUser | None) -> Path:
    run = home / "run"
    _remove_run(run)
    if _PLAIN_PATH.fullmatch(str(run / ".s.PGSQL.5432")):
        run.mkdir(mode=0o700)
        give(run, user)
        return run
    # For root the common /tmp: a private TMPDIR would hide the sockets from PostgreSQL's user.
    short = Path(tempfile.mkdtemp(prefix="linli-", dir=None if user is None else "/tmp"))
    give(short, user)
    run.symlink_to(short)
    return short


def _remove_run(run: Path) -> None:
    """Remove what the last run left; a link's target only when it still looks like ours."""
    if run.is_symlink():
        target = run.readlink()
        if target.name.startswith("linli-") and target.is_dir() and not target.is_symlink():
            shutil.rmtree(target, ignore_errors=True)
        run.unlink()
    elif run.exists():
        shutil.rmtree(run)
