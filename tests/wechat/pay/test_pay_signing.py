"""Signing, verifying and opening: every published vector, and what is refused."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from api.wechat.pay.sealing import open_sealed, read_v3_key, seal_field
from api.wechat.pay.signing import (
    SCHEME,
    NotFromWeChatPay,
    PlatformKeys,
    Signed,
    answer_text,
    read_merchant_key,
    request_text,
)
from tests.wechat.pay.vectors import (
    APPID,
    KEY_ID,
    MCHID,
    MERCHANT_KEY,
    PLATFORM_KEY,
    SERIAL,
    V1_BODY,
    V1_SIGNATURE,
    V1B_SIGNATURE,
    V2_SIGNATURE,
    V3_BODY,
    V3_CIPHERTEXT,
    V3_KEY,
    V3_PLAIN,
    V3_SIGNATURE,
    V3B_SIGNATURE,
    V5_SEALED,
    pem,
)

OURS = read_merchant_key(mchid=MCHID, serial=SERIAL, pem=pem("PRIVATE KEY", MERCHANT_KEY))
THEIRS = PlatformKeys({KEY_ID: pem("PUBLIC KEY", PLATFORM_KEY)})
KEY = read_v3_key(V3_KEY)
_AT = 1795233603
_NOTICE = Signed(str(_AT), "c5ac7061fccab6bf3e254dcf98995b8c", V3_SIGNATURE, KEY_ID, SCHEME)
_NONCE = "593BEC0C930BF1AFEB40B4A08C8FB242"
_OAEP = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)


def _why(signed: Signed, body: bytes = V3_BODY, *, now_s: int = _AT) -> str:
    with pytest.raises(NotFromWeChatPay) as refused:
        THEIRS.check(signed, body, now_s=now_s)
    return refused.value.why


def _but(**said: str) -> Signed:
    parts = {name: getattr(_NOTICE, name) for name in Signed.__slots__}
    return Signed(**{**parts, **said})


def _sealed(**instead: str) -> bytes:
    said = {"ciphertext": V3_CIPHERTEXT, "nonce": "fdasflkja484", "associated_data": "transaction"}
    return open_sealed(key=KEY, **{**said, **instead})


def test_v1_a_request_with_a_body_is_signed_as_wechat_reads_it() -> None:
    """Body, digest and signature of the vector; the header names who signed."""
    body = V1_BODY.encode()
    path = "/v3/pay/transactions/jsapi"
    text = request_text("POST", path, at_s=1795233600, nonce=_NONCE, body=body)
    header = OURS.authorization("POST", path, at_s=1795233600, nonce=_NONCE, body=body)

    assert (249, "61a0cfd51530fb9939e4b4ec39f3939e186b5c41a5963d444e2c35d711773e1f") == (
        len(body),
        hashlib.sha256(body).hexdigest(),
    )
    assert V1_SIGNATURE == OURS.sign(text)
    assert header == (
        f'{SCHEME} mchid="{MCHID}",nonce_str="{_NONCE}",signature="{V1_SIGNATURE}",'
        f'timestamp="1795233600",serial_no="{SERIAL}"'
    )


def test_v1b_a_request_without_a_body_signs_its_query_and_an_empty_line() -> None:
    """The query as it is sent; reordered it is another signature."""
    path = "/v3/pay/transactions/out-trade-no/EO20261121000001"
    nonce = "593BEC0C930BF1AFEB40B4A08C8FB243"
    text = request_text("GET", f"{path}?mchid={MCHID}", at_s=1795233601, nonce=nonce, body=b"")
    one, other = (
        OURS.sign(request_text("GET", f"/v3/x?{q}", at_s=1, nonce=nonce, body=b""))
        for q in ("a=1&b=2", "b=2&a=1")
    )

    assert V1B_SIGNATURE == OURS.sign(text)
    assert one != other


@pytest.mark.parametrize("changed", [V1_BODY + " ", V1_BODY.replace(",", ", ", 1), V1_BODY + "\r"])
def test_a_body_changed_by_one_byte_is_another_signature(changed: str) -> None:
    """A space or a carriage return: the very bytes are signed."""
    text = request_text(
        "POST", "/v3/pay/transactions/jsapi", at_s=1795233600, nonce=_NONCE, body=changed.encode()
    )

    assert V1_SIGNATURE != OURS.sign(text)


def test_v2_the_client_gets_a_signature_over_the_whole_package() -> None:
    """With the prefix; the appid is signed and not passed."""
    nonce = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
    prepay_id = "wx21123456789012345678901234567890"
    given = OURS.request_payment(appid=APPID, prepay_id=prepay_id, at_s=1795233602, nonce=nonce)
    bare = OURS.sign(f"{APPID}\n1795233602\n{nonce}\n{prepay_id}\n".encode())

    assert given == {
        "timeStamp": "1795233602",
        "nonceStr": nonce,
        "package": f"prepay_id={prepay_id}",
        "signType": "RSA",
        "paySign": V2_SIGNATURE,
    }
    assert V2_SIGNATURE != bare


def test_v3_a_notice_is_verified_and_opened() -> None:
    """The whole body of the vector, its signature, and what is inside."""
    THEIRS.check(_NOTICE, V3_BODY, now_s=_AT)
    resource: dict[str, Any] = orjson.loads(V3_BODY)["resource"]

    assert (897, "d6c4ee1621710326d21c2015bfb9ee2681758ceaf6a7b748f2c5fbb751afe36e") == (
        len(V3_BODY),
        hashlib.sha256(V3_BODY).hexdigest(),
    )
    assert V3_PLAIN.encode() == _sealed()
    assert V3_CIPHERTEXT == resource["ciphertext"]


def test_v3b_an_empty_answer_is_verified() -> None:
    """204: three lines, the last one empty; the type of signature may be left out."""
    at, nonce = "1795233604", "NONCE204NONCE204NONCE204NONCE204"
    THEIRS.check(Signed(at, nonce, V3B_SIGNATURE, KEY_ID), b"", now_s=_AT)

    assert b"1795233604\nNONCE204NONCE204NONCE204NONCE204\n\n" == answer_text(at, nonce, b"")


def test_v4_a_small_resource_opens() -> None:
    """Also where the additional data are another kind's."""
    opened = open_sealed(
        key=KEY,
        ciphertext="ToVSsrfDhCRtbbGsB7cSHjJKKALsWOSQGAoScSXUkVnaie8=",
        nonce="0123456789ab",
        associated_data="refund",
    )

    assert '{"a":1,"名":"豆"}' == opened.decode()


def test_v5_a_sensitive_field_is_sealed_as_the_vector_opens() -> None:
    """What opens the vector opens ours, sealed to the same key."""
    private = load_der_private_key(base64.b64decode(MERCHANT_KEY), password=None)
    assert isinstance(private, rsa.RSAPrivateKey)
    sealed = seal_field("张三", key=private.public_key())

    assert ["张三", "张三"] == [
        private.decrypt(base64.b64decode(text), _OAEP).decode() for text in (V5_SEALED, sealed)
    ]


def test_v7_the_official_sample_of_raw_data_still_computes() -> None:
    """The product keeps no session key, so nothing of ours checks such data."""
    raw = (
        '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou",'
        '"province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/'
        "1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ"
        '/0"}'
    )

    assert (
        "75e81ceda165f4ffa64f4068af58c64b8f54b88c"
        == hashlib.sha1(f"{raw}HyVFkGl5F5OQWJZZaNzBBg==".encode()).hexdigest()
    )


@pytest.mark.parametrize(
    "body",
    [V3_BODY + b" ", V3_BODY + b"\r\n", V3_BODY[:-1], b"",
     V3_BODY.replace("支付成功".encode(), "支付失败".encode()), V3_BODY.replace(b",", b", ", 1)],
)  # fmt: skip
def test_a_changed_body_is_refused(body: bytes) -> None:
    """One space, a line end, a word, a byte missing."""
    assert "signature" == _why(_NOTICE, body)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"at": f"{_AT}000"}, "stale"),  # Milliseconds.
        ({"at": ""}, "stale"),
        ({"at": "-1"}, "stale"),
        ({"at": "１７９５"}, "stale"),
        ({"at": str(_AT + 1)}, "signature"),
        ({"serial": "PUB_KEY_ID_OTHER"}, "serial"),
        ({"serial": ""}, "serial"),
        ({"nonce": "x"}, "signature"),
        ({"signature": ""}, "signature"),
        ({"signature": "not base64!"}, "signature"),
        ({"signature": V3_SIGNATURE[:-4]}, "signature"),
        ({"signature": V3B_SIGNATURE}, "signature"),
        ({"signature": f"WECHATPAY/SIGNTEST/{V3_SIGNATURE}"}, "probe"),
        ({"scheme": "WECHATPAY2-SM2-WITH-SM3"}, "scheme"),
    ],
)
def test_a_forged_or_broken_header_is_refused(said: dict[str, str], why: str) -> None:
    """Each for its reason, and none of them as a crash."""
    assert why == _why(_but(**said))


@pytest.mark.parametrize(("late_s", "passes"), [(299, True), (300, False), (301, False)])
@pytest.mark.parametrize("side", [1, -1])
def test_only_what_is_fresh_passes(late_s: int, passes: bool, side: int) -> None:
    """Under five minutes, in the past and in the future."""
    if passes:
        THEIRS.check(_NOTICE, V3_BODY, now_s=_AT + side * late_s)
    else:
        assert "stale" == _why(_NOTICE, now_s=_AT + side * late_s)


def _flipped(text: str, index: int) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[index] ^= 1
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    "instead",
    [
        {"ciphertext": _flipped(V3_CIPHERTEXT, -1)},
        {"ciphertext": _flipped(V3_CIPHERTEXT, 0)},
        {"ciphertext": "AAAA"},
        {"ciphertext": "not base64!"},
        {"ciphertext": ""},
        {"associated_data": "refund"},
        {"associated_data": ""},
        {"nonce": "fdasflkja485"},
        {"nonce": ""},
        {"nonce": "豆" * 12},
    ],
)
def test_a_damaged_resource_does_not_open(instead: dict[str, str]) -> None:
    """A bit of the tag or of the text, other additional data, another nonce, rubbish."""
    with pytest.raises(NotFromWeChatPay, match="sealed"):
        _sealed(**instead)


def _certificate(key: rsa.RSAPrivateKey, serial: int) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1826))
        .sign(key, SHA256())
    )
    return built.public_bytes(Encoding.PEM).decode()


def _signs(key: rsa.RSAPrivateKey, serial: str) -> Signed:
    text = answer_text(str(_AT), "n", b"{}")
    signature = base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()
    return Signed(str(_AT), "n", signature, serial)


def test_certificates_and_keys_stand_side_by_side() -> None:
    """Either is chosen by the serial that came; one never vouches for the other's."""
    old, new = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    public = new.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keys = PlatformKeys({"5A1F": _certificate(old, 0x5A1F), "PUB_KEY_ID_2": public.decode()})
    keys.check(_signs(old, "5A1F"), b"{}", now_s=_AT)
    keys.check(_signs(new, "PUB_KEY_ID_2"), b"{}", now_s=_AT)

    with pytest.raises(NotFromWeChatPay, match="signature"):
        keys.check(_signs(old, "PUB_KEY_ID_2"), b"{}", now_s=_AT)
    assert "PUB_KEY_ID_2" == keys.serial


def test_keys_that_are_none_are_refused_at_the_start() -> None:
    """Nothing, rubbish, too short, a certificate under another serial, a wrong APIv3 key."""
    short = rsa.generate_private_key(65537, 1024)
    public = short.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    wrong: list[Mapping[str, str]] = [
        {},
        {KEY_ID: "x"},
        {KEY_ID: public.decode()},
        {"5A20": _certificate(rsa.generate_private_key(65537, 2048), 0x5A1F)},
    ]
    for pems in wrong:
        with pytest.raises(ValueError):
            PlatformKeys(pems)
    for text in ("", V3_KEY[:-1], V3_KEY[:-1] + "豆", V3_KEY[:-1] + "-"):
        with pytest.raises(ValueError):
            read_v3_key(text)
