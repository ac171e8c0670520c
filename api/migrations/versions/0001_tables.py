"""The first tables: people, places, runners, jobs, orders, payments, points, events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from api.jobs.models import SheetPoint

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_seq", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("data", pg.JSONB(), nullable=False),
        sa.Column(
            "written_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("pumped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(actor_kind = 'user') = (actor_id IS NOT NULL)", name="events_actor"),
        sa.CheckConstraint("actor_kind IN ('user', 'system', 'gateway')", name="events_actor_kind"),
        sa.CheckConstraint("subject_seq > 0", name="events_seq_positive"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("subject_id", "subject", "subject_seq", name="events_chain"),
    )
    op.create_index(
        "events_unpumped",
        "events",
        ["seq"],
        unique=False,
        postgresql_where=sa.text("pumped_at IS NULL"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key"),
    )
    op.create_index("idempotency_keys_age", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("sheet_number", sa.Integer(), nullable=True),
        sa.Column("settings", pg.JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'community') = (settings IS NOT NULL)", name="places_community_has_settings"
        ),
        sa.CheckConstraint("(kind = 'office') = (parent_id IS NULL)", name="places_root_is_office"),
        sa.CheckConstraint(
            "(kind = 'office') = (sheet_number IS NOT NULL)", name="places_office_has_sheet"
        ),
        sa.CheckConstraint(
            "kind IN ('office', 'community', 'grid', 'compound', 'building')", name="places_kind"
        ),
        sa.CheckConstraint(
            "cardinality(path) > 0 AND path[cardinality(path)] = id", name="places_path_ends_here"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["places.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sheet_number"),
    )
    op.create_index(
        "places_name",
        "places",
        ["parent_id", "name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("places_parent", "places", ["parent_id"], unique=False)
    op.create_index("places_path", "places", ["path"], unique=False, postgresql_using="gin")
    op.create_table(
        "reactions",
        sa.Column("event_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead')", name="reactions_state"),
        sa.PrimaryKeyConstraint("event_seq", "task"),
    )
    op.create_index(
        "reactions_pending",
        "reactions",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "sandbox_trades",
        sa.Column("out_trade_no", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name="sandbox_trades_amount"),
        sa.PrimaryKeyConstraint("out_trade_no"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("openid", sa.Text(), nullable=True),
        sa.Column("nickname", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'banned', 'closed')", name="users_state"),
        sa.CheckConstraint(
            "(phone_sealed IS NULL) = (phone_index IS NULL)", name="users_phone_indexed"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("openid"),
        sa.UniqueConstraint("phone_index"),
    )
    op.create_table(
        "addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("has_lift", sa.Boolean(), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["places.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "addresses_of_user",
        "addresses",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("place_id IS NOT NULL OR role = 'admin'", name="grants_need_a_place"),
        sa.CheckConstraint(
            "role IN ('resident', 'runner', 'merchant_staff', 'mediator', 'grid_worker', 'community_staff', 'office_staff', 'admin')",
            name="grants_role",
        ),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["places.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "grants_once",
        "grants",
        ["user_id", "role", "place_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "quotes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked", pg.JSONB(), nullable=False),
        sa.Column("parts", pg.JSONB(), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("trip_m", sa.Float(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fee_fen >= 0", name="quotes_fee"),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["places.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id"),
    )
    op.create_index(
        "quotes_unused",
        "quotes",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("order_id IS NULL"),
    )
    op.create_table(
        "runners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("kinds", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("position_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capacity", sa.SmallInteger(), nullable=False),
        sa.Column("load", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("shift IN ('offline', 'online', 'break')", name="runners_shift"),
        sa.CheckConstraint(
            "state = 'approved' OR shift = 'offline'", name="runners_shift_approved"
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'approved', 'rejected', 'suspended')", name="runners_state"
        ),
        sa.CheckConstraint("load BETWEEN 0 AND capacity", name="runners_load_within_capacity"),
        sa.CheckConstraint("load = 0 OR shift <> 'offline'", name="runners_at_work_not_offline"),
        sa.CheckConstraint(
            "num_nulls(lat, lng, position_at) IN (0, 3)", name="runners_position_whole"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["places.id"],
        ),
        sa.ForeignKeyConstraint(
            ["id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("runners_of_community", "runners", ["community_id", "state"], unique=False)
    op.create_table(
        "sandbox_refunds",
        sa.Column("out_refund_no", sa.Text(), nullable=False),
        sa.Column("out_trade_no", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="sandbox_refunds_amount"),
        sa.ForeignKeyConstraint(
            ["out_trade_no"],
            ["sandbox_trades.out_trade_no"],
        ),
        sa.PrimaryKeyConstraint("out_refund_no"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(token_hash) = 32", name="sessions_hash_length"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(
        "sessions_of_user",
        "sessions",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=True),
        sa.Column("load", sa.SmallInteger(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("trip_m", sa.Float(), nullable=False),
        sa.Column("pickup_place", sa.Text(), nullable=False),
        sa.Column("pickup_lat", sa.Float(), nullable=False),
        sa.Column("pickup_lng", sa.Float(), nullable=False),
        sa.Column("pickup_xy", SheetPoint(), nullable=False),
        sa.Column("pickup_contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("dropoff_place", sa.Text(), nullable=False),
        sa.Column("dropoff_lat", sa.Float(), nullable=False),
        sa.Column("dropoff_lng", sa.Float(), nullable=False),
        sa.Column("pickup_code", sa.Text(), nullable=False),
        sa.Column("wrong_codes", sa.SmallInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accept_distance_m", sa.Float(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("picked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'picked_up' OR state = 'delivered' OR state = 'failed' OR state = 'returned') = (picked_up_at IS NOT NULL)",
            name="jobs_picked_up_at",
        ),
        sa.CheckConstraint(
            "CASE WHEN state IN ('accepted', 'picked_up', 'delivered', 'failed', 'returned') THEN runner_id IS NOT NULL AND accepted_at IS NOT NULL WHEN state IN ('waiting', 'open', 'expired') THEN runner_id IS NULL ELSE true END",
            name="jobs_runner_where_needed",
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'cancelled', 'delivered', 'expired', 'failed', 'open', 'picked_up', 'returned', 'waiting')",
            name="jobs_state",
        ),
        sa.CheckConstraint("load > 0 AND fee_fen >= 0 AND trip_m >= 0", name="jobs_amounts"),
        sa.CheckConstraint(
            "opens_at <= due_at AND due_at <= expires_at", name="jobs_times_in_order"
        ),
        sa.CheckConstraint("runner_id <> requester_id", name="jobs_not_own"),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["places.id"],
        ),
        sa.ForeignKeyConstraint(
            ["runner_id"],
            ["runners.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "jobs_at_hand",
        "jobs",
        ["runner_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('accepted', 'picked_up', 'failed')"),
    )
    op.create_index(
        "jobs_open_near",
        "jobs",
        ["pickup_xy"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "jobs_to_expire",
        "jobs",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "jobs_to_open",
        "jobs",
        ["opens_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "number", sa.BigInteger(), sa.Identity(always=True, start=100001), nullable=False
        ),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("pickup_place", sa.Text(), nullable=False),
        sa.Column("dropoff_place", sa.Text(), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pay_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("cancel_fault", sa.Text(), nullable=True),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL) AND (state = 'cancelled') = (cancel_reason IS NOT NULL)",
            name="orders_cancelled_whole",
        ),
        sa.CheckConstraint(
            "state <> 'completed' OR completed_at IS NOT NULL", name="orders_completed_at"
        ),
        sa.CheckConstraint(
            "state IN ('active', 'awaiting_payment', 'cancelled', 'completed', 'disputed')",
            name="orders_state",
        ),
        sa.CheckConstraint("cost_fen BETWEEN 0 AND fee_fen", name="orders_cost_within_fee"),
        sa.CheckConstraint("fee_fen >= 0", name="orders_fee"),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["places.id"],
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"],
            ["quotes.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index(
        "orders_active",
        "orders",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index("orders_of_community", "orders", ["community_id", "id"], unique=False)
    op.create_index("orders_of_customer", "orders", ["customer_id", "id"], unique=False)
    op.create_index(
        "orders_to_pay",
        "orders",
        ["pay_by"],
        unique=False,
        postgresql_where=sa.text("state = 'awaiting_payment'"),
    )
    op.create_table(
        "points_balances",
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("balance_cp", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["runner_id"],
            ["runners.id"],
        ),
        sa.PrimaryKeyConstraint("runner_id"),
    )
    op.create_table(
        "points_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delta_cp", sa.Integer(), nullable=False),
        sa.Column("balance_cp", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("fact", pg.JSONB(), nullable=False),
        sa.Column("lines", pg.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seq > 0", name="points_entries_seq"),
        sa.ForeignKeyConstraint(
            ["runner_id"],
            ["runners.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_seq"),
        sa.UniqueConstraint("runner_id", "seq", name="points_entries_gapless"),
    )
    op.create_index("points_entries_facts", "points_entries", ["runner_id", "at"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("out_trade_no", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'paid') = (paid_at IS NOT NULL AND transaction_id IS NOT NULL)",
            name="payments_paid_whole",
        ),
        sa.CheckConstraint("NOT is_counted OR state = 'paid'", name="payments_counted_is_paid"),
        sa.CheckConstraint("state IN ('closed', 'created', 'paid')", name="payments_state"),
        sa.CheckConstraint("amount_fen > 0", name="payments_amount"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payer_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("out_trade_no"),
        sa.UniqueConstraint("transaction_id"),
    )
    op.create_index(
        "payments_one_counted",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("is_counted"),
    )
    op.create_index(
        "payments_one_open",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'created'"),
    )
    op.create_index(
        "payments_to_ask",
        "payments",
        ["ask_at"],
        unique=False,
        postgresql_where=sa.text("state = 'created'"),
    )
    op.create_table(
        "ratings",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("runner_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.Column("tags", pg.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ratings_stars"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["runner_id"],
            ["runners.id"],
        ),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_table(
        "stops",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("floor", sa.SmallInteger(), nullable=False),
        sa.Column("has_lift", sa.Boolean(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_code", sa.Text(), nullable=False),
        sa.Column("wrong_codes", sa.SmallInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fail_reason", sa.Text(), nullable=True),
        sa.Column("proof", pg.JSONB(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'pending') = (closed_at IS NULL)", name="stops_closed_at"),
        sa.CheckConstraint("state <> 'delivered' OR proof IS NOT NULL", name="stops_need_proof"),
        sa.CheckConstraint("state IN ('delivered', 'failed', 'pending')", name="stops_state"),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.id"],
        ),
        sa.PrimaryKeyConstraint("job_id", "n"),
        sa.UniqueConstraint("order_id"),
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("out_refund_no", sa.Text(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('failed', 'requested', 'succeeded')", name="refunds_state"),
        sa.CheckConstraint("amount_fen > 0", name="refunds_amount"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payments.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("out_refund_no"),
    )
    op.create_index("refunds_once", "refunds", ["payment_id", "reason"], unique=True)
    op.create_index(
        "refunds_to_send",
        "refunds",
        ["ask_at"],
        unique=False,
        postgresql_where=sa.text("state = 'requested'"),
    )
