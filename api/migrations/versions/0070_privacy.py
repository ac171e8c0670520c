"""Consents, looks at contact data, erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0052"

# Looks only grow; after the three years that the law asks for they may go.
_KEEP_LOOKS = """
CREATE FUNCTION linli_keep_three_years() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < linli_now() - interval '3 years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_LOOKS_ONLY_GROW = """
CREATE TRIGGER contact_looks_only_grow BEFORE UPDATE OR DELETE ON contact_looks
FOR EACH ROW EXECUTE FUNCTION linli_keep_three_years()
"""


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "data_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("granted_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.CheckConstraint(
            "state IN ('granted', 'superseded', 'withdrawn')", name="data_consents_state"
        ),
        sa.CheckConstraint(
            "(state = 'granted') = (ended_at IS NULL)", name="data_consents_ended_at"
        ),
        sa.CheckConstraint("octet_length(text_hash) = 32", name="data_consents_hash_length"),
        sa.CheckConstraint("how IN ('app', 'demo')", name="data_consents_how"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "data_consents_one_live",
        "data_consents",
        ["user_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("state = 'granted'"),
    )
    op.create_index("data_consents_of_user", "data_consents", ["user_id", "id"])
    op.create_table(
        "contact_looks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("viewer_role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.CheckConstraint("viewer_role IN ('runner', 'staff')", name="contact_looks_role"),
        sa.CheckConstraint(
            "reason IN ('carrying', 'cannot_reach', 'wrong_address', 'goods_problem', 'dispute', 'safety', 'asked_by_person')",
            name="contact_looks_reason",
        ),
        sa.CheckConstraint("viewer_id <> person_id", name="contact_looks_of_another"),
        sa.CheckConstraint(
            "reason <> 'carrying' OR (viewer_role = 'runner' AND stage IN ('accepted', 'picked_up', 'failed') AND job_id IS NOT NULL AND NOT is_whole)",
            name="contact_looks_carrying",
        ),
        sa.CheckConstraint(
            "viewer_role = 'runner' OR order_id IS NOT NULL", name="contact_looks_for_an_order"
        ),
        sa.ForeignKeyConstraint(["viewer_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "contact_looks_once",
        "contact_looks",
        ["job_id", "viewer_id", "stage"],
        unique=True,
        postgresql_where=sa.text("reason = 'carrying'"),
    )
    op.create_index("contact_looks_of_person", "contact_looks", ["person_id", "id"])
    op.create_index("contact_looks_by_viewer", "contact_looks", ["viewer_id", "at"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", moment, nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("erased_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('erased', 'restricted')", name="erasures_state"),
        sa.CheckConstraint(
            "(state = 'erased') = (erased_at IS NOT NULL)", name="erasures_erased_at"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id"),
    )
    op.create_index(
        "erasures_due",
        "erasures",
        ["next_at"],
        postgresql_where=sa.text("state = 'restricted'"),
    )
    op.execute(_KEEP_LOOKS)
    op.execute(_LOOKS_ONLY_GROW)
    # Nobody decides the end of whoever closes their account.
    op.drop_constraint("real_names_decided", "real_names")
    op.create_check_constraint(
        "real_names_decided",
        "real_names",
        "(state = 'submitted') = (decided_at IS NULL)"
        " AND (decided_by_id IS NULL OR decided_at IS NOT NULL)"
        " AND (decided_by_id IS NOT NULL OR state <> 'verified')",
    )
