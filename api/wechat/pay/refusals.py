"""What WeChat Pay's error codes mean for us: one table, without I/O.

Whatever is not named here goes by its HTTP class, as WeChat asks: a server's error may have had its
effect, a client's error had none.
"""

from typing import Literal

from api.wechat.gateway import (
    GatewayMisconfigured,
    GatewayUnavailable,
    NoSuchNumber,
    NotEnough,
    OutcomeUnknown,
    PaymentRefused,
)

# again: nothing happened, the same number later. unknown: it may have happened, so only the same
# number. not_enough: our account. ours: only the operator can mend it. absent: there is no such
# thing. final: nothing will come of this number.
Kind = Literal["again", "unknown", "not_enough", "ours", "absent", "final"]

_KINDS: dict[str, Kind] = {
    "FREQUENCY_LIMITED": "again",
    "FREQUENCY_LIMIT_EXCEED": "again",
    "RATELIMIT_EXCEEDED": "again",
    "STATEMENT_CREATING": "again",
    "SYSTEM_ERROR": "unknown",
    "SYSTEMERROR": "unknown",
    "BANK_ERROR": "unknown",
    "BIZERR_NEED_RETRY": "unknown",
    "ACCEPTED": "unknown",
    "NOT_ENOUGH": "not_enough",
    "SIGN_ERROR": "ours",
    "NO_AUTH": "ours",
    "MCH_NOT_EXISTS": "ours",
    "APPID_MCHID_NOT_MATCH": "ours",
    "ORDER_NOT_EXIST": "absent",
    "RESOURCE_NOT_EXISTS": "absent",
    "NOT_FOUND": "absent",
    "NO_STATEMENT_EXIST": "absent",
}


def meaning(status: int, code: str) -> Kind:
    """The kind of a refusal, by its code, else by its HTTP status."""
    if code in _KINDS:
        return _KINDS[code]
    if status == 429:
        return "again"
    if status == 401:
        return "ours"
    return "final" if 400 <= status < 500 else "unknown"


def refusal(kind: Kind, code: str) -> Exception:
    """A refusal as the callers of the client meet it."""
    match kind:
        case "again":
            return GatewayUnavailable(code)
        case "unknown":
            return OutcomeUnknown(code)
        case "not_enough":
            return NotEnough(code)
        case "ours":
            return GatewayMisconfigured(code)
        case "absent":
            return NoSuchNumber(code)
        case "final":
            return PaymentRefused(code)
