"""What we look for in a text ourselves, before WeChat does: others' personal data, and danger.

Pure. It may be wrong in both directions, so it never rejects: it asks for a person.
"""

import re
import unicodedata

# 一三八… and 幺 are how numbers are written to pass filters.
_DIGITS = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789"
)
# What people put between the digits of a number.
_BETWEEN = r"[\s\-–—_.·,。,、*/]{0,3}"


def _spread(*parts: str) -> str:
    return _BETWEEN.join(parts)


_D = "[0-9]"
_MOBILE = re.compile(rf"(?<![0-9]){_spread('1', '[3-9]', *[_D] * 9)}(?![0-9])")
_FIXED = re.compile(r"(?<![0-9])0[0-9]{2,3}[\s\-]{1,2}[0-9]{7,8}(?![0-9])")
_ID_NUMBER = re.compile(rf"(?<![0-9]){_spread('[1-9]', *[_D] * 16, '[0-9xX]')}(?![0-9])")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
# Five characters behind the letter, six for electric cars; never I or O.
_PLATE = re.compile(
    rf"[{_PROVINCES}][\s·.\-]{{0,2}}[A-HJ-NP-Z][\s·.\-]{{0,2}}(?=[A-HJ-NP-Z]{{0,5}}[0-9])"
    r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警]",
    re.IGNORECASE,
)
_WECHAT_ID = re.compile(r"(?:微信|薇信|vx|wx|qq)号?[::\s]{0,3}[a-z0-9][\w-]{5,19}", re.IGNORECASE)

# Words of danger, and who helps (facts/mediation.md §2): shown at once, without a queue.
_DANGER: tuple[tuple[str, str], ...] = (
    (r"着火|起火|失火|火灾|冒(?:黑|浓)烟", "119"),
    (r"(?:燃气|煤气|天然气|瓦斯)(?:味|泄漏|漏)|漏(?:燃气|煤气|气)", "119"),
    (r"自杀|轻生|割腕|跳楼|不想活", "110"),
    (r"持刀|拿刀|动刀|砍人|捅人|杀人|伤人|绑架|家暴|打人|被打|群殴|抢劫|虐待", "110"),
    (r"割腕|昏迷|昏倒|晕倒|流血不止|大出血|没有呼吸|心脏病发|中毒|触电|溺水|服药自", "120"),
)
_DANGER_WORDS = tuple((re.compile(words), number) for words, number in _DANGER)


def personal_data(text: str) -> tuple[str, ...]:
    """Which kinds of personal data a text seems to hold, in a fixed order.

    ``phone``, ``id_number``, ``plate``, ``account``; numbers in Chinese or spread out are seen too.
    """
    plain = unicodedata.normalize("NFKC", text)
    numbers = plain.translate(_DIGITS)
    # An identity number holds what looks like a mobile one.
    rest, id_numbers = _ID_NUMBER.subn(" ", numbers)
    found = {
        "phone": bool(_MOBILE.search(rest) or _FIXED.search(rest)),
        "id_number": id_numbers > 0,
        "plate": bool(_PLATE.search(plain)),
        "account": bool(_WECHAT_ID.search(plain)),
    }
    return tuple(kind for kind, is_there in found.items() if is_there)


def danger(text: str) -> tuple[str, ...]:
    """The numbers to call that the words of a text ask for (110, 119, 120), ascending."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return tuple(sorted({number for words, number in _DANGER_WORDS if words.search(plain)}))
