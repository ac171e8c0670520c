"""What WeChat's error codes mean for us: one table, without I/O."""

import re

from api.wechat.gateway import (
    CodeNotGood,
    GatewayMisconfigured,
    GatewayUnavailable,
    NotCheckable,
    PersonBlocked,
    Refused,
    RefusedKind,
    ShippingOutcome,
    Throttled,
)

BUSY = -1
# The token is not known, or no longer: another one is fetched, once.
TOKEN_BAD = frozenset({40001, 40014, 42001})
_CODE = frozenset({40029, 40163, 41008})
_BLOCKED = frozenset({40226})
_THROTTLED_S = {45009: 60, 45011: 60}
# Appid, secret, address list, permission, path or form: nothing that a client could mend.
_OURS = frozenset({
    40002, 40013, 40066, 40125, 40164, 41001, 41002, 41004, 43002, 44002, 47001, 48001, 50002,
})  # fmt: skip
_SUBSCRIBE: dict[int, RefusedKind] = {
    40003: "openid_wrong",
    40037: "template_wrong",
    41030: "page_wrong",
    43101: "no_grant",
    43107: "sending_banned",
    45168: "sensitive_word",
    47003: "field_wrong",
}
# 10060001, an unknown payment, is passing: WeChat may learn of it later than we do.
_SHIPPING: dict[int, ShippingOutcome] = {
    10060002: "told_before",
    10060003: "told_before",
    10060004: "not_shippable",
}
# The person was not seen for two hours, is not known, or is another app's.
_UNCHECKABLE = frozenset({40003, 43104, 61010})
_FIELD = re.compile(r"data\.([a-z_]+[0-9]+)\.value")
_RID = re.compile(r"rid: ?([0-9a-f-]{8,40})")


class WeChatRefused(Exception):
    """An answer with an error code. Its text is WeChat's own and is shown to nobody."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text

    @property
    def request_id(self) -> str:
        """What WeChat's support asks for."""
        found = _RID.search(self.text)
        return found[1] if found else ""

    @property
    def is_ours(self) -> bool:
        """Whether only the operator can mend it; an unknown code is looked at as well."""
        return not isinstance(meaning(self), CodeNotGood | PersonBlocked | Throttled)


def meaning(refused: WeChatRefused) -> Exception:
    """What a refusal is to the caller of the gateway."""
    if refused.code in _CODE:
        return CodeNotGood()
    if refused.code in _BLOCKED:
        return PersonBlocked()
    if refused.code in _THROTTLED_S:
        return Throttled(_THROTTLED_S[refused.code])
    if refused.code in _OURS or refused.code in TOKEN_BAD:
        return GatewayMisconfigured(f"error {refused.code}")
    return GatewayUnavailable(f"error {refused.code}")


def unsent(refused: WeChatRefused) -> Refused | None:
    """Why a subscribe message can never be sent, or ``None`` where it is no such reason."""
    kind = _SUBSCRIBE.get(refused.code)
    if kind is None:
        return None
    field = _FIELD.search(refused.text) if kind == "field_wrong" else None
    return Refused(kind, field[1] if field else "")


def shipped_anyway(refused: WeChatRefused) -> ShippingOutcome | None:
    """How a refusal ends the telling of a delivery, or ``None`` where it is to be told again."""
    return _SHIPPING.get(refused.code)


def unchecked(refused: WeChatRefused) -> NotCheckable | None:
    """Why WeChat will not check a text or picture, or ``None`` where it may be asked again."""
    return NotCheckable() if refused.code in _UNCHECKABLE else None
