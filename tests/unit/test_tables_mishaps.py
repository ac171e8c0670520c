"""The tables of cancelling, handing back and failing: every row means what is written here."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jobs.policies import FAILURES, RELEASES, Evidence, lacks_evidence
from api.jobs.schemas import Fail, Release
from api.orders.mishap_schemas import CancelReason
from api.orders.policies import (
    REASONS,
    ROWS,
    TABLE,
    CancelCost,
    Side,
    Stage,
    cancel_cost,
    may_give,
    percent_of_share,
    stage_of,
    words,
)
from api.orders.rules import Source, Split, is_whole, may_dispute
from api.places.settings import CommunitySettings

SETTINGS = CommunitySettings()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FEE_FEN = 350
STAGES: tuple[str, ...] = get_args(Stage)
BEFORE = ("unpaid", "waiting", "open")
CARRIED = ("accepted_early", "accepted", "arrived", "overdue", "arrived_overdue")
OWN = ("changed_mind", "wrong_details", "waited_too_long")
EXCUSES = ("weather", "gate_refused", "lift_broken")

# Written out a second time on purpose, by another hand than the table: (stage, who, reason) to
# (percent, fault, points).
EXPECTED: dict[tuple[str, str, str], tuple[int, str, str]] = {
    **{(s, "resident", r): (0, "resident", "none") for s in BEFORE for r in OWN[:2]},
    **{(s, "resident", OWN[2]): (0, "nobody", "none") for s in BEFORE},
    **{("accepted_early", "resident", r): (0, "resident", "none") for r in OWN},
    **{("accepted", "resident", r): (20, "resident", "none") for r in OWN},
    **{("arrived", "resident", r): (50, "resident", "none") for r in OWN},
    **{(s, "resident", r): (0, "nobody", "none") for s in CARRIED[3:] for r in OWN[:2]},
    **{(s, "resident", OWN[2]): (0, "platform", "none") for s in CARRIED[3:]},
    **{(s, "resident", "runner_asked"): (0, "runner", "none") for s in CARRIED},
    **{(s, "runner", "runner_unable"): (0, "runner", "released") for s in CARRIED},
    **{(s, "runner", r): (0, "nobody", "released_excused") for s in CARRIED for r in EXCUSES},
    **{(s, "runner", "platform_estimate"): (0, "platform", "released_excused") for s in CARRIED},
    **{
        (s, "runner", r): (0, "merchant", "released_excused")
        for s in CARRIED
        for r in ("shop_closed", "out_of_stock")
    },
    **{(s, "runner", "goods_forbidden"): (0, "resident", "released_excused") for s in CARRIED},
    **{
        (s, "runner", "customer_unreachable"): (50, "resident", "released_excused")
        for s in ("arrived", "arrived_overdue")
    },
    **{(s, "staff", "staff_decision"): (0, "platform", "none") for s in (*BEFORE, *CARRIED)},
    **{(s, "staff", "emergency"): (0, "nobody", "none") for s in (*BEFORE, *CARRIED)},
    **{("collecting", "resident", r): (0, "resident", "none") for r in OWN},
    ("collecting", "staff", "staff_decision"): (0, "platform", "none"),
    ("collecting", "staff", "emergency"): (0, "nobody", "none"),
    **{(s, "system", "cycle_cancelled"): (0, "merchant", "none") for s in ("unpaid", "collecting")},
    **{(s, "system", "cycle_too_small"): (0, "nobody", "none") for s in ("unpaid", "collecting")},
    ("collecting", "system", "not_brought"): (0, "merchant", "none"),
    ("collecting", "system", "nothing_packed"): (0, "merchant", "none"),
    ("unpaid", "system", "not_paid_in_time"): (0, "nobody", "none"),
    ("open", "system", "job_expired"): (0, "platform", "none"),
}
FAILED = {
    "nobody_there": (100, "resident", "abandoned_excused"),
    "refused": (100, "resident", "abandoned_excused"),
    "address_wrong": (100, "resident", "abandoned_excused"),
    "damaged": (0, "platform", "abandoned_excused"),
    "weather": (0, "nobody", "abandoned_excused"),
    "lift_broken": (0, "nobody", "abandoned_excused"),
    "kept_back": (0, "merchant", "abandoned_excused"),
    "gate_refused": (0, "nobody", "abandoned_excused"),
    "platform_estimate": (0, "platform", "abandoned_excused"),
    "runner_unable": (0, "runner", "abandoned"),
    "lost": (0, "runner", "abandoned"),
}


def test_every_stage_side_and_reason_has_its_money_fault_and_points() -> None:
    """No row more, no row less."""
    found = {
        (r.stage, r.who, r.reason): (percent_of_share(SETTINGS, r.share), r.fault, r.points)
        for r in TABLE
    }

    assert EXPECTED == found


def test_every_row_says_in_two_languages_what_it_costs() -> None:
    """A share of the fee stands in the words, with its figure."""
    for row in TABLE:
        zh, en = words(SETTINGS, row)
        percent = percent_of_share(SETTINGS, row.share)

        assert zh
        assert en
        assert "{" not in zh + en
        assert (f"{percent}%" in zh and f"{percent} %" in en) is (row.share != "free"), row


def test_only_known_stages_stand_in_the_table_and_each_can_be_left() -> None:
    """A slip of the pen in a list of stages would be a row that nobody meets."""
    assert {row.stage for row in TABLE} == set(STAGES)


def test_the_api_knows_the_reasons_of_the_tables() -> None:
    """Neither a reason that is never taken, nor a row that cannot be asked for."""
    assert set(get_args(CancelReason)) == set(REASONS)
    assert set(get_args(Fail.model_fields["reason"].annotation)) == FAILURES.keys()
    assert set(get_args(Release.model_fields["reason"].annotation)) == RELEASES.keys()


def test_only_an_unexcused_act_of_the_runner_costs_points() -> None:
    """Whose fault it is, and what the runner gets of it, never contradict each other."""
    for row in (*TABLE, *FAILURES.values(), *RELEASES.values()):
        costs = row.points in ("released", "abandoned")

        assert not costs or row.fault == "runner", row
        assert row.points == "none" or costs or row.fault != "runner", row


def test_who_is_not_at_fault_pays_nothing() -> None:
    """Money is kept only where the customer is at fault."""
    assert {r.fault for r in TABLE if r.share != "free"} == {"resident"}
    assert {r.fault for r in FAILURES.values() if r.percent} == {"resident"}


def test_every_failure_has_its_money_fault_points_and_words() -> None:
    """The second table, written out a second time."""
    found = {r.reason: (r.percent, r.fault, r.points) for r in FAILURES.values()}

    assert FAILED == found
    assert all(r.zh and r.en for r in (*FAILURES.values(), *RELEASES.values()))


def test_an_excuse_of_the_runner_needs_evidence() -> None:
    """What lifts the fault must be shown."""
    for row in (*TABLE, *RELEASES.values()):
        if row.points.endswith("_excused"):
            assert row.evidence != "none", row


@pytest.mark.parametrize("side", ["resident", "runner", "staff"])
def test_each_gives_reasons_of_their_own_and_staff_any(side: Side) -> None:
    """Nobody but staff speaks for another, and nobody for the system."""
    for row in TABLE:
        expected = row.who == side or (side == "staff" and row.who != "system")

        assert expected is may_give(row, side), row


@pytest.mark.parametrize(
    ("job", "stage"),
    [
        ({"is_paid": False}, "unpaid"),
        ({"is_paid": False, "job_state": "accepted"}, "unpaid"),
        ({"job_state": "waiting"}, "waiting"),
        ({"job_state": "open"}, "open"),
        ({"job_state": "accepted", "ago_s": 0}, "accepted_early"),
        ({"job_state": "accepted", "ago_s": 120}, "accepted_early"),
        ({"job_state": "accepted", "ago_s": 120.001}, "accepted"),
        ({"job_state": "accepted", "ago_s": 121, "arrived": True}, "arrived"),
        ({"job_state": "accepted", "ago_s": 60, "arrived": True}, "accepted_early"),
        ({"job_state": "accepted", "ago_s": 121, "due_s": 0}, "accepted"),
        ({"job_state": "accepted", "ago_s": 121, "due_s": -1}, "overdue"),
        ({"job_state": "accepted", "ago_s": 9, "due_s": -1, "arrived": True}, "arrived_overdue"),
        ({"job_state": "accepted"}, None),
        *[
            ({"job_state": s, "ago_s": 0}, None)
            for s in ("picked_up", "delivered", "failed", "returned")
        ],
        ({"job_state": "expired"}, None),
        ({"job_state": "cancelled"}, None),
        ({"job_state": None}, None),
        ({"job_state": None, "cancel_in_s": 1}, "collecting"),
        ({"job_state": None, "cancel_in_s": 0}, None),
        ({"job_state": "open", "cancel_in_s": 1}, "collecting"),
        ({"job_state": "open", "cancel_in_s": -1}, None),
        ({"is_paid": False, "cancel_in_s": -1}, "unpaid"),
    ],
)
def test_how_far_an_order_has_come(job: dict[str, Any], stage: str | None) -> None:
    """The free time's last moment is free, the promised moment is still in time."""
    ago_s, cancel_in_s = job.get("ago_s"), job.get("cancel_in_s")
    accepted_at = None if ago_s is None else NOON - timedelta(seconds=ago_s)

    found = stage_of(
        SETTINGS,
        is_paid=job.get("is_paid", True),
        cancel_until=None if cancel_in_s is None else NOON + timedelta(seconds=cancel_in_s),
        job_state=job.get("job_state"),
        accepted_at=accepted_at,
        arrived_at=NOON if job.get("arrived") else None,
        due_at=NOON + timedelta(seconds=job.get("due_s", 600)),
        now=NOON,
    )

    assert stage == found


@given(
    row=st.sampled_from(TABLE),
    fee_fen=st.integers(0, 10_000_00),
    gone_percent=st.integers(0, 100),
    percents=st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
def test_cost_and_refund_make_what_was_left(
    row: Any, fee_fen: int, gone_percent: int, percents: tuple[int, int]
) -> None:
    """Not a fen is lost or made, whatever was refunded before and whatever the community asks."""
    settings = CommunitySettings(
        cancel_after_accept_percent=percents[0], cancel_after_arrival_percent=percents[1]
    )
    left_fen = fee_fen - fee_fen * gone_percent // 100

    cost = cancel_cost(settings, row, fee_fen=fee_fen, left_fen=left_fen)

    assert left_fen == cost.cost_fen + cost.refund_fen
    assert cost.cost_fen >= 0
    assert cost.refund_fen >= 0


@pytest.mark.parametrize(
    ("fee_fen", "left_fen", "cost"),
    [
        (0, 0, CancelCost(0, 0)),
        (2, 2, CancelCost(0, 2)),
        (3, 3, CancelCost(1, 2)),
        (350, 350, CancelCost(70, 280)),
        (350, 50, CancelCost(50, 0)),
    ],
)
def test_a_share_is_rounded_half_up_and_never_more_than_is_left(
    fee_fen: int, left_fen: int, cost: CancelCost
) -> None:
    """Twenty percent, to whole fen."""
    row = ROWS["accepted", "changed_mind"]

    assert cost == cancel_cost(SETTINGS, row, fee_fen=fee_fen, left_fen=left_fen)


@given(
    shares=st.tuples(*[st.integers(0, 500)] * 3),
    left_fen=st.integers(0, 1500),
    source=st.sampled_from(["escrow", "compensation"]),
)
def test_a_split_gives_away_exactly_what_there_is(
    shares: tuple[int, int, int], left_fen: int, source: Source
) -> None:
    """Of what is held, all three parts make the whole; after completion nobody's pay is touched."""
    resident_fen, runner_fen, platform_fen = shares
    released_fen = runner_fen + platform_fen
    if source == "escrow":
        expected = resident_fen + released_fen == left_fen
    else:
        expected = released_fen == left_fen and resident_fen <= left_fen

    assert expected is is_whole(Split(*shares), left_fen=left_fen, source=source)
    exact = Split(left_fen, 0, 0) if source == "escrow" else Split(left_fen, left_fen, 0)
    assert is_whole(exact, left_fen=left_fen, source=source)


@pytest.mark.parametrize(
    ("days", "may"), [(None, True), (0, True), (7, True), (7.001, False), (400, False)]
)
def test_an_order_may_be_disputed_for_seven_days(days: float | None, may: bool) -> None:
    """From its completion; before that always."""
    completed_at = None if days is None else NOON - timedelta(days=days)

    assert may is may_dispute(completed_at=completed_at, now=NOON)


@pytest.mark.parametrize(
    ("required", "text", "photos", "lacks"),
    [
        ("none", "", 0, False),
        ("text", "", 0, True),
        ("text", "  \n", 0, True),
        ("text", "大雨", 0, False),
        ("text", "", 1, False),
        ("photo", "停电了", 0, True),
        ("photo", "", 1, False),
    ],
)
def test_what_counts_as_evidence(required: Evidence, text: str, photos: int, lacks: bool) -> None:
    """A photo stands for words; words do not stand for a photo."""
    assert lacks is lacks_evidence(required, text=text, photos=photos)
