"""Outcomes of cases that everybody who signed wants to be told, without anybody in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0340"
down_revision = "0312"

# A consent once given stays; whoever withdraws it ends the text.
_CONSENTS = """
CREATE TRIGGER outcome_consents_only_grow BEFORE UPDATE OR DELETE ON outcome_consents
FOR EACH ROW EXECUTE FUNCTION linli_keep_names()
"""
# What was consented to stays what its hash says; the words may be sealed anew, or forgotten.
_KEEP_TEXT = """
CREATE FUNCTION linli_keep_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.text_hash = OLD.text_hash AND NEW.party_ids = OLD.party_ids THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what is consented to does not change' USING ERRCODE = 'restrict_violation';
END $$
"""
_TEXTS = """
CREATE TRIGGER outcomes_keep_text BEFORE UPDATE ON outcomes
FOR EACH ROW EXECUTE FUNCTION linli_keep_outcome()
"""


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("party_ids", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("drafted_by_id", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", moment, nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('declined', 'drafted', 'lapsed', 'published', 'taken_back')",
            name="outcomes_state",
        ),
        sa.CheckConstraint("cardinality(party_ids) >= 2", name="outcomes_parties"),
        sa.CheckConstraint(
            "(state = 'published') <= (num_nulls(approved_by_id, published_at) = 0)",
            name="outcomes_published_whole",
        ),
        sa.CheckConstraint("approved_by_id <> drafted_by_id", name="outcomes_read_by_another"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "outcomes_one_open",
        "outcomes",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('drafted', 'published')"),
    )
    op.create_index("outcomes_of_case", "outcomes", ["case_id"])
    op.create_index(
        "outcomes_shown",
        "outcomes",
        ["community_id", "id"],
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "outcome_consents",
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("how IN ('app', 'paper')", name="outcome_consents_how"),
        sa.CheckConstraint(
            "(how = 'paper') = (upload_id IS NOT NULL)", name="outcome_consents_shown"
        ),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["case_parties.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("outcome_id", "party_id"),
    )
    for statement in (_CONSENTS, _KEEP_TEXT, _TEXTS):
        op.execute(statement)
