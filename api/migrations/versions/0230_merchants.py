"""Merchants, who works for them, their products and lots; orders that merchants place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0230"
down_revision = "0151"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "merchants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("intro", sa.String(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("image_ids", pg.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("hours", pg.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="merchants_withdrawn_at"
        ),
        sa.CheckConstraint(
            "credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'", name="merchants_credit_code"
        ),
        sa.CheckConstraint(
            "num_nonnulls(decided_at, decided_by_id) = CASE state WHEN 'applied' THEN 0 WHEN 'withdrawn' THEN 2 * num_nonnulls(decided_at) ELSE 2 END",
            name="merchants_decided",
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'approved', 'rejected', 'suspended', 'withdrawn')",
            name="merchants_state",
        ),
        sa.CheckConstraint("decided_by_id <> owner_id", name="merchants_not_decided_by_owner"),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["places.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["places.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "merchants_code_once",
        "merchants",
        ["community_id", "credit_code"],
        unique=True,
        postgresql_where=sa.text("state IN ('approved', 'suspended')"),
    )
    op.create_index(
        "merchants_of_community", "merchants", ["community_id", "state", "id"], unique=False
    )
    op.create_index("merchants_of_owner", "merchants", ["owner_id", "id"], unique=False)
    op.create_table(
        "merchant_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'invited') = (num_nonnulls(code_hash, expires_at) = 2) AND num_nonnulls(code_hash, expires_at) <> 1",
            name="merchant_members_code",
        ),
        sa.CheckConstraint(
            "(state IN ('lapsed', 'ended')) = (ended_at IS NOT NULL)",
            name="merchant_members_ended_at",
        ),
        sa.CheckConstraint(
            "num_nonnulls(user_id, joined_at) = CASE WHEN state = 'active' THEN 2 WHEN state = 'ended' THEN 2 * num_nonnulls(user_id) ELSE 0 END",
            name="merchant_members_joined",
        ),
        sa.CheckConstraint("role IN ('owner', 'clerk')", name="merchant_members_role"),
        sa.CheckConstraint(
            "state IN ('active', 'ended', 'invited', 'lapsed')", name="merchant_members_state"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchants.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("merchant_members_code_once", "merchant_members", ["code_hash"], unique=True)
    op.create_index(
        "merchant_members_of_user",
        "merchant_members",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "merchant_members_once",
        "merchant_members",
        ["merchant_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "merchant_members_one_owner",
        "merchant_members",
        ["merchant_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active' AND role = 'owner'"),
    )
    op.create_index(
        "merchant_members_to_lapse",
        "merchant_members",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'invited'"),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("sold_by", sa.String(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("per_500g_fen", sa.Integer(), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("intro", sa.String(), nullable=False),
        sa.Column("image_ids", pg.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "CASE sold_by WHEN 'weight' THEN coalesce(per_500g_fen, 0) > 0 ELSE per_500g_fen IS NULL END",
            name="products_by_weight",
        ),
        sa.CheckConstraint(
            "category IN ('vegetable', 'fruit', 'egg', 'meat', 'fish', 'grain', 'bean', 'packed', 'cooked', 'daily', 'other')",
            name="products_category",
        ),
        sa.CheckConstraint("sold_by IN ('piece', 'weight')", name="products_sold_by"),
        sa.CheckConstraint("state IN ('off_shelf', 'on_shelf', 'removed')", name="products_state"),
        sa.CheckConstraint("cardinality(image_ids) <= 6", name="products_images"),
        sa.CheckConstraint("price_fen BETWEEN 1 AND 10000000", name="products_price"),
        sa.CheckConstraint("weight_g BETWEEN 1 AND 200000", name="products_weight"),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "products_of_merchant", "products", ["merchant_id", "state", "id"], unique=False
    )
    op.create_table(
        "lots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("supplier_name", sa.String(), nullable=False),
        sa.Column("supplier_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("harvested_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("best_before", sa.Date(), nullable=True),
        sa.Column("certificate_no", sa.Text(), nullable=False),
        sa.Column("image_ids", pg.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_by_id", sa.Uuid(), nullable=True),
        sa.Column("recall_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(recalled_at, recalled_by_id, recall_reason) = CASE state WHEN 'recalled' THEN 3 ELSE 0 END",
            name="lots_recalled_whole",
        ),
        sa.CheckConstraint(
            "recall_reason IN ('residue', 'spoilt', 'label', 'supplier', 'authority', 'other')",
            name="lots_recall_reason",
        ),
        sa.CheckConstraint("state IN ('kept', 'recalled')", name="lots_state"),
        sa.CheckConstraint("cardinality(image_ids) <= 6", name="lots_images"),
        sa.CheckConstraint(
            "harvested_on <= arrived_on AND arrived_on <= best_before", name="lots_dates"
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name="lots_quantity"),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recalled_by_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("lots_of_product", "lots", ["product_id", "id"], unique=False)
    op.add_column("orders", sa.Column("merchant_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(None, "orders", "merchants", ["merchant_id"], ["id"])
    op.create_index(
        "orders_of_merchant",
        "orders",
        ["merchant_id", "id"],
        postgresql_where=sa.text("merchant_id IS NOT NULL"),
    )
