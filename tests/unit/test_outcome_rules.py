"""By what somebody could be known in a text that is to name nobody."""

import pytest

from api.outcomes.rules import Known, revealed

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
