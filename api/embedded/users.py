"""Who the servers run as: the caller, or an unprivileged user when the caller is root.

PostgreSQL refuses to run as root. The servers then run as the owner of the data folder, so that
root and the owner can take turns, or as a system user of their own when root owns it.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from api.embedded.errors import ServerUserMissing

SYSTEM_USER = "linli-stores"


@dataclass(frozen=True)
class ServerUser:
    """The unprivileged user whom root lends the servers to."""

    name: str
    uid: int
    gid: int


def server_user(folder: Path) -> ServerUser | None:
    """Return whom the servers of `folder` run as; None means the caller, who is not root.

    Raises:
        ServerUserMissing: the system user does not exist and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    owner = folder.stat()
    if owner.st_uid != 0:
        return ServerUser(f"user {owner.st_uid}", owner.st_uid, owner.st_gid)
    entry = _entry() or _made_entry()
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def give(path: Path, user: ServerUser | None) -> None:
    """Hand `path` to `user`; nothing to do when the servers run as the caller."""
    if user is not None:
        os.chown(path, user.uid, user.gid, follow_symlinks=False)


def may_use(user: ServerUser | None, path: Path) -> bool:
    """Say whether `user` may enter the folder or run the program `path`.

    The question is put to the kernel as that user: mode bits alone would miss access lists.
    """
    if user is None:
        return os.access(path, os.X_OK)
    answer = subprocess.run(
        ["test", "-x", str(path)],
        user=user.uid,
        group=user.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def _made_entry() -> pwd.struct_passwd:
    """Make the system user; a second start doing the same at the same time is no harm."""
    # A root shell opened with a plain `su` has no /usr/sbin on its PATH.
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin") or "useradd"
    command = [useradd, "--system", "--user-group", "--no-create-home"]
    command += [
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        SYSTEM_USER,
    ]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ServerUserMissing(
            "PostgreSQL does not run as root and useradd is not installed: "
            f"make a system user named {SYSTEM_USER}, or run as an ordinary user."
        ) from None
    entry = _entry()
    if entry is None:
        reason = " ".join(made.stderr.split())
        raise ServerUserMissing(
            "PostgreSQL does not run as root and the system user "
            f"{SYSTEM_USER} could not be made ({reason}): run as an ordinary user."
        )
    return entry
