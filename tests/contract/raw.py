"""HTTP byte by byte, for what no client library would send."""

import asyncio
from urllib.parse import urlsplit

import orjson


async def exchange(url: str, *parts: bytes, patience_s: float = 10) -> bytes:
    """Send the parts as they are; everything that comes back until the server closes or idles."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(patience_s):
            return await reader.read()
    finally:
        writer.close()


def refusals(raw: bytes) -> list[tuple[int, str]]:
    """Status and code of each problem in the bytes, in order."""
    found: list[tuple[int, str]] = []
    for answer in raw.split(b"HTTP/1.1 ")[1:]:
        head, _, body = answer.partition(b"\r\n\r\n")
        is_problem = b"application/problem+json" in head
        found.append((int(head[:3]), orjson.loads(body)["code"] if is_problem else ""))
    return found
