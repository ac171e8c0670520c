"""Processes forked off a parent that has loaded them all: each begins at once.

Loading takes some five seconds of a core, which everybody waits for after a crash; it is done
once, in a process that serves nobody, and what was loaded is shared memory to those that do.

``python -m api.cli.forking FD MODULE…`` is that parent. A message at the socket FD names the module
whose ``main(arguments)`` a new process runs, and brings three files: where the parent writes its
exit code when it has ended, its standard output, its standard error. The answer is its number.
"""

import atexit
import ctypes
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from types import FrameType

_MESSAGE_BYTES_MAX = 128 * 1024
_FILES = 3
_LOST = -signal.SIGKILL
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


class Forked:
    """A process that is not our child, though it is used as one; see `subprocess.Popen`."""

    def __init__(self, pid: int, ended: int) -> None:
        """``ended``: the file at which its exit code arrives."""
        self.pid = pid
        self.returncode: int | None = None
        self._ended = ended

    def poll(self) -> int | None:
        """Its exit code; ``None``: it runs."""
        return self._await(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its exit code.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        code = self._await(None if timeout is None else int(timeout * 1000))
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing where it has ended. The number is its own until its end was told."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _await(self, timeout_ms: int | None) -> int | None:
        if self.returncode is None:
            told = select.poll()
            told.register(self._ended, select.POLLIN | select.POLLHUP)
            if told.poll(timeout_ms):
                self.returncode = int(os.read(self._ended, 16) or _LOST)
                os.close(self._ended)
        return self.returncode


class Forker:
    """The parent, as seen by whoever wants processes; it loads while we do something else."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = (sys.executable, "-m", "api.cli.forking", str(theirs.fileno()), *modules)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (our own command)
                command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                start_new_session=True,
            )  # fmt: skip

    @property
    def has_ended(self) -> bool:
        """Whether it forks no more."""
        return self._process.poll() is not None

    def fork(
        self,
        module: str,
        arguments: Sequence[str],
        environment: dict[str, str],
        *,
        output: int | None = None,
    ) -> Forked:
        """A new process that runs ``main(arguments)`` of a module; ``output`` takes its words.

        It is called by the module's last word where processes are listed, e.g. "linli-serve".

        Raises:
            RuntimeError: the parent ended, e.g. because a module cannot be loaded.
        """
        asked = {"module": module, "arguments": list(arguments), "environment": environment}
        told, ended = os.pipe()
        words = (1, 2) if output is None else (output, output)
        try:
            socket.send_fds(self._socket, [json.dumps(asked).encode()], [ended, *words])
            pid = int(self._socket.recv(16) or b"0")
        except OSError:
            pid = 0
        finally:
            os.close(ended)
        if not pid:
            os.close(told)
            raise RuntimeError("the process that loads all others has ended")
        return Forked(pid, told)

    def close(self) -> None:
        """Let it go, and with it whatever it has forked off."""
        self._socket.close()
        self._process.wait()


class _Parent:
    """What runs in the parent: one thread, so that a fork leaves no lock behind."""

    def __init__(self, asking: socket.socket) -> None:
        self._asking = asking
        self._running: dict[int, int] = {}
        self._ended, self._wakes = os.pipe()
        os.set_blocking(self._wakes, False)
        # Ignored, it would not wake us.
        signal.signal(signal.SIGCHLD, _do_nothing)
        signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Fork and tell of ends, until whoever asks is gone."""
        waiting = select.poll()
        for file in (self._asking.fileno(), self._ended):
            waiting.register(file, select.POLLIN)
        while True:
            ready = {file for file, _ in waiting.poll()}
            if self._ended in ready:
                os.read(self._ended, 4096)
                self._tell_ends()
            if self._asking.fileno() in ready and not self._answer():
                return

    def _answer(self) -> bool:
        asked, files, _, _ = socket.recv_fds(self._asking, _MESSAGE_BYTES_MAX, _FILES)
        if not asked:
            return False
        ended, out, error = files
        ours, pid = os.getpid(), os.fork()
        if pid == 0:
            self._become(asked, out, error, ended, parent=ours)
        self._running[pid] = ended
        os.close(out)
        os.close(error)
        self._asking.send(str(pid).encode())
        return True

    def _tell_ends(self) -> None:
        """Tell first, bury then: meanwhile the number is nobody else's."""
        while self._running:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None:
                return
            code = found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
            ended = self._running.pop(found.si_pid)
            with suppress(BrokenPipeError):
                os.write(ended, str(code).encode())
            os.close(ended)
            os.waitpid(found.si_pid, 0)

    def _become(self, message: bytes, out: int, error: int, ended: int, *, parent: int) -> None:
        """The new process; never returns."""
        code = 1
        try:
            asked = json.loads(message)
            _become_known(asked["module"], parent=parent)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            os.dup2(out, 1)
            os.dup2(error, 2)
            for file in (out, error, ended, self._ended, self._wakes, *self._running.values()):
                os.close(file)
            self._asking.close()
            code = _run(**asked)
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)


def _do_nothing(number: int, frame: FrameType | None) -> None:
    pass


def _run(module: str, arguments: list[str], environment: dict[str, str]) -> int:
    os.environ.clear()
    os.environ.update(environment)
    try:
        import_module(module).main(arguments)
    except SystemExit as stopped:
        if isinstance(stopped.code, str):
            print(stopped.code, file=sys.stderr)
        return stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    return 0


def _become_known(module: str, *, parent: int) -> None:
    """A name of its own, and an end with its parent: the kernel tells it to stop, see prctl(2)."""
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(_PR_SET_NAME, f"linli-{module.rpartition('.')[2]}".encode())
        kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit(1)


_forker: Forker | None = None


def forker() -> Forker:
    """The one parent of this process, made when first asked for, and again where it ended."""
    global _forker
    if _forker is None or _forker.has_ended:
        if _forker is None:
            atexit.register(lambda: _forker and _forker.close())
        _forker = Forker(("api.cli.serve", "workers.runner"))
    return _forker


def main() -> None:
    """Load the modules, then fork until nobody asks any more."""
    file, *modules = sys.argv[1:]
    gc.disable()
    for module in modules:
        import_module(module)
    gc.collect()
    gc.freeze()
    gc.enable()
    assert threading.active_count() == 1, "a thread would be missing in each fork"
    with socket.socket(fileno=int(file)) as asking:
        _Parent(asking).serve()


if __name__ == "__main__":
    main()
