"""HTTP of places and addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from api.errors import AppError
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.crypto import Vault
from api.kit.http.fields import CleanText
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.kit.pagination import PageQuery
from api.places import emergencies, queries, service
from api.places.models import Address, Emergency, Place
from api.places.rules import Contact
from api.places.schemas import (
    AddressList,
    AddressOut,
    ContactIn,
    ContactShown,
    EmergencyEdit,
    EmergencyOut,
    EmergencyState,
    GeoPoint,
    NewAddress,
    NewEmergency,
    NewPlace,
    PlaceEdit,
    PlaceOut,
    PlacePage,
)
from api.places.settings import read_settings

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["地点"])


_LAT_LNG = "^-?[0-9]{1,3}([.][0-9]{1,12})?,-?[0-9]{1,3}([.][0-9]{1,12})?$"


class PlaceQuery(PageQuery):
    """Which places to list."""

    parent_id: UUID | None = Field(default=None, description="列出其下级;不填则列出街道办事处。")
    q: Annotated[CleanText, Field(min_length=1, max_length=30)] | None = Field(
        default=None, description="按名称查找。"
    )
    near: Annotated[str, Field(pattern=_LAT_LNG)] | None = Field(
        default=None, description="`lat,lng`(GCJ-02),列出附近的楼栋。", examples=["31.23,121.47"]
    )


@router.get("/places", summary="查找地点", response_model=PlacePage)
async def list_places(
    query: Annotated[PlaceQuery, Query()], session: InSession, caller: SignedIn
) -> PlacePage:
    """列出下级地点、按名称查找,或列出附近的楼栋(由近到远,只有一页)。"""
    if query.near is not None:
        lat, _, lng = query.near.partition(",")
        point = GeoPoint(lat=_degrees(lat, 90), lng=_degrees(lng, 180), coord="gcj02").as_point()
        rows = await queries.buildings_near(
            session, lat=point.lat, lng=point.lng, limit=query.limit
        )
        return PlacePage(items=[_place(r) for r in rows])
    rows = await queries.children(
        session,
        parent_id=query.parent_id,
        text=query.q,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return PlacePage(items=[_place(r) for r in shown], next_cursor=cursor)


@router.get("/places/{place_id}", summary="查看地点", response_model=PlaceOut)
async def read_place(
    place_id: UUID, session: InSession, caller: SignedIn, response: Response
) -> PlaceOut:
    """一个地点;社区带有它的设置。"""
    row = await queries.place(session, place_id=place_id)
    if row is None:
        raise AppError("not_found")
    show_version(response, row.version)
    return _place(row)


@router.post("/places", status_code=201, summary="新建地点", response_model=PlaceOut)
async def create_place(body: NewPlace, session: InSession, caller: SignedIn) -> PlaceOut:
    """由管理人员新建地点。"""
    row = await service.create_place(
        session,
        kind=body.kind,
        parent_id=body.parent_id,
        name=body.name,
        point=body.point.as_point(),
        settings=body.settings,
        has_lift=body.has_lift,
        caller=caller,
    )
    return _place(row)


@router.put("/places/{place_id}", summary="修改地点", response_model=PlaceOut)
async def edit_place(
    place_id: UUID,
    body: PlaceEdit,
    session: InSession,
    caller: SignedIn,
    response: Response,
    if_match: IfMatch = None,
) -> PlaceOut:
    """修改名称、社区设置,或楼栋有没有电梯;`If-Match` 带上读到的版本。"""
    row = await service.change_place(
        session,
        place_id=place_id,
        version=read_version(if_match),
        name=body.name,
        settings=body.settings,
        has_lift=body.has_lift,
        reason=body.reason,
        caller=caller,
    )
    show_version(response, row.version)
    return _place(row)


@router.get("/places/{place_id}/emergency", summary="应急状态", response_model=EmergencyState)
async def read_emergency(place_id: UUID, session: InSession, caller: SignedIn) -> EmergencyState:
    """所在社区现在有没有应急状态。"""
    row = await emergencies.emergency_now(session, place_id=place_id, now=caller.now)
    return EmergencyState(emergency=row and EmergencyOut.model_validate(row))


@router.post(
    "/places/{place_id}/emergency",
    status_code=201,
    summary="进入应急状态",
    response_model=EmergencyOut,
)
async def begin_emergency(
    place_id: UUID, body: NewEmergency, session: InSession, caller: SignedIn
) -> Emergency:
    """高温、暴风雨、封控时由社区宣布:时限放宽,不扣分,志愿者可帮忙;到时自动结束。"""
    return await emergencies.begin(
        session,
        place_id=place_id,
        kind=body.kind,
        note=body.note,
        due_percent=body.due_percent,
        ends_at=body.ends_at,
        caller=caller,
    )


@router.put("/places/{place_id}/emergency", summary="调整应急状态", response_model=EmergencyOut)
async def change_emergency(
    place_id: UUID, body: EmergencyEdit, session: InSession, caller: SignedIn
) -> Emergency:
    """延长、提前结束或改写说明。"""
    return await emergencies.change(
        session,
        place_id=place_id,
        note=body.note,
        due_percent=body.due_percent,
        ends_at=body.ends_at,
        caller=caller,
    )


@router.delete("/places/{place_id}/emergency", status_code=204, summary="结束应急状态")
async def end_emergency(place_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """立即结束;本来没有也不报错。"""
    await emergencies.end(session, place_id=place_id, caller=caller)
    return Response(status_code=204)


@router.get("/me/addresses", summary="我的地址", response_model=AddressList)
async def list_addresses(session: InSession, caller: SignedIn, parts: WithParts) -> AddressList:
    """我的所有地址(最多 50 个)。"""
    rows = await queries.addresses_of(session, user_id=caller.user_id)
    return AddressList(items=[_address(r, parts.vault) for r in rows])


@router.post("/me/addresses", status_code=201, summary="新增地址", response_model=AddressOut)
async def add_address(
    body: NewAddress, session: InSession, caller: SignedIn, parts: WithParts
) -> AddressOut:
    """保存一个楼栋里的地址;门牌、姓名、电话加密存放。"""
    row = await service.add_address(
        session,
        building_id=body.building_id,
        label=body.label,
        floor=body.floor,
        has_lift=body.has_lift,
        contact=contact_of(body.contact),
        vault=parts.vault,
        user_id=caller.user_id,
        now=caller.now,
    )
    return _address(row, parts.vault)


@router.delete("/me/addresses/{address_id}", status_code=204, summary="删除地址")
async def forget_address(address_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """删除一个地址;已下的订单不受影响。"""
    if not await queries.forget_address(
        session, address_id=address_id, user_id=caller.user_id, now=caller.now
    ):
        raise AppError("not_found")
    return Response(status_code=204)


def contact_of(given: ContactIn) -> Contact:
    """The contact as the services know it."""
    return Contact(given.door, given.name, given.phone or "")


def contact_out(contact: Contact) -> ContactShown:
    """The contact as its owner sees it."""
    return ContactShown(door=contact.door, name=contact.name, phone=contact.phone or None)


def _place(row: Place) -> PlaceOut:
    return PlaceOut(
        id=row.id,
        kind=row.kind,  # pyright: ignore[reportArgumentType]
        parent_id=row.parent_id,
        community_id=row.community_id,
        name=row.name,
        point=GeoPoint.of(row.lat, row.lng),
        settings=None if row.settings is None else read_settings(row.settings),
        has_lift=row.has_lift,
        version=row.version,
    )


def _address(row: Address, vault: Vault) -> AddressOut:
    contact = service.open_contact(
        row.detail_sealed, column=service.ADDRESS_COLUMN, row=row.id, vault=vault
    )
    return AddressOut(
        id=row.id,
        building_id=row.building_id,
        label=row.label,
        floor=row.floor,
        has_lift=row.has_lift,
        contact=contact_out(contact),
    )


def _degrees(text: str, limit: int) -> float:
    value = float(text)
    if abs(value) > limit:
        raise AppError("outside_china")
    return value
