"""Identifiers: UUIDv7 (RFC 9562 §5.7), so that new rows lie beside each other in an index."""

import os
import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def new_token() -> str:
    """A secret of 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def new_digits(length: int) -> str:
    """A code of ``length`` random decimal digits, such as a receipt code."""
    return f"{secrets.randbelow(10**length):0{length}d}"
