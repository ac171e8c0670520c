"""The door for WeChat's messages: signed, fresh, once each; and the published test vectors."""

import base64
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from api.kit.clock import unix_s
from api.kit.db import read_now
from api.kit.simulated import set_clock
from api.pushes.queries import consents_left
from api.pushes.service import count_consent
from api.wechat.push_signing import NotFromWeChat, check_signature, open_push, read_key, signature
from tests.contract.problems import said
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.sql import value
from tests.wechat.conftest import PUSH_KEY, PUSH_TOKEN, MiniProgramWorld, openid
from tests.wechat.content import seal_push
from tests.wechat.standin import APPID
from workers.timers import TIMERS

AMEI = openid("Amei1")
DONE, LATE = "tmpl_done", "tmpl_late"
_DOOR = "/v1/wechat/messages"
_NOT_SIGNED = (403, "push_not_signed")

_SEALED = """
Q3stYC6hdFzMh9T8HCvyDJnWfkAsRtiNY+uAfFj0/001ZOgP6utZ15ybZXXRviryrudtGaDayyiynsFoJveOo/DvvqWgXHEm
X9tDfscUI7M4UxVdE7hn4C1OZTSsiFvHnmHZTRFjr/gl3n2PEmF9YGe9aGo9rzUcAgjL/LbcOm4yTLaLbIOrg1Pd+8ilccX1
mWnpL1TuME7r2bz05wx6k2ufwt7N+eHSRqpibPf5y6uQ7+RPepoM5XB5xJSdIpi4aMnjYCW0YQBg80pMOyLTsWk6M/tMdvdy
k7kd2s+6FHq8IhxKMs/ABdK4BQAYMU4hnfnjU0xS0nm3rKvii2v95H5RYsDTreiSgDTK0v3ctwu91Cw1joTWI/FqXL5KF5vd
""".replace("\n", "")


def _seal(message: dict[str, Any], *, appid: str = APPID) -> str:
    return seal_push(message, appid=appid, aes_key=PUSH_KEY)


async def _now(mini: MiniProgramWorld) -> datetime:
    async with mini.parts.database.session() as session:
        return await read_now(session)


async def _pushes(
    mini: MiniProgramWorld,
    message: dict[str, Any],
    *,
    appid: str = APPID,
    age_s: int = 0,
    **instead: str,
) -> httpx.Response:
    sealed = instead.pop("sealed", None) or _seal(message, appid=appid)
    at, nonce = str(unix_s(await _now(mini)) - age_s), "1320562132"
    query = {
        "signature": signature(PUSH_TOKEN, at, nonce),
        "timestamp": at,
        "nonce": nonce,
        "openid": AMEI,
        "encrypt_type": "aes",
        "msg_signature": signature(PUSH_TOKEN, at, nonce, sealed),
        **instead,
    }
    body = {"ToUserName": "gh_000000000001", "Encrypt": sealed}
    return await mini.http.post(_DOOR, params=query, json=body)


def _event(kind: str, *rows: dict[str, str], **more: Any) -> dict[str, Any]:
    said = {"ToUserName": "gh_1", "FromUserName": AMEI, "CreateTime": "1795233605"}
    return {**said, "MsgType": "event", "Event": kind, "List": list(rows), **more}


def _answered(template: str, how: str = "accept", **more: Any) -> dict[str, Any]:
    row = {"TemplateId": template, "SubscribeStatusString": how, "PopupScene": "0"}
    return _event("subscribe_msg_popup_event", row, **more)


async def _left(mini: MiniProgramWorld, user_id: str) -> list[int]:
    async with mini.parts.database.session() as session:
        return [
            await consents_left(session, user_id=UUID(user_id), template_id=t) for t in (DONE, LATE)
        ]


def test_the_official_plain_signature_is_ours() -> None:
    """The sample of the platform's own page; one letter more is another signature."""
    official = "f464b24fc39322e44b38aa78f5edd27bd1441696"
    check_signature(official, "AAAAA", "1714036504", "1514711492")

    with pytest.raises(NotFromWeChat):
        check_signature(official, "AAAAA", "1714036504", "15147114920")


def test_a_sealed_message_opens_and_its_signatures_match() -> None:
    """Vector V6: both signatures, and the message."""
    moment = ("AAAAA", "1795233605", "1320562132")
    opened = open_push(_SEALED, key=read_key(PUSH_KEY), appid=APPID)

    assert "d2e42b47d4687e953bbb09dfc136f71d9867413f" == signature(*moment, _SEALED)
    assert "b4000e7293106fcc7f65d211ae2d2ef58e91d9ee" == signature(*moment)
    assert ("wxa_media_check", "T-1") == (
        orjson.loads(opened)["Event"],
        orjson.loads(opened)["trace_id"],
    )


def test_the_public_libraries_vector_opens() -> None:
    """Another app, token and key."""
    sealed = (
        "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
    )
    key = read_key("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR")
    seen = signature("123456", "1411443780", "437374425", sealed)

    assert "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96" == seen
    assert b"5927782489442352469" == open_push(sealed, key=key, appid="wx49f0ab532d5d035a")


@pytest.mark.parametrize(
    "sealed",
    ["", "x", "AAAA", _SEALED[:-4], "A" + _SEALED[1:], _SEALED[:40] + "B" + _SEALED[41:],
     _SEALED[:-8] + "AAAAAAA=", base64.b64encode(bytes(64)).decode()],
)  # fmt: skip
def test_what_was_damaged_does_not_open(sealed: str) -> None:
    """Cut, changed or made up: refused, or not the message that it was."""
    try:
        opened = open_push(sealed, key=read_key(PUSH_KEY), appid=APPID)
    except NotFromWeChat:
        return
    assert opened != open_push(_SEALED, key=read_key(PUSH_KEY), appid=APPID)


def test_a_message_for_another_app_does_not_open() -> None:
    """The appid behind the message is checked."""
    with pytest.raises(NotFromWeChat):
        open_push(_SEALED, key=read_key(PUSH_KEY), appid="wx0000000000000002")


async def test_the_address_check_is_answered_to_wechat_only(mini: MiniProgramWorld) -> None:
    """The echo, raw; unsigned or old: 403 and no echo."""
    at = str(unix_s(await _now(mini)))
    query = {"signature": signature(PUSH_TOKEN, at, "n"), "timestamp": at, "nonce": "n"}
    right = await mini.http.get(_DOOR, params={**query, "echostr": "4375120948345356249"})
    old = str(int(at) - 301)
    stale = {**query, "timestamp": old, "signature": signature(PUSH_TOKEN, old, "n")}
    wrong = [
        said(await mini.http.get(_DOOR, params={**said_query, "echostr": "echo"}))
        for said_query in ({**query, "nonce": "m"}, stale, {**query, "signature": "f" * 40})
    ]

    assert (200, "4375120948345356249") == (right.status_code, right.text)
    assert "text/plain; charset=utf-8" == right.headers["content-type"]
    assert [_NOT_SIGNED] * 3 == wrong


async def test_consents_are_counted_each_push_once(mini: MiniProgramWorld) -> None:
    """Accepted counts up, refused does not; a repeat, also two at once, changes nothing."""
    person = await mini.person(AMEI)
    rows = [
        {"TemplateId": DONE, "SubscribeStatusString": "accept", "PopupScene": "0"},
        {"TemplateId": LATE, "SubscribeStatusString": "reject", "PopupScene": "0"},
    ]
    message = _event("subscribe_msg_popup_event", *rows)
    repeated = await at_once(*(_pushes(mini, message) for _ in range(3)))
    await _pushes(mini, _answered(DONE, CreateTime="1795233606"))

    assert {(200, "success")} == {(a.status_code, a.text) for a in repeated}
    assert [2, 0] == await _left(mini, person.id)


async def test_a_template_switched_off_leaves_nothing(mini: MiniProgramWorld) -> None:
    """A single row comes as an object and not as a list."""
    person = await mini.person(AMEI)
    for moment in range(2):
        await _pushes(mini, _answered(DONE, CreateTime=moment))
    off = _event("subscribe_msg_change_event", List={"TemplateId": DONE,
                 "SubscribeStatusString": "reject"})  # fmt: skip
    await _pushes(mini, off)

    assert [0, 0] == await _left(mini, person.id)


async def test_a_message_sent_uses_a_consent_up(mini: MiniProgramWorld) -> None:
    """Never below none; what WeChat says of its delivery changes nothing."""
    person = await mini.person(AMEI)
    await _pushes(mini, _answered(DONE))
    left: list[int] = []
    for _ in range(2):
        async with mini.parts.database.transaction() as (session, now):
            user_id = UUID(person.id)
            left.append(
                await count_consent(session, user_id=user_id, template_id=DONE, why="used", now=now)
            )
    sent = {"TemplateId": DONE, "MsgID": "1864323726461255680", "ErrorCode": "0"}
    answer = await _pushes(mini, _event("subscribe_msg_sent_event", sent))

    assert ([0, 0], "success") == (left, answer.text)


async def test_what_we_do_not_know_is_taken_politely(mini: MiniProgramWorld) -> None:
    """Other events, strangers, rows without sense: success, and nothing is kept."""
    await mini.person(AMEI)
    messages: list[dict[str, Any]] = [
        _event("wxa_media_check", trace_id="T-1"),
        _answered(DONE, FromUserName=openid("Nobody3")),
        _answered(DONE, FromUserName=["x"]),
        {"MsgType": "text", "Content": "在吗", "MsgId": 2363735223506088012},
        _event("subscribe_msg_popup_event", List="x"),
        _answered("x" * 65),
        {},
    ]
    seen = {(await _pushes(mini, m)).text for m in messages}

    assert {"success"} == seen
    assert 0 == await value(mini.parts, "SELECT count(*) FROM subscriptions")


async def test_what_wechat_did_not_sign_changes_nothing(mini: MiniProgramWorld) -> None:
    """A wrong signature, the plain one alone, another app's, a stale one, an unsealed body."""
    await mini.person(AMEI)
    message = _answered(DONE)
    at = str(unix_s(await _now(mini)))
    plain = {"signature": signature(PUSH_TOKEN, at, "n"), "timestamp": at, "nonce": "n"}
    seen = [
        said(await _pushes(mini, message, msg_signature="f" * 40)),
        said(await _pushes(mini, message, msg_signature="")),
        said(await _pushes(mini, message, appid="wx0000000000000002")),
        said(await _pushes(mini, message, age_s=301)),
        said(await _pushes(mini, message, age_s=-301)),
        said(await mini.http.post(_DOOR, params=plain, json=message)),
    ]

    assert [_NOT_SIGNED] * 6 == seen
    assert 0 == await value(mini.parts, "SELECT count(*) FROM pushes")


async def test_an_open_door_takes_plain_pushes_and_no_token_takes_none(
    mini: MiniProgramWorld,
) -> None:
    """As configured: without the key in the open, signed; without the token not at all."""
    person = await mini.person(AMEI)
    at = str(unix_s(await _now(mini)))
    plain = {"signature": signature(PUSH_TOKEN, at, "n"), "timestamp": at, "nonce": "n"}
    keys = mini.parts.push_keys
    assert keys is not None
    mini.parts.push_keys = type(keys)(keys.token, None, keys.appid)
    taken = await mini.http.post(_DOOR, params=plain, json=_answered(DONE))
    xml = await mini.http.post(_DOOR, params=plain, content=b"<xml></xml>")
    forged = await mini.http.post(_DOOR, params={**plain, "nonce": "m"}, json=_answered(LATE))
    mini.parts.push_keys = None
    shut = await mini.http.post(_DOOR, params=plain, json=_answered(LATE))

    assert "success" == taken.text
    assert [(400, "malformed_json"), _NOT_SIGNED, _NOT_SIGNED] == [
        said(a) for a in (xml, forged, shut)
    ]
    assert [1, 0] == await _left(mini, person.id)


async def test_old_pushes_are_forgotten_and_consents_are_not(mini: MiniProgramWorld) -> None:
    """After three days WeChat repeats nothing any more."""
    person = await mini.person(AMEI)
    await _pushes(mini, _answered(DONE))
    async with mini.parts.database.session() as session:
        at = await read_now(session) + timedelta(days=3, hours=1)
        await set_clock(session, settings=mini.settings, at=at, speed=1)
        await session.commit()
    await TIMERS["tidy"].sweep(mini.parts)

    assert 0 == await value(mini.parts, "SELECT count(*) FROM pushes")
    assert [1, 0] == await _left(mini, person.id)
