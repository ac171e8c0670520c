"""Personal data at rest: AES-256-GCM bound to its row, and a keyed hash that finds it."""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Unreadable(Exception):
    """The ciphertext does not belong to this row and column, or to this key."""


class Vault:
    """Seals and opens personal data. Ciphertext = 12-byte nonce, then AES-GCM output."""

    def __init__(self, *, data_key: bytes, index_key: bytes) -> None:
        """Both keys have 32 bytes and differ: whoever can search must not be able to read."""
        assert len(data_key) == len(index_key) == 32
        assert data_key != index_key
        self._aead = AESGCM(data_key)
        self._index_key = index_key

    def seal(self, text: str, *, column: str, row: UUID) -> bytes:
        """Encrypt for one column of one row; moved elsewhere it cannot be opened."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, text.encode(), _bound_to(column, row))

    def open(self, sealed: bytes, *, column: str, row: UUID) -> str:
        """Decrypt what `seal` made for this column and row.

        Raises:
            Unreadable: wrong key, row or column, or damaged bytes.
        """
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._aead.decrypt(nonce, body, _bound_to(column, row)).decode()
        except (InvalidTag, ValueError) as error:  # A ValueError: too short to hold a nonce.
            raise Unreadable(column) from error

    def index(self, text: str, *, column: str) -> bytes:
        """The blind index of a value: equal values of one column give equal 32 bytes."""
        return hmac.digest(self._index_key, f"{column}|{text}".encode(), "sha256")

    def sign(self, text: str, *, purpose: str) -> str:
        """A short signature (hex) over text that a client carries and brings back."""
        return hmac.new(self._index_key, f"{purpose}|{text}".encode(), "sha256").hexdigest()[:32]


def token_hash(token: str) -> bytes:
    """SHA-256 of a random token: what is stored of it (256 random bits need no salt)."""
    return hashlib.sha256(token.encode()).digest()


def same(a: str, b: str) -> bool:
    """Compare secrets without telling by the time where they differ."""
    return hmac.compare_digest(a.encode(), b.encode())


def mask_phone(phone: str) -> str:
    """``138****8000``."""
    return f"{phone[:3]}****{phone[-4:]}"


def mask_name(name: str) -> str:
    """``张*``: the first character only."""
    return f"{name[:1]}*" if name else ""


def _bound_to(column: str, row: UUID) -> bytes:
    return f"{column}|{row}".encode()
