"""HTTP of how dependants want to be delivered to: the carer's side, and that of staff."""

from uuid import UUID

from fastapi import Response

from api.care.models import DependantWishes
from api.care.schemas import WishesIn, WishesOut
from api.care.service import own_dependant, wishing
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.people.service.preferring import Wishes

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["家人"])
_MINE = "/me/dependants/{dependant_id}/preferences"
_THEIRS = "/dependants/{dependant_id}/preferences"


@router.get(_MINE, summary="家人的送货要求", response_model=WishesOut)
async def read_wishes(
    dependant_id: UUID, session: InSession, caller: SignedIn, response: Response
) -> WishesOut:
    """老人希望怎样送货;本人有账号并设置过的,以本人的为准。"""
    row = await own_dependant(session, dependant_id=dependant_id, caller=caller)
    return _shown(await wishing.read(session, row=row, caller=caller), response)


@router.put(_MINE, summary="修改家人的送货要求", response_model=WishesOut)
async def edit_wishes(
    dependant_id: UUID,
    body: WishesIn,
    session: InSession,
    caller: SignedIn,
    response: Response,
    if_match: IfMatch = None,
) -> WishesOut:
    """整体替换,骑手和工作人员在为老人下的单上看到;`If-Match` 带上读到的版本,从未设置过为 `"0"`。"""
    row = await own_dependant(session, dependant_id=dependant_id, caller=caller, lock=True)
    written = await wishing.write(
        session, row=row, wishes=_wishes(body), version=read_version(if_match), caller=caller
    )
    return _shown(written, response)


@router.get(_THEIRS, summary="老人的送货要求", response_model=WishesOut)
async def read_wishes_as_staff(
    dependant_id: UUID, session: InSession, caller: SignedIn, response: Response
) -> WishesOut:
    """由当地工作人员查看。"""
    row = await wishing.seen_by_staff(session, dependant_id=dependant_id, caller=caller)
    return _shown(await wishing.read(session, row=row, caller=caller), response)


@router.put(_THEIRS, summary="修改老人的送货要求", response_model=WishesOut)
async def edit_wishes_as_staff(
    dependant_id: UUID,
    body: WishesIn,
    session: InSession,
    caller: SignedIn,
    response: Response,
    if_match: IfMatch = None,
) -> WishesOut:
    """由当地工作人员按老人的意思整体替换;`If-Match` 带上读到的版本,从未设置过为 `"0"`。"""
    row = await wishing.seen_by_staff(session, dependant_id=dependant_id, caller=caller)
    written = await wishing.write(
        session, row=row, wishes=_wishes(body), version=read_version(if_match), caller=caller
    )
    return _shown(written, response)


def _wishes(body: WishesIn) -> Wishes:
    return Wishes(body.may_be_called, body.leave_at_door, body.asks)


def _shown(row: DependantWishes, response: Response) -> WishesOut:
    show_version(response, row.version)
    return WishesOut.model_validate(row)
