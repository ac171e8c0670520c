"""Signatures of WeChat Pay v3: ours on requests and for the client, theirs on answers and notices.

Pure: the moment and the nonce are given. Facts: RSA PKCS#1 v1.5 with SHA-256 over lines that each
end in ``\\n``, the last one too; the very bytes that are sent are signed.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

SCHEME = "WECHATPAY2-SHA256-RSA2048"
FRESH_S = 300
# WeChat sends such ones on purpose, to see whether anybody checks; the true one follows.
PROBE = "WECHATPAY/SIGNTEST/"
PUBLIC_KEY_PREFIX = "PUB_KEY_ID_"

_SECONDS = re.compile(r"[0-9]{1,10}")
_BITS_MIN = 2048


class NotFromWeChatPay(Exception):
    """Not signed, not fresh or not sealed by WeChat Pay; ``why`` names it for the metrics."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def request_text(method: str, target: str, *, at_s: int, nonce: str, body: bytes) -> bytes:
    """What a request's signature covers. ``target``: path and query, exactly as sent."""
    return f"{method}\n{target}\n{at_s}\n{nonce}\n".encode() + body + b"\n"


def answer_text(at: str, nonce: str, body: bytes) -> bytes:
    """What the signature of an answer or a notice covers; an empty body leaves an empty line."""
    return f"{at}\n{nonce}\n".encode() + body + b"\n"


@dataclass(frozen=True, slots=True)
class MerchantKey:
    """Our merchant number with the key of its API certificate; ``serial`` is the certificate's."""

    mchid: str
    serial: str
    private: RSAPrivateKey = field(repr=False)

    def sign(self, text: bytes) -> str:
        """The signature of some bytes, in base64."""
        return base64.b64encode(self.private.sign(text, PKCS1v15(), SHA256())).decode()

    def authorization(self, method: str, target: str, *, at_s: int, nonce: str, body: bytes) -> str:
        """The ``Authorization`` header of a request."""
        signature = self.sign(request_text(method, target, at_s=at_s, nonce=nonce, body=body))
        return (
            f'{SCHEME} mchid="{self.mchid}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{at_s}",serial_no="{self.serial}"'
        )

    def request_payment(
        self, *, appid: str, prepay_id: str, at_s: int, nonce: str
    ) -> dict[str, str]:
        """What ``wx.requestPayment`` takes; the appid is signed and not passed."""
        package = f"prepay_id={prepay_id}"
        return {
            "timeStamp": str(at_s),
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self.sign(f"{appid}\n{at_s}\n{nonce}\n{package}\n".encode()),
        }


@dataclass(frozen=True, slots=True)
class Signed:
    """What WeChat Pay says in the headers of an answer or a notice; empty where nothing."""

    at: str
    nonce: str
    signature: str
    serial: str
    scheme: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Signed":
        """From headers whose names are in small letters, or do not mind."""
        names = ("timestamp", "nonce", "signature", "serial", "signature-type")
        return cls(*(headers.get(f"wechatpay-{name}", "") for name in names))


class PlatformKeys:
    """The keys that WeChat Pay signs with, by serial.

    While a merchant moves from certificates to the public key, both sign: the key is chosen by
    the serial that came.
    """

    def __init__(self, pems: Mapping[str, str]) -> None:
        """``pems``: ``PUB_KEY_ID_…`` to a public key, or a certificate's serial to it.

        Raises:
            ValueError: none, not readable, too short, or a certificate under another serial.
        """
        if not pems:
            raise ValueError("no key of WeChat Pay")
        self._keys = {serial: _read_platform_key(serial, pem) for serial, pem in pems.items()}
        ours = sorted(self._keys, key=lambda serial: not serial.startswith(PUBLIC_KEY_PREFIX))
        self.serial = ours[0]

    @property
    def sealing(self) -> RSAPublicKey:
        """The key of `serial`: it is named in requests, and sensitive fields are sealed to it."""
        return self._keys[self.serial]

    def check(self, signed: Signed, body: bytes, *, now_s: int) -> None:
        """Refuse what WeChat Pay did not sign within five minutes, over the raw body.

        Raises:
            NotFromWeChatPay: ``probe``, ``scheme``, ``serial``, ``stale`` or ``signature``.
        """
        if signed.signature.startswith(PROBE):
            raise NotFromWeChatPay("probe")
        if signed.scheme not in ("", SCHEME):
            raise NotFromWeChatPay("scheme")
        key = self._keys.get(signed.serial)
        if key is None:
            raise NotFromWeChatPay("serial")
        if not _SECONDS.fullmatch(signed.at) or abs(now_s - int(signed.at)) >= FRESH_S:
            raise NotFromWeChatPay("stale")
        try:
            signature = base64.b64decode(signed.signature, validate=True)
            key.verify(signature, answer_text(signed.at, signed.nonce, body), PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature) as error:
            raise NotFromWeChatPay("signature") from error


def read_merchant_key(*, mchid: str, serial: str, pem: str) -> MerchantKey:
    """The merchant's key from its PEM.

    Raises:
        ValueError: no readable RSA key of 2048 bits or more.
    """
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey) or key.key_size < _BITS_MIN:
        raise ValueError("not an RSA key of 2048 bits")
    return MerchantKey(mchid, serial, key)


def _read_platform_key(serial: str, pem: str) -> RSAPublicKey:
    if serial.startswith(PUBLIC_KEY_PREFIX):
        key = load_pem_public_key(pem.encode())
    else:
        certificate = load_pem_x509_certificate(pem.encode())
        if f"{certificate.serial_number:X}" != serial.upper().lstrip("0"):
            raise ValueError("a certificate under another serial")
        key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < _BITS_MIN:
        raise ValueError("not an RSA key of 2048 bits")
    return key
