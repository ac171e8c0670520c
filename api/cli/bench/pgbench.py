"""pgbench doing the statements of one accept, made from the constants that the API runs."""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

from api.cli.bench.world import FIRST, JOB_PREFIX, JOBS_PER_RUNNER, TOKEN_PREFIX
from api.embedded import postgres_bin
from api.jobs.events import JOB_ACCEPTED
from api.kit.db import connect_arguments
from api.matching.queries import ACCEPT_READ_SQL, ACCEPT_WRITE_SQL

_PLACEHOLDER = re.compile(r"\$(\d+)")
_RATE = re.compile(r"^tps = ([0-9.]+) \(without initial connection time\)", re.MULTILINE)
_DONE = re.compile(r"^number of transactions actually processed: (\d+)/(\d+)$", re.MULTILINE)
_PATIENCE_S = 300

# Which job this transaction takes: each once, in no order; and the runner who stands beside it.
_CHOOSE = f"""\\set i :i + 1
\\set n :first + permute(:i * :clients + :client_id, :size)
\\set job {FIRST} + :n
\\set runner {FIRST} + :n / {JOBS_PER_RUNNER}
"""
_JOB = f"('{JOB_PREFIX}' || :job::text)::uuid"
_READ_ARGUMENTS = {
    1: f"sha256(('{TOKEN_PREFIX}' || :runner::text)::bytea)",
    2: _JOB,
    3: ":job",
}
# What the API works out between the two statements is given ready-made, of the same size.
_WRITE_ARGUMENTS = {
    1: _JOB,
    2: ":read_version",
    3: ":read_user_id",
    4: ":read_now",
    5: ":distance_m",
    6: ":event",
    7: ":data",
    8: ":job",
    9: ":request_hash",
    10: ":answer",
    11: ":day",
}
_CONSTANTS = {
    "distance_m": "182.41234567",
    "event": JOB_ACCEPTED.name,
    "data": '{"distance_m": 182.4}',
    "request_hash": "\\x" + "5a" * 32,
    "day": "20000",
}


@dataclass(frozen=True, slots=True)
class Round:
    """A block of pgbench: how many accepts, how many a second without connecting."""

    done: int
    per_s: float


def accept_script() -> str:
    """pgbench's script for one accept: both statements, arguments as its variables."""
    read = with_variables(ACCEPT_READ_SQL, _READ_ARGUMENTS)
    write = with_variables(ACCEPT_WRITE_SQL, _WRITE_ARGUMENTS)
    return f"{_CHOOSE}{read.strip()}\n\\gset read_\n{write.strip()};\n"


def run_pgbench(url: str, *, clients: int, each: int, first: int, answer: bytes) -> Round:
    """Accept ``clients`` × ``each`` jobs, beginning with number ``first``.

    Raises:
        RuntimeError: pgbench failed, or not every transaction was done.
    """
    variables = {
        **_CONSTANTS,
        "answer": "\\x" + answer.hex(),
        "clients": clients,
        "first": first,
        "size": clients * each,
        "i": -1,
    }
    return run_script(url, accept_script(), variables, clients=clients, each=each)


def run_script(
    url: str, text: str, variables: Mapping[str, object], *, clients: int, each: int
) -> Round:
    """Let so many clients run a script so many times each.

    Raises:
        RuntimeError: pgbench failed, or not every transaction was done.
    """
    with tempfile.NamedTemporaryFile("w", prefix="linli-bench-", suffix=".sql") as script:
        script.write(text)
        script.flush()
        command = [str(postgres_bin("pgbench")), "--no-vacuum", "--protocol=prepared"]
        command += [f"--client={clients}", f"--jobs={min(2, clients)}", f"--transactions={each}"]
        command += [f"--define={name}={value}" for name, value in variables.items()]
        command += [f"--file={script.name}", *_address(url)]
        done = subprocess.run(  # noqa: S603  (the program of the embedded PostgreSQL)
            command,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            check=False,
        )
    rate, count = _RATE.search(done.stdout), _DONE.search(done.stdout)
    if done.returncode != 0 or rate is None or count is None or count[1] != count[2]:
        raise RuntimeError(f"pgbench failed: {done.stdout[-600:]}{done.stderr[-600:]}")
    return Round(int(count[1]), float(rate[1]))


def with_variables(sql: str, arguments: Mapping[int, str]) -> str:
    """A statement of ours with pgbench's variables and expressions for its arguments."""
    numbers = {int(n) for n in _PLACEHOLDER.findall(sql)}
    assert numbers == set(arguments), "the statement's arguments changed: map them here"
    return _PLACEHOLDER.sub(lambda match: arguments[int(match[1])], sql)


def _address(url: str) -> list[str]:
    arguments = connect_arguments(url)
    return [
        f"--host={arguments['host']}",
        f"--port={arguments['port']}",
        f"--username={arguments['user']}",
        str(arguments["database"]),
    ]
