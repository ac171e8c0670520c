"""Appeals against points: until when, answered by when, and by whom."""

from datetime import datetime
from uuid import UUID

import pytest

from api.kit.clock import CHINA, china
from api.points.rules import Involved, answer_due, appeal_until


def local(day: int, hour: int = 10, *, month: int = 3) -> datetime:
    """A moment of 2026 in China; 2026-03-02 is a Monday."""
    return datetime(2026, month, day, hour, tzinfo=CHINA)


def test_an_appeal_may_be_filed_until_the_end_of_the_fifteenth_day() -> None:
    """Counted from when it happened; from when it was recorded, where that was later."""
    at, recorded_at = local(2), local(9)

    assert "2026-03-17 23:59:59" == shown(appeal_until(at=at, recorded_at=at, within_days=15))
    assert "2026-03-24 23:59:59" == shown(
        appeal_until(at=at, recorded_at=recorded_at, within_days=15)
    )


@pytest.mark.parametrize(
    ("filed", "step", "due"),
    [
        (local(2), 1, "2026-03-05 23:59:59"),  # Monday: Thursday.
        (local(2, 23), 1, "2026-03-05 23:59:59"),
        (local(5), 1, "2026-03-10 23:59:59"),  # Thursday: over the weekend.
        (local(7), 1, "2026-03-11 23:59:59"),  # Saturday: Wednesday.
        (local(8), 1, "2026-03-11 23:59:59"),
        (local(7), 2, "2026-03-14 23:59:59"),
    ],
)
def test_an_answer_is_due_after_three_working_days_then_seven_days(
    filed: datetime, step: int, due: str
) -> None:
    """A weekend is no working day; the second step counts every day."""
    assert due == shown(answer_due(filed, step=step))


def test_nobody_who_had_a_hand_in_it_answers() -> None:
    """Not the runner, who recorded it, who filed it, or who answered before."""
    people = [UUID(int=n) for n in range(5)]
    involved = Involved(people[0], people[1], people[2], (people[3],))

    assert [False, False, False, False, True] == [involved.may_answer(p) for p in people]


def shown(moment: datetime) -> str:
    """As a clock on the wall shows it."""
    return f"{china(moment):%Y-%m-%d %H:%M:%S}"
