"""Shapes of uploads."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body
from api.uploads.rules import CLAIMED_AT_ONCE_MAX
from api.uploads.states import PURPOSES

Purpose = Literal[
    "proof",
    "receipt",
    "condition",
    "incident",
    "evidence",
    "post",
    "ticket",
    "case",
    "product",
    "print",
]
assert Purpose.__args__ == PURPOSES  # pyright: ignore[reportAttributeAccessIssue]
Url = Annotated[
    str,
    Field(
        description="图片地址(不含域名),可直接用于 `<image>`,到期前有效。",
        examples=[
            "/v1/uploads/019a9f0e-8c6b-7d1e-8000-000000000000?size=thumb&expires=1&signature=0"
        ],
    ),
]
# For the requests of other features that claim photos.
UploadIds = Annotated[
    tuple[UUID, ...],
    Field(max_length=CLAIMED_AT_ONCE_MAX, description="先上传的照片编号,须为本人所传、尚未使用。"),
]


class PictureQuery(Body):
    """Which size, and the signature of a link; without one the owner's session is needed."""

    size: Literal["photo", "thumb", "original"] = Field(
        default="photo",
        description="`photo` 原图(边长不超过 1920 像素),`thumb` 缩略图(320);"
        "`original` 遮挡前的留存,只能凭工作人员取得的链接。",
    )
    expires: Annotated[int, Field(ge=0, le=9_999_999_999)] | None = Field(
        default=None, description="链接到期时间(Unix 秒)。"
    )
    signature: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = Field(
        default=None, description="链接签名。"
    )


class PhotoOut(Answer):
    """A photo as others see it, in the answers of the thing it belongs to."""

    upload_id: UUID
    purpose: Purpose = Field(examples=["proof"])
    width_px: int = Field(description="原图宽(像素)。", examples=[1920])
    height_px: int = Field(description="原图高(像素)。", examples=[1440])
    is_masked: bool = Field(description="是否遮挡过人脸、车牌等。", examples=[False])
    photo_url: Url
    thumb_url: Url
    expires_at: datetime = Field(description="两个地址的到期时间;到期后重新读取所属内容即可。")


class UploadOut(PhotoOut):
    """A photo just uploaded."""

    claim_by: datetime = Field(description="在此之前未使用的照片会被删除。")
