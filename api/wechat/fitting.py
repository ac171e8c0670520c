"""Texts cut and checked to what each kind of field of a subscribe message may hold."""

import re
from collections.abc import Callable, Mapping

EMPTY = "无"
_KEY = re.compile(r"([a-z_]+)[0-9]{1,2}")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2}"
_MOMENT = rf"(({_DAY})( ?{_CLOCK})?|{_CLOCK})"
_TIME = re.compile(rf"{_MOMENT}( ?~ ?{_MOMENT})?")
_DATE = re.compile(rf"({_DAY})( ?{_CLOCK})?( ?~ ?({_DAY})( ?{_CLOCK})?)?")
_AMOUNT = re.compile(r"[¥¥$€]?\d{1,10}(\.\d{1,2})?元?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TELEPHONE = re.compile(r"[0-9+\-() ]{1,17}")


class FieldUnfit(ValueError):
    """A value that its field cannot hold, and that no cutting would make right."""


def fit(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The ``data`` of a message, as WeChat takes it: every value in the form of its key.

    Free texts are cut by code points and never empty; figures and dates must be right already.

    Raises:
        FieldUnfit: an unknown key, or a figure or date of another form.
    """
    return {key: {"value": _fitted(key, text)} for key, text in data.items()}


def _fitted(key: str, text: str) -> str:
    named = _KEY.fullmatch(key)
    fits = _KINDS.get(named[1]) if named else None
    if fits is None:
        raise FieldUnfit(key)
    found = fits(" ".join(text.split()))
    if found is None:
        raise FieldUnfit(key)
    return found


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _thing(text: str) -> str:
    return _cut(text, 20) or EMPTY


def _phrase(text: str) -> str:
    return "".join(_CHINESE.findall(text))[:5] or EMPTY


def _name(text: str) -> str:
    return text[: 10 if _CHINESE.search(text) else 20] or EMPTY


def _character_string(text: str) -> str:
    plain = "".join(c for c in text if c.isascii() and c.isprintable())
    return " ".join(plain.split())[:32].strip() or "-"


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isalpha())[:32] or "-"


def _symbols(text: str) -> str:
    return text[:5] or "-"


def _whole(pattern: re.Pattern[str], length: int) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        return text if len(text) <= length and pattern.fullmatch(text) else None

    return check


_ANY = re.compile(r".+")
_KINDS: dict[str, Callable[[str], str | None]] = {
    "thing": _thing,
    "phrase": _phrase,
    "name": _name,
    "character_string": _character_string,
    "letter": _letters,
    "symbol": _symbols,
    "number": _whole(_NUMBER, 32),
    "time": _whole(_TIME, 64),
    "date": _whole(_DATE, 64),
    "amount": _whole(_AMOUNT, 16),
    "phone_number": _whole(_TELEPHONE, 17),
    "car_number": _whole(_ANY, 8),
    # Only values of the template's own list, which stands at WeChat.
    "enum": _whole(_ANY, 20),
    "enum_string": _whole(_ANY, 20),
}
