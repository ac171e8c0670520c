"""Whether somebody could be known by a text. Pure: values in, values out.

It may miss what only neighbours recognise: so a person reads each text besides.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from api.board.rules import Check, judge
from api.board.screening import personal_data

Kind = Literal["name", "place"]
HOWS = ("app", "paper")
# What WeChat does not pass and a person who read it may still let be seen; never what is risky.
Unsure = Literal["wechat_review", "not_checkable", "not_configured", "check_unavailable"]
UNSURE = Unsure.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
CheckState = Literal["waiting", "passed", "held"]
# Drafts of one case.
DRAFTS_MAX = 10
# On the board people say where it drips; what is told of an end says it nowhere.
_DWELLING = re.compile("[0-9〇零一二三四五六七八九十两]{1,4}(?:号楼|幢|栋|座|单元|室|弄)")
# A single character says nobody's name.
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What a party is known by: what they are called, or where they live."""

    kind: Kind
    value: str


def revealed(text: str, known: Iterable[Known]) -> tuple[str, ...]:
    """By which kinds of things a text could tell who it is about, in a fixed order.

    Those of the board (numbers, plates, accounts), then ``name`` and ``place``.
    """
    plain = _plain(text)
    found = {
        one.kind
        for one in known
        if len(_plain(one.value)) >= _SHORTEST and _plain(one.value) in plain
    }
    if _DWELLING.search(plain):
        found.add("place")
    return (*personal_data(text), *sorted(found))


def checked(checks: Sequence[Check]) -> tuple[CheckState, str | None]:
    """What the check of a text says, and why a person has to decide; no check is no approval."""
    verdict = judge(flags=(), is_appealed=False, checks=checks)
    if verdict.may_show:
        return "passed", None
    return ("waiting" if verdict.why is None else "held"), verdict.why


def may_tell(checks: Sequence[Check], *, despite: Unsure | None) -> bool:
    """Whether a text may be seen: its check passed, or a person decides in full knowledge of why
    it did not."""
    state, why = checked(checks)
    return state == "passed" or (despite is not None and despite == why)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
