"""One owner per data folder, for as long as the owner lives."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.embedded.errors import DataFolderInUse


@contextmanager
def held_lock(folder: Path) -> Generator[None]:
    """Hold `folder/lock` until the block ends; the kernel lets go when the process is killed.

    Raises:
        DataFolderInUse: another start, in this process or another, holds the folder.
    """
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read(20).strip() or "unknown"
            raise DataFolderInUse(
                f"The data folder {folder} is in use by process {holder}: "
                "stop it first, or choose another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
