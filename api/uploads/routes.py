"""HTTP of uploads."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from api.identity.edge import (
    AnonymousEdge,
    InSession,
    Now,
    SignedIn,
    WithParts,
    bearer_hash,
    sign_in,
)
from api.kit.http.routing import FeatureRouter
from api.uploads import service
from api.uploads.edge import UploadEdge, WithSent, quota_of
from api.uploads.schemas import PictureQuery, UploadOut
from api.uploads.states import PURPOSES
from api.uploads.views import upload_out

router = FeatureRouter(prefix="/v1/uploads", route_class=UploadEdge, tags=["照片"])
pictures = FeatureRouter(prefix="/v1/uploads", route_class=AnonymousEdge, tags=["照片"])

# `wx.uploadFile` sends exactly this: one file, named, and a few texts.
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "purpose"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "一张 JPG、PNG 或 WebP 图片,不超过 10 MB、2400 万像素"
                            "(WebP 640 万,渐进式 JPG 约 1800 万)。",
                        },
                        "purpose": {
                            "type": "string",
                            "enum": list(PURPOSES),
                            "description": "用途;只有同一用途的内容才能使用它。",
                            "examples": ["proof"],
                        },
                    },
                }
            }
        },
    }
}
_JPEG: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JPEG 图片",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
    },
    401: {},
    403: {},
    404: {},
}


@router.post("", status_code=201, summary="上传照片", response_model=UploadOut, openapi_extra=_FORM)
async def upload_photo(
    sent: WithSent, session: InSession, caller: SignedIn, parts: WithParts
) -> UploadOut:
    """上传一张照片(`wx.uploadFile`,文件名 `file`)。照片会重新编码:去掉拍摄地点等信息,最长边
    缩至 1920 像素。24 小时内未使用即删除。"""
    made = await service.keep(
        session,
        purpose=sent.purpose,
        photo=sent.photo,
        quota=quota_of(parts.settings),
        caller=caller,
    )
    return upload_out(made, vault=parts.vault, now=caller.now)


@pictures.get("/{upload_id}", summary="查看照片", response_class=Response, responses=_JPEG)
async def read_picture(
    upload_id: UUID,
    query: Annotated[PictureQuery, Query()],
    request: Request,
    session: InSession,
    parts: WithParts,
    now: Now,
) -> Response:
    """凭所属内容给出的链接查看;上传者本人登录后可不带签名。"""
    owner_id, max_age_s = None, 0
    if query.signature is None:
        owner_id = (await sign_in(request, session, bearer_hash(request))).user_id
    else:
        expires_s = query.expires or 0
        service.check_link(
            parts.vault,
            upload_id=upload_id,
            size=query.size,
            expires_s=expires_s,
            signature=query.signature,
            now=now,
        )
        max_age_s = int(expires_s - now.timestamp())
    jpeg = await service.picture(session, upload_id=upload_id, size=query.size, owner_id=owner_id)
    return Response(jpeg, media_type="image/jpeg", headers=_headers(upload_id, max_age_s))


def _headers(upload_id: UUID, max_age_s: int) -> dict[str, str]:
    """A picture and nothing else, whatever a browser may think of it."""
    return {
        "Content-Disposition": f'attachment; filename="{upload_id}.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": f"private, max-age={max_age_s}",
    }
