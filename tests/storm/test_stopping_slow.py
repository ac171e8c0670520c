"""A photo that never ends does not keep a process from stopping."""

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from api.settings import Settings
from tests.fixtures.builders.processes import running_api
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.worlds import World

pytestmark = pytest.mark.storm


async def test_half_a_photo_does_not_hold_up_the_end(world: World, settings: Settings) -> None:
    """Told to stop with an upload half sent: gone within ten seconds."""
    resident = await world.person("resident1")
    head = (
        b"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n"
        b"Authorization: Bearer " + resident.token.encode() + b"\r\n\r\n"
    )
    part = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n\xff\xd8\xff'
    with running_api(settings) as (process, url):
        address = urlsplit(url)
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(head + part)
        await writer.drain()
        assert process.running is not None
        process.ask_to_stop()
        told_at = time.monotonic()

        async def is_gone() -> bool:
            assert process.running is not None
            return process.running.poll() is not None

        await until(is_gone, within_s=12)
        took_s = time.monotonic() - told_at
        writer.close()

    assert took_s < 10
