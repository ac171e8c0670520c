"""Shapes of masking photos."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body
from api.uploads.schemas import Url

Side = Annotated[int, Field(strict=True, ge=8, le=1920, examples=[120])]
Offset = Annotated[int, Field(strict=True, ge=0, le=1912, examples=[40])]
Evidence = Literal["dispute", "case", "legal_request"]


class AreaIn(Body):
    """A rectangle of the photo, in pixels of its larger size, from the upper left corner."""

    left_px: Offset
    top_px: Offset
    width_px: Side
    height_px: Side


class MaskIn(Body):
    """What to destroy in a photo, and why."""

    areas: Annotated[tuple[AreaIn, ...], Field(min_length=1, max_length=20)]
    why: Literal["face", "plate", "child", "document", "address", "other"] = Field(
        description="遮挡的是什么:人脸、车牌、孩子、证件、住址或其他。", examples=["face"]
    )
    evidence: Evidence | None = Field(
        default=None,
        description="原图要作为证据留存时说明用途,只有社区工作人员说明原因才能查看,180 天后删除;"
        "不填则原图立即删除。",
    )


class MaskOut(Answer):
    """A photo after it was masked."""

    upload_id: UUID
    is_masked: bool = Field(examples=[True])
    masked_at: datetime
    original_until: datetime | None = Field(description="原图留存到何时;没有留存则为空。")


class OriginalAsk(Body):
    """Why the original is looked at; every look is recorded."""

    reason: Evidence = Field(examples=["dispute"])


class OriginalOut(Answer):
    """Where the original is shown for a quarter of an hour."""

    original_url: Url
    expires_at: datetime
