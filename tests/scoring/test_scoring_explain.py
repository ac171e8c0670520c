"""Explanations: the sentence that a runner reads."""

import pytest

from scoring.explain import explain
from scoring.postings import posting
from scoring.types import AnyFact
from tests.scoring.builders import (
    RULES,
    excuse,
    fact,
    filed,
    order,
    rating,
    release,
    reversal,
    training,
)

LATE = order("o", late_s=1_500, weather=1, excuses=[{"cause": "merchant_wait", "min": 12}])
EIGHT_S = order("o", late_s=68)
FIVE = [order(f"o{n}", household="h") for n in range(5)]


def sentences(before: list[AnyFact], new: AnyFact) -> list[str]:
    """Return the Chinese sentences of a posting."""
    return [explain(line).zh for line in posting(RULES, before, new).lines]


def test_a_penalty_is_explained_with_cause_rule_appeal_and_recovery() -> None:
    """The published example, in both languages."""
    actual = explain(posting(RULES, [], LATE).lines[1])

    assert actual.zh == (
        "3月2日这单比约定晚25分钟;商户出餐12分钟、雨天宽限5分钟不算您的,剩8分钟,"
        "扣0.30(规则 late.2,2026.1 版)。准时可得0.50。"
        "3月17日前可申诉;30天内参加一次安全培训可抵消。"
    )
    assert actual.en == (
        "Order of 2 March: 25 min later than promised; not counted against you: "
        "merchant wait 12 min, bad-weather allowance 5 min; 8 min left, "
        "-0.30 (rule late.2, version 2026.1). On time earns 0.50. "
        "Appeal until 17 March; a safety course within 30 days can offset it."
    )


@pytest.mark.parametrize(
    ("before", "new", "expected"),
    [
        (
            [],
            order("o", care=True),
            (
                "3月2日这单;基础1.00、准时0.50、凭证0.20、关爱老人0.50,得2.20"
                "(规则 order.value,2026.1 版)。"
            ),
        ),
        (
            [],
            order("o", weight_g=12_000, floors_no_lift=5, weather=1),
            (
                "3月2日这单;基础1.50(含重物、楼梯、坏天气)、准时0.50、凭证0.20,得2.20"
                "(规则 order.value,2026.1 版)。"
            ),
        ),
        (
            FIVE[:4],
            FIVE[4],
            (
                "3月2日这单;基础1.00、准时0.50、凭证0.20,同一户一天只计最好的4单,"
                "这单没有计入,不加分(规则 order.value,2026.1 版)。"
            ),
        ),
        (
            [],
            order("o", own_household=True),
            "3月2日这单,自家的单不计分,不加分(规则 order.value,2026.1 版)。",
        ),
        (
            [order("o")],
            reversal("r", "o"),
            (
                "3月2日这单;基础1.00、准时0.50、凭证0.20,相关记录已撤销,原得1.70,现不再计"
                "(规则 order.value,2026.1 版)。"
            ),
        ),
        (
            [],
            release("l"),
            "3月2日接单8分钟后退单,每周前几次退单免扣,不扣分(规则 release,2026.1 版)。",
        ),
        (
            [fact("n", "shift.no_show")],
            filed("a", "n"),
            "3月2日报了班没有到岗,申诉期间不扣,原扣2.00,现不再扣(规则 no_show,2026.1 版)。",
        ),
        (
            [],
            fact("v", "volunteer.hours", minutes=180),
            "3月志愿服务共180分钟,计120分钟,已到规则上限,得2.00(规则 volunteer,2026.1 版)。",
        ),
        ([order("o")], rating("r", "o", 5), "住户评价,得0.20(规则 rating,2026.1 版)。"),
        (
            [order("o")],
            rating("r", "o", 1, tags=["weather"]),
            "住户评价,不加分(规则 rating,2026.1 版)。",
        ),
    ],
)
def test_a_line_is_told_in_plain_words(before: list[AnyFact], new: AnyFact, expected: str) -> None:
    """What happened, why it counts so, and by which rule."""
    assert expected == sentences(before, new)[0]


def test_a_lowered_penalty_tells_both_numbers() -> None:
    """From what to what, so that nobody has to compare two entries."""
    late = order("o", late_s=1_700)
    actual = sentences([late], excuse("e", "o", "access_blocked", 15))

    expected = [
        (
            "3月2日这单比约定晚28分20秒;门禁电梯受阻15分钟不算您的,剩13分20秒,"
            "由扣0.80改为扣0.30(规则 late.2,2026.1 版)。准时可得0.50。"
            "3月17日前可申诉;30天内参加一次安全培训可抵消。"
        )
    ]
    assert expected == actual


def test_an_excuse_that_is_too_short_changes_no_points() -> None:
    """The order line is not repeated, and the penalty is told as it stands."""
    late = order("o", late_s=1_700)
    told = sentences([late], excuse("e", "o", "access_blocked", 1))

    assert [each.split("(")[0] for each in told] == [
        "3月2日这单比约定晚28分20秒;门禁电梯受阻1分钟不算您的,剩27分20秒,仍扣0.80"
    ]


def test_a_fully_excused_delay_takes_nothing_and_advises_nothing() -> None:
    """Where nothing was taken there is nothing to appeal."""
    late = order("o", late_s=1_500, weather=2)

    expected = "3月2日这单比约定晚25分钟;原因不在您,全部不算,不扣分(规则 late.0,2026.1 版)。"
    assert expected == sentences([], late)[1]


def test_a_small_delay_costs_only_the_bonus() -> None:
    """Up to five minutes nothing is taken, but on time earns more."""
    expected = "3月2日这单比约定晚1分8秒,不扣分(规则 late.1,2026.1 版)。准时可得0.50。"
    assert expected == sentences([], EIGHT_S)[1]


def test_a_rating_is_told_without_stars_order_and_day() -> None:
    """Nobody can trace a rating to a neighbour by its sentence."""
    low, middle = (
        sentences([order("o", day)], rating("r", "o", stars, 3)) for day, stars in ((0, 1), (2, 3))
    )
    assert low == middle


@pytest.mark.parametrize(
    "new",
    [
        *(fact("n", kind) for kind in ("mediation.closed", "hazard.verified", "emergency.helped")),
        *(fact("n", kind) for kind in ("order.abandoned", "shift.no_show", "fraud.confirmed")),
        *(
            fact("n", "complaint.upheld", severity=severity)
            for severity in ("minor", "moderate", "serious")
        ),
        fact("n", "mentee.graduated", mentee="m"),
        fact("n", "volunteer.hours", minutes=1),
        training("n", 0),
        release("n", after_s=7),
    ],
)
def test_every_rule_has_its_words_in_both_languages(new: AnyFact) -> None:
    """No rule may reach a runner as a bare code, or with a blank left open."""
    told = explain(posting(RULES, [], new).lines[0])

    assert "规则 " in told.zh
    assert "rule " in told.en
    assert "{" not in told.zh + told.en
