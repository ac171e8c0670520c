"""The shipped day, played by the command itself on real stores, with a fault in the middle."""

import asyncio
import os
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from api.bootstrap import Parts
from api.cli.main import app
from api.doctor import examine
from api.embedded import StoreUrls
from api.kit.simulated import is_simulated

_TIMEOUT_S = 200


async def _linli(*arguments: str, environment: dict[str, str]) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )  # fmt: skip
    async with asyncio.timeout(_TIMEOUT_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_the_shipped_day_loses_nothing_though_the_api_is_killed(
    database_url: str, stores: StoreUrls, parts: Parts, tmp_path: Path
) -> None:
    """All orders are final, no acknowledged write is lost, the doctor finds nothing."""
    environment = {
        "DATABASE_URL": database_url,
        "REDIS_URL": stores.redis_url,
        "LINLI_DATA_FOLDER": str(tmp_path),
    }

    code, out, err = await _linli(
        "replay", "--speed", "600", "--kill", "1", environment=environment
    )

    result = orjson.loads(out.splitlines()[-1])
    assert (0, 0, 0) == (code, result["lost"], result["not_final"]), err
    assert (40, 0, 1) == (result["placed"], result["unknown"], result["kills"])
    assert set(result["violations"].values()) == {0}
    assert result["completed"] + result["cancelled"] + result["expired"] == 40
    assert [] == await examine(parts.database)
    async with parts.database.session() as session:
        assert not await is_simulated(session)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["/nowhere"], "/nowhere is not a folder"),
        (["--speed", "0"], "--speed is from"),
        (["--speed", "nan"], "--speed is from"),
        (["--kill", "-1"], "--kill is from"),
        (["--radius-m", "0"], "--radius-m is from"),
    ],
)
def test_what_cannot_be_played_is_one_line_and_exit_2(arguments: list[str], line: str) -> None:
    """Nothing is started for it, and there is no stack to read."""
    ended = CliRunner().invoke(app, ["replay", *arguments])

    assert (2, "") == (ended.exit_code, ended.stdout)
    assert line in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_production_is_never_replayed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay moves the database's clock, which would be ruinous where people live by it."""
    monkeypatch.setenv("LINLI_ENVIRONMENT", "production")

    ended = CliRunner().invoke(app, ["replay"])

    assert ended.exit_code == 2
    assert "refused in production" in ended.stderr
