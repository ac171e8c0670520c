"""HTTP of masking photos."""

from uuid import UUID

from api.identity.edge import Edge, InSession, OutsideEdge, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.images.reencode import Area
from api.privacy.mask_schemas import MaskIn, MaskOut, OriginalAsk, OriginalOut
from api.privacy.service import masking

router = FeatureRouter(prefix="/v1/uploads", route_class=Edge, tags=["照片"])
# Its own transactions: no picture is written anew within one.
outside = FeatureRouter(prefix="/v1/uploads", route_class=OutsideEdge, tags=["照片"])
_PER_MINUTE = 20


@outside.post("/{upload_id}/masks", status_code=201, summary="遮挡照片", response_model=MaskOut)
async def mask_photo(upload_id: UUID, body: MaskIn, caller: SignedIn, parts: WithParts) -> MaskOut:
    """由当地工作人员把照片上他人的人脸、车牌等变成几个色块,大小图都重新生成,不能还原。"""
    await parts.limits.hit("mask", str(caller.user_id), per_minute=_PER_MINUTE)
    upload, until = await masking.mask(
        parts.database,
        parts.workshop,
        upload_id=upload_id,
        areas=[Area(a.left_px, a.top_px, a.width_px, a.height_px) for a in body.areas],
        why=body.why,
        evidence=body.evidence,
        caller=caller,
    )
    assert upload.masked_at is not None
    return MaskOut(
        upload_id=upload.id, is_masked=True, masked_at=upload.masked_at, original_until=until
    )


@router.post("/{upload_id}/original", summary="查看遮挡前的照片", response_model=OriginalOut)
async def show_original(
    upload_id: UUID, body: OriginalAsk, session: InSession, caller: SignedIn, parts: WithParts
) -> OriginalOut:
    """作为证据留存的原图,由社区工作人员说明原因后查看;每次都有记录。"""
    await parts.limits.hit("original", str(caller.user_id), per_minute=_PER_MINUTE)
    url, expires_at = await masking.show_original(
        session, upload_id=upload_id, reason=body.reason, vault=parts.vault, caller=caller
    )
    return OriginalOut(original_url=url, expires_at=expires_at)
