"""What a text is held for, when it may be shown, and to whom: the pure rules of the board."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.board.rules import (
    WHYS,
    Check,
    Readable,
    Reader,
    Verdict,
    judge,
    may_read,
    pause_after,
    piles_up,
    report_within,
    spot_of,
)
from api.board.screening import danger, personal_data
from api.board.states import CHECK_STATES

PASSED = Check("passed", None, 1)
AUTHOR, READER = uuid4(), uuid4()
POST = Readable("published", AUTHOR, False)
NEIGHBOUR = Reader(READER, is_member=True, is_staff=False, apart=frozenset())


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("找到一串钥匙,电话13812345678", ("phone",)),
        ("电话:138 1234 5678", ("phone",)),
        ("电话138-1234-5678", ("phone",)),
        ("一三八一二三四五六七八找我", ("phone",)),
        ("幺三八幺二三四五六七八找我", ("phone",)),
        ("13812345678", ("phone",)),
        ("座机021-12345678", ("phone",)),
        ("他的身份证11010519491231002X", ("id_number",)),
        ("号码 110105 19491231 002x", ("id_number",)),
        ("沪A12345乱停", ("plate",)),
        ("沪A·12345乱停", ("plate",)),
        ("电车 苏AD12345 占道", ("plate",)),
        ("京N8P8F8占了我的车位", ("plate",)),
        ("加微信:abc_12345", ("account",)),
        ("13812345678的车是沪A12345", ("phone", "plate")),
        ("3号楼2单元301楼上漏水,已经第3次", ()),
        ("物业费每平方米2.35元,共1280元", ()),
        ("2026年11月22日晚上9点到11点", ()),
        ("订单号1000138123", ()),
        ("请大家文明养狗", ()),
    ],
)
def test_personal_data_of_others_is_seen(text: str, kinds: tuple[str, ...]) -> None:
    """Also spread out, in wide digits or in Chinese; ordinary numbers are left alone."""
    assert kinds == personal_data(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("楼道着火了", ("119",)),
        ("有燃气味,可能煤气泄漏", ("119",)),
        ("他拿刀要砍人", ("110",)),
        ("她说不想活了", ("110",)),
        ("老人昏倒在电梯口", ("120",)),
        ("着 火 了,有人昏迷", ("119", "120")),
        ("楼上漏水,音乐太响", ()),
    ],
)
def test_words_of_danger_name_who_helps(text: str, numbers: tuple[str, ...]) -> None:
    """At once, whatever stands between the characters."""
    assert numbers == danger(text)


@pytest.mark.parametrize(
    ("flags", "is_appealed", "checks", "verdict"),
    [
        ((), False, (PASSED,), Verdict(True, None)),
        ((), False, (PASSED, PASSED), Verdict(True, None)),
        ((), False, (), Verdict(False, None)),
        ((), False, (Check("waiting", None, 0),), Verdict(False, None)),
        ((), False, (Check("waiting", None, 1),), Verdict(False, "check_unavailable")),
        ((), False, (PASSED, Check("asked", None, 1)), Verdict(False, None)),
        ((), False, (PASSED, Check("void", None, 1)), Verdict(False, None)),
        ((), False, (PASSED, Check("held", "no_answer", 1)), Verdict(False, "no_answer")),
        (("phone",), False, (PASSED,), Verdict(False, "personal_data")),
        (("plate", "danger"), False, (PASSED,), Verdict(False, "danger")),
        ((), True, (PASSED,), Verdict(False, "appealed")),
        (
            ("phone",), False, (Check("held", "wechat_risky", 1), Check("waiting", None, 3)),
            Verdict(False, "personal_data"),
        ),
        (
            (), False, (Check("waiting", None, 3), Check("held", "wechat_risky", 1)),
            Verdict(False, "wechat_risky"),
        ),
    ],
)  # fmt: skip
def test_a_text_is_shown_only_where_everything_passed(
    flags: tuple[str, ...], is_appealed: bool, checks: tuple[Check, ...], verdict: Verdict
) -> None:
    """Nothing checked is no approval, and the gravest reason is told."""
    assert verdict == judge(flags=flags, is_appealed=is_appealed, checks=checks)


_CHECKS = st.builds(
    lambda state, why, tries: Check(state, why if state == "held" else None, tries),
    st.sampled_from(CHECK_STATES), st.sampled_from(WHYS), st.integers(0, 12),
)  # fmt: skip


@given(st.sets(st.sampled_from(["phone", "plate", "danger"])), st.booleans(), st.lists(_CHECKS))
def test_nothing_unchecked_is_ever_shown(
    flags: set[str], is_appealed: bool, checks: list[Check]
) -> None:
    """Whatever the checks have come to, in whatever order they stand."""
    verdict = judge(flags=flags, is_appealed=is_appealed, checks=checks)

    all_passed = bool(checks) and {"passed"} == {c.state for c in checks}
    assert verdict.may_show is (all_passed and not flags and not is_appealed)
    assert verdict == judge(flags=flags, is_appealed=is_appealed, checks=checks[::-1])
    assert not (verdict.may_show and verdict.why)


def test_tries_take_less_time_than_wechat_remembers_the_author() -> None:
    """Ten tries, ever farther apart, within two hours."""
    pauses = [pause_after(n) for n in range(1, 10)]

    assert pauses == sorted(pauses)
    assert timedelta(hours=1) < sum(pauses, timedelta()) < timedelta(hours=2)


@pytest.mark.parametrize(
    ("post", "reader", "parent", "is_seen"),
    [
        (POST, NEIGHBOUR, None, True),
        (replace(POST, state="resolved"), NEIGHBOUR, None, True),
        *(
            (replace(POST, state=state), NEIGHBOUR, None, False)
            for state in ("pending_review", "rejected", "hidden", "withdrawn", "deleted")
        ),
        (POST, replace(NEIGHBOUR, is_member=False), None, False),
        (POST, replace(NEIGHBOUR, apart=frozenset({AUTHOR})), None, False),
        (replace(POST, is_anonymous=True), replace(NEIGHBOUR, apart=frozenset({AUTHOR})), None,
         True),
        (replace(POST, state="rejected"), replace(NEIGHBOUR, user_id=AUTHOR), None, True),
        (replace(POST, state="deleted"), replace(NEIGHBOUR, user_id=AUTHOR), None, False),
        (replace(POST, state="hidden"), replace(NEIGHBOUR, is_staff=True), None, True),
        (POST, NEIGHBOUR, replace(POST, state="hidden"), False),
        (POST, NEIGHBOUR, POST, True),
    ],
)  # fmt: skip
def test_who_sees_what(
    post: Readable, reader: Reader, parent: Readable | None, is_seen: bool
) -> None:
    """Members what is shown; a block parts named texts only, or it would name the author."""
    assert is_seen is may_read(post, reader, parent=parent)


def test_what_piles_up_and_where() -> None:
    """Troubles of a topic; what is said about a building counts for its compound."""
    office, community, compound, building = (UUID(int=n) for n in range(4))

    assert piles_up("dispute", "noise")
    assert not piles_up("praise", "noise")
    assert not piles_up("dispute", "other")
    assert not piles_up("comment", None)
    assert compound == spot_of(kind="building", path=[office, community, compound, building])
    assert compound == spot_of(kind="compound", path=[office, community, compound])
    assert [timedelta(hours=24), timedelta(hours=72)] == [
        report_within(code) for code in ("privacy", "advert")
    ]
