"""What WeChat Pay seals for us (AES-256-GCM), and what we seal for it (RSA-OAEP). Pure."""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1

from api.wechat.pay.signing import NotFromWeChatPay

ALGORITHM = "AEAD_AES_256_GCM"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_BYTES = 32


def read_v3_key(text: str) -> bytes:
    """The 32 ASCII bytes of the APIv3 key.

    Raises:
        ValueError: it has another length, or other characters.
    """
    if not (text.isascii() and text.isalnum()) or len(text) != _KEY_BYTES:
        raise ValueError("an APIv3 key has 32 letters and digits")
    return text.encode()


def open_sealed(*, key: bytes, ciphertext: str, nonce: str, associated_data: str) -> bytes:
    """The plain text of a notice's resource; the nonce is taken as the bytes of its letters.

    Raises:
        NotFromWeChatPay: damaged, or sealed with another key.
    """
    if len(nonce.encode()) != _NONCE_BYTES:
        raise NotFromWeChatPay("sealed")
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        if len(sealed) < _TAG_BYTES:
            raise NotFromWeChatPay("sealed")
        return AESGCM(key).decrypt(nonce.encode(), sealed, associated_data.encode())
    except (ValueError, InvalidTag) as error:
        raise NotFromWeChatPay("sealed") from error


def seal_field(text: str, *, key: RSAPublicKey) -> str:
    """A sensitive field, such as a name, for WeChat Pay's eyes only.

    SHA-1 is not a choice: the protocol prescribes OAEP with it, where collisions do not matter.
    """
    padding = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)  # noqa: S303
    return base64.b64encode(key.encrypt(text.encode(), padding)).decode()
