"""Tables of merchants, of who works for them, of products and lots."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment, of
from api.kit.ids import new_id
from api.merchants.rules import CODE_PATTERN, IMAGES_MAX
from api.merchants.states import (
    CATEGORIES,
    LOT,
    MEMBER,
    MERCHANT,
    PRODUCT,
    RECALL_REASONS,
    ROLES,
    SOLD_BY,
)

STATES = tuple(sorted(MERCHANT.states))
MEMBER_STATES = tuple(sorted(MEMBER.states))
PRODUCT_STATES = tuple(sorted(PRODUCT.states))
LOT_STATES = tuple(sorted(LOT.states))


class Merchant(SQLModel, table=True):
    """A shop, a stall, a farm or a property company that sells in a community."""

    __tablename__ = "merchants"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="merchants_state"),
        CheckConstraint(f"credit_code ~ '{CODE_PATTERN}'", name="merchants_credit_code"),
        CheckConstraint(
            "num_nonnulls(decided_at, decided_by_id) = CASE state WHEN 'applied' THEN 0"
            " WHEN 'withdrawn' THEN 2 * num_nonnulls(decided_at) ELSE 2 END",
            name="merchants_decided",
        ),
        CheckConstraint("decided_by_id <> owner_id", name="merchants_not_decided_by_owner"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="merchants_withdrawn_at"
        ),
        # Anybody may type a code; it is one shop's in a community only once staff looked.
        Index(
            "merchants_code_once",
            "community_id",
            "credit_code",
            unique=True,
            postgresql_where=text("state IN ('approved', 'suspended')"),
        ),
        Index("merchants_of_community", "community_id", "state", "id"),
        Index("merchants_of_owner", "owner_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=of("places"))
    # The place it stands in: the community, a compound, a building.
    place_id: UUID = Field(sa_column=of("places"))
    place_path: list[UUID] = Field(sa_column=ids())
    owner_id: UUID = Field(sa_column=of("users"))
    state: str = "applied"
    # What people call it, and the name in its licence.
    name: str
    legal_name: str
    credit_code: str
    # Where it is, in words and in degrees (GCJ-02); the number that customers call, if any.
    address: str
    lat: float
    lng: float
    phone: str = ""
    intro: str = ""
    # Name and phone of who answers for it, sealed as JSON.
    contact_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    licence_id: UUID = Field(sa_column=Column(Uuid(), nullable=False))
    image_ids: list[UUID] = Field(
        default_factory=list[UUID],
        sa_column=Column(ARRAY(Uuid()), nullable=False, server_default=text("'{}'")),
    )
    # Of `rules.Opening`, as data.
    hours: list[dict[str, Any]] = Field(
        default_factory=list[dict[str, Any]],
        sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")),
    )
    # Until when it takes nothing more, whatever its hours; past or none: it does.
    busy_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    applied_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    decided_by_id: UUID | None = Field(default=None, sa_column=of("users", optional=True))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class MerchantMember(SQLModel, table=True):
    """Who works for a merchant; an invitation until somebody brought its code."""

    __tablename__ = "merchant_members"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {MEMBER_STATES}", name="merchant_members_state"),
        CheckConstraint(f"role IN {ROLES}", name="merchant_members_role"),
        CheckConstraint(
            "(state = 'invited') = (num_nonnulls(code_hash, expires_at) = 2)"
            " AND num_nonnulls(code_hash, expires_at) <> 1",
            name="merchant_members_code",
        ),
        CheckConstraint(
            "num_nonnulls(user_id, joined_at) = CASE WHEN state = 'active' THEN 2"
            " WHEN state = 'ended' THEN 2 * num_nonnulls(user_id) ELSE 0 END",
            name="merchant_members_joined",
        ),
        CheckConstraint(
            "(state IN ('lapsed', 'ended')) = (ended_at IS NOT NULL)",
            name="merchant_members_ended_at",
        ),
        Index(
            "merchant_members_once",
            "merchant_id",
            "user_id",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "merchant_members_one_owner",
            "merchant_id",
            unique=True,
            postgresql_where=text("state = 'active' AND role = 'owner'"),
        ),
        Index("merchant_members_code_once", "code_hash", unique=True),
        Index("merchant_members_of_user", "user_id", postgresql_where=text("state = 'active'")),
        Index(
            "merchant_members_to_lapse",
            "expires_at",
            postgresql_where=text("state = 'invited'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    merchant_id: UUID = Field(sa_column=of("merchants"))
    role: str
    state: str
    user_id: UUID | None = Field(default=None, sa_column=of("users", optional=True))
    # Of the code that opens an invitation, keyed.
    code_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    expires_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    invited_by_id: UUID | None = Field(default=None, sa_column=of("users", optional=True))
    created_at: datetime = Field(sa_column=moment())
    joined_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class Product(SQLModel, table=True):
    """What a merchant sells, by the piece or by weight with a ceiling price."""

    __tablename__ = "products"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {PRODUCT_STATES}", name="products_state"),
        CheckConstraint(f"category IN {CATEGORIES}", name="products_category"),
        CheckConstraint(f"sold_by IN {SOLD_BY}", name="products_sold_by"),
        CheckConstraint("price_fen BETWEEN 1 AND 10000000", name="products_price"),
        CheckConstraint("weight_g BETWEEN 1 AND 200000", name="products_weight"),
        CheckConstraint(
            "CASE sold_by WHEN 'weight' THEN coalesce(per_500g_fen, 0) > 0"
            " ELSE per_500g_fen IS NULL END",
            name="products_by_weight",
        ),
        CheckConstraint(f"cardinality(image_ids) <= {IMAGES_MAX}", name="products_images"),
        Index("products_of_merchant", "merchant_id", "state", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    merchant_id: UUID = Field(sa_column=of("merchants"))
    state: str = "off_shelf"
    name: str
    category: str
    # What one piece is called: 斤, 份, 颗, 袋.
    unit: str
    sold_by: str
    # Of one piece; where it is weighed, the most that a piece costs, paid in front.
    price_fen: int
    # Where it is weighed: what 500 g cost.
    per_500g_fen: int | None = None
    # Of one piece as it usually is: what is carried.
    weight_g: int
    intro: str = ""
    image_ids: list[UUID] = Field(
        default_factory=list[UUID],
        sa_column=Column(ARRAY(Uuid()), nullable=False, server_default=text("'{}'")),
    )
    created_at: datetime = Field(sa_column=moment())
    version: int = 1


class Lot(SQLModel, table=True):
    """Where a delivery of a product came from, with what paper: 食品安全法 65, for six months."""

    __tablename__ = "lots"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {LOT_STATES}", name="lots_state"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="lots_quantity"),
        CheckConstraint(
            "harvested_on <= arrived_on AND arrived_on <= best_before", name="lots_dates"
        ),
        CheckConstraint(
            "num_nonnulls(recalled_at, recalled_by_id, recall_reason)"
            " = CASE state WHEN 'recalled' THEN 3 ELSE 0 END",
            name="lots_recalled_whole",
        ),
        CheckConstraint(f"recall_reason IN {RECALL_REASONS}", name="lots_recall_reason"),
        CheckConstraint(f"cardinality(image_ids) <= {IMAGES_MAX}", name="lots_images"),
        Index("lots_of_product", "product_id", "id"),
        Index("lots_recalled", "recalled_at", postgresql_where=text("state = 'recalled'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    product_id: UUID = Field(sa_column=of("products"))
    state: str = "kept"
    # The supplier's own number of it, or the merchant's.
    label: str
    supplier_name: str
    # Address, name and phone of the supplier, sealed as JSON; empty once it has had its time.
    supplier_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    origin: str
    # In units of the product.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    harvested_on: date | None = Field(default=None, sa_column=Column(Date))
    arrived_on: date = Field(sa_column=Column(Date, nullable=False))
    best_before: date | None = Field(default=None, sa_column=Column(Date))
    # Of the 承诺达标合格证 or the quarantine paper; empty: none was given.
    certificate_no: str = Field(sa_column=Column(Text, nullable=False))
    image_ids: list[UUID] = Field(
        default_factory=list[UUID],
        sa_column=Column(ARRAY(Uuid()), nullable=False, server_default=text("'{}'")),
    )
    recorded_by_id: UUID = Field(sa_column=of("users"))
    recorded_at: datetime = Field(sa_column=moment())
    recalled_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    recalled_by_id: UUID | None = Field(default=None, sa_column=of("users", optional=True))
    recall_reason: str | None = None
    version: int = 1
