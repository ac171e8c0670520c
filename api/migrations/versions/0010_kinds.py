"""All kinds of errands: details and proofs of a job, money for goods, consent to more of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0023"

_OLD_CARD = (
    "linli_hall_card(uuid, text, int, smallint, int, float8, text, float8, float8, text, float8,"
    " float8, timestamptz, timestamptz, timestamptz)"
)
# As before, with what the runner must advance. Declared immutable because it is.
_HALL_CARD = """
CREATE FUNCTION linli_hall_card(
    id uuid, kind text, fee_fen int, advance_fen int, load smallint, weight_g int, trip_m float8,
    pickup_place text, pickup_lat float8, pickup_lng float8,
    dropoff_place text, dropoff_lat float8, dropoff_lng float8,
    ready_at timestamptz, due_at timestamptz, expires_at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT format(
        '{"job_id":"%s","kind":%s,"fee_fen":%s,"advance_fen":%s,"load":%s,"weight_g":%s,'
        '"trip_m":%s,'
        '"pickup":{"place":%s,"point":{"lat":%s,"lng":%s,"coord":"gcj02"}},'
        '"dropoff":{"place":%s,"point":{"lat":%s,"lng":%s,"coord":"gcj02"}},'
        '"ready_at":"%s","due_at":"%s","expires_at":"%s"}',
        id, to_json(kind), fee_fen, advance_fen, load, weight_g, round(trip_m::numeric, 1),
        to_json(pickup_place), pickup_lat, pickup_lng,
        to_json(dropoff_place), dropoff_lat, dropoff_lng,
        to_char(ready_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$
"""
_CARD_COLUMN = """
ALTER TABLE jobs ADD COLUMN hall_card text NOT NULL GENERATED ALWAYS AS (linli_hall_card(
    id, kind, fee_fen, advance_fen, load, weight_g, trip_m, pickup_place, pickup_lat, pickup_lng,
    dropoff_place, dropoff_lat, dropoff_lng, ready_at, due_at, expires_at)) STORED
"""
# What was picked up before was picked up with a code.
_CODES = """
UPDATE jobs SET pickup_proof = jsonb_build_object('kind', 'code', 'at', picked_up_at)
WHERE picked_up_at IS NOT NULL
"""


def upgrade() -> None:
    """Apply."""
    _jobs()
    _orders()
    _consents()
    _uploads()
    op.add_column("payments", sa.Column("consent_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(None, "payments", "consents", ["consent_id"], ["id"])
    op.drop_index("payments_one_counted", "payments")
    op.create_index(
        "payments_one_counted",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("is_counted AND consent_id IS NULL"),
    )
    op.create_index(
        "payments_one_of_consent",
        "payments",
        ["consent_id"],
        unique=True,
        postgresql_where=sa.text("is_counted"),
    )


def _jobs() -> None:
    op.add_column(
        "jobs", sa.Column("advance_fen", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("jobs", sa.Column("pickup_proof", pg.JSONB(), nullable=True))
    op.execute(_CODES)
    op.drop_constraint("jobs_amounts", "jobs")
    op.create_check_constraint(
        "jobs_amounts", "jobs", "load > 0 AND fee_fen >= 0 AND advance_fen >= 0 AND trip_m >= 0"
    )
    op.create_check_constraint(
        "jobs_need_pickup_proof", "jobs", "(picked_up_at IS NULL) = (pickup_proof IS NULL)"
    )
    op.drop_column("jobs", "hall_card")
    op.execute(f"DROP FUNCTION {_OLD_CARD}")
    op.execute(_HALL_CARD)
    op.execute(_CARD_COLUMN)
    for name in ("at_door", "with_photos"):
        op.add_column(
            "stops", sa.Column(name, sa.Boolean(), server_default="false", nullable=False)
        )
    op.add_column("stops", sa.Column("details_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("stops", sa.Column("spent_fen", sa.Integer(), nullable=True))
    op.create_check_constraint("stops_spent", "stops", "spent_fen >= 0")


def _orders() -> None:
    op.add_column(
        "orders", sa.Column("goods_fen", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("orders", sa.Column("spent_fen", sa.Integer(), nullable=True))
    for name in ("at_door", "with_photos"):
        op.add_column(
            "orders", sa.Column(name, sa.Boolean(), server_default="false", nullable=False)
        )
    op.drop_constraint("orders_cost_within_fee", "orders")
    op.create_check_constraint(
        "orders_cost_within_paid", "orders", "cost_fen BETWEEN 0 AND fee_fen + goods_fen"
    )
    op.drop_constraint("orders_refunded_within_paid", "orders")
    op.create_check_constraint(
        "orders_refunded_within_paid",
        "orders",
        "refunded_fen >= 0 AND cost_fen + refunded_fen"
        " <= CASE WHEN activated_at IS NULL THEN 0 ELSE fee_fen + goods_fen END",
    )
    op.create_check_constraint("orders_goods", "orders", "goods_fen >= 0")
    op.create_check_constraint(
        "orders_spent_within_goods", "orders", "spent_fen BETWEEN 0 AND goods_fen"
    )


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("goods_fen", sa.Integer(), nullable=False),
        sa.Column("extra_fen", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('agreed', 'asked', 'declined', 'lapsed', 'paid')", name="consents_state"
        ),
        sa.CheckConstraint("extra_fen > 0 AND extra_fen < goods_fen", name="consents_extra"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    is_open = sa.text("state IN ('asked', 'agreed')")
    op.create_index(
        "consents_one_open", "consents", ["order_id"], unique=True, postgresql_where=is_open
    )
    op.create_index("consents_of_order", "consents", ["order_id", "id"])
    op.create_index("consents_to_lapse", "consents", ["until"], postgresql_where=is_open)


def _uploads() -> None:
    """Pages to be printed are a purpose of their own: never shown as a proof."""
    op.drop_constraint("uploads_purpose", "uploads")
    purposes = (
        "proof", "receipt", "condition", "incident", "evidence", "post", "ticket", "case",
        "product", "print",
    )  # fmt: skip
    op.create_check_constraint("uploads_purpose", "uploads", f"purpose IN {purposes}")
