"""Talks that are open to the community, as every party wants."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0441"
down_revision = "0440"

_CONSENTS = """
CREATE TRIGGER hearing_consents_only_grow BEFORE UPDATE OR DELETE ON hearing_consents
FOR EACH ROW EXECUTE FUNCTION linli_keep_names()
"""
_OPEN = sa.text("state IN ('proposed', 'announced')")


def _moment(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def _of(name: str, table: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=False)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "hearings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _of("case_id", "cases"),
        _of("community_id", "places"),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        _moment("starts_at"),
        sa.Column("seats_max", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _of("proposed_by_id", "users"),
        _moment("proposed_at"),
        _moment("held_at", optional=True),
        sa.Column("record_n", sa.SmallInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('announced', 'cancelled', 'held', 'lapsed', 'proposed', 'refused')",
            name="hearings_state",
        ),
        sa.CheckConstraint(
            "room IN ('committee_office', 'community_centre', 'activity_room', 'street_office')",
            name="hearings_room",
        ),
        sa.CheckConstraint("seats_max BETWEEN 1 AND 100", name="hearings_seats"),
        sa.CheckConstraint(
            "num_nonnulls(held_at, record_n) = CASE state WHEN 'held' THEN 2 ELSE 0 END",
            name="hearings_held_whole",
        ),
        sa.CheckConstraint("held_at >= starts_at", name="hearings_begun"),
    )
    op.create_index(
        "hearings_one_open", "hearings", ["case_id"], unique=True, postgresql_where=_OPEN
    )
    op.create_index("hearings_of_case", "hearings", ["case_id"])
    op.create_index(
        "hearings_announced",
        "hearings",
        ["community_id", "id"],
        postgresql_where=sa.text("state = 'announced'"),
    )
    op.create_index("hearings_waiting", "hearings", ["starts_at"], postgresql_where=_OPEN)
    op.create_table(
        "hearing_consents",
        sa.Column("hearing_id", sa.Uuid(), sa.ForeignKey("hearings.id"), primary_key=True),
        sa.Column("party_id", sa.Uuid(), sa.ForeignKey("case_parties.id"), primary_key=True),
        _of("by_id", "users"),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        _moment("at"),
        sa.CheckConstraint("how IN ('app', 'paper')", name="hearing_consents_how"),
        sa.CheckConstraint(
            "(how = 'paper') = (upload_id IS NOT NULL)", name="hearing_consents_shown"
        ),
    )
    op.execute(_CONSENTS)
    op.create_table(
        "listeners",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _of("hearing_id", "hearings"),
        _of("user_id", "users"),
        sa.Column("state", sa.String(), nullable=False),
        _moment("duty_read_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('attended', 'signed_off', 'signed_up')", name="listeners_state"
        ),
    )
    op.create_index("listeners_once", "listeners", ["hearing_id", "user_id"], unique=True)
    op.create_index("listeners_of_user", "listeners", ["user_id"])
