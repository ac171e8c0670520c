"""A newcomer graduates by thirty orders of others and no upheld complaint since they were taken."""

from scoring.mentoring import Mentored, mentored_since
from tests.scoring.builders import decided, fact, filed, moment, order, reversal


def test_orders_and_complaints_count_from_the_pairing_on() -> None:
    """Neither one's own household counts, nor what was reversed, nor a complaint that was won."""
    facts = [
        order("before", 0),
        *(order(f"o{n}", 1 + n % 5, household=f"h{n}") for n in range(31)),
        order("own", 2, own_household=True),
        fact("late", "complaint.upheld", 3, severity="minor"),
        reversal("away", "o1", 4),
    ]
    since = moment(1, 0)

    assert Mentored(30, 1) == mentored_since(facts, since)
    assert not mentored_since(facts, since).has_graduated
    appeal = [filed("filed", "late", 4), decided("won", "filed", "reversed", 5)]
    assert mentored_since([*facts, *appeal], since).has_graduated
    assert not mentored_since([*facts[:-2], *appeal], moment(2, 0)).has_graduated
