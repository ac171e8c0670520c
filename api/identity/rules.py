"""Pure decisions about people's names and clients."""

import re
import unicodedata
from datetime import timedelta

from api.errors import AppError
from api.kit.db import Record

# From when it was last seen.
SESSION_TTL = timedelta(days=30)

# What the QR code of a console says: the hash of its session's secret, when, and our signature.
CODE_PATTERN = r"^linli-console:[0-9a-f]{64}\.[0-9]{1,11}\.[0-9a-f]{32}$"

# The first word that is there names the device; tablets come before what they also claim to be.
_DEVICES = ("iPad", "iPhone", "Android", "HarmonyOS", "OpenHarmony", "Windows", "Macintosh")
_LENGTH_MAX = 60


def device_of(named: str | None, user_agent: str) -> str:
    """What a session is listed as: the client's own word, else the kind of device, else nothing."""
    if named:
        return named[:_LENGTH_MAX]
    return next((device for device in _DEVICES if device in user_agent), "")


# Names of institutions: whoever is none must not look like one (用户账号信息管理规定).
_OFFICIAL = (
    "街道办", "居委会", "村委会", "派出所", "公安", "警察", "法院", "检察", "政府", "官方",
    "管理员", "客服", "系统消息", "工作人员", "调解委员会", "admin", "official",
)  # fmt: skip
_LONG_NUMBER = re.compile(r"[0-9]{7,}", re.ASCII)


def nickname_fault(nickname: str, *, is_staff: bool) -> str | None:
    """Why a nickname may not be used, in English for developers; ``None``: it may.

    A long number would publish a phone, a WeChat or an identity number; digits written wide or
    with marks between them count as well.
    """
    plain = unicodedata.normalize("NFKC", nickname).casefold()
    if _LONG_NUMBER.search(re.sub(r"[\s\-_.·+()]", "", plain)):
        return "holds a number that may reach somebody"
    if not is_staff and any(word in re.sub(r"\s", "", plain) for word in _OFFICIAL):
        return "looks like an institution"
    return None


def check_session(row: Record | None) -> None:
    """Refuse a caller whose session or account is not live, from the first row of a hot route.

    Raises:
        AppError: not_signed_in, account_closed.
    """
    if row is None or row["session_expires_at"] <= row["now"]:
        raise AppError("not_signed_in")
    if row["user_state"] != "active":
        raise AppError("account_closed")
