"""HTTP of the feed."""

from typing import Annotated, Protocol, cast
from uuid import UUID

from fastapi import Query, Request

from api.feed import service
from api.feed.schemas import ChangeOut, SyncPage, SyncQuery
from api.feed.service import Changes, Seen
from api.feed.waiting import WaitingRoom
from api.identity.edge import OutsideEdge, SignedIn, bearer_hash, parts_of, sign_in
from api.kit.clock import monotonic_s
from api.kit.http.bounds import place_of
from api.kit.http.routing import FeatureRouter
from api.kit.http.staying import while_it_stays

# Waiting holds no connection, so the route opens its own short transactions.
router = FeatureRouter(prefix="/v1", route_class=OutsideEdge, tags=["同步"])


class _Parts(Protocol):
    room: WaitingRoom


@router.get("/sync", summary="有什么变化", response_model=SyncPage)
async def sync(
    query: Annotated[SyncQuery, Query()], request: Request, caller: SignedIn
) -> SyncPage:
    """`after` 之后与我有关的变化;没有变化时最多等 `wait` 秒。

    首次不带 `after` 取得位置,再取各列表,然后从这个位置开始同步。`409 cursor_unknown` 时重来。
    """
    room = cast("_Parts", request.app.state.parts).room
    seen = service.read_cursor(query.after, user_id=caller.user_id)
    if seen.n is None or not query.wait:
        return _page(await _look(request, seen), caller.user_id)
    until = monotonic_s() + query.wait
    with room.seat(caller.user_id, after=seen.n) as seat:
        async with while_it_stays(request, on_leaving=seat.give_back):
            while True:
                found = await _look(request, seen)
                left_s = until - monotonic_s()
                if found.rows or left_s <= 0 or not seat.is_taken:
                    return _page(found, caller.user_id)
                async with place_of(request).given_back():
                    await seat.sleep(left_s)


async def _look(request: Request, seen: Seen) -> Changes:
    """What changed, for whoever is still signed in: a session may end while its client waits."""
    async with parts_of(request).database.session(reads=True) as session:
        caller = await sign_in(request, session, bearer_hash(request))
        found = await service.changes_after(session, user_id=caller.user_id, seen=seen)
        await session.commit()
    return found


def _page(found: Changes, user_id: UUID) -> SyncPage:
    items = [
        ChangeOut(kind=kind, id=thing, version=version, state=state, at=at)
        for _, kind, thing, version, state, at in found.rows
    ]
    cursor = service.write_cursor(found.n, user_id=user_id)
    return SyncPage(items=items, cursor=cursor, has_more=found.has_more)
