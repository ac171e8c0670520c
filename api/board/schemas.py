"""Shapes of the board."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.types import StrictStr

from api.board.rules import CaseWord, Category, DecisionCode, LookReason, PostKind, ReportCode
from api.kit.http.fields import VISIBLE_PATTERN, Answer, Body, Note, Pattern
from api.kit.pagination import PageQuery
from api.uploads.schemas import PhotoOut, UploadIds

_VISIBLE = Pattern(
    VISIBLE_PATTERN, "holds nothing that can be seen, or characters that are not text"
)
Words = Annotated[
    StrictStr,
    _VISIBLE,
    Field(min_length=1, max_length=1000, examples=["小广场晚上九点后音乐太响,孩子没法睡。"]),
]
CommentWords = Annotated[
    StrictStr, _VISIBLE, Field(min_length=1, max_length=500, examples=["我家也听得到。"])
]
Anonymous = Annotated[bool, Field(strict=True)]
PostState = Literal[
    "pending_review", "published", "rejected", "resolved", "hidden", "withdrawn", "deleted"
]
HeldWhy = Literal[
    "appealed",
    "danger",
    "personal_data",
    "wechat_risky",
    "wechat_review",
    "not_checkable",
    "not_configured",
    "check_unavailable",
    "no_answer",
]
_ANONYMOUS = "对邻居匿名;工作人员须说明理由、留下记录才能查看作者。"


class NewPost(Body):
    """A post about a place."""

    place_id: UUID = Field(description="社区或其下的网格、小区、楼栋。")
    kind: PostKind = Field(
        description="`dispute` 纠纷,`suggestion` 建议,`help` 求助,`lost_found` 失物招领,"
        "`praise` 表扬。",
        examples=["dispute"],
    )
    category: Category = Field(examples=["square_dancing"])
    text: Words
    is_anonymous: Anonymous = Field(default=False, description=_ANONYMOUS)
    upload_ids: UploadIds = ()


class EditPost(Body):
    """What a post, or a comment, says from now on."""

    text: Words
    upload_ids: UploadIds = Field(default=(), description="全部照片,含原有的;评论没有照片。")


class NewComment(Body):
    """A comment below a post."""

    text: CommentWords
    is_anonymous: Anonymous = Field(
        default=False, description="同上;匿名内容的作者评论时始终匿名。"
    )


class NewReport(Body):
    """Why a text should not stand there."""

    code: ReportCode = Field(examples=["privacy"])
    text: Note = ""


class Decision(Body):
    """Why a text is not shown; its author reads both."""

    code: DecisionCode = Field(examples=["personal_data"])
    text: Note = Field(default="", description="给作者的说明。", examples=["请去掉车牌号再发。"])


class Appeal(Body):
    """Why somebody else should look again."""

    text: Annotated[CommentWords, Field(examples=["车牌是我自己的。"])]


class Look(Body):
    """Why staff want to know who wrote something."""

    reason: LookReason = Field(examples=["mediation"])


class AuthorOut(Answer):
    """Who wrote something."""

    user_id: UUID
    nickname: str
    phone_masked: str | None = Field(description="打码的手机号。", examples=["138****8000"])


class PostOut(Answer):
    """A post or a comment, as the caller may see it."""

    id: UUID
    parent_id: UUID | None = Field(description="评论所在的内容;否则为空。")
    place_id: UUID
    kind: Literal["dispute", "suggestion", "help", "lost_found", "praise", "comment"]
    category: Category | None
    state: PostState
    text: str
    photos: list[PhotoOut]
    author: str | None = Field(description="作者昵称;匿名则为空。", examples=["小王"])
    is_anonymous: bool
    is_mine: bool
    is_by_author: bool = Field(description="评论出自所评内容的作者。")
    me_too_count: int = Field(description="同感人数。", examples=[12])
    is_me_too: bool = Field(description="我已表示同感。")
    comment_count: int = Field(description="公开的评论数。", examples=[3])
    held_why: HeldWhy | None = Field(description="为何等人工审核;作者和工作人员可见。")
    flags: list[str] = Field(
        description="自动发现的内容:`phone` 电话,`id_number` 身份证号,`plate` 车牌,"
        "`account` 账号,`danger` 危险;作者和工作人员可见。"
    )
    decided_for: DecisionCode | None = Field(description="未公开或被隐藏的原因;同上。")
    note: str = Field(description="审核说明;同上。")
    hidden_how: Literal["staff", "reports"] | None = Field(
        description="`reports` 为多人举报后自动隐藏,无人处理则到时恢复。"
    )
    lapses_at: datetime | None = Field(description="自动隐藏到何时。")
    open_report_count: int | None = Field(description="未处理的举报数,仅工作人员可见。")
    appeal: str = Field(description="申诉理由;作者和工作人员可见。")
    case_status: CaseWord | None = Field(
        description="调解情况,只有一个词:`in_mediation` 调解中,`in_session` 正在调解(暂停评论),"
        "`settled` 已达成协议,`ended` 已结束;没有调解则为空。"
    )
    created_at: datetime
    shown_at: datetime | None = Field(description="首次公开的时间。")
    version: int = Field(description="修改和审核时放进 `If-Match`。", examples=[2])


class PostMade(PostOut):
    """What was just written."""

    hotlines: list[str] = Field(
        description="文字提到危险时,请马上显示并拨打的电话。", examples=[["110"]]
    )
    similar: list[UUID] = Field(description="一天内同地同类的公开内容,最多三条,可以去表示同感。")


class PostPage(Answer):
    """A page of posts or comments."""

    items: list[PostOut]
    next_cursor: str | None = None


class FeedQuery(PageQuery):
    """Which posts to list."""

    place_id: UUID | None = Field(
        default=None, description="这个地点及其下的;不填则是我所在社区的。"
    )
    kind: PostKind | None = None
    category: Category | None = None


class StaffQuery(PageQuery):
    """A page of what stands at a place and below."""

    place_id: UUID


class ReportOut(Answer):
    """A report, to whom filed it; its id is the receipt."""

    id: UUID
    post_id: UUID
    code: ReportCode = Field(examples=["privacy"])
    state: Literal["open", "upheld", "dismissed", "closed"]
    due_at: datetime = Field(description="最晚处理时间:侮辱、隐私、未成年人 24 小时,其余 72 小时。")
    created_at: datetime


class StaffReportOut(ReportOut):
    """A report, to staff; who filed it is not told."""

    text: str
    content: int = Field(description="举报的是第几版文字。", examples=[1])
    decided_at: datetime | None


class ReportList(Answer):
    """The newest reports of a post, at most a hundred."""

    items: list[StaffReportOut]
    next_cursor: str | None = None


class PileOut(Answer):
    """Many complaints of one topic at one place within an hour."""

    id: UUID
    place_id: UUID
    category: Category
    state: Literal["raised", "taken", "over"]
    voices: int = Field(description="预警时有多少人。", examples=[3])
    post_count: int = Field(description="相关内容数。", examples=[5])
    raised_at: datetime
    last_at: datetime = Field(description="最近一次有人提起。")


class PilePage(Answer):
    """A page of piles, newest first."""

    items: list[PileOut]
    next_cursor: str | None = None
