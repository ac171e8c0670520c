"""Pure rules of accounts: which nicknames may stand before others."""

import re
import unicodedata

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
