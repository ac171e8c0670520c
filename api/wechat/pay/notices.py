"""Notices of WeChat Pay: whether it sent them, and what is inside. Pure."""

from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from api.wechat.pay.answers import Notice
from api.wechat.pay.sealing import open_sealed
from api.wechat.pay.signing import NotFromWeChatPay, PlatformKeys, Signed

_Shape = TypeVar("_Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class NoticeKeys:
    """What notices are checked and opened with, and whom they must be for."""

    mchid: str
    appid: str
    platform: PlatformKeys
    v3_key: bytes = field(repr=False)


def check_notice(keys: NoticeKeys, *, signed: Signed, body: bytes, now_s: int) -> Notice:
    """A notice that WeChat Pay signed just now over this very body, and that our key opens.

    Raises:
        NotFromWeChatPay: it is none.
    """
    keys.platform.check(signed, body, now_s=now_s)
    try:
        notice = Notice.model_validate_json(body)
    except ValidationError as error:
        raise NotFromWeChatPay("form") from error
    _opened(keys, notice)
    return notice


def open_notice(keys: NoticeKeys, *, body: bytes, shape: type[_Shape]) -> _Shape:
    """What is inside a notice that was checked when it came.

    Raises:
        NotFromWeChatPay: our key does not open it any more, or it is of another shape.
    """
    try:
        return shape.model_validate_json(_opened(keys, Notice.model_validate_json(body)))
    except ValidationError as error:
        raise NotFromWeChatPay("form") from error


def _opened(keys: NoticeKeys, notice: Notice) -> bytes:
    sealed = notice.resource
    return open_sealed(
        key=keys.v3_key,
        ciphertext=sealed.ciphertext,
        nonce=sealed.nonce,
        associated_data=sealed.associated_data,
    )
