"""WeChat's servers as far as we use them: the documented protocol, and every refusal of it.

It shares no code with the product. What it says was read in facts/wechat.md; it has a clock of its
own, which only tests move.
"""

import re
import secrets
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.wechat.content import ContentChecks
from tests.wechat.pay.shipping import upload
from tests.wechat.pay.standin import PayStandIn
from tests.wechat.wire import Asked, Wire

APPID, SECRET = "wx0000000000000001", "0123456789abcdef0123456789abcdef"
_CODE_S = 300
_TOKEN_S = 7200
_OVERLAP_S = 300
_CALLS_A_MINUTE = 100
_FORCED_A_DAY, _FORCED_APART_S = 20, 30
_Answer = dict[str, Any]


def _no(code: int, text: str) -> _Answer:
    return {"errcode": code, "errmsg": f"{text} rid: 6921a0b1-1f0c2b1d-9e8a4c7f"}


@dataclass(slots=True)
class _Code:
    value: str  # An openid, or a phone number.
    appid: str
    issued_at: float
    is_used: bool = False


@dataclass(slots=True)
class StandIn:
    """One WeChat with one app of ours and any number of others'."""

    clock_s: float = 0.0
    secret: str = SECRET
    # Openids that WeChat itself refuses.
    blocked: set[str] = field(default_factory=set[str])
    # Lets a code be used again, as no WeChat does: what must hold even then is ours to hold.
    is_forgetful: bool = False
    # How many of the next calls are answered with "busy", or with any other code.
    next_codes: list[int] = field(default_factory=list[int])
    country_code: str | int = 86
    watermark_appid: str = APPID
    consents: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    delivered: list[_Answer] = field(default_factory=list[_Answer])
    content: ContentChecks = field(default_factory=ContentChecks)
    forced_s: list[float] = field(default_factory=list[float])
    # Its payments, whose shipping is told here and not there.
    pay: PayStandIn | None = None
    wire: Wire = field(init=False)
    _logins: dict[str, _Code] = field(default_factory=dict[str, _Code])
    _phones: dict[str, _Code] = field(default_factory=dict[str, _Code])
    _tokens: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    _calls: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])

    def __post_init__(self) -> None:
        self.wire = Wire(self._answer)

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """The address of this WeChat."""
        async with self.wire.serving() as url:
            yield url

    def login_code(self, openid: str, *, appid: str = APPID) -> str:
        """What `wx.login` gives a client, as of now."""
        code = f"0{secrets.token_hex(15)}"
        self._logins[code] = _Code(openid, appid, self.clock_s)
        return code

    def phone_code(self, number: str, *, appid: str = APPID) -> str:
        """What tapping the `getPhoneNumber` button gives a client, as of now."""
        code = secrets.token_hex(32)
        self._phones[code] = _Code(number, appid, self.clock_s)
        return code

    def revoke_tokens(self) -> None:
        """Make every access token that was given out a bad one, as a forced refresh would."""
        self._tokens.clear()

    def calls(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(asked.path == path for asked in self.wire.asked)

    def _answer(self, asked: Asked) -> _Answer:
        if self.next_codes:
            code = self.next_codes.pop(0)
            if code:
                return _no(code, "system error" if code == -1 else "refused")
        paths = {
            "/sns/jscode2session": self._code2session,
            "/cgi-bin/stable_token": self._stable_token,
            "/wxa/business/getuserphonenumber": self._phone_number,
            "/cgi-bin/message/subscribe/send": self._send,
            "/wxa/msg_sec_check": self._check_text,
            "/wxa/media_check_async": self._check_media,
            "/wxa/sec/order/upload_shipping_info": self._ship,
        }
        serve = paths.get(asked.path)
        return _no(40066, "invalid url") if serve is None else serve(asked)

    def _code2session(self, asked: Asked) -> _Answer:
        query = asked.query
        if (wrong := self._app_wrong(query)) is not None:
            return wrong
        if query.get("grant_type") != "authorization_code":
            return _no(40002, "invalid grant_type")
        if "js_code" not in query:
            return _no(41008, "missing code")
        found = self._spend(self._logins, query["js_code"])
        if isinstance(found, dict):
            return found
        minute = (found.value, int(self.clock_s // 60))
        self._calls[minute] += 1
        if self._calls[minute] > _CALLS_A_MINUTE:
            return _no(45011, "api minute-quota reach limit mustslower retry next minute")
        if found.value in self.blocked:
            return _no(40226, "code blocked")
        self.content.seen_s[found.value] = self.clock_s
        # As the real one: no errcode at all where all is well.
        return {"session_key": "HyVFkGl5F5OQWJZZaNzBBg==", "openid": found.value}

    def _stable_token(self, asked: Asked) -> _Answer:
        if asked.method != "POST":
            return _no(43002, "require POST method")
        body = asked.json
        if (wrong := self._app_wrong(body)) is not None:
            return wrong
        if body.get("grant_type") != "client_credential":
            return _no(40002, "invalid grant_type")
        if body.get("force_refresh") is True and self._may_force():
            # Kills the token that others hold: never asked for by the product.
            self._tokens.clear()
        if not self._tokens or self._tokens[-1][1] - self.clock_s < _OVERLAP_S:
            self._tokens.append((secrets.token_urlsafe(96), self.clock_s + _TOKEN_S))
        token, until = self._tokens[-1]
        return {"access_token": token, "expires_in": int(until - self.clock_s)}

    def _may_force(self) -> bool:
        day = [at for at in self.forced_s if self.clock_s - at < 86_400]
        if len(day) >= _FORCED_A_DAY or (day and self.clock_s - day[-1] < _FORCED_APART_S):
            return False
        self.forced_s.append(self.clock_s)
        return True

    def _phone_number(self, asked: Asked) -> _Answer:
        if (wrong := self._token_wrong(asked)) is not None:
            return wrong
        code = asked.json.get("code")
        # Also where it stands in the query string: only the body counts.
        found = self._spend(self._phones, code if isinstance(code, str) else "")
        if isinstance(found, dict):
            return _no(40029, "invalid code")
        info = {
            "phoneNumber": f"+{self.country_code}{found.value}",
            "purePhoneNumber": found.value,
            "countryCode": self.country_code,
            "watermark": {"timestamp": int(self.clock_s), "appid": self.watermark_appid},
        }
        return {"errcode": 0, "errmsg": "ok", "phone_info": info}

    def _send(self, asked: Asked) -> _Answer:
        if (wrong := self._token_wrong(asked)) is not None:
            return wrong
        body = asked.json
        if not re.fullmatch(r"o[\w-]{27}", str(body.get("touser"))):
            return _no(40003, "invalid openid")
        if not str(body.get("template_id", "")).startswith("tmpl_"):
            return _no(40037, "invalid template_id")
        if not str(body.get("page", "pages/home")).startswith("pages/"):
            return _no(41030, "invalid page")
        for key, said in body.get("data", {}).items():
            if not _is_valid(key, said.get("value")):
                return _no(47003, f"argument invalid! data.{key}.value invalid")
        consent = (body["touser"], body["template_id"])
        if self.consents[consent] < 1:
            return _no(43101, "user refuse to accept the msg")
        self.consents[consent] -= 1
        self.delivered.append(body)
        return {"errcode": 0, "errmsg": "ok", "msgid": 2_850_000_000_000_000_000}

    def _check_text(self, asked: Asked) -> _Answer:
        wrong = self._token_wrong(asked)
        return wrong or self.content.text(asked.json, now_s=self.clock_s)

    def _check_media(self, asked: Asked) -> _Answer:
        wrong = self._token_wrong(asked)
        return wrong or self.content.media(asked.json, now_s=self.clock_s)

    def _ship(self, asked: Asked) -> _Answer:
        if (wrong := self._token_wrong(asked)) is not None:
            return wrong
        assert self.pay is not None, "no payments are played"
        return upload(self.pay.book, asked.json)

    def _app_wrong(self, said: dict[str, Any]) -> _Answer | None:
        if not said.get("appid"):
            return _no(41002, "appid missing")
        if not said.get("secret"):
            return _no(41004, "appsecret missing")
        if said["appid"] != APPID:
            return _no(40013, "invalid appid")
        return None if said["secret"] == self.secret else _no(40125, "invalid appsecret")

    def _token_wrong(self, asked: Asked) -> _Answer | None:
        if asked.method != "POST":
            return _no(43002, "require POST method")
        token = asked.query.get("access_token")
        if not token:
            return _no(41001, "access_token missing")
        until = dict(self._tokens).get(token)
        if until is None:
            return _no(40001, "invalid credential, access_token is invalid or not latest")
        return _no(42001, "access_token expired") if until <= self.clock_s else None

    def _spend(self, codes: dict[str, _Code], text: str) -> "_Code | _Answer":
        code = codes.get(text)
        if code is None or code.appid != APPID or self.clock_s - code.issued_at > _CODE_S:
            return _no(40029, "invalid code")
        if code.is_used and not self.is_forgetful:
            return _no(40163, "code been used")
        code.is_used = True
        return code


# The longest value of each kind, and what it may be made of.
_RULES = {
    "thing": r".{1,20}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
    "name": r"[^\u4e00-\u9fff]{1,20}|.{1,10}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "number": r"[\d.]{1,32}",
    "time": r"(\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d{2}(~.*)?",
    "amount": r"[¥¥$]?\d{1,10}(\.\d+)?元?",
}


def _is_valid(key: str, value: object) -> bool:
    rule = _RULES.get(re.sub(r"\d+$", "", key))
    return rule is not None and isinstance(value, str) and re.fullmatch(rule, value) is not None
