"""Blocking and preferring. It holds from the next request on, and the other side never learns."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.blocks import queries
from api.blocks.events import BLOCK_LIFTED, BLOCK_SET
from api.blocks.models import BLOCKS_MAX, PREFERS_MAX, Block
from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.jobs import queries as jobs
from api.runners import queries as runners

_SLOTS = {"block": BLOCKS_MAX, "prefer": PREFERS_MAX}


async def set_block(
    session: AsyncSession,
    *,
    runner_id: UUID | None,
    job_id: UUID | None,
    stop: int | None,
    stance: str,
    caller: Caller,
) -> Block:
    """Block or prefer a runner, or block the other side of a job; twice changes nothing.

    A runner names a resident by a job, as runners never learn who a resident is; ``stop``: which
    of those to whom a job for several goes, else who asked for it.

    Raises:
        AppError: not_found, runner_only_blocks, blocks_full.
    """
    target_id, target_is = await _target(
        session, runner_id=runner_id, job_id=job_id, stop=stop, caller=caller
    )
    if stance == "prefer" and target_is == "resident":
        raise AppError("runner_only_blocks")
    await queries.lock_people(session, user_ids=[caller.user_id, target_id])
    held = await queries.block_of(session, owner_id=caller.user_id, target_id=target_id)
    if held is not None and held.stance == stance:
        return held
    done = await queries.set_block(
        session,
        owner_id=caller.user_id,
        target_id=target_id,
        target_is=target_is,
        stance=stance,
        slots=_SLOTS[stance],
        now=caller.now,
    )
    if done is None:
        raise AppError("blocks_full", f"at most {_SLOTS[stance]}")
    block_id, version = done
    await queries.part(session, a=caller.user_id, b=target_id)
    await emit(
        session,
        BLOCK_SET,
        subject_id=block_id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        stance=stance,
    )
    row = await queries.block_of(session, owner_id=caller.user_id, target_id=target_id)
    assert row is not None
    return row


async def lift_block(session: AsyncSession, *, block_id: UUID, caller: Caller) -> None:
    """Take a block or preference back.

    Raises:
        AppError: not_found.
    """
    row = await queries.own_block(session, block_id=block_id, owner_id=caller.user_id)
    if row is None:
        raise AppError("not_found")
    await queries.lock_people(session, user_ids=[row.owner_id, row.target_id])
    if not await _lift(session, row, caller=caller):
        raise AppError("not_found")


async def lift_all(session: AsyncSession, *, caller: Caller) -> None:
    """Lift what the caller holds and what is held of them: the account closes.

    They stay locked: nobody blocks them any more.
    """
    found = await queries.blocks_with(session, user_id=caller.user_id)
    people = {caller.user_id, *(b.owner_id for b in found), *(b.target_id for b in found)}
    await queries.lock_people(session, user_ids=sorted(people))
    for row in await queries.blocks_with(session, user_id=caller.user_id):
        await _lift(session, row, caller=caller)


async def _lift(session: AsyncSession, row: Block, *, caller: Caller) -> bool:
    block_id, owner_id, target_id = row.id, row.owner_id, row.target_id
    version = await queries.lift(session, block_id=block_id, owner_id=owner_id)
    if version is None:
        return False
    await queries.part(session, a=owner_id, b=target_id)
    await emit(
        session,
        BLOCK_LIFTED,
        subject_id=block_id,
        subject_seq=version + 1,
        actor=caller.actor,
        now=caller.now,
    )
    return True


async def _target(
    session: AsyncSession,
    *,
    runner_id: UUID | None,
    job_id: UUID | None,
    stop: int | None,
    caller: Caller,
) -> tuple[UUID, str]:
    """Whom a stance is about, and as what."""
    if job_id is not None:
        job = await jobs.job(session, job_id=job_id)
        if job is None:
            raise AppError("not_found")
        people = {s.n: s.person_id for s in await jobs.stops(session, job_ids=[job_id])}
        if job.runner_id == caller.user_id:
            if stop is None:
                return job.requester_id, "resident"
            if (person_id := people.get(stop)) is None or person_id == caller.user_id:
                raise AppError("not_found")
            return person_id, "resident"
        is_own = caller.user_id in (job.requester_id, *people.values())
        runner_id = job.runner_id if is_own else None
    if runner_id is None or runner_id == caller.user_id:
        raise AppError("not_found")
    if await runners.runner(session, runner_id=runner_id) is None:
        raise AppError("not_found")
    return runner_id, "runner"
