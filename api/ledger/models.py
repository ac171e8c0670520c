"""Tables of the ledger. Transfers, their outcomes and their entries only grow."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.ledger.rules import KINDS, MAY_BE_NEGATIVE
from api.ledger.states import OUTCOMES


def _big() -> Column[int]:
    return Column(BigInteger, nullable=False)


class LedgerAccount(SQLModel, table=True):
    """Whose money of which kind: the fold of its entries, kept in the same transaction."""

    __tablename__ = "ledger_accounts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("kind", "owner_id", name="ledger_accounts_once"),
        CheckConstraint(f"kind IN {tuple(sorted(KINDS))}", name="ledger_accounts_kind"),
        CheckConstraint("held_fen >= 0", name="ledger_accounts_held"),
        CheckConstraint(
            f"kind IN {MAY_BE_NEGATIVE} OR balance_fen >= held_fen", name="ledger_accounts_limit"
        ),
    )

    # Follows from kind and owner, so that it is known before it is there.
    id: UUID = Field(primary_key=True)
    kind: str
    # A community, an order, a runner or a merchant, as the kind says.
    owner_id: UUID
    balance_fen: int = Field(sa_column=_big())
    # What of the balance pending transfers hold.
    held_fen: int = Field(sa_column=_big())
    # How many entries there are: the number of the last one.
    entries: int
    created_at: datetime = Field(sa_column=moment())


class LedgerTransfer(SQLModel, table=True):
    """One movement by one rule; posted at once, or pending until it has an outcome."""

    __tablename__ = "ledger_transfers"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="ledger_transfers_amount"),
        CheckConstraint("from_id <> to_id", name="ledger_transfers_two_accounts"),
        Index("ledger_transfers_of_order", "order_id"),
        Index("ledger_transfers_about", "subject_id"),
    )

    # Follows from rule and subject: the same one twice is one.
    id: UUID = Field(primary_key=True)
    rule: str
    from_id: UUID = Field(sa_column=Column(ForeignKey("ledger_accounts.id"), nullable=False))
    to_id: UUID = Field(sa_column=Column(ForeignKey("ledger_accounts.id"), nullable=False))
    amount_fen: int
    is_held: bool
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    order_id: UUID | None = None
    # The payment, refund, dispute or order that it was posted for.
    subject_id: UUID
    created_at: datetime = Field(sa_column=moment())


class LedgerOutcome(SQLModel, table=True):
    """What became of a pending transfer: one outcome, once."""

    __tablename__ = "ledger_outcomes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint(f"outcome IN {OUTCOMES}", name="ledger_outcomes_outcome"),)

    transfer_id: UUID = Field(
        sa_column=Column(ForeignKey("ledger_transfers.id"), primary_key=True, nullable=False)
    )
    outcome: str
    at: datetime = Field(sa_column=moment())


class LedgerEntry(SQLModel, table=True):
    """One line of an account: what a posted transfer changed, and the balance after it."""

    __tablename__ = "ledger_entries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("transfer_id", "account_id", name="ledger_entries_once"),
        CheckConstraint("seq > 0", name="ledger_entries_seq"),
        CheckConstraint("amount_fen <> 0", name="ledger_entries_amount"),
    )

    account_id: UUID = Field(
        sa_column=Column(ForeignKey("ledger_accounts.id"), primary_key=True, nullable=False)
    )
    # 1, 2, 3 … in its account without a gap.
    seq: int = Field(primary_key=True)
    transfer_id: UUID = Field(sa_column=Column(ForeignKey("ledger_transfers.id"), nullable=False))
    amount_fen: int
    balance_fen: int = Field(sa_column=_big())
    at: datetime = Field(sa_column=moment())
