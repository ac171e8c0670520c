"""Personal data at rest: AES-256-GCM bound to its row, and a keyed hash that finds it.

Keys are replaced without a pause: each sealed value names the key that sealed it, old keys still
open, only the current one seals. A key's name is derived from it, so nobody has to keep a list.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
NAME_BYTES = 4


class Unreadable(Exception):
    """The ciphertext does not belong to this row and column, or to none of these keys."""


class Vault:
    """Seals and opens personal data. Ciphertext = 4-byte name of the key, 12-byte nonce, GCM."""

    def __init__(
        self,
        *,
        data_key: bytes,
        index_key: bytes,
        old_data_keys: Sequence[bytes] = (),
        old_index_keys: Sequence[bytes] = (),
    ) -> None:
        """All keys have 32 bytes; whoever can search must not be able to read."""
        data_keys, index_keys = (data_key, *old_data_keys), (index_key, *old_index_keys)
        assert all(len(key) == 32 for key in (*data_keys, *index_keys))
        assert not {*data_keys} & {*index_keys}
        self.key_name = _name(data_key)
        self._ciphers = {_name(key): AESGCM(key) for key in data_keys}
        assert len(self._ciphers) == len({*data_keys}), "two keys of one name: make another"
        self._index_keys = index_keys

    def seal(self, text: str, *, column: str, row: UUID) -> bytes:
        """Encrypt for one column of one row; moved elsewhere it cannot be opened."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self.key_name]
        return self.key_name + nonce + cipher.encrypt(nonce, text.encode(), _bound_to(column, row))

    def open(self, sealed: bytes, *, column: str, row: UUID) -> str:
        """Decrypt what `seal` made for this column and row, under this key or an older one.

        Raises:
            Unreadable: wrong key, row or column, or damaged bytes.
        """
        bound_to = _bound_to(column, row)
        cipher = self._ciphers.get(sealed[:NAME_BYTES])
        if cipher is not None:
            text = _decrypted(cipher, sealed[NAME_BYTES:], bound_to)
            if text is not None:
                return text
        # Sealed before keys had names, or under a nonce that looks like one.
        for cipher in self._ciphers.values():
            text = _decrypted(cipher, sealed, bound_to)
            if text is not None:
                return text
        raise Unreadable(column)

    def index(self, text: str, *, column: str) -> bytes:
        """The blind index of a value: equal values of one column give equal 32 bytes."""
        return self.indexes(text, column=column)[0]

    def indexes(self, text: str, *, column: str) -> list[bytes]:
        """The index under the current key, then under older ones: where to look for a value."""
        message = f"{column}|{text}".encode()
        return [hmac.digest(key, message, "sha256") for key in self._index_keys]

    @property
    def has_old_indexes(self) -> bool:
        """Whether values are looked for under more than one key."""
        return len(self._index_keys) > 1

    def sign(self, text: str, *, purpose: str) -> str:
        """A short signature (hex) over text that a client carries and brings back."""
        return hmac.new(self._index_keys[0], f"{purpose}|{text}".encode(), "sha256").hexdigest()[
            :32
        ]


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


def mask_door(door: str) -> str:
    """``***``: that there is one, and nothing of it."""
    return "***" if door else ""


def _name(key: bytes) -> bytes:
    return hmac.digest(key, b"linli: the name of this key", "sha256")[:NAME_BYTES]


def _decrypted(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> str | None:
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, body, bound_to).decode()
    except (InvalidTag, ValueError):  # A ValueError: too short to hold a nonce.
        return None


def _bound_to(column: str, row: UUID) -> bytes:
    return f"{column}|{row}".encode()
