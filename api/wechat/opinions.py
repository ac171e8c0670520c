"""What WeChat thinks of texts and pictures, as it says it: in an answer, or in a push."""

import re
from typing import Any, cast

from api.wechat.gateway import Opinion, Suggest

_LABEL = re.compile(r"[0-9]{1,6}")
_KNOWN: dict[str, Suggest] = {"pass": "pass", "review": "review", "risky": "risky"}


def read_opinion(result: Any) -> Opinion:
    """An opinion; labels come as numbers or as text. What we do not know, a person looks at."""
    said = cast("dict[str, Any]", result) if isinstance(result, dict) else {}
    found = _KNOWN.get(str(said.get("suggest")), "review")
    label = str(said.get("label", ""))
    return Opinion(found, int(label) if _LABEL.fullmatch(label) else 0)


def read_pushed_opinion(message: dict[str, Any], *, appid: str) -> tuple[str, Opinion] | None:
    """Number and opinion of a `wxa_media_check`; ``None``: another app's, or without a number.

    A check that failed is no approval.
    """
    trace_id = message.get("trace_id")
    if not isinstance(trace_id, str) or not 0 < len(trace_id) <= 128 or not trace_id.isprintable():
        return None
    if message.get("appid") != appid:
        return None
    if message.get("errcode") != 0:
        return trace_id, Opinion("review", 0)
    return trace_id, read_opinion(message.get("result"))
