"""Who is told of what happens to merchants, cycles and their goods."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import Event
from api.merchants.queries import merchant
from api.notifications.service.telling import Concerned
from workers.queries import (
    behind_announcement,
    behind_order,
    behind_standing,
    owner_behind_report,
)
from workers.scenes import Scene, scene_of, values_of


async def _of_standing(session: AsyncSession, event: Event) -> Scene:
    if "order_id" in event.data:
        return scene_of(event, await behind_order(session, order_id=UUID(event.data["order_id"])))
    user_id, community_id = await behind_standing(session, standing_id=event.subject_id)
    return Scene([Concerned(user_id, "person", values_of(event))], community_id)


async def _of_announcement(session: AsyncSession, event: Event) -> Scene:
    """The one to whom a cycle is announced; after its cut-off the message is pointless."""
    row = await behind_announcement(session, announcement_id=event.subject_id)
    if row is None:
        # They left since.
        return Scene([], None)
    values = values_of(event, cycle_id=event.data["cycle_id"])
    return Scene([Concerned(row[0], "person", values)], row[1], until=row[2])


async def _of_merchant(session: AsyncSession, event: Event) -> Scene:
    """Its owner; staff of its community."""
    row = await merchant(session, merchant_id=event.subject_id)
    assert row is not None, "an event has its row"
    return Scene([Concerned(row.owner_id, "person", values_of(event))], row.community_id)


async def _of_lot(session: AsyncSession, event: Event) -> Scene:
    """The owner of whose merchant it is; staff of its community."""
    row = await merchant(session, merchant_id=UUID(event.data["merchant_id"]))
    assert row is not None, "an event has its row"
    return Scene([Concerned(row.owner_id, "person", {})], row.community_id)


async def _of_share(session: AsyncSession, event: Event) -> Scene:
    """The owner of whose share it is; staff of its community."""
    if "merchant_id" not in event.data:
        return Scene([], None)
    return await _of_lot(session, event)


async def _of_goods_report(session: AsyncSession, event: Event) -> Scene:
    """Who ordered and whose merchant it is; staff where they are to decide."""
    scene = scene_of(event, await behind_order(session, order_id=UUID(event.data["order_id"])))
    owner_id = await owner_behind_report(session, report_id=event.subject_id)
    values = scene.concerned[0].values
    return Scene([*scene.concerned, Concerned(owner_id, "person", values)], scene.community_id)


async def _of_recalled_line(session: AsyncSession, event: Event) -> Scene:
    return scene_of(event, await behind_order(session, order_id=UUID(event.data["order_id"])))


VEGETABLE_SCENES: dict[str, Callable[[AsyncSession, Event], Awaitable[Scene]]] = {
    "standing_order": _of_standing,
    "cycle_announcement": _of_announcement,
    "goods_report": _of_goods_report,
    "recalled_line": _of_recalled_line,
    "merchant": _of_merchant,
    "lot": _of_lot,
    "receiver": _of_lot,
    "share": _of_share,
    "share_return": _of_share,
}
