"""Tables of people: users, sessions, grants, addresses, and stored idempotent answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id

ROLES = (
    "resident",
    "runner",
    "merchant_staff",
    "mediator",
    "grid_worker",
    "community_staff",
    "office_staff",
    "admin",
)


class User(SQLModel, table=True):
    """One person. Phone numbers are sealed; ``phone_index`` finds one by its keyed hash."""

    __tablename__ = "users"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("state IN ('active', 'banned', 'closed')", name="users_state"),
        CheckConstraint(
            "(phone_sealed IS NULL) = (phone_index IS NULL)", name="users_phone_indexed"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    openid: str | None = Field(default=None, unique=True)
    nickname: str
    state: str = "active"
    phone_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    phone_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    # From whom a block parts this person, in both directions; kept by `blocks` for the hot routes,
    # which read this row anyway.
    apart: list[UUID] = Field(
        default_factory=list[UUID],
        sa_column=Column(ARRAY(Uuid()), nullable=False, server_default=text("'{}'")),
    )
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Session(SQLModel, table=True):
    """A signed-in client. Only the hash of its token is stored."""

    __tablename__ = "sessions"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("sessions_of_user", "user_id", postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("octet_length(token_hash) = 32", name="sessions_hash_length"),
        CheckConstraint("length(device) <= 60", name="sessions_device_length"),
        # One login code, one session, whatever WeChat answers and however often it is sent.
        Index("sessions_code_once", "code_hash", unique=True),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    # None: opened by a development code, which is good for any number of sessions.
    code_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    # What the client calls itself, such as "iPhone"; empty: it does not say.
    device: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    created_at: datetime = Field(sa_column=moment())
    seen_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class Grant(SQLModel, table=True):
    """(user, role, place): holds for the place and all below it; no place: the deployment."""

    __tablename__ = "grants"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("place_id IS NOT NULL OR role = 'admin'", name="grants_need_a_place"),
        CheckConstraint(f"role IN {ROLES}", name="grants_role"),
        Index(
            "grants_once",
            "user_id",
            "role",
            "place_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    role: str
    place_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("places.id"), nullable=True)
    )
    granted_by: UUID | None = None
    created_at: datetime = Field(sa_column=moment())
    revoked_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class IdempotencyKey(SQLModel, table=True):
    """An answer given under a key, kept for 72 hours."""

    __tablename__ = "idempotency_keys"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("idempotency_keys_age", "created_at"),)

    user_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment())
