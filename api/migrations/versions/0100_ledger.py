"""The ledger: accounts, transfers, outcomes, entries; the last three only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0090"

_KINDS = (
    "('compensation', 'escrow', 'goods_advance', 'merchant_payable', 'platform_fee',"
    " 'refunds_due', 'runner_payable', 'wechat_clearing')"
)
_ONLY_GROWS = """
CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION linli_refuse_change()
"""
# Asked once a transfer at the end of the transaction: two entries, its amount, its accounts.
_WHOLE = """
CREATE FUNCTION linli_transfer_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM ledger_transfers AS t
        JOIN ledger_entries AS gives ON gives.transfer_id = t.id
            AND gives.account_id = t.from_id AND gives.amount_fen = -t.amount_fen
        JOIN ledger_entries AS takes ON takes.transfer_id = t.id
            AND takes.account_id = t.to_id AND takes.amount_fen = t.amount_fen
        WHERE t.id = NEW.transfer_id
          AND (SELECT count(*) FROM ledger_entries AS e WHERE e.transfer_id = t.id) = 2)
    THEN
        RAISE EXCEPTION 'the entries of transfer % do not sum to 0', NEW.transfer_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_ENTRIES_WHOLE = """
CREATE CONSTRAINT TRIGGER ledger_entries_whole AFTER INSERT ON ledger_entries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linli_transfer_is_whole()
"""


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("held_fen", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint(f"kind IN {_KINDS}", name="ledger_accounts_kind"),
        sa.CheckConstraint("held_fen >= 0", name="ledger_accounts_held"),
        sa.CheckConstraint(
            "kind IN ('compensation', 'wechat_clearing') OR balance_fen >= held_fen",
            name="ledger_accounts_limit",
        ),
        sa.UniqueConstraint("kind", "owner_id", name="ledger_accounts_once"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ledger_transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="ledger_transfers_amount"),
        sa.CheckConstraint("from_id <> to_id", name="ledger_transfers_two_accounts"),
        sa.ForeignKeyConstraint(["from_id"], ["ledger_accounts.id"]),
        sa.ForeignKeyConstraint(["to_id"], ["ledger_accounts.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ledger_transfers_of_order", "ledger_transfers", ["order_id"])
    op.create_index("ledger_transfers_about", "ledger_transfers", ["subject_id"])
    op.create_table(
        "ledger_outcomes",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('expired', 'posted', 'voided')", name="ledger_outcomes_outcome"
        ),
        sa.ForeignKeyConstraint(["transfer_id"], ["ledger_transfers.id"]),
        sa.PrimaryKeyConstraint("transfer_id"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("seq > 0", name="ledger_entries_seq"),
        sa.CheckConstraint("amount_fen <> 0", name="ledger_entries_amount"),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_accounts.id"]),
        sa.ForeignKeyConstraint(["transfer_id"], ["ledger_transfers.id"]),
        sa.UniqueConstraint("transfer_id", "account_id", name="ledger_entries_once"),
        sa.PrimaryKeyConstraint("account_id", "seq"),
    )
    for table in ("ledger_transfers", "ledger_outcomes", "ledger_entries"):
        op.execute(_ONLY_GROWS.format(table=table))
    op.execute(_WHOLE)
    op.execute(_ENTRIES_WHOLE)
    # Balances turn over all day, above all those of a community.
    op.execute(
        "ALTER TABLE ledger_accounts SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80)"
    )
