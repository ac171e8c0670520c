"""People's data in processes as they run: each knows no more models than it imports."""

import asyncio
import sys

import httpx
import pytest

from api.settings import Settings
from tests.fixtures.builders.people import sign_in
from tests.fixtures.builders.processes import running_api


@pytest.mark.parametrize("module", ["api.app", "workers.runner"])
async def test_a_process_has_every_statement_about_people(module: str, database_url: str) -> None:
    """What is shown, erased, forgotten and sealed anew depends on nothing that was imported."""
    asked = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fixtures.fresh_process", module, database_url
    )

    assert await asyncio.wait_for(asked.wait(), 60) == 0


async def test_a_real_process_gives_people_their_data_and_forgets_them(settings: Settings) -> None:
    """`linli api` itself, in which no test imported anything."""
    with running_api(settings) as (_, url):
        async with httpx.AsyncClient(base_url=url, timeout=20) as http:
            person = await sign_in(http, "dev:resident1")
            shown = await person.get("/v1/me/data")
            left = await person.call("DELETE", "/v1/me/data")

    assert {"users", "sessions", "events", "data_consents"} == {
        s["table"] for s in shown["sections"]
    }
    assert left.status_code == 200
    assert left.json()["state"] == "erased"
