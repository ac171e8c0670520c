"""Laws of the published data and of what follows from it."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from api.runners.catalogue import statements, training
from api.runners.rules import CHECKS, KINDS, needed_courses, permission, score_quiz
from api.runners.states import TIERS
from api.tiers import tiers

LATER = datetime(2027, 1, 1, tzinfo=UTC)
COURSES = [m.name for m in training().modules]


def test_the_published_data_is_whole() -> None:
    """Each tier has its row, each kind a course, each question a right choice in both tongues."""
    assert {*TIERS, "volunteer"} == tiers().keys()
    assert {"health", "consent"} == statements().keys()
    assert all(set(t.kinds) <= set(KINDS) for t in tiers().values())
    assert all(needed_courses(training(), kind) for kind in KINDS)
    for module in training().modules:
        assert set(module.kinds) <= set(KINDS)
        assert len({q.name for q in module.questions}) == len(module.questions)
        for question in module.questions:
            assert len(question.choices_zh) == len(question.choices_en)
            assert 0 <= question.right < len(question.choices_zh)


@given(
    wished=st.lists(st.sampled_from(KINDS), unique=True),
    tier=st.sampled_from(sorted(tiers())),
    courses=st.sets(st.sampled_from(COURSES)),
    required=st.sets(st.sampled_from(CHECKS)),
    capacity=st.integers(1, 20),
)
def test_more_courses_never_take_a_kind_away(
    wished: list[str], tier: str, courses: set[str], required: set[str], capacity: int
) -> None:
    """Nor does a wish give what tier or course refuse."""

    def judged(passed: set[str]) -> set[str]:
        allowed = permission(
            wished=wished,
            tier=tiers()[tier],
            is_volunteer=False,
            in_emergency=False,
            courses=dict.fromkeys(passed, LATER),
            training=training(),
            capacity=capacity,
            required=required,
        )
        assert allowed.capacity <= capacity
        return set(allowed.kinds)

    few, all_ = judged(courses), judged(set(COURSES))

    assert few <= all_
    assert few <= set(wished or KINDS)
    if "training" in required:
        assert all(set(needed_courses(training(), k)) <= courses for k in few)


@given(answers=st.lists(st.integers(0, 9), max_size=8), n=st.integers(0, len(COURSES) - 1))
def test_a_score_counts_what_is_right(answers: list[int], n: int) -> None:
    """Whatever is sent, too little or too much."""
    module = training().modules[n]
    score, wrong = score_quiz(module, answers)
    right = sum(a == q.right for a, q in zip(answers, module.questions, strict=False))

    assert (100 * right // len(module.questions)) == score
    assert len(module.questions) - right == len(wrong)
