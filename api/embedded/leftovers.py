"""Servers of a data folder that outlived the process which started them.

They are known by a tag in their command line. A process number in a file proves nothing: after a
restart of the machine or of a container the same number belongs to somebody else.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from signal import Signals

from api.embedded.errors import StoreDidNotStart

# A signal to send, and how many seconds to wait for its effect before the next one.
Step = tuple[Signals, float]


def end_leftovers(program: str, tag: str, steps: Sequence[Step]) -> None:
    """End every process of `program` that carries `tag`, with ever firmer signals.

    Call it only with the folder's lock held: no living process then needs these servers.

    Raises:
        StoreDidNotStart: some process outlived even the last step.
    """
    for step, patience_s in steps:
        deadline = time.monotonic() + patience_s
        running = _running(program, tag)
        for pid in running:
            _send(pid, step)
        while running and time.monotonic() < deadline:
            time.sleep(0.02)
            running = _running(program, tag)
        if not running:
            return
    raise StoreDidNotStart(
        f"An earlier {program} of this folder does not end: "
        f"kill -9 {' '.join(map(str, _running(program, tag)))}"
    )


def _running(program: str, tag: str) -> list[int]:
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and _is_one(process, program, tag)
    ]


def _is_one(process: Path, program: str, tag: str) -> bool:
    """Say whether a process is one of ours and alive; one that vanishes or hides is not.

    A process that ended but was not yet collected by its parent has an empty command line.
    """
    try:
        name = (process / "comm").read_text().strip()
        return name == program and tag.encode() in (process / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def _send(pid: int, step: Signals) -> None:
    try:
        os.kill(pid, step)
    except ProcessLookupError:
        return
