"""邻里喧: posts and comments, their texts and checks, me-too, reports, looks at authors, piles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0151"
down_revision = "0131"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "media_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("suggest", sa.String(), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("suggest IN ('pass', 'review', 'risky')", name="media_answers_suggest"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("media_answers_age", "media_answers", ["received_at"])
    op.create_index("media_answers_once", "media_answers", ["trace_id"], unique=True)
    op.create_table(
        "piles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("spot_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("voices", sa.SmallInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('over', 'raised', 'taken')", name="piles_state"),
        sa.CheckConstraint("voices >= 1", name="piles_voices"),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["spot_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("piles_of_place", "piles", ["place_path"], postgresql_using="gin")
    op.create_index(
        "piles_one_at_a_time",
        "piles",
        ["spot_id", "category"],
        unique=True,
        postgresql_where=sa.text("state <> 'over'"),
    )
    op.create_index(
        "piles_to_end", "piles", ["last_at"], postgresql_where=sa.text("state <> 'over'")
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("spot_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("shown_content", sa.SmallInteger(), nullable=True),
        sa.Column("held_why", sa.String(), nullable=True),
        sa.Column("appealed_content", sa.SmallInteger(), nullable=True),
        sa.Column("appeal_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_for", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hidden_by", sa.String(), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rank_id", sa.Uuid(), nullable=True),
        sa.Column("pile_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'comment') = (parent_id IS NOT NULL) AND (kind = 'comment') = (category IS NULL)",
            name="posts_comment_whole",
        ),
        sa.CheckConstraint(
            "CASE WHEN state <> 'hidden' THEN num_nonnulls(hidden_by, lapses_at) = 0 ELSE coalesce(hidden_by IN ('staff', 'reports'), false) AND (hidden_by = 'reports') = (lapses_at IS NOT NULL) END",
            name="posts_hidden_whole",
        ),
        sa.CheckConstraint(
            "category IN ('noise', 'square_dancing', 'pets', 'parking', 'leak', 'corridor', 'decoration', 'property_service', 'merchant', 'errand_order', 'other')",
            name="posts_category",
        ),
        sa.CheckConstraint(
            "decided_for IN ('personal_data', 'insult', 'false_information', 'illegal', 'advert', 'duplicate', 'not_here', 'other')",
            name="posts_decided_for",
        ),
        sa.CheckConstraint(
            "held_why IS NULL OR held_why IN ('appealed', 'danger', 'personal_data', 'wechat_risky', 'wechat_review', 'not_checkable', 'not_configured', 'check_unavailable', 'no_answer') AND state = 'pending_review'",
            name="posts_held_why",
        ),
        sa.CheckConstraint(
            "kind IN ('dispute', 'suggestion', 'help', 'lost_found', 'praise', 'comment')",
            name="posts_kind",
        ),
        sa.CheckConstraint(
            "state <> 'rejected' OR num_nonnulls(decided_by_id, decided_for, decided_at) = 3",
            name="posts_rejected_whole",
        ),
        sa.CheckConstraint(
            "state IN ('deleted', 'hidden', 'pending_review', 'published', 'rejected', 'resolved', 'withdrawn')",
            name="posts_state",
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'resolved') OR coalesce(shown_content = content, false) AND rank_id IS NOT NULL",
            name="posts_shown_is_approved",
        ),
        sa.CheckConstraint("content BETWEEN 1 AND 20", name="posts_contents"),
        sa.CheckConstraint("decided_by_id <> author_id", name="posts_not_decided_by_author"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["parent_id"], ["posts.id"]),
        sa.ForeignKeyConstraint(["pile_id"], ["piles.id"]),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("posts_at_spot", "posts", ["spot_id", "category", "created_at"])
    op.create_index(
        "posts_below",
        "posts",
        ["parent_id", "rank_id"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "posts_feed",
        "posts",
        ["community_id", "rank_id"],
        postgresql_where=sa.text("state IN ('published', 'resolved') AND parent_id IS NULL"),
    )
    op.create_index(
        "posts_in_review", "posts", ["id"], postgresql_where=sa.text("state = 'pending_review'")
    )
    op.create_index("posts_of_author", "posts", ["author_id", "id"])
    op.create_index(
        "posts_of_pile", "posts", ["pile_id"], postgresql_where=sa.text("pile_id IS NOT NULL")
    )
    op.create_index("posts_of_place", "posts", ["place_path"], postgresql_using="gin")
    op.create_index(
        "posts_to_lapse", "posts", ["lapses_at"], postgresql_where=sa.text("lapses_at IS NOT NULL")
    )
    op.create_table(
        "post_texts",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("text_index", sa.LargeBinary(), nullable=False),
        sa.Column("flags", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("upload_ids", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("approved", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("approved IN ('checks', 'staff')", name="post_texts_approved"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.PrimaryKeyConstraint("post_id", "n"),
    )
    op.create_index("post_texts_alike", "post_texts", ["text_index"])
    op.create_index(
        "post_texts_ended",
        "post_texts",
        ["ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_table(
        "content_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'held') = (why IS NOT NULL)", name="content_checks_why"),
        sa.CheckConstraint("state <> 'asked' OR trace_id IS NOT NULL", name="content_checks_asked"),
        sa.CheckConstraint(
            "state IN ('waiting', 'asked', 'passed', 'held', 'void')", name="content_checks_state"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "content_checks_due",
        "content_checks",
        ["next_at"],
        postgresql_where=sa.text("state IN ('waiting', 'asked')"),
    )
    op.create_index(
        "content_checks_once",
        "content_checks",
        ["post_id", "n", "upload_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("content_checks_trace", "content_checks", ["trace_id"])
    op.create_table(
        "me_toos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('given', 'taken_back')", name="me_toos_state"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("me_toos_of_user", "me_toos", ["user_id"])
    op.create_index("me_toos_once", "me_toos", ["post_id", "user_id"], unique=True)
    op.create_table(
        "post_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name="post_reports_decided_whole"
        ),
        sa.CheckConstraint(
            "code IN ('insult', 'privacy', 'minor', 'false_information', 'illegal', 'advert', 'other')",
            name="post_reports_code",
        ),
        sa.CheckConstraint(
            "state IN ('closed', 'dismissed', 'open', 'upheld')", name="post_reports_state"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("post_reports_of_reporter", "post_reports", ["reporter_id", "id"])
    op.create_index(
        "post_reports_one_open",
        "post_reports",
        ["post_id", "reporter_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "author_looks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('mediation', 'safety', 'unlawful_content', 'asked_by_author')",
            name="author_looks_reason",
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
        sa.ForeignKeyConstraint(["viewer_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("author_looks_by_viewer", "author_looks", ["viewer_id", "at"])
    op.create_index("author_looks_of_post", "author_looks", ["post_id"])
