"""How much a server holds."""

import re
from pathlib import Path

from api.cli.processes import Process


def resident_mb(process: Process) -> int:
    """The memory that a process holds now, in MB."""
    assert process.running is not None
    status = Path(f"/proc/{process.running.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1024
