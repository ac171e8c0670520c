"""Folders for the stores, and an owner in a process of its own that can be killed."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.embedded.owner import Owner

_OWNER = """
import sys, time
from pathlib import Path
from api.embedded import EmbeddedStores
with EmbeddedStores(Path(sys.argv[1])) as urls:
    print(urls.database_url, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def shared_folder() -> Generator[Path]:
    """Yield one data folder for the tests that do not mind what is in it."""
    yield from _folder()


@pytest.fixture
def new_folder() -> Generator[Path]:
    """Yield a data folder that no start has seen."""
    yield from _folder()


@pytest.fixture
def owner_of() -> Generator[Callable[[Path], Owner]]:
    """Yield a starter of processes that own a folder's stores; they are killed in the end."""
    owners: list[Owner] = []

    def start(folder: Path) -> Owner:
        process = subprocess.Popen(
            [sys.executable, "-c", _OWNER, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        owners.append(Owner(process, process.stdout.readline().strip()))
        return owners[-1]

    yield start
    for owner in owners:
        owner.kill()


def _folder() -> Generator[Path]:
    """Make a folder directly under the temporary one: pytest's own are closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="linli-test-"))
    yield folder
    shutil.rmtree(folder)
