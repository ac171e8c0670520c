"""Messages that WeChat pushes to us: whether it signed them, and what is inside (AES mode)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from api.kit.crypto import same

_BLOCK = 32
_RANDOM_BYTES = 16
_LENGTH_BYTES = 4


class NotFromWeChat(Exception):
    """Not signed with our token, not sealed with our key, or for another app."""


@dataclass(frozen=True, slots=True)
class PushKeys:
    """What messages are checked with. No ``key``: WeChat was told to push in the open."""

    token: str
    key: bytes | None
    appid: str


def signature(*parts: str) -> str:
    """SHA-1 in hex over the parts, sorted as plain text and joined without separators."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(given: str, *parts: str) -> None:
    """Refuse what was not signed with these parts, in constant time.

    Raises:
        NotFromWeChat: another signature.
    """
    if not same(given, signature(*parts)):
        raise NotFromWeChat("signature")


def read_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes behind an EncodingAESKey of 43 characters.

    Raises:
        ValueError: it is none.
    """
    key = base64.b64decode(encoding_aes_key + "=", validate=True)
    if len(key) != 32:
        raise ValueError("an EncodingAESKey has 43 characters")
    return key


def open_push(sealed: str, *, key: bytes, appid: str) -> bytes:
    """The message inside an ``Encrypt``: AES-256-CBC, padded to 32 bytes, with our appid behind.

    Raises:
        NotFromWeChat: damaged, or for another app.
    """
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotFromWeChat("base64") from error
    if not raw or len(raw) % _BLOCK:
        raise NotFromWeChat("length")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(raw) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise NotFromWeChat("padding")
    inner = plain[_RANDOM_BYTES:-padding]
    length = int.from_bytes(inner[:_LENGTH_BYTES], "big")
    message, owner = inner[_LENGTH_BYTES:][:length], inner[_LENGTH_BYTES:][length:]
    if len(message) != length or not same(owner.decode("utf-8", "replace"), appid):
        raise NotFromWeChat("appid")
    return message
