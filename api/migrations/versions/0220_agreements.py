"""Agreements of cases: texts, names under them, what is due, visits and what was said there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0220"
down_revision = "0210"

# A name once given stays, and so does what a party said at a visit.
_ONLY_GROWS = """
CREATE FUNCTION linli_keep_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_NAMES = """
CREATE TRIGGER agreement_signatures_only_grow BEFORE UPDATE OR DELETE ON agreement_signatures
FOR EACH ROW EXECUTE FUNCTION linli_keep_names()
"""
_ANSWERS = """
CREATE TRIGGER visit_answers_only_grow BEFORE UPDATE OR DELETE ON visit_answers
FOR EACH ROW EXECUTE FUNCTION linli_keep_names()
"""
# What is signed stays what its hash says; the sealed words may be sealed anew, or forgotten.
_KEEP_TEXT = """
CREATE FUNCTION linli_keep_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.text_hash = OLD.text_hash AND NEW.party_ids = OLD.party_ids AND NEW.form = OLD.form
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what is signed does not change' USING ERRCODE = 'restrict_violation';
END $$
"""
_TEXTS = """
CREATE TRIGGER agreements_keep_text BEFORE UPDATE ON agreements
FOR EACH ROW EXECUTE FUNCTION linli_keep_agreement()
"""


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("party_ids", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("split_outcome", sa.String(), nullable=True),
        sa.Column("split_resident_fen", sa.Integer(), nullable=True),
        sa.Column("split_runner_fen", sa.Integer(), nullable=True),
        sa.Column("split_platform_fen", sa.Integer(), nullable=True),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("effective_at", moment, nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("performs_at", moment, nullable=True),
        sa.Column("is_performing", sa.Boolean(), nullable=False),
        sa.Column("court", sa.String(), nullable=True),
        sa.Column("court_asked_ids", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("court_last_day", sa.Date(), nullable=True),
        sa.Column("court_closes_at", moment, nullable=True),
        sa.Column("court_remind_at", moment, nullable=True),
        sa.Column("court_applied_on", sa.Date(), nullable=True),
        sa.Column("court_decided_on", sa.Date(), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "court IN ('applied', 'confirmed', 'lapsed', 'open', 'refused')",
            name="agreements_court",
        ),
        sa.CheckConstraint(
            "(coalesce(court, 'lapsed') = 'open') >= (court_remind_at IS NOT NULL)",
            name="agreements_court_reminded",
        ),
        sa.CheckConstraint(
            "coalesce(court NOT IN ('applied', 'confirmed', 'refused'), true) OR court_asked_ids @> party_ids AND court_applied_on <= court_last_day",
            name="agreements_court_together",
        ),
        sa.CheckConstraint(
            "(state IN ('in_force', 'ended')) = (effective_at IS NOT NULL) AND (effective_at IS NULL OR num_nulls(year, number, court, court_last_day, court_closes_at) = 0)",
            name="agreements_effective_whole",
        ),
        sa.CheckConstraint(
            "form IN ('written', 'oral')",
            name="agreements_form",
        ),
        sa.CheckConstraint(
            "cardinality(party_ids) BETWEEN 2 AND 30",
            name="agreements_parties",
        ),
        sa.CheckConstraint(
            "CASE WHEN split_outcome IS NULL THEN num_nonnulls(split_resident_fen, split_runner_fen, split_platform_fen) = 0 ELSE split_outcome IN ('completed', 'cancelled') AND num_nulls(split_resident_fen, split_runner_fen, split_platform_fen) = 0 AND least(split_resident_fen, split_runner_fen, split_platform_fen) >= 0 END",
            name="agreements_split_whole",
        ),
        sa.CheckConstraint(
            "state IN ('declined', 'ended', 'in_force', 'lapsed', 'proposed', 'taken_back')",
            name="agreements_state",
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "agreements_numbered", "agreements", ["community_id", "year", "number"], unique=True
    )
    op.create_index("agreements_once", "agreements", ["case_id", "n"], unique=True)
    op.create_index(
        "agreements_one_open",
        "agreements",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'in_force')"),
    )
    op.create_index(
        "agreements_to_close",
        "agreements",
        ["court_closes_at"],
        postgresql_where=sa.text("court = 'open'"),
    )
    op.create_index(
        "agreements_to_perform",
        "agreements",
        ["performs_at"],
        postgresql_where=sa.text("state = 'in_force' AND NOT is_performing"),
    )
    op.create_index(
        "agreements_to_remind",
        "agreements",
        ["court_remind_at"],
        postgresql_where=sa.text("court_remind_at IS NOT NULL"),
    )
    op.create_table(
        "agreement_signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint(
            "how IN ('app', 'paper', 'word', 'seal')",
            name="agreement_signatures_how",
        ),
        sa.CheckConstraint(
            "(side = 'party') = (party_id IS NOT NULL)",
            name="agreement_signatures_party",
        ),
        sa.CheckConstraint(
            "(how IN ('paper', 'seal')) = (upload_id IS NOT NULL) AND (how = 'seal') = (side = 'committee')",
            name="agreement_signatures_shown",
        ),
        sa.CheckConstraint(
            "side IN ('party', 'mediator', 'committee')",
            name="agreement_signatures_side",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["case_parties.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("agreement_signatures_by", "agreement_signatures", ["by_id"])
    op.create_index(
        "agreement_signatures_once",
        "agreement_signatures",
        ["agreement_id", "side", "party_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("called_at", moment, nullable=True),
        sa.Column("visitor_id", sa.Uuid(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('week', 'month', 'extra')",
            name="visits_kind",
        ),
        sa.CheckConstraint(
            "(state = 'recorded') = (recorded_at IS NOT NULL) AND (state = 'recorded') <= (visitor_id IS NOT NULL)",
            name="visits_recorded_whole",
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'recorded', 'void')",
            name="visits_state",
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["visitor_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visits_of_case", "visits", ["case_id"])
    op.create_index("visits_of_visitor", "visits", ["visitor_id", "id"])
    op.create_index(
        "visits_once",
        "visits",
        ["agreement_id", "kind"],
        unique=True,
        postgresql_where=sa.text("kind <> 'extra'"),
    )
    op.create_index(
        "visits_to_call",
        "visits",
        ["due_at"],
        postgresql_where=sa.text("state = 'planned' AND called_at IS NULL"),
    )
    op.create_table(
        "due_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("term_n", sa.SmallInteger(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_once", sa.Boolean(), nullable=False),
        sa.Column("remind_at", moment, nullable=True),
        sa.Column("reminded_at", moment, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "begins_on <= ends_on",
            name="due_items_days",
        ),
        sa.CheckConstraint(
            "(state = 'reminded') <= (reminded_at IS NOT NULL)",
            name="due_items_reminded",
        ),
        sa.CheckConstraint(
            "(state IN ('kept', 'broken')) = (visit_id IS NOT NULL)",
            name="due_items_settled",
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'reminded', 'kept', 'broken', 'void')",
            name="due_items_state",
        ),
        sa.ForeignKeyConstraint(["party_id"], ["case_parties.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"]),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "due_items_once", "due_items", ["agreement_id", "term_n", "begins_on"], unique=True
    )
    op.create_index(
        "due_items_to_remind",
        "due_items",
        ["remind_at"],
        postgresql_where=sa.text("state = 'planned' AND remind_at IS NOT NULL"),
    )
    op.create_table(
        "visit_answers",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("satisfaction", sa.String(), nullable=True),
        sa.CheckConstraint(
            "answer IN ('solved', 'unsolved')",
            name="visit_answers_answer",
        ),
        sa.CheckConstraint(
            "satisfaction IN ('satisfied', 'basically', 'unsatisfied')",
            name="visit_answers_satisfaction",
        ),
        sa.ForeignKeyConstraint(["party_id"], ["case_parties.id"]),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"]),
        sa.PrimaryKeyConstraint("visit_id", "party_id"),
    )
    for statement in (_ONLY_GROWS, _NAMES, _ANSWERS, _KEEP_TEXT, _TEXTS):
        op.execute(statement)
