"""Who may mediate: every conflict of interest by itself, and none in any neighbourhood."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.mediation.rules import (
    Conflict,
    Matter,
    Mediator,
    Party,
    choose,
    conflicts,
    consents,
    risk_level,
    unfitness,
)
from api.mediation.states import CASE, WORDS

# domain.md, the table of cases; None is "–".
TABLE = {
    (None, "open", "opened"),
    ("opened", "offer", "offered"),
    ("offered", "accept", "accepted"),
    ("offered", "refuse", "refused"),
    ("accepted", "assign", "assigned"),
    ("assigned", "object", "accepted"),
    ("assigned", "begin", "in_session"),
    ("in_session", "agree", "agreed"),
    ("in_session", "suspend", "suspended"),
    ("suspended", "resume", "in_session"),
    ("in_session", "fail", "failed"),
    ("suspended", "fail", "failed"),
    # Beyond the table: whoever mediates can no longer, or may not.
    *((state, "replace", "accepted") for state in ("assigned", "in_session", "suspended")),
    ("agreed", "perform", "performing"),
    ("performing", "fulfil", "fulfilled"),
    ("performing", "breach", "breached"),
    ("breached", "reopen", "in_session"),
    ("agreed", "follow_up", "followed_up"),
    ("fulfilled", "follow_up", "followed_up"),
    *((state, "withdraw", "withdrawn") for state in (
        "opened", "offered", "accepted", "assigned", "in_session", "suspended")),
    *((state, "archive", "archived") for state in (
        "followed_up", "failed", "refused", "withdrawn", "escalated")),
}  # fmt: skip

OFFICE, COMMUNITY, GRID, OTHER_GRID, BUILDING = (UUID(int=n) for n in range(1, 6))
ME, A, B, HOME, FIRM = (UUID(int=n) for n in range(11, 16))
TODAY = date(2026, 11, 22)
MEDIATOR = Mediator(
    user_id=ME, is_adult=True, place_path=(OFFICE, COMMUNITY, GRID),
    appointed_on=date(2026, 1, 1), appointed_until=date(2028, 12, 31),
    categories=frozenset({"noise", "pets"}), languages=frozenset({"zh"}), hours=((540, 1080),),
    load=1, load_max=3,
)  # fmt: skip
MATTER = Matter(
    place_path=(OFFICE, COMMUNITY, GRID, BUILDING), category="noise",
    parties=(Party(user_id=A), Party(user_id=B)), on=TODAY, minute=600,
)  # fmt: skip


def with_party(**of_b: Any) -> Matter:
    """The same matter, one of whose parties is more."""
    return replace(MATTER, parties=(Party(user_id=A), Party(**{"user_id": B, **of_b})))


def test_the_machine_is_the_table_of_the_domain() -> None:
    """No move more, no move less; anything but its end may be escalated."""
    moves = {(state, event, m.to_state) for (state, event), m in CASE.moves.items()}
    living = CASE.states - {"escalated", "archived"}

    assert TABLE | {(state, "escalate", "escalated") for state in living} == moves
    assert {"visitor"} == CASE.moves["performing", "breach"].who
    assert {"party"} == CASE.moves["in_session", "withdraw"].who


@pytest.mark.parametrize(
    ("conflict", "mediator", "matter"),
    [
        ("party", MEDIATOR, with_party(user_id=ME)),
        ("household", replace(MEDIATOR, household_id=HOME), with_party(household_id=HOME)),
        ("unit", replace(MEDIATOR, unit_id=HOME), with_party(unit_id=HOME)),
        ("employer", replace(MEDIATOR, employer_id=FIRM), with_party(employer_id=FIRM)),
        ("employer", replace(MEDIATOR, employer_id=FIRM), with_party(company_id=FIRM)),
        ("author", MEDIATOR, replace(MATTER, author_ids=frozenset({ME}))),
        ("commenter", MEDIATOR, replace(MATTER, commenter_ids=frozenset({A, ME}))),
        ("ties", MEDIATOR, with_party(tied_ids=frozenset({ME}))),
        ("against", MEDIATOR, with_party(against_ids=frozenset({ME}))),
        ("apart", MEDIATOR, with_party(apart_ids=frozenset({ME}))),
        (
            "property_staff", replace(MEDIATOR, company_ids=frozenset({FIRM})),
            with_party(user_id=None, company_id=FIRM),
        ),
    ],
)  # fmt: skip
def test_each_conflict_excludes_by_itself(
    conflict: Conflict, mediator: Mediator, matter: Matter
) -> None:
    """It is named, and nobody is asked; without it they would be."""
    choice = choose([mediator], matter)

    assert (conflict,) == conflicts(mediator, matter)
    assert ((), {ME: (conflict,)}) == (choice.order, choice.excluded)
    assert (ME,) == choose([MEDIATOR], MATTER).order


def test_what_nobody_knows_of_two_people_is_no_tie() -> None:
    """No household, employer or company on either side is not the same one."""
    assert () == conflicts(MEDIATOR, replace(MATTER, parties=(Party(), Party())))


@pytest.mark.parametrize(
    ("reason", "changes", "about"),
    [
        ("not_appointed", {"appointed_until": date(2026, 11, 21)}, {}),
        ("not_appointed", {"appointed_on": date(2026, 11, 23)}, {}),
        ("suspended", {"is_suspended": True}, {}),
        ("away", {"is_available": False}, {}),
        ("under_age", {"is_adult": False}, {}),
        ("elsewhere", {"place_path": (OFFICE, COMMUNITY, OTHER_GRID)}, {}),
        ("category", {"categories": frozenset({"pets"})}, {}),
        ("language", {}, {"languages": frozenset({"zh", "ug"})}),
        ("hours", {}, {"minute": 1080}),
        ("load", {"load": 3}, {}),
        ("passed", {}, {"passed_ids": frozenset({ME})}),
        ("objected", {}, {"objected_ids": frozenset({ME})}),
        ("replaced", {}, {"replaced_ids": frozenset({ME})}),
    ],
)
def test_each_reason_excludes_by_itself(
    reason: str, changes: dict[str, Any], about: dict[str, Any]
) -> None:
    """Appointed to their last day; who named no hours, or is asked about none, is free."""
    mediator, matter = replace(MEDIATOR, **changes), replace(MATTER, **about)

    assert (reason,) == unfitness(mediator, matter)
    assert () == choose([mediator], matter).order
    assert () == unfitness(replace(MEDIATOR, hours=()), MATTER)
    assert () == unfitness(MEDIATOR, replace(MATTER, minute=None))


def test_the_nearest_the_most_skilled_the_least_busy_is_asked_first() -> None:
    """In this order; and everything that excludes somebody is told at once."""
    ids = [UUID(int=100 + n) for n in range(4)]
    wide = replace(MEDIATOR, user_id=ids[0], place_path=(OFFICE, COMMUNITY), load=0)
    skilled = replace(MEDIATOR, user_id=ids[1], categories=frozenset({"noise"}), load=2)
    idle = replace(MEDIATOR, user_id=ids[2], load=0)
    barred = replace(MEDIATOR, user_id=A, is_suspended=True)
    choice = choose([barred, wide, idle, MEDIATOR, skilled], MATTER)

    assert (ids[1], ids[2], ME, ids[0]) == choice.order
    assert {A: ("party", "suspended")} == choice.excluded


_FEW = [UUID(int=n) for n in range(200, 206)]
_IDS = st.sampled_from(_FEW)
_MAYBE = st.none() | _IDS
_SETS = st.frozensets(_IDS, max_size=3)
_PARTIES = st.builds(
    Party, user_id=_MAYBE, household_id=_MAYBE, unit_id=_MAYBE, employer_id=_MAYBE,
    company_id=_MAYBE, tied_ids=_SETS, against_ids=_SETS, apart_ids=_SETS,
)  # fmt: skip
_MEDIATORS = st.builds(
    lambda who, **more: replace(MEDIATOR, user_id=who, **more),
    _IDS, household_id=_MAYBE, unit_id=_MAYBE, employer_id=_MAYBE, company_ids=_SETS,
    load=st.integers(0, 4), is_suspended=st.booleans(),
)  # fmt: skip
_MATTERS = st.builds(
    lambda parties, **more: replace(MATTER, parties=tuple(parties), **more),
    st.lists(_PARTIES, min_size=2, max_size=4), author_ids=_SETS, commenter_ids=_SETS,
    passed_ids=_SETS, objected_ids=_SETS, replaced_ids=_SETS,
)  # fmt: skip


@given(st.lists(_MEDIATORS, unique_by=lambda m: m.user_id), _MATTERS)
def test_nobody_chosen_ever_has_a_conflict(mediators: list[Mediator], matter: Matter) -> None:
    """Told again without the rule: not one thing that a mediator is, is a party's."""
    choice = choose(mediators, matter)

    assert {m.user_id for m in mediators} == {*choice.order, *choice.excluded}
    assert len(choice.order) + len(choice.excluded) == len(mediators)
    assert all(choice.excluded.values())
    for mediator in (m for m in mediators if m.user_id in choice.order):
        who = mediator.user_id
        near: set[UUID | None] = {*matter.author_ids, *matter.commenter_ids}
        for party in matter.parties:
            near |= {party.user_id, *party.tied_ids, *party.against_ids, *party.apart_ids}
            assert mediator.household_id is None or mediator.household_id != party.household_id
            assert mediator.unit_id is None or mediator.unit_id != party.unit_id
            assert mediator.employer_id is None or mediator.employer_id != party.employer_id
            assert party.company_id is None or party.company_id not in mediator.company_ids
        assert who not in near
        assert not mediator.is_suspended


@pytest.mark.parametrize(
    ("facts", "risk"),
    [
        ((1, 0, 0, 0), "urgent"), ((0, 1, 0, 0), "high"), ((0, 0, 2, 0), "high"),
        ((0, 0, 0, 10), "high"), ((0, 0, 1, 0), "medium"), ((0, 0, 0, 3), "medium"),
        ((0, 0, 0, 2), "low"),
    ],
)  # fmt: skip
def test_how_grave_it_is(facts: tuple[int, int, int, int], risk: str) -> None:
    """Danger first, then what was broken or came again, then how many complain."""
    dangers, breaches, earlier_cases, voices = facts

    assert risk == risk_level(
        dangers=dangers, breaches=breaches, earlier_cases=earlier_cases, voices=voices
    )


@pytest.mark.parametrize(
    ("sides", "verdict"),
    [
        ((["consented"], ["invited"]), None),
        ((["consented"], ["consented"]), "accepted"),
        # One of many is enough for a side, and those who refuse are left out.
        ((["consented", "refused", "invited"], ["consented", "lapsed"]), "accepted"),
        ((["consented"], ["refused", "invited"]), None),
        ((["consented"], ["refused", "lapsed"]), "refused"),
        ((["consented"], ["lapsed"]), "no_consent"),
        ((["left"], ["consented"]), "no_consent"),
    ],
)
def test_every_side_has_to_consent(sides: tuple[list[str], ...], verdict: str | None) -> None:
    """By any of its parties; a side that is lost ends it, whatever the others say."""
    assert verdict == consents(dict(enumerate(sides, start=1)))


def test_every_state_but_the_archive_has_its_word_on_the_board() -> None:
    """The public post shows one of four words."""
    assert CASE.states - {"archived"} == WORDS.keys()
    assert {"in_mediation", "in_session", "settled", "ended"} == {*WORDS.values()}
