"""Tables of withdrawals, and of whom they go to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.withdrawals.rules import WECHAT_MIN_FEN
from api.withdrawals.states import FINAL, OPEN, WITHDRAWAL

STATES = tuple(sorted(WITHDRAWAL.states))


class Withdrawal(SQLModel, table=True):
    """A runner's wish to be paid; asked for at WeChat under one number until it has an end."""

    __tablename__ = "withdrawals"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="withdrawals_state"),
        CheckConstraint(f"amount_fen >= {WECHAT_MIN_FEN}", name="withdrawals_amount"),
        CheckConstraint(f"(state IN {FINAL}) = (done_at IS NOT NULL)", name="withdrawals_done"),
        CheckConstraint("package IS NULL OR state = 'offered'", name="withdrawals_package"),
        CheckConstraint("state <> 'failed' OR why IS NOT NULL", name="withdrawals_why"),
        # WeChat asks for it: no second one before the first has its end.
        Index(
            "withdrawals_one_open",
            "runner_id",
            unique=True,
            postgresql_where=text(f"state IN {OPEN}"),
        ),
        Index("withdrawals_to_ask", "ask_at", postgresql_where=text(f"state IN {OPEN}")),
        Index("withdrawals_done", "done_at", postgresql_where=text("state = 'succeeded'")),
        Index("withdrawals_of_runner", "runner_id", "id"),
        Index("withdrawals_of_community", "community_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    runner_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    amount_fen: int
    state: str = "asked"
    gateway: str
    # Ours, for good; 32 letters and digits.
    out_bill_no: str = Field(unique=True)
    # WeChat's, once it has it.
    bill_no: str | None = Field(default=None, unique=True)
    # What the runner's client needs to confirm, and only theirs can use.
    package: str | None = None
    # What it waits for, or why it failed.
    why: str | None = None
    # Who asked: the runner, or staff for somebody who cannot sign in.
    asked_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    # In what WeChat's answer to our asking did not fit; told once for each.
    unfit: str | None = None
    asks: int = 0
    ask_at: datetime = Field(sa_column=moment())
    # When it was last sent to WeChat; none: never.
    sent_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    offered_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    done_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Payee(SQLModel, table=True):
    """Whose WeChat a runner's money goes to; kept as long as money is owed, also once they left.

    Whoever closed their account and signs in again is found by the index of their openid.
    """

    __tablename__ = "payees"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("payees_by_openid", "openid_index"),)

    id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    openid_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    openid_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    # The verified real name, where there was one.
    name_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    noted_at: datetime = Field(sa_column=moment())
