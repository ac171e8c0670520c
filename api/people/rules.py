"""Pure rules of people: identity numbers, ages, masks, doors."""

import re
import unicodedata
from datetime import date
from typing import Literal

AgeBand = Literal["adult", "minor_14_17", "under_14"]

# GB 11643-1999: weights of the first seventeen digits, and the check character by the remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# Mainland provinces 1–6, Taiwan 71, residence permits of Hong Kong, Macau and Taiwan 81–83,
# foreigners' permanent cards 9. County codes change, so they are not looked up.
_NUMBER = re.compile(r"(?:[1-6][0-9]|71|8[123]|9[0-9])[0-9]{15}[0-9X]", re.ASCII)
_AGE_MAX = 120
_ADULT = 18
_GUARDED = 14
_DOOR_PARTS = re.compile(r"[0-9a-z]+")


def birth_date(number: str, *, today: date) -> date | None:
    """When the holder of an identity number was born; ``None``: it cannot be a number.

    ``number`` has 18 characters, an upper-case X where it ends in one.
    """
    if not _NUMBER.fullmatch(number):
        return None
    remainder = sum(w * int(d) for w, d in zip(_WEIGHTS, number[:17], strict=True)) % 11
    if number[17] != _CHECKS[remainder]:
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born <= today and age_years(born, today=today) <= _AGE_MAX else None


def age_years(born: date, *, today: date) -> int:
    """Whole years of age by the calendar; who was born on 29 February waits for 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def age_band(born: date, *, today: date) -> AgeBand:
    """All that is kept of an age: 18 and more, 14 to 17, or under 14."""
    years = age_years(born, today=today)
    if years >= _ADULT:
        return "adult"
    return "minor_14_17" if years >= _GUARDED else "under_14"


def mask_id_number(number: str) -> str:
    """``110***********002X``: the first three and the last four."""
    return f"{number[:3]}***********{number[-4:]}"


def mask_full_name(name: str) -> str:
    """``张*``, ``欧阳**``: the family name, a star for each other character (three at most)."""
    known = 2 if len(name) > 3 and name[:2] in _DOUBLE_SURNAMES else 1
    return name[:known] + "*" * min(3, max(1, len(name) - known))


def door_key(door: str) -> str:
    """A door as it is compared: ``2单元301室``, ``２－３０１`` and ``2-301`` are one."""
    plain = unicodedata.normalize("NFKC", door).casefold()
    return "-".join(_DOOR_PARTS.findall(plain)) or "".join(plain.split())


_DOUBLE_SURNAMES = frozenset(
    ["欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯",
     "司徒", "端木", "南宫", "西门", "独孤", "长孙", "宇文", "轩辕", "百里"]
)  # fmt: skip
