"""Idempotency keys: the answer is stored in the transaction of the change, per user and key."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from api.errors import AppError

_FORM = re.compile(r"[\x21-\x7e]{1,64}")

# The lock lives as long as the transaction: a twin that cannot have it is still in flight.
FIND_SQL = """
SELECT pg_try_advisory_xact_lock(hashtextextended($1::uuid::text || $2::text, 0)) AS is_free,
       k.request_hash, k.status, k.body
FROM (SELECT 1) AS one
LEFT JOIN idempotency_keys AS k ON k.user_id = $1 AND k.key = $2
"""
STORE_SQL = """
INSERT INTO idempotency_keys (user_id, key, request_hash, status, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer, byte for byte: given before, or about to be given for the first time."""

    status: int
    body: bytes
    is_repeat: bool = True


def read_key(header: str | None, *, required: bool) -> str | None:
    """The key of a request, checked.

    Raises:
        AppError: idempotency_key_required, idempotency_key_malformed.
    """
    if header is None:
        if required:
            raise AppError("idempotency_key_required")
        return None
    if not _FORM.fullmatch(header):
        raise AppError("idempotency_key_malformed", "1–64 visible ASCII characters")
    return header


def request_hash(method: str, path: str, body: bytes) -> bytes:
    """What must be equal for two requests to be the same one."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).digest()


def judge(
    *,
    is_free: bool,
    stored_hash: bytes | None,
    status: int | None,
    body: Any,
    expected: Collection[bytes],
) -> Stored | None:
    """The stored answer to repeat, or ``None`` to go on.

    ``expected``: the hash of the request, under each key that may have made the stored one.

    Raises:
        AppError: idempotency_key_reused, request_in_flight.
    """
    if stored_hash is not None:
        if stored_hash not in expected:
            raise AppError("idempotency_key_reused")
        assert status is not None
        return Stored(status, bytes(body))
    if not is_free:
        raise AppError("request_in_flight", retry_after_s=1)
    return None


def is_twin(error: BaseException) -> bool:
    """Whether a commit lost to a twin that stored its answer first."""
    return "idempotency_keys_pkey" in str(error)
