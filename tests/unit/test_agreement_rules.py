"""When an agreement binds, the court's thirty days, who visits."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, permutations
from uuid import UUID

import pytest

from api.agreements.rules import (
    Form,
    Item,
    Side,
    Signature,
    court_clock,
    effect_of,
    may_visit,
    standing,
    text_hash,
    visits_due,
)
from api.agreements.states import AGREEMENT, COURT, VISIT
from api.agreements.terms import Quiet, ends_at
from api.kit.clock import CHINA
from api.kit.workdays import (
    KNOWN_UNTIL,
    add_working_days,
    announced,
    is_known,
    is_working_day,
    next_working_day,
)

A, B, MEDIATOR, STAFF = (UUID(int=n) for n in range(1, 5))
TEXT, OTHER_TEXT = text_hash({"facts": "一"}), text_hash({"facts": "二"})
START = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
QUIET = Quiet(time(22, 0), time(7, 0))
NAMES: tuple[tuple[Side, UUID], ...] = (
    ("party", A),
    ("party", B),
    ("mediator", MEDIATOR),
    ("committee", STAFF),
)


def signed(*names: tuple[Side, UUID], text: bytes = TEXT) -> list[Signature]:
    """The names in this order, an hour apart."""
    return [
        Signature(side, who, text, START + n * timedelta(hours=1))
        for n, (side, who) in enumerate(names)
    ]


@pytest.mark.parametrize("order", list(permutations(NAMES)))
def test_a_written_one_binds_with_the_last_of_its_four_names(
    order: tuple[tuple[Side, UUID], ...],
) -> None:
    """Whoever is the last; article 29."""
    effect = effect_of("written", party_ids=[A, B], of_text=TEXT, signatures=signed(*order))

    assert START + timedelta(hours=3) == effect.at


@pytest.mark.parametrize("names", [c for n in range(4) for c in combinations(NAMES, n)])
def test_a_written_one_binds_nobody_while_a_name_is_missing(
    names: tuple[tuple[Side, UUID], ...],
) -> None:
    """It says whose."""
    effect = effect_of("written", party_ids=[A, B], of_text=TEXT, signatures=signed(*names))
    open_ids = tuple(p for p in (A, B) if ("party", p) not in names)
    missing: list[Side] = ["party"] if open_ids else []
    if ("mediator", MEDIATOR) not in names:
        missing.append("mediator")
    if ("committee", STAFF) not in names:
        missing.append("committee")

    assert effect.at is None
    assert (tuple(missing), open_ids) == (effect.missing, effect.party_ids)


@pytest.mark.parametrize(
    ("form", "signatures", "hours"),
    [
        # An oral one needs no seal, but somebody who records it (articles 28, 30).
        ("oral", signed(*NAMES[:3]), 2),
        ("oral", signed(*NAMES[:2]), None),
        ("oral", signed(NAMES[0], NAMES[2], NAMES[3]), None),
        # A name under another text is none, and signing twice does not delay it.
        ("written", [*signed(*NAMES[1:]), *signed(NAMES[0], text=OTHER_TEXT)], None),
        ("written", signed(*NAMES, NAMES[0]), 3),
        # Somebody else's name is not a party's.
        ("written", signed(NAMES[0], ("party", STAFF), *NAMES[2:]), None),
    ],
)
def test_what_its_form_asks_for(form: Form, signatures: list[Signature], hours: int | None) -> None:
    """Not more, and not less."""
    effect = effect_of(form, party_ids=[A, B], of_text=TEXT, signatures=signatures)

    assert (None if hours is None else START + timedelta(hours=hours)) == effect.at


@pytest.mark.parametrize(
    ("effective_at", "last_day"),
    [
        # 30 days on is a Tuesday.
        (datetime(2026, 11, 22, 12, 0, tzinfo=CHINA), date(2026, 12, 22)),
        # A minute after midnight is another day, wherever servers stand.
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), date(2026, 12, 22)),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), date(2026, 12, 23)),
        # A Saturday, and a day of the Spring Festival.
        (datetime(2026, 11, 26, 12, 0, tzinfo=CHINA), date(2026, 12, 28)),
        (datetime(2026, 1, 17, 12, 0, tzinfo=CHINA), date(2026, 2, 24)),
        # A Sunday that is worked.
        (datetime(2026, 8, 21, 12, 0, tzinfo=CHINA), date(2026, 9, 20)),
        # Over 29 February, and over the 28th.
        (datetime(2028, 2, 2, 12, 0, tzinfo=CHINA), date(2028, 3, 3)),
        (datetime(2027, 2, 2, 12, 0, tzinfo=CHINA), date(2027, 3, 4)),
    ],
)
def test_the_court_waits_thirty_days(effective_at: datetime, last_day: date) -> None:
    """The first is not counted, and a last day off goes on to the next one worked; its end is the
    end of the day, and both are reminded twice before, at nine."""
    clock = court_clock(effective_at, quiet=QUIET)
    on = effective_at.astimezone(CHINA).date()

    assert (last_day, ends_at(last_day)) == (clock.last_day, clock.closes_at)
    assert [datetime.combine(on + timedelta(days), time(9), CHINA) for days in (20, 27)] == list(
        clock.remind_at
    )
    assert is_working_day(last_day)


def test_working_days_skip_what_is_off() -> None:
    """Five working days of a court over the National Day, a day worked instead among them."""
    assert date(2026, 10, 8) == next_working_day(date(2026, 10, 1))
    assert date(2026, 10, 10) == add_working_days(date(2026, 9, 30), 3)
    assert not is_working_day(date(2027, 10, 1))


def test_what_nobody_announced_yet_is_said_to_be_provisional() -> None:
    """The calendar says until when it is known; what is reckoned beyond says that it may move."""
    known, beyond = (
        court_clock(datetime(2026, month, day, 4, 0, tzinfo=UTC), quiet=QUIET)
        for month, day in ((11, 22), (12, 15))
    )

    assert (date(2026, 12, 22), False) == (known.last_day, known.is_provisional)
    assert (date(2027, 1, 14), True) == (beyond.last_day, beyond.is_provisional)
    assert is_known(KNOWN_UNTIL)
    assert not is_known(KNOWN_UNTIL + timedelta(1))


@pytest.mark.parametrize(
    "text",
    [
        "[2027]\noff = [[2027-01-03, 2027-01-01]]\nworked = []",
        "[2027]\noff = [[2026-12-31, 2027-01-01]]\nworked = []",
        "[2027]\noff = [[2027-01-01, 2027-01-03]]\nworked = [2027-01-02]",
        "[2027]\noff = []\nworked = []\n[2029]\noff = []\nworked = []",
    ],
)
def test_a_calendar_that_cannot_be_is_not_read(text: str) -> None:
    """A span turned round, a day of another year, off and worked at once, a year left out."""
    with pytest.raises(ValueError, match=r"."):
        announced(text)


def test_visits_are_due_a_week_and_thirty_days_later() -> None:
    """Not counting the first day; by somebody who neither mediated nor has a part in it."""
    assert (date(2026, 11, 29), date(2026, 12, 22)) == visits_due(START)
    assert may_visit(STAFF, mediator_ids=[MEDIATOR], party_user_ids=[A, B])
    assert not may_visit(MEDIATOR, mediator_ids=[MEDIATOR], party_user_ids=[A, B])
    assert not may_visit(A, mediator_ids=[MEDIATOR], party_user_ids=[A, B])


def test_each_word_changes_the_fingerprint_and_the_order_of_keys_does_not() -> None:
    """So nobody signed what another one did not."""
    assert TEXT != OTHER_TEXT
    assert text_hash({"a": 1, "b": "二"}) == text_hash({"b": "二", "a": 1})


def test_the_machines_say_who() -> None:
    """Parties decide, the system reminds, the visitor is neither."""
    assert {"party"} == AGREEMENT.moves["proposed", "decline"].who
    assert {"system"} == AGREEMENT.moves["in_force", "remind"].who
    assert {"visitor"} == VISIT.moves["planned", "record"].who
    assert not COURT.allows("lapsed", "apply")
    assert ("applied",) == COURT.sources("confirm")


TODAY = date(2026, 12, 22)


def item(state: str, *, days: int = -1, is_once: bool = False) -> Item:
    """What is due so many days from today."""
    return Item(state, TODAY + timedelta(days), is_once)


@pytest.mark.parametrize(
    ("items", "is_month_over", "stands"),
    [
        ([item("kept")], False, "kept"),
        ([item("kept"), item("broken")], True, "broken"),
        ([item("kept"), item("reminded")], True, None),
        ([item("kept"), item("planned", days=0)], True, None),
        # Next summer's exams: reminded of, but the file need not wait for them.
        ([item("kept"), item("planned", days=1)], True, "kept"),
        ([item("kept"), item("planned", days=1)], False, None),
        ([item("kept"), item("planned", days=1, is_once=True)], True, None),
        ([item("planned", days=1)], True, "kept"),
        ([item("void"), item("kept")], False, "kept"),
    ],
)
def test_how_an_agreement_stands(
    items: list[Item], is_month_over: bool, stands: str | None
) -> None:
    """One broken item breaks it, and nobody waits two years for the last one."""
    assert stands == standing(items, on=TODAY, is_month_over=is_month_over)
