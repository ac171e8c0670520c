"""Tables of the board: posts (comments too), their texts, checks, reports, piles."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.board.rules import (
    CASE_WORDS,
    CATEGORIES,
    COMMENT,
    CONTENTS_MAX,
    DECISION_CODES,
    KINDS,
    LOOK_REASONS,
    REPORT_CODES,
    WHYS,
)
from api.board.states import CHECK_STATES, ME_TOO, PILE, POST, REPORT
from api.kit.columns import ids, moment
from api.kit.ids import new_id


class Post(SQLModel, table=True):
    """A post, or a comment below one. ``content`` numbers its texts; one of them is the present.

    ``shown_content`` is the text that was approved last. ``rank_id`` is made when it is first
    shown, so that feeds stand in the order in which people could see things.
    """

    __tablename__ = "posts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(POST.states))}", name="posts_state"),
        CheckConstraint(f"kind IN {(*KINDS, COMMENT)}", name="posts_kind"),
        CheckConstraint(f"category IN {CATEGORIES}", name="posts_category"),
        CheckConstraint(
            f"(kind = '{COMMENT}') = (parent_id IS NOT NULL)"
            f" AND (kind = '{COMMENT}') = (category IS NULL)",
            name="posts_comment_whole",
        ),
        CheckConstraint(f"content BETWEEN 1 AND {CONTENTS_MAX}", name="posts_contents"),
        CheckConstraint(
            "state NOT IN ('published', 'resolved')"
            " OR coalesce(shown_content = content, false) AND rank_id IS NOT NULL",
            name="posts_shown_is_approved",
        ),
        CheckConstraint(
            f"held_why IS NULL OR held_why IN {WHYS} AND state = 'pending_review'",
            name="posts_held_why",
        ),
        CheckConstraint(f"decided_for IN {DECISION_CODES}", name="posts_decided_for"),
        CheckConstraint(
            "state <> 'rejected' OR num_nonnulls(decided_by_id, decided_for, decided_at) = 3",
            name="posts_rejected_whole",
        ),
        CheckConstraint("decided_by_id <> author_id", name="posts_not_decided_by_author"),
        CheckConstraint(
            "CASE WHEN state <> 'hidden' THEN num_nonnulls(hidden_by, lapses_at) = 0"
            " ELSE coalesce(hidden_by IN ('staff', 'reports'), false)"
            " AND (hidden_by = 'reports') = (lapses_at IS NOT NULL) END",
            name="posts_hidden_whole",
        ),
        CheckConstraint(f"case_status IN {CASE_WORDS}", name="posts_case_status"),
        Index(
            "posts_feed",
            "community_id",
            "rank_id",
            postgresql_where=text("state IN ('published', 'resolved') AND parent_id IS NULL"),
        ),
        Index("posts_of_place", "place_path", postgresql_using="gin"),
        Index("posts_of_author", "author_id", "id"),
        Index(
            "posts_below", "parent_id", "rank_id", postgresql_where=text("parent_id IS NOT NULL")
        ),
        Index("posts_in_review", "id", postgresql_where=text("state = 'pending_review'")),
        Index("posts_to_lapse", "lapses_at", postgresql_where=text("lapses_at IS NOT NULL")),
        Index("posts_at_spot", "spot_id", "category", "created_at"),
        Index("posts_of_pile", "pile_id", postgresql_where=text("pile_id IS NOT NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    # Where complaints are counted together.
    spot_id: UUID
    author_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    parent_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("posts.id")))
    kind: str
    category: str | None = None
    is_anonymous: bool
    state: str = "pending_review"
    content: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False))
    shown_content: int | None = Field(default=None, sa_column=Column(SmallInteger))
    # Why a person has to look; none while the checks run, and when it is decided.
    held_why: str | None = None
    # The text against whose rejection or hiding its author appealed.
    appealed_content: int | None = Field(default=None, sa_column=Column(SmallInteger))
    appeal_sealed: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    # Staff looked at this text, or its automatic hiding lapsed: reports hide it no more.
    is_settled: bool = False
    decided_by_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    decided_for: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    note_sealed: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    hidden_by: str | None = None
    lapses_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    rank_id: UUID | None = None
    pile_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("piles.id")))
    # How the case stands that it led to, in one word; kept by `mediation`.
    case_status: str | None = None
    version: int = 1
    created_at: datetime = Field(sa_column=moment())
    shown_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class PostText(SQLModel, table=True):
    """One version of a text and its photos, in order; ``approved`` by checks or by staff."""

    __tablename__ = "post_texts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("approved IN ('checks', 'staff')", name="post_texts_approved"),
        Index("post_texts_alike", "text_index"),
        Index("post_texts_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    post_id: UUID = Field(sa_column=Column(ForeignKey("posts.id"), primary_key=True))
    n: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    # Equal texts, spaces apart, have equal ones. It stays as evidence where the text was deleted.
    text_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    # What our own screening saw in it.
    flags: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    upload_ids: list[UUID] = Field(sa_column=ids())
    approved: str | None = None
    made_at: datetime = Field(sa_column=moment())
    # Since when it is no longer, or not, shown to anybody.
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class ContentCheck(SQLModel, table=True):
    """One check by WeChat of a version of a text, or of one of its photos; of a post, or of what is
    told of a case."""

    __tablename__ = "content_checks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {CHECK_STATES}", name="content_checks_state"),
        CheckConstraint("(state = 'held') = (why IS NOT NULL)", name="content_checks_why"),
        CheckConstraint("state <> 'asked' OR trace_id IS NOT NULL", name="content_checks_asked"),
        CheckConstraint("num_nonnulls(post_id, outcome_id) = 1", name="content_checks_of_one"),
        Index(
            "content_checks_once",
            text("coalesce(post_id, outcome_id)"),
            "n",
            "upload_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "content_checks_due",
            "next_at",
            postgresql_where=text("state IN ('waiting', 'asked')"),
        ),
        Index("content_checks_trace", "trace_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    post_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("posts.id")))
    # Whose text is one version.
    outcome_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("outcomes.id")))
    n: int = Field(sa_column=Column(SmallInteger, nullable=False))
    # None: the words.
    upload_id: UUID | None = None
    state: str = "waiting"
    why: str | None = None
    # WeChat's number of a worry; 100 is none.
    label: int | None = None
    tries: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    # When to ask (again); where it was asked, until when an answer is waited for.
    next_at: datetime = Field(sa_column=moment())
    trace_id: str | None = None


class MeToo(SQLModel, table=True):
    """Somebody for whom it is the same."""

    __tablename__ = "me_toos"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(ME_TOO.states))}", name="me_toos_state"),
        Index("me_toos_once", "post_id", "user_id", unique=True),
        Index("me_toos_of_user", "user_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    post_id: UUID = Field(sa_column=Column(ForeignKey("posts.id"), nullable=False))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    state: str = "given"
    given_at: datetime = Field(sa_column=moment())
    version: int = 1


class PostReport(SQLModel, table=True):
    """Somebody says that a text should not stand there."""

    __tablename__ = "post_reports"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(REPORT.states))}", name="post_reports_state"),
        CheckConstraint(f"code IN {REPORT_CODES}", name="post_reports_code"),
        CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name="post_reports_decided_whole"
        ),
        Index(
            "post_reports_one_open",
            "post_id",
            "reporter_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("post_reports_of_reporter", "reporter_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    post_id: UUID = Field(sa_column=Column(ForeignKey("posts.id"), nullable=False))
    # The text that was read.
    content: int = Field(sa_column=Column(SmallInteger, nullable=False))
    reporter_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    code: str
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "open"
    due_at: datetime = Field(sa_column=moment())
    created_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class AuthorLook(SQLModel, table=True):
    """Staff learned who wrote something; it only grows for three years."""

    __tablename__ = "author_looks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"reason IN {LOOK_REASONS}", name="author_looks_reason"),
        Index("author_looks_by_viewer", "viewer_id", "at"),
        Index("author_looks_of_post", "post_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(sa_column=moment())
    viewer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    post_id: UUID = Field(sa_column=Column(ForeignKey("posts.id"), nullable=False))
    reason: str


class Pile(SQLModel, table=True):
    """Many complaints of one topic at one place within an hour: staff are warned once."""

    __tablename__ = "piles"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(PILE.states))}", name="piles_state"),
        CheckConstraint("voices >= 1", name="piles_voices"),
        Index(
            "piles_one_at_a_time",
            "spot_id",
            "category",
            unique=True,
            postgresql_where=text("state <> 'over'"),
        ),
        Index("piles_of_place", "place_path", postgresql_using="gin"),
        Index("piles_to_end", "last_at", postgresql_where=text("state <> 'over'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    spot_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    category: str
    state: str = "raised"
    # How many people had spoken when it was raised.
    voices: int = Field(sa_column=Column(SmallInteger, nullable=False))
    raised_at: datetime = Field(sa_column=moment())
    # When somebody spoke last.
    last_at: datetime = Field(sa_column=moment())
    taken_by_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    version: int = 1
