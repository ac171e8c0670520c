"""Processes forked off a parent that has loaded them all are processes like any other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from api.cli.forking import Forked, Forker

DEEDS = "tests.embedded.deeds"
PATIENCE_S = 20.0


@pytest.fixture
def forker() -> Generator[Forker]:
    """A parent that has loaded nothing but what it needs."""
    made = Forker(())
    yield made
    made.close()


def forked(forker: Forker, path: Path, *arguments: str, **environment: str) -> Forked:
    """A process that does a deed and writes its words to a file."""
    with path.open("ab") as words:
        return forker.fork(DEEDS, arguments, environment, output=words.fileno())


def is_there(pid: int) -> bool:
    """Whether a process of this number runs."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def await_gone(pid: int) -> None:
    """Wait for the end of a process that is not told to us."""
    deadline = time.monotonic() + PATIENCE_S
    while is_there(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def await_word(path: Path, word: str) -> None:
    """Wait until a process has said a word."""
    deadline = time.monotonic() + PATIENCE_S
    while word not in path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_has_its_arguments_and_environment_and_nothing_else(
    forker: Forker, tmp_path: Path
) -> None:
    """What its parent was told at its own start does not reach it."""
    process = forked(forker, tmp_path / "words", "tell", "a", WORD="b")

    assert process.wait(PATIENCE_S) == 0
    assert (tmp_path / "words").read_text() == "a b False\n"


@pytest.mark.parametrize(
    ("deed", "code"), [(("fail",), 1), (("refuse", "2"), 2), (("refuse", "0"), 0)]
)
def test_its_exit_code_is_told(
    forker: Forker, tmp_path: Path, deed: tuple[str, ...], code: int
) -> None:
    """As of a child."""
    assert forked(forker, tmp_path / "words", *deed).wait(PATIENCE_S) == code


def test_a_failure_is_in_its_log(forker: Forker, tmp_path: Path) -> None:
    """With the place where it happened."""
    forked(forker, tmp_path / "words", "fail").wait(PATIENCE_S)

    assert "it does not work" in (tmp_path / "words").read_text()


def test_it_runs_until_it_is_killed(forker: Forker, tmp_path: Path) -> None:
    """The signal that ended it is told, as `subprocess` tells it."""
    process = forked(forker, tmp_path / "words", "stay")
    await_word(tmp_path / "words", "here")

    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    process.kill()
    assert process.wait(PATIENCE_S) == -signal.SIGKILL
    process.kill()


def test_the_end_of_one_is_not_the_end_of_another(forker: Forker, tmp_path: Path) -> None:
    """Nothing of one process is held open by the next."""
    first, second = (forked(forker, tmp_path / n, "stay") for n in ("one", "two"))
    await_word(tmp_path / "two", "here")

    first.kill()

    assert first.wait(PATIENCE_S) == -signal.SIGKILL
    assert second.poll() is None


def test_whoever_asks_no_more_has_no_processes(tmp_path: Path) -> None:
    """However the asking process ended."""
    asking = (
        "import sys; from api.cli.forking import Forker\n"
        f"with open({str(tmp_path / 'words')!r}, 'wb') as words:\n"
        f"    made = Forker(()).fork({DEEDS!r}, ('stay',), {{}}, output=words.fileno())\n"
        "print(made.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        (sys.executable, "-c", asking), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        owner.kill()
    await_gone(pid)


def test_a_parent_that_is_killed_takes_them_along(forker: Forker, tmp_path: Path) -> None:
    """Its processes are told to stop by the kernel, and their end is known."""
    process = forked(forker, tmp_path / "words", "stay")
    await_word(tmp_path / "words", "here")
    parent = int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[1])

    os.kill(parent, signal.SIGKILL)

    assert process.wait(PATIENCE_S) == -signal.SIGKILL
    await_gone(process.pid)
    with pytest.raises(RuntimeError, match="has ended"):
        forked(forker, tmp_path / "words", "stay")
