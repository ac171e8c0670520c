"""Content security of the stand-in: texts at once, media by a push that comes later, or never."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_IDLE_S = 7200
_LABELS = {"pass": 100, "review": 20012, "risky": 20001}
_TEXT_MAX = 2500
Suggest = Literal["pass", "review", "risky"]
_Answer = dict[str, Any]


def _no(code: int, text: str) -> _Answer:
    return {"errcode": code, "errmsg": f"{text} rid: 6921a0b1-1f0c2b1d-9e8a4c7f"}


@dataclass(slots=True)
class ContentChecks:
    """What WeChat thinks of words, and which media wait for their result."""

    words: dict[str, Suggest] = field(default_factory=dict[str, Suggest])
    # When each openid used the mini-program last, in the stand-in's seconds.
    seen_s: dict[str, float] = field(default_factory=dict[str, float])
    waiting: dict[str, str] = field(default_factory=dict[str, str])
    # The numbers of the next media; else they are random.
    numbers: list[str] = field(default_factory=list[str])

    def text(self, said: dict[str, Any], *, now_s: float) -> _Answer:
        """What `msg_sec_check` answers, in its second version."""
        if (wrong := self._wrong(said, now_s)) is not None:
            return wrong
        content = said.get("content", "")
        if not 1 <= len(content) <= _TEXT_MAX or said.get("scene") not in (1, 2, 3, 4):
            return _no(47001, "data format error")
        found = {suggest for word, suggest in self.words.items() if word in content}
        suggest = next((s for s in ("risky", "review") if s in found), "pass")
        result = {"suggest": suggest, "label": _LABELS[suggest]}
        return {
            "errcode": 0,
            "errmsg": "ok",
            "trace_id": secrets.token_hex(16),
            "result": result,
            "detail": [{"strategy": "content_model", "errcode": 0, **result, "prob": 90}],
        }

    def media(self, said: dict[str, Any], *, now_s: float) -> _Answer:
        """What `media_check_async` answers: that it will look."""
        if (wrong := self._wrong(said, now_s)) is not None:
            return wrong
        if not said.get("media_url", "").startswith("https://"):
            return _no(-1008, "download failed")
        if said.get("media_type") not in (1, 2) or said.get("scene") not in (1, 2, 3, 4):
            return _no(47001, "data format error")
        trace_id = self.numbers.pop(0) if self.numbers else secrets.token_hex(16)
        self.waiting[trace_id] = said["openid"]
        return {"errcode": 0, "errmsg": "ok", "trace_id": trace_id}

    def result(self, trace_id: str, suggest: Suggest, *, appid: str, at_s: int) -> _Answer:
        """What is pushed once somebody looked; it may be pushed twice, or never."""
        found = {"suggest": suggest, "label": _LABELS[suggest]}
        return {
            "ToUserName": "gh_000000000001",
            "FromUserName": self.waiting[trace_id],
            "CreateTime": at_s,
            "MsgType": "event",
            "Event": "wxa_media_check",
            "appid": appid,
            "trace_id": trace_id,
            "version": 2,
            "errcode": 0,
            "errmsg": "ok",
            "result": found,
            "detail": [{"strategy": "content_model", "errcode": 0, **found, "prob": 90}],
        }

    def _wrong(self, said: dict[str, Any], now_s: float) -> _Answer | None:
        openid = str(said.get("openid", ""))
        if said.get("version") != 2:
            return _no(47001, "version")
        if not openid:
            return _no(40003, "invalid openid")
        if now_s - self.seen_s.get(openid, -_IDLE_S - 1) > _IDLE_S:
            return _no(61010, "code is expired")
        return None


def seal_push(message: dict[str, Any], *, appid: str, aes_key: str) -> str:
    """As WeChat seals a push: written from its description, not with our own code."""
    key = base64.b64decode(aes_key + "=")
    text = orjson.dumps(message)
    inner = secrets.token_bytes(16) + len(text).to_bytes(4, "big") + text + appid.encode()
    missing = 32 - len(inner) % 32
    sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(sealer.update(inner + bytes([missing]) * missing)).decode()
