"""Packing: what is short is shared fairly, nobody pays more, nothing leaves uncounted."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.packing.rules import (
    REPORT_WINDOW,
    Line,
    Wrong,
    counted,
    may_collect,
    may_report,
    reported_fen,
    settle,
    settle_with_substitute,
    what_to_do,
)
from api.packing.sharing import Share, shared
from api.packing.walking import (
    Bag,
    climbed_by_each,
    climbed_floors,
    door_of,
    stairs_fen,
    trips,
    walking_order,
)

SHARES = st.lists(st.tuples(st.integers(1, 20), st.booleans()), max_size=40).map(
    lambda found: [Share(UUID(int=n), *wish) for n, wish in enumerate(found)]
)
LINES = st.builds(
    Line, st.integers(1, 99), st.integers(1, 50_000), st.integers(1, 20_000) | st.none()
)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(SHARES, st.integers(0, 500))
def test_what_is_there_is_given_away_whole_and_to_nobody_more_than_they_want(
    shares: list[Share], there: int
) -> None:
    """Nothing stays in the crate while somebody lacks it, nothing is given twice."""
    given_away = shared(shares, there_count=there)

    assert given_away.keys() == {share.order_id for share in shares}
    assert sum(given_away.values()) == min(there, sum(share.wanted_count for share in shares))
    assert all(0 <= given_away[s.order_id] <= s.wanted_count for s in shares)


@given(SHARES, st.integers(0, 500))
def test_shares_are_equal_but_for_what_does_not_divide(shares: list[Share], there: int) -> None:
    """Among those alike: whoever still lacks something has at most one piece less than anybody."""
    given_away = shared(shares, there_count=there)

    for a in shares:
        for b in shares:
            if a.is_first == b.is_first and given_away[a.order_id] < a.wanted_count:
                assert given_away[b.order_id] <= given_away[a.order_id] + 1


@given(SHARES, st.integers(0, 500))
def test_the_elderly_and_the_sick_come_first(shares: list[Share], there: int) -> None:
    """Nobody else gets a piece before they have all of theirs."""
    given_away = shared(shares, there_count=there)

    lacking = any(s.is_first and given_away[s.order_id] < s.wanted_count for s in shares)
    others = sum(given_away[s.order_id] for s in shares if not s.is_first)
    assert not (lacking and others)


@given(SHARES, st.integers(0, 500))
def test_one_piece_more_takes_nothing_from_anybody(shares: list[Share], there: int) -> None:
    """A crate found behind the door makes nobody worse off."""
    less, more = shared(shares, there_count=there), shared(shares, there_count=there + 1)

    assert all(less[order] <= more[order] for order in less)


def test_what_does_not_divide_goes_to_whoever_ordered_first() -> None:
    """Five for four who want two each: two for the first, one for the others."""
    orders = [UUID(int=n) for n in range(4)]

    given_away = shared([Share(order, 2) for order in orders], there_count=5)

    assert [2, 1, 1, 1] == [given_away[order] for order in orders]


@given(LINES, st.data())
def test_nobody_pays_more_than_in_front_and_every_fen_is_somewhere(
    line: Line, data: st.DataObject
) -> None:
    """What is due and what goes back are what was paid, by piece and by weight."""
    count = data.draw(st.integers(0, line.count))
    weight = None if line.per_500g_fen is None else data.draw(st.integers(0, 200_000))

    found = settle(line, packed_count=count, packed_g=weight)

    assert line.paid_fen == found.due_fen + found.refund_fen
    assert 0 <= found.due_fen <= count * line.price_fen
    if weight is not None and line.per_500g_fen is not None:
        assert found.due_fen * 500 <= line.per_500g_fen * weight


@given(LINES, st.data())
def test_a_substitute_never_costs_more_than_what_it_replaces(
    line: Line, data: st.DataObject
) -> None:
    """Dearer goods are the merchant's gift, cheaper ones the buyer's saving."""
    count = data.draw(st.integers(0, line.count))
    instead = data.draw(st.integers(0, line.count - count))
    price = data.draw(st.integers(1, 99_999))
    weight = None if line.per_500g_fen is None else data.draw(st.integers(0, 200_000))

    found = settle_with_substitute(
        line, packed_count=count, packed_g=weight, instead_count=instead, instead_fen=price
    )

    alone = settle(line, packed_count=count, packed_g=weight)
    assert line.paid_fen == found.due_fen + found.refund_fen
    assert found.due_fen - alone.due_fen == instead * min(price, line.price_fen)
    assert found.refund_fen >= 0


@pytest.mark.parametrize(
    ("missing", "on_short", "has_substitute", "answer", "expected"),
    [
        (0, "call", True, None, "pack"),
        (1, "substitute", True, None, "substitute"),
        (1, "substitute", False, None, "refund"),
        (1, "refund", True, None, "refund"),
        (1, "call", True, None, "call"),
        (1, "call", True, "substitute", "substitute"),
        (1, "call", False, "substitute", "refund"),
        (1, "call", True, "refund", "refund"),
    ],
)
def test_each_buyers_own_rule_decides(
    missing: int, on_short: str, has_substitute: bool, answer: str | None, expected: str
) -> None:
    """Substitute, refund or call; an answer on the phone goes before the rule."""
    found = what_to_do(
        missing_count=missing,
        on_short=on_short,  # pyright: ignore[reportArgumentType]
        has_substitute=has_substitute,
        answer=answer,  # pyright: ignore[reportArgumentType]
    )

    assert expected == found


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdefgh")))
def test_a_building_leaves_only_with_exactly_its_bags(sheet: list[str], seen: list[str]) -> None:
    """Each once, none missing, none of a neighbour's."""
    count = counted(dict.fromkeys(sheet, True), seen)
    unpacked = counted(dict.fromkeys(sheet, False), seen)

    assert count.matches == (sorted(set(sheet)) == sorted(seen))
    assert set(unpacked.unpacked) == set(sheet)
    assert unpacked.matches == (not sheet and not seen)
    assert set(count.missing) == set(sheet) - set(seen)
    assert set(count.foreign) == set(seen) - set(sheet)
    assert all(seen.count(code) > 1 for code in count.doubled)


@pytest.mark.parametrize(
    ("text", "unit", "floor"),
    [
        ("3单元1201室", 3, 12), ("2单元502", 2, 5), ("2-502", 2, 5), ("7-2-0302", 2, 3),
        ("502", 0, 5), ("1单元3楼西户", 1, 3), ("二楼东", 0, 1), ("101室", 0, 1), ("", 0, 1),
        ("门卫处", 0, 1), ("1单元12层1202", 1, 12), ("99999", 0, 120), ("12号楼1单元601", 1, 6),
    ],
)  # fmt: skip
def test_doors_are_read_as_people_write_them(text: str, unit: int, floor: int) -> None:
    """A unit, a floor; what says nothing is the ground floor."""
    door = door_of(text)

    assert (unit, floor) == (door.unit, door.floor)


DOORS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 30), st.integers(1, 4)).map(
        lambda door: f"{door[0]}单元{door[1]}{door[2]:02d}"
    )
)


@given(DOORS, st.booleans())
def test_every_door_once_unit_by_unit_in_one_direction(texts: list[str], lift: bool) -> None:
    """Down from the top with a lift, up without, and never back to a unit."""
    bags = [Bag(n, door_of(text), lift) for n, text in enumerate(texts)]

    walk = walking_order(bags)

    assert sorted(bag.what for bag in walk) == list(range(len(texts)))
    units = [bag.door.unit for bag in walk]
    assert units == sorted(units)
    for unit in set(units):
        floors = [bag.door.floor for bag in walk if bag.door.unit == unit]
        assert floors == sorted(floors, reverse=lift)


@given(st.lists(st.integers(0, 20_000)), st.integers(1, 15_000), st.integers(1, 8))
def test_a_building_is_carried_in_jobs_that_one_runner_can_carry(
    weights: list[int], most: int, stops: int
) -> None:
    """Every bag once, in walking order; within weight and stops, and no job that fits another."""
    walk = [Bag(n, door_of(f"{n}01")) for n in range(len(weights))]

    found = trips(walk, weights_g=weights, weight_max_g=most, stops_max=stops)

    assert walk == [bag for trip in found for bag in trip]
    for trip in found:
        assert 1 <= len(trip) <= stops
        assert len(trip) == 1 or sum(weights[bag.what] for bag in trip) <= most
    for trip, following in pairwise(found):
        weight = sum(weights[bag.what] for bag in trip) + weights[following[0].what]
        assert len(trip) == stops or weight > most


@given(DOORS)
def test_stairs_are_paid_once_a_unit_and_lifts_are_not(texts: list[str]) -> None:
    """To the highest door of each unit without a lift; five bags on one floor are one climb."""
    with_lift = [Bag(text, door_of(text), True) for text in texts]
    without = [Bag(text, door_of(text), False) for text in texts]

    assert 0 == stairs_fen(with_lift, per_floor_fen=50)
    assert climbed_floors(without) == climbed_floors([*without, *without])
    assert stairs_fen(without, per_floor_fen=50) == 50 * climbed_floors(without)
    assert climbed_floors(without) >= max((bag.door.floor - 1 for bag in without), default=0)
    # Whoever brings some of them is paid what is left to climb.
    assert climbed_floors(without) == sum(climbed_by_each(without))
    assert [0] * len(texts) == climbed_by_each(with_lift)


def test_collecting_keeps_to_the_slot_and_reporting_to_48_hours() -> None:
    """Not before one's slot, some hours late still; a report at the 48th hour is too late."""
    slot = {"begins_at": NOON, "ends_at": NOON + timedelta(minutes=15)}

    assert not may_collect(**slot, now=NOON - timedelta(seconds=1))
    assert may_collect(**slot, now=NOON)
    assert may_collect(**slot, now=NOON + timedelta(hours=3))
    assert not may_collect(**slot, now=NOON + timedelta(hours=4))
    assert may_report(delivered_at=NOON, now=NOON + REPORT_WINDOW - timedelta(seconds=1))
    assert not may_report(delivered_at=NOON, now=NOON + REPORT_WINDOW)


@given(
    wrong=st.sampled_from(["missing", "spoilt", "short_weight"]),
    packed=st.integers(1, 99),
    due=st.integers(0, 100_000),
    data=st.data(),
)
def test_reports_never_give_back_more_than_a_line_still_costs(
    wrong: Wrong, packed: int, due: int, data: st.DataObject
) -> None:
    """However many reports; all pieces missing give back all of it."""
    before = data.draw(st.integers(0, due))
    count = data.draw(st.integers(1, packed))

    def back(pieces: int) -> int:
        return reported_fen(
            wrong=wrong, count=pieces, packed_count=packed, due_fen=due, given_back_fen=before,
            per_500g_fen=600, real_g=data.draw(st.integers(0, 50_000)),
        )  # fmt: skip

    assert 0 <= back(count) <= due - before
    if wrong != "short_weight":
        assert due - before == back(packed)
        assert back(count) >= min(due - before, due * count // packed)
