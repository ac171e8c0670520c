"""By what somebody could be known in a text that is to name nobody."""

import pytest

from api.board.rules import Check
from api.outcomes.rules import Known, Unsure, checked, may_tell, revealed

KNOWN = (
    Known("name", "张建国"), Known("name", "小广场舞蹈队"), Known("name", "周"),
    Known("place", "桂花苑"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("广场舞队与居民约定音量和时间,考试周暂停。", ()),
        # One character is nobody's name.
        ("每周三次,周末不跳。", ()),
        ("张 建国答应九点以后不放音乐。", ("name",)),
        ("小广场舞蹈队答应调小音量。", ("name",)),
        ("桂花苑的住户都满意。", ("place",)),
        ("3号楼的住户都满意。", ("place",)),
        ("三单元的住户都满意。", ("place",)),
        ("301室漏水已修好。", ("place",)),
        ("有事打 138 1234 5678。", ("phone",)),
        ("桂花苑张建国,电话13812345678", ("phone", "name", "place")),
    ],
)
def test_a_text_that_tells_who_it_is_about_is_seen(text: str, kinds: tuple[str, ...]) -> None:
    """Names and homes of its parties, also spread out; doors and numbers whosever they are."""
    assert kinds == revealed(text, KNOWN)


@pytest.mark.parametrize(
    ("check", "stands", "despite", "may"),
    [
        (Check("passed", None, 1), ("passed", None), None, True),
        (Check("waiting", None, 0), ("waiting", None), "check_unavailable", False),
        (Check("waiting", None, 1), ("held", "check_unavailable"), None, False),
        (Check("waiting", None, 1), ("held", "check_unavailable"), "check_unavailable", True),
        (Check("held", "wechat_review", 1), ("held", "wechat_review"), "not_checkable", False),
        (Check("held", "wechat_review", 1), ("held", "wechat_review"), "wechat_review", True),
        (Check("held", "wechat_risky", 1), ("held", "wechat_risky"), "wechat_review", False),
        (Check("void", None, 0), ("waiting", None), None, False),
        (None, ("waiting", None), None, False),
    ],
)
def test_a_text_is_seen_once_it_passed_or_somebody_knows_why_it_did_not(
    check: Check | None, stands: tuple[str, str | None], despite: Unsure | None, may: bool
) -> None:
    """No check is no approval, a guess neither; nobody lets be seen what is risky."""
    checks = [] if check is None else [check]

    assert (stands, may) == (checked(checks), may_tell(checks, despite=despite))
