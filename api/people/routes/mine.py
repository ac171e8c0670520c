"""HTTP of one's own real name, household and preferences."""

from fastapi import Response

from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version, show_version
from api.people import queries
from api.people.models import Preferences
from api.people.schemas import (
    HomeOut,
    HouseholdJoin,
    PreferencesIn,
    PreferencesOut,
    RealNameIn,
    RealNameOut,
)
from api.people.service import joining, preferring, verifying
from api.people.views import home_out, real_name_out

router = FeatureRouter(prefix="/v1/me", route_class=Edge, tags=["账号"])
# Each try tells whether a number is held by somebody: a few a minute are enough for a person.
_TRIES_PER_MINUTE = 6


@router.get("/real-name", summary="我的实名", response_model=RealNameOut)
async def read_real_name(session: InSession, caller: SignedIn, parts: WithParts) -> RealNameOut:
    """实名状态;姓名和号码只显示一部分。"""
    row = await queries.real_name(session, user_id=caller.user_id)
    return real_name_out(row, vault=parts.vault)


@router.post("/real-name", status_code=201, summary="提交实名", response_model=RealNameOut)
async def submit_real_name(
    body: RealNameIn, session: InSession, caller: SignedIn, parts: WithParts
) -> RealNameOut:
    """提交姓名和身份证号,由社区工作人员核对;不收身份证照片。"""
    await parts.limits.hit("real_name", str(caller.user_id), per_minute=_TRIES_PER_MINUTE)
    row = await verifying.submit(
        session,
        identity=verifying.Identity(body.name, body.id_number),
        community_id=body.community_id,
        vault=parts.vault,
        caller=caller,
    )
    return real_name_out(row, vault=parts.vault)


@router.get("/household", summary="我的户", response_model=HomeOut)
async def read_household(session: InSession, caller: SignedIn, parts: WithParts) -> HomeOut:
    """我住的户、同户的人,以及正在审核的申请。"""
    home = await joining.home_of(session, user_id=caller.user_id)
    household_id = home.joined[0].household_id if home.joined else None
    members = [] if household_id is None else await queries.members(
        session, household_id=household_id
    )  # fmt: skip
    return home_out(home, members, vault=parts.vault)


@router.post("/household", status_code=201, summary="申请入户", response_model=HomeOut)
async def join_household(
    body: HouseholdJoin, session: InSession, caller: SignedIn, parts: WithParts
) -> HomeOut:
    """申请加入一户,由当地工作人员审核(群主审核);搬家就申请新的一户,通过后自动离开原来的户。"""
    await joining.request(
        session,
        building_id=body.building_id,
        door=body.door,
        relation=body.relation,
        vault=parts.vault,
        user_id=caller.user_id,
        actor=caller.actor,
        now=caller.now,
    )
    return await read_household(session, caller, parts)


@router.post("/household/withdraw", summary="撤回入户申请", response_model=HomeOut)
async def withdraw_request(session: InSession, caller: SignedIn, parts: WithParts) -> HomeOut:
    """撤回还在审核的申请。"""
    await joining.withdraw(session, caller=caller)
    return await read_household(session, caller, parts)


@router.post("/household/leave", summary="离开我的户", response_model=HomeOut)
async def leave_household(session: InSession, caller: SignedIn, parts: WithParts) -> HomeOut:
    """离开现在的户。"""
    await joining.leave(session, caller=caller)
    return await read_household(session, caller, parts)


@router.get("/preferences", summary="我的偏好", response_model=PreferencesOut)
async def read_preferences(
    session: InSession, caller: SignedIn, response: Response
) -> PreferencesOut:
    """免打扰时间、语言、电话联系和放门口。"""
    return preferences_out(await preferring.read(session, caller=caller), response)


@router.put("/preferences", summary="修改我的偏好", response_model=PreferencesOut)
async def edit_preferences(
    body: PreferencesIn,
    session: InSession,
    caller: SignedIn,
    response: Response,
    if_match: IfMatch = None,
) -> PreferencesOut:
    """整体替换;`If-Match` 带上读到的版本,从未设置过为 `"0"`。"""
    row = await preferring.prefer(
        session, chosen=chosen_in(body), version=read_version(if_match), caller=caller
    )
    return preferences_out(row, response)


def chosen_in(body: PreferencesIn) -> preferring.Chosen:
    """The preferences of a body."""
    quiet = body.quiet_from_min, body.quiet_to_min
    return preferring.Chosen(
        quiet_min=None if quiet[0] is None or quiet[1] is None else (quiet[0], quiet[1]),
        language=body.language,
        may_be_called=body.may_be_called,
        leave_at_door=body.leave_at_door,
        asks=body.asks,
    )


def preferences_out(row: Preferences, response: Response) -> PreferencesOut:
    """Preferences with their version in the header."""
    show_version(response, row.version)
    return PreferencesOut.model_validate(row)
