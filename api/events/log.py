"""Writing an event: one row in the transaction of the change it tells of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.queries import INSERT_SQL
from api.events.registry import EventKind
from api.kit.db import run

ActorKind = Literal["user", "system", "gateway"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a user, the system's own timers, or the payment gateway."""

    kind: ActorKind
    user_id: UUID | None = None


SYSTEM = Actor("system")
GATEWAY = Actor("gateway")


def by_user(user_id: UUID) -> Actor:
    """A person who acted."""
    return Actor("user", user_id)


@dataclass(frozen=True, slots=True)
class Event:
    """An event as readers see it. ``data`` holds ids and plain values only."""

    seq: int
    name: str
    subject_id: UUID
    subject_seq: int
    at: datetime
    actor: Actor
    data: dict[str, Any]


async def emit(
    session: AsyncSession,
    kind: EventKind,
    /,
    *,
    subject_id: UUID,
    subject_seq: int,
    actor: Actor,
    now: datetime,
    community_id: UUID | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    **data: Any,
) -> None:
    """Write the event. ``subject_seq`` is the row's version: 1, 2, 3 … without a gap."""
    await run(
        session,
        INSERT_SQL,
        *event_arguments(
            kind,
            subject_id=subject_id,
            subject_seq=subject_seq,
            actor=actor,
            now=now,
            community_id=community_id,
            from_state=from_state,
            to_state=to_state,
            data=data,
        ),
    )


def event_arguments(
    kind: EventKind,
    *,
    subject_id: UUID,
    subject_seq: int,
    actor: Actor,
    now: datetime,
    community_id: UUID | None,
    from_state: str | None,
    to_state: str | None,
    data: dict[str, Any],
) -> tuple[Any, ...]:
    """The arguments of `INSERT_SQL`, checked against the kind's declaration."""
    assert data.keys() == kind.fields, (kind.name, data.keys() ^ kind.fields)
    return (
        kind.name,
        kind.subject,
        subject_id,
        subject_seq,
        from_state,
        to_state,
        actor.kind,
        actor.user_id,
        now,
        community_id,
        orjson.dumps(data).decode(),
    )
