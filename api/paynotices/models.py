"""The inbox of what WeChat Pay notifies us of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.paynotices.states import PAY_NOTICE

PAY_NOTICE_STATES = tuple(sorted(PAY_NOTICE.states))


class PayNotice(SQLModel, table=True):
    """One notice as it came, verified: what is sealed in its body is opened when it is taken in.

    WeChat repeats a notice under the same number for a day, so the number is kept beyond that.
    """

    __tablename__ = "pay_notices"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {PAY_NOTICE_STATES}", name="pay_notices_state"),
        CheckConstraint("(state = 'received') = (done_at IS NULL)", name="pay_notices_done"),
        CheckConstraint("(state = 'refused') = (why IS NOT NULL)", name="pay_notices_why"),
        Index("pay_notices_age", "received_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    notice_id: str = Field(unique=True)
    kind: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "received"
    why: str | None = None
    version: int = 1
    received_at: datetime = Field(sa_column=moment())
    done_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
