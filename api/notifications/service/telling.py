"""Telling people of an event: the inbox first, then a message where one is wished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, Event, emit
from api.kit.ids import new_id
from api.notifications import queries
from api.notifications.events import INBOX_CHANGED
from api.notifications.models import Delivery, InboxRecord
from api.notifications.rules import after_quiet_spans, time_of
from api.notifications.templates import Role, Template, template_for
from api.people.service.preferring import quiet_hours_of
from api.places.service import community_of_place
from api.places.settings import CommunitySettings


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody an event concerns: as what, and the plain values to tell them with."""

    user_id: UUID
    role: Role
    values: Mapping[str, str]


async def tell(
    session: AsyncSession,
    event: Event,
    *,
    concerned: Sequence[Concerned],
    community_id: UUID | None,
    template_ids: Mapping[str, str],
    now: datetime,
    until: datetime | None = None,
) -> int:
    """Put one record into the inbox of each whom a template addresses, and plan their messages.

    Told twice is told once. How many were told. ``until``: from when on a message is pointless,
    where that comes before the template's own time.
    """
    chosen = _choose(event, concerned)
    if not chosen:
        return 0
    records = [_record(event, who) for who, _ in chosen.values()]
    made = await queries.put(
        session,
        records=records,
        event_seq=event.seq,
        kind=event.name,
        subject=event.name.partition(".")[0],
        subject_id=event.subject_id,
        at=event.at,
        details=[orjson.dumps(r.details).decode() for r in records],
    )
    for user_id, version in await queries.count(session, user_ids=list(made)):
        await say_changed(session, user_id=user_id, version=version, how="told", now=now)
    await _plan(
        session,
        {made[user_id]: (user_id, template) for user_id, (_, template) in chosen.items()
         if user_id in made},
        told_at=event.at,
        community_id=community_id,
        template_ids=template_ids,
        now=now,
        until=until,
    )  # fmt: skip
    return len(made)


async def say_changed(
    session: AsyncSession, *, user_id: UUID, version: int, how: str, now: datetime
) -> None:
    """Write the event of an inbox that changed."""
    await emit(
        session,
        INBOX_CHANGED,
        subject_id=user_id,
        subject_seq=version,
        actor=SYSTEM,
        now=now,
        how=how,
    )


def _choose(event: Event, concerned: Sequence[Concerned]) -> dict[UUID, tuple[Concerned, Template]]:
    """The template for each person: the first of their roles that has one."""
    chosen: dict[UUID, tuple[Concerned, Template]] = {}
    for who in concerned:
        template = template_for(event.name, who.role, who.values)
        if template is None or who.user_id in chosen or who.user_id == event.actor.user_id:
            continue
        chosen[who.user_id] = (who, template)
    return chosen


def _record(event: Event, who: Concerned) -> InboxRecord:
    return InboxRecord(
        id=new_id(),
        user_id=who.user_id,
        event_seq=event.seq,
        kind=event.name,
        role=who.role,
        subject=event.name.partition(".")[0],
        subject_id=event.subject_id,
        details=dict(who.values),
        at=event.at,
    )


async def _plan(
    session: AsyncSession,
    told: Mapping[UUID, tuple[UUID, Template]],
    *,
    told_at: datetime,
    community_id: UUID | None,
    template_ids: Mapping[str, str],
    now: datetime,
    until: datetime | None,
) -> None:
    """Plan a message for each record whose person consented to one that will not be too late."""
    wished = await queries.wished(session, user_ids=[user_id for user_id, _ in told.values()])
    if not wished:
        return
    settings = CommunitySettings()
    if community_id is not None:
        settings = (await community_of_place(session, place_id=community_id)).settings
    everybodys = time.fromisoformat(settings.quiet.begins), time.fromisoformat(settings.quiet.ends)
    chosen = await quiet_hours_of(session, user_ids={user_id for user_id, _ in wished})
    for record_id, (user_id, template) in told.items():
        template_id = template_ids.get(template.wechat or "")
        if template.wechat is None or (user_id, template_id) not in wished:
            continue
        assert template_id is not None
        spans = [everybodys]
        if user_id in chosen:
            begins, ends = chosen[user_id]
            spans.append((time_of(begins), time_of(ends)))
        next_at = after_quiet_spans(now, spans, is_urgent=template.is_urgent)
        expires_at = told_at + timedelta(seconds=template.useful_s)
        if until is not None:
            expires_at = min(expires_at, until)
        if next_at < expires_at:
            session.add(
                Delivery(
                    id=record_id,
                    user_id=user_id,
                    template=template.wechat,
                    template_id=template_id,
                    state="pending",
                    is_held=next_at > now,
                    next_at=next_at,
                    expires_at=expires_at,
                )
            )
    await session.flush()
