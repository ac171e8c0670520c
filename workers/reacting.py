"""Doing one reaction, exactly once in effect however often its bell rings."""

from datetime import datetime

import structlog

from api.bootstrap import Parts
from api.events.log import Actor, Event
from api.events.queries import (
    begin_reaction,
    finish_reaction,
    lock_reaction,
    note_failure,
    read_data,
)
from api.kit.db import read_now
from api.observability.metrics import REACTION_LAG_SECONDS, REACTIONS
from workers.task import TASKS, Task

_log = structlog.get_logger(__name__)

ATTEMPTS_MAX = 12


async def react(parts: Parts, *, event_seq: int, task_name: str) -> bool:
    """Do it unless it is done; a failure is noted and left to the sweep.

    The attempt is counted in a transaction of its own before the work, so that a task which kills
    its worker is parked as dead after `ATTEMPTS_MAX` tries and no longer stands in others' way.
    """
    async with parts.database.session() as session:
        state = await begin_reaction(
            session, event_seq=event_seq, task=task_name, attempts_max=ATTEMPTS_MAX
        )
        await session.commit()
    if state == "dead":
        # Said once, when it is parked: a job that kills its worker leaves no other trace.
        REACTIONS.labels(task_name, "dead").inc()
        _log.error("reaction_dead", task=task_name, event_seq=event_seq)
    if state != "pending":
        return False
    parts.chaos("task.claimed")
    try:
        age_s = await _do(parts, TASKS[task_name], event_seq)
    except Exception as error:
        REACTIONS.labels(task_name, "failed").inc()
        _log.exception("reaction_failed", task=task_name, event_seq=event_seq)
        async with parts.database.session() as session:
            await note_failure(
                session, event_seq=event_seq, task=task_name, error=type(error).__name__
            )
            await session.commit()
        return False
    if age_s is not None:
        REACTIONS.labels(task_name, "done").inc()
        REACTION_LAG_SECONDS.observe(age_s)
    parts.chaos("task.after_commit")
    return True


async def _do(parts: Parts, task: Task, event_seq: int) -> float | None:
    """The age of the event when done, in real seconds; ``None``: it was done already."""
    async with parts.database.session() as session:
        row = await lock_reaction(session, event_seq=event_seq, task=task.name)
        if row is None:
            return None
        event = Event(
            seq=row[0],
            name=row[1],
            subject_id=row[2],
            subject_seq=row[3],
            at=row[4],
            actor=Actor(row[5], row[6]),
            data=read_data(row[7]),
        )
        now: datetime = await read_now(session)
        if task.inside is not None:
            await task.inside(session, event, now, parts)
            await finish_reaction(session, event_seq=event_seq, task=task.name)
            parts.chaos("task.before_commit")
            await session.commit()
            return float(row[8])
    assert task.outside is not None
    await task.outside(event, parts)
    async with parts.database.session() as session:
        await finish_reaction(session, event_seq=event_seq, task=task.name)
        await session.commit()
    return float(row[8])
