"""Mediators and cases: committees, appointments, parties, asks, records, looks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0210"
down_revision = "0250"

# What a mediator recorded is forgotten when the law lets it, but never told otherwise.
_KEEP_RECORDS = """
CREATE FUNCTION linli_keep_case_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.case_id = OLD.case_id AND NEW.n = OLD.n AND NEW.kind = OLD.kind
       AND NEW.how = OLD.how AND NEW.party_ids = OLD.party_ids AND NEW.by_id = OLD.by_id
       AND NEW.happened_at = OLD.happened_at AND NEW.recorded_at = OLD.recorded_at THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_RECORDS_ONLY_GROW = """
CREATE TRIGGER case_records_only_grow BEFORE UPDATE OR DELETE ON case_records
FOR EACH ROW EXECUTE FUNCTION linli_keep_case_records()
"""
_LOOKS_ONLY_GROW = """
CREATE TRIGGER case_looks_only_grow BEFORE UPDATE OR DELETE ON case_looks
FOR EACH ROW EXECUTE FUNCTION linli_keep_three_years()
"""


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.add_column("posts", sa.Column("case_status", sa.String(), nullable=True))
    op.create_check_constraint(
        "posts_case_status",
        "posts",
        "case_status IN ('in_mediation', 'in_session', 'settled', 'ended')",
    )
    op.create_table(
        "committees",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("committees_of_place", "committees", ["place_path"], postgresql_using="gin")
    op.create_index("committees_once", "committees", ["place_id", "name"], unique=True)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint(
            "kind IN ('property_company', 'merchant', 'office', 'other')", name="organisations_kind"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "organisations_of_place", "organisations", ["place_path"], postgresql_using="gin"
    )
    op.create_index("organisations_once", "organisations", ["place_id", "name"], unique=True)
    op.create_table(
        "mediators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=True),
        sa.Column("categories", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("hours_from", pg.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("hours_to", pg.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("load_max", sa.SmallInteger(), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("appointed_on", sa.Date(), nullable=True),
        sa.Column("appointed_until", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("applied_at", moment, nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('appointed', 'suspended') OR num_nulls(committee_id, appointed_on, appointed_until, decided_by_id) = 0 AND appointed_on <= appointed_until",
            name="mediators_appointed_whole",
        ),
        sa.CheckConstraint(
            "cardinality(hours_from) = cardinality(hours_to)", name="mediators_hours_pair"
        ),
        sa.CheckConstraint("load_max BETWEEN 1 AND 10", name="mediators_load"),
        sa.CheckConstraint("decided_by_id <> id", name="mediators_not_by_oneself"),
        sa.CheckConstraint(
            "state IN ('applied', 'appointed', 'ended', 'rejected', 'suspended')",
            name="mediators_state",
        ),
        sa.ForeignKeyConstraint(["id"], ["users.id"]),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["committee_id"], ["committees.id"]),
        sa.ForeignKeyConstraint(["employer_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mediators_of_place", "mediators", ["place_path"], postgresql_using="gin")
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("summary_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("opener_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("languages", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("meet_minute", sa.SmallInteger(), nullable=True),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("committee_id", sa.Uuid(), nullable=True),
        sa.Column("is_with_staff", sa.Boolean(), nullable=False),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.Column("escalated_to", sa.String(), nullable=True),
        sa.Column("offered_at", moment, nullable=True),
        sa.Column("accepted_at", moment, nullable=True),
        sa.Column("began_at", moment, nullable=True),
        sa.Column("ends_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("archived_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint(
            "(state = 'archived') = (archived_at IS NOT NULL)", name="cases_archived_at"
        ),
        sa.CheckConstraint(
            "state <> 'in_session' OR num_nulls(accepted_at, began_at, ends_at) = 0",
            name="cases_begun_whole",
        ),
        sa.CheckConstraint(
            "category IN ('noise', 'square_dancing', 'pets', 'parking', 'leak', 'corridor', 'decoration', 'property_service', 'merchant', 'errand_order', 'other')",
            name="cases_category",
        ),
        sa.CheckConstraint(
            "(state IN ('refused', 'failed')) <= coalesce(ended_why IN ('refused', 'no_consent', 'no_agreement', 'period_over'), false)",
            name="cases_ended_why",
        ),
        sa.CheckConstraint(
            "state <> 'escalated' OR coalesce(escalated_to IN ('property', 'committee', 'police', 'department', 'court'), false)",
            name="cases_escalated_to",
        ),
        sa.CheckConstraint(
            "CASE WHEN state IN ('assigned', 'in_session', 'suspended') THEN mediator_id IS NOT NULL WHEN state IN ('opened', 'offered', 'accepted') THEN mediator_id IS NULL ELSE true END",
            name="cases_mediator",
        ),
        sa.CheckConstraint("meet_minute BETWEEN 0 AND 10079", name="cases_meet_minute"),
        sa.CheckConstraint("(source = 'order') = (order_id IS NOT NULL)", name="cases_order"),
        sa.CheckConstraint("risk IN ('low', 'medium', 'high', 'urgent')", name="cases_risk"),
        sa.CheckConstraint(
            "source IN ('post', 'request', 'order', 'staff', 'police', 'court')",
            name="cases_source",
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'agreed', 'archived', 'assigned', 'breached', 'escalated', 'failed', 'followed_up', 'fulfilled', 'in_session', 'offered', 'opened', 'performing', 'refused', 'suspended', 'withdrawn')",
            name="cases_state",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["opener_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["mediator_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["committee_id"], ["committees.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cases_of_mediator", "cases", ["mediator_id"])
    op.create_index("cases_of_opener", "cases", ["opener_id"])
    op.create_index("cases_of_place", "cases", ["place_path"], postgresql_using="gin")
    op.create_index(
        "cases_one_of_order",
        "cases",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'archived'"),
    )
    op.create_index(
        "cases_to_fail",
        "cases",
        ["ends_at"],
        postgresql_where=sa.text("state IN ('in_session', 'suspended')"),
    )
    op.create_table(
        "case_posts",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("post_id"),
    )
    op.create_index("case_posts_of_case", "case_posts", ["case_id"])
    op.create_table(
        "case_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("building_id", sa.Uuid(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer_until", moment, nullable=True),
        sa.Column("how", sa.String(), nullable=True),
        sa.Column("consented_at", moment, nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('consented', 'left')) <= (consented_at IS NOT NULL AND how IS NOT NULL) AND (how = 'paper') <= (upload_id IS NOT NULL AND recorded_by_id IS NOT NULL)",
            name="case_parties_consent_whole",
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'group', 'company', 'unregistered')", name="case_parties_kind"
        ),
        sa.CheckConstraint("side BETWEEN 1 AND 4", name="case_parties_side"),
        sa.CheckConstraint(
            "state IN ('consented', 'invited', 'lapsed', 'left', 'refused')",
            name="case_parties_state",
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'person' THEN user_id IS NOT NULL AND organisation_id IS NULL WHEN 'group' THEN user_id IS NOT NULL WHEN 'company' THEN organisation_id IS NOT NULL ELSE user_id IS NULL AND organisation_id IS NULL END",
            name="case_parties_whole",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["employer_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["building_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_parties_of_user", "case_parties", ["user_id"])
    op.create_index(
        "case_parties_once",
        "case_parties",
        ["case_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('invited', 'consented')"),
    )
    op.create_index(
        "case_parties_to_lapse",
        "case_parties",
        ["answer_until"],
        postgresql_where=sa.text("state = 'invited'"),
    )
    op.create_index("ix_case_parties_case_id", "case_parties", ["case_id"])
    op.create_table(
        "case_staff",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("case_id", "user_id"),
    )
    op.create_index("case_staff_of_user", "case_staff", ["user_id"])
    op.create_table(
        "mediator_asks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('accepted', 'asked', 'dropped', 'passed', 'replaced', 'timed_out')",
            name="mediator_asks_state",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "mediator_asks_due", "mediator_asks", ["until"], postgresql_where=sa.text("state = 'asked'")
    )
    op.create_index("mediator_asks_of_case", "mediator_asks", ["case_id"])
    op.create_index("mediator_asks_of_user", "mediator_asks", ["user_id", "id"])
    op.create_index(
        "mediator_asks_one_open",
        "mediator_asks",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'accepted')"),
    )
    op.create_table(
        "case_choices",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=True),
        sa.Column("reasons", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("(rank IS NULL) = (reasons <> '{}')", name="case_choices_ranked_or_not"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("case_id", "n", "user_id"),
    )
    op.create_table(
        "case_objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("\"by\" IN ('party', 'mediator')", name="case_objections_by"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_objections_of_case", "case_objections", ["case_id"])
    op.create_table(
        "case_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("party_ids", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", moment, nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.CheckConstraint(
            "kind IN ('contact', 'session', 'escalation')", name="case_records_kind"
        ),
        sa.CheckConstraint("happened_at <= recorded_at", name="case_records_past"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_records_once", "case_records", ["case_id", "n"], unique=True)
    op.create_table(
        "mediator_complaints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id NOT IN (mediator_id, by_id)", name="mediator_complaints_by_another"
        ),
        sa.CheckConstraint(
            "code IN ('takes_sides', 'insults', 'takes_gifts', 'leaks', 'absent', 'other')",
            name="mediator_complaints_code",
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="mediator_complaints_decided",
        ),
        sa.CheckConstraint(
            "state IN ('dismissed', 'open', 'upheld')", name="mediator_complaints_state"
        ),
        sa.ForeignKeyConstraint(["mediator_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mediator_complaints_of_mediator", "mediator_complaints", ["mediator_id", "id"])
    op.create_index(
        "mediator_complaints_of_place",
        "mediator_complaints",
        ["place_path"],
        postgresql_using="gin",
    )
    op.create_index(
        "mediator_complaints_one_open",
        "mediator_complaints",
        ["case_id", "mediator_id", "by_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "case_looks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("viewer_role", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.CheckConstraint(
            "viewer_role IN ('party', 'mediator', 'staff', 'visitor')", name="case_looks_role"
        ),
        sa.ForeignKeyConstraint(["viewer_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_looks_by_viewer", "case_looks", ["viewer_id", "at"])
    op.create_index(
        "case_looks_once",
        "case_looks",
        ["case_id", "viewer_id", "what", "stage", "day"],
        unique=True,
    )
    for statement in (_KEEP_RECORDS, _RECORDS_ONLY_GROW, _LOOKS_ONLY_GROW):
        op.execute(statement)
