"""Tables of reconciliation: days, the lines of their bills, and what differs. Lines only grow."""

from datetime import date, datetime
from typing import get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.reconciliation.rules import KINDS, LineSubject
from api.reconciliation.states import DIFFERENCE, RECONCILIATION

STATES = tuple(sorted(RECONCILIATION.states))
DIFFERENCE_STATES = tuple(sorted(DIFFERENCE.states))


def _sum() -> Column[int]:
    return Column(BigInteger, nullable=False, server_default="0")


class Reconciliation(SQLModel, table=True):
    """One day of one gateway, on clocks in China, and how it came out when it was last compared."""

    __tablename__ = "reconciliations"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("gateway", "day", name="reconciliations_once"),
        CheckConstraint(f"state IN {STATES}", name="reconciliations_state"),
        CheckConstraint(
            "(runs = 0) = (compared_at IS NULL) AND (state <> 'compared' OR runs > 0)",
            name="reconciliations_compared_at",
        ),
        Index("reconciliations_due", "ask_at", postgresql_where=text("state = 'waiting'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    gateway: str
    day: date
    state: str = "waiting"
    # How often it was compared, and how often its bill was asked for since it waits.
    runs: int = 0
    asks: int = 0
    ask_at: datetime = Field(sa_column=moment())
    lines: int = 0
    sha1: str | None = None
    # Sums of the day in fen, of the bill and of ours.
    theirs_paid_fen: int = Field(default=0, sa_column=_sum())
    theirs_refunded_fen: int = Field(default=0, sa_column=_sum())
    ours_paid_fen: int = Field(default=0, sa_column=_sum())
    ours_refunded_fen: int = Field(default=0, sa_column=_sum())
    # What runners were paid; none: compared before withdrawals were part of it, or never.
    theirs_withdrawn_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    ours_withdrawn_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    # What merchants got as their shares, without what came back; none: as above.
    theirs_shared_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    ours_shared_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    compared_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class ReconciliationLine(SQLModel, table=True):
    """A payment, a refund, what a runner was paid or a merchant got; those of other runs stay."""

    __tablename__ = "reconciliation_lines"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            f"subject IN {tuple(sorted(get_args(LineSubject)))}",
            name="reconciliation_lines_subject",
        ),
        CheckConstraint("amount_fen >= 0", name="reconciliation_lines_amount"),
        Index("reconciliation_lines_number", "number"),
    )

    reconciliation_id: UUID = Field(
        sa_column=Column(ForeignKey("reconciliations.id"), primary_key=True, nullable=False)
    )
    run: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    subject: str
    at: datetime = Field(sa_column=moment())
    mchid: str
    is_foreign: bool = Field(sa_column=Column(Boolean, nullable=False))
    number: str
    wechat_number: str
    amount_fen: int
    state: str
    fee_millifen: int = Field(sa_column=Column(BigInteger, nullable=False))
    rate_ppm: int
    # What moved for it on our account, by the bill of movements; none: nothing, or no such bill.
    moved_fen: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class ReconciliationDifference(SQLModel, table=True):
    """What differs on a day. Once found it stays, whatever a later comparison of the day says."""

    __tablename__ = "reconciliation_differences"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint(
            "reconciliation_id", "fingerprint", name="reconciliation_differences_once"
        ),
        CheckConstraint(f"kind IN {tuple(sorted(KINDS))}", name="reconciliation_differences_kind"),
        CheckConstraint(f"state IN {DIFFERENCE_STATES}", name="reconciliation_differences_state"),
        CheckConstraint(
            "state <> 'waiting' OR due_day IS NOT NULL", name="reconciliation_differences_due"
        ),
        CheckConstraint(
            "(state IN ('explained', 'settled')) = (closed_by IS NOT NULL)",
            name="reconciliation_differences_closed_by",
        ),
        CheckConstraint(
            "(state = 'matched') = (matched_by IS NOT NULL)",
            name="reconciliation_differences_matched_by",
        ),
        # Found by asking WeChat, between two bills.
        Index(
            "reconciliation_differences_asked_once",
            "fingerprint",
            unique=True,
            postgresql_where=text("reconciliation_id IS NULL"),
        ),
        CheckConstraint(
            "(reconciliation_id IS NULL) = (kind = 'answer_differs')",
            name="reconciliation_differences_day",
        ),
        Index("reconciliation_differences_number", "number"),
        Index(
            "reconciliation_differences_matches",
            "matched_by",
            postgresql_where=text("matched_by IS NOT NULL"),
        ),
        Index(
            "reconciliation_differences_unclosed",
            "id",
            postgresql_where=text("state IN ('open', 'waiting')"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    # None: WeChat answered so when it was asked, and no bill did.
    reconciliation_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("reconciliations.id"))
    )
    fingerprint: str
    kind: str
    subject: str
    # Our number of the payment or refund, or the name of a sum; and WeChat's.
    number: str
    wechat_number: str
    theirs_fen: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    ours_fen: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    # By how much the bill's sum of the day is above ours because of it.
    effect_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    detail: str
    order_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("orders.id")))
    payment_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("payments.id")))
    withdrawal_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("withdrawals.id")))
    state: str
    due_day: date | None = None
    # The last run of its day that showed it.
    last_run: int
    # The day that showed the other side, or its own, where a later bill no longer shows it.
    matched_by: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("reconciliations.id"))
    )
    closed_by: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    created_at: datetime = Field(sa_column=moment())
    closed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
