"""Watching for troubles that pile up: many people, one topic, one place, one hour.

Staff are warned once for each pile. It stands until nobody has spoken of it for an hour.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.events import PILE_ENDED, PILE_RAISED, PILE_TAKEN
from api.board.models import Pile, Post
from api.board.queries import piles, posts
from api.board.rules import DAY, PILE_WITHIN, piles_up
from api.board.states import PILE
from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import STAFF, Caller
from api.places.queries import place


async def hear(session: AsyncSession, *, post: Post, threshold: int, now: datetime) -> None:
    """Count a voice that was just written; warn staff where it makes a pile."""
    if post.category is None or not piles_up(post.kind, post.category):
        return
    spot_id, category, since = post.spot_id, post.category, now - PILE_WITHIN
    await piles.lock_spot(session, spot_id=spot_id, category=category)
    pile_id = await piles.hear_pile(session, spot_id=spot_id, category=category, now=now)
    if pile_id is None:
        voices = await piles.voices(
            session, spot_id=spot_id, category=category, since=since, longest=DAY
        )
        if voices < threshold:
            return
        pile_id = await _raise(session, post, voices=voices, now=now)
    await piles.join_pile(session, pile_id=pile_id, spot_id=spot_id, category=category, since=since)


async def take(session: AsyncSession, *, pile_id: UUID, caller: Caller) -> Pile:
    """Say that somebody looks after a pile.

    Raises:
        AppError: role_missing, not_found, pile_moved_on.
    """
    row = await piles.pile(session, pile_id=pile_id, lock=True)
    caller.require_there(STAFF, () if row is None else row.place_path)
    if row is None:
        raise AppError("not_found")
    if row.state != "raised":
        raise AppError("pile_moved_on")
    moved = await posts.move(
        session, PILE, key=pile_id, event="take", from_state="raised", taken_by_id=caller.user_id
    )
    assert moved is not None, "the pile was locked"
    await emit(
        session,
        PILE_TAKEN,
        subject_id=pile_id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        from_state="raised",
        to_state="taken",
    )
    again = await piles.pile(session, pile_id=pile_id)
    assert again is not None
    return again


async def end_pile(session: AsyncSession, *, pile_id: UUID, now: datetime) -> bool:
    """End a pile about which nobody has spoken for an hour; the next burst warns anew."""
    row = await piles.pile(session, pile_id=pile_id, lock=True)
    if row is None or row.state == "over" or row.last_at > now - PILE_WITHIN:
        return False
    before = row.state
    moved = await posts.move(session, PILE, key=pile_id, event="end", from_state=before)
    assert moved is not None, "the pile was locked"
    await emit(
        session,
        PILE_ENDED,
        subject_id=pile_id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        community_id=row.community_id,
        from_state=before,
        to_state="over",
    )
    return True


async def due_to_end(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Piles that have come to rest."""
    return await piles.piles_to_end(session, before=now - PILE_WITHIN, limit=limit)


async def _raise(session: AsyncSession, post: Post, *, voices: int, now: datetime) -> UUID:
    spot = await place(session, place_id=post.spot_id)
    assert spot is not None, "a spot is a place"
    assert post.category is not None
    row = Pile(
        community_id=post.community_id,
        spot_id=spot.id,
        place_path=spot.path,
        category=post.category,
        voices=voices,
        raised_at=now,
        last_at=now,
    )
    await posts.add(session, rows=[row])
    await emit(
        session,
        PILE_RAISED,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=row.community_id,
        to_state="raised",
        place_id=str(spot.id),
        category=row.category,
        number=voices,
    )
    return row.id
