"""The stand-in itself, where the product does not ask it yet: it refuses what WeChat refuses."""

from typing import Any

import orjson

from api.wechat.push_signing import open_push, read_key
from tests.wechat.conftest import PUSH_KEY, openid
from tests.wechat.content import seal_push
from tests.wechat.standin import APPID, SECRET, StandIn
from tests.wechat.wire import Asked

_AMEI = openid("Amei1")


def _asks(wechat: StandIn, path: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
    answer = wechat.wire.answer(Asked("POST", path, query, orjson.dumps(body)))
    assert isinstance(answer, dict)
    return answer


def _token(wechat: StandIn, *, force: bool = False) -> dict[str, Any]:
    said = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
    return _asks(wechat, "/cgi-bin/stable_token", {**said, "force_refresh": force})


def _signs_in(wechat: StandIn) -> None:
    code = wechat.login_code(_AMEI)
    query = {"appid": APPID, "secret": SECRET, "js_code": code, "grant_type": "authorization_code"}
    wechat.wire.answer(Asked("GET", "/sns/jscode2session", query, b""))


def test_a_forced_token_kills_the_others_and_is_rationed() -> None:
    """Thirty seconds apart, twenty a day; in between the same token comes back."""
    wechat = StandIn()
    first = _token(wechat)["access_token"]
    seen = [first]
    for _ in range(22):
        wechat.clock_s += 31
        seen.append(_token(wechat, force=True)["access_token"])
        early = _token(wechat, force=True)["access_token"]
        assert early == seen[-1]
    gone = _asks(wechat, "/wxa/msg_sec_check", {}, access_token=first)

    assert 21 == len(set(seen))
    assert 40001 == gone["errcode"]


def test_texts_are_judged_for_whoever_was_just_here() -> None:
    """61010 after two idle hours; the worst word decides; the first version is not taken."""
    wechat = StandIn()
    wechat.content.words = {"刷单": "risky", "加微信": "review"}
    body = {"version": 2, "openid": _AMEI, "scene": 2, "content": "谁家的猫在叫"}

    def judged(**instead: Any) -> Any:
        token = _token(wechat)["access_token"]
        answer = _asks(wechat, "/wxa/msg_sec_check", {**body, **instead}, access_token=token)
        return answer["errcode"] or answer["result"]["suggest"]

    before = judged()
    _signs_in(wechat)
    seen = [judged(), judged(content="加微信"), judged(content="加微信刷单"), judged(version=1),
            judged(openid=""), judged(content="长" * 2501)]  # fmt: skip
    wechat.clock_s += 7201

    assert (61010, 61010) == (before, judged())
    assert ["pass", "review", "risky", 47001, 40003, 47001] == seen


def test_media_are_judged_later_by_a_sealed_push() -> None:
    """Only what can be fetched; the result opens with the key of pushes and names its trace."""
    wechat = StandIn()
    token = _token(wechat)["access_token"]
    _signs_in(wechat)
    body = {"version": 2, "openid": _AMEI, "scene": 2, "media_type": 2}

    def asks(url: str) -> dict[str, Any]:
        path = "/wxa/media_check_async"
        return _asks(wechat, path, {**body, "media_url": url}, access_token=token)

    private, taken = asks("http://10.0.0.1/a.jpg"), asks("https://linli.example.org/a.jpg")
    told = wechat.content.result(taken["trace_id"], "risky", appid=APPID, at_s=1795233605)
    sealed = seal_push(told, appid=APPID, aes_key=PUSH_KEY)

    assert -1008 == private["errcode"]
    assert told == orjson.loads(open_push(sealed, key=read_key(PUSH_KEY), appid=APPID))
