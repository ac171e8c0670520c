"""What a runner says to an offer."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import CATALOGUE, AppError, FieldError
from api.events.log import emit
from api.identity.caller import Caller
from api.jobs.models import Job
from api.matching.signing import refused
from api.matching.taking import judge_all, take_all
from api.offers.events import OFFER_ACCEPTED
from api.offers.models import Offer
from api.offers.queries import offers as queries
from api.offers.service.ending import end

# Gone for this runner, whatever they do; anything else they may mend and try again.
_GONE = frozenset({"job_taken", "job_not_open"})


async def accept(session: AsyncSession, *, offer_id: UUID, caller: Caller) -> list[Job]:
    """Take every job of an offer, or none; the jobs as they were before.

    Raises:
        AppError: not_found, offer_over, offer_broken (with the jobs that are gone, where others
            are left), and every refusal of `matching.rules`.
    """
    offer = await _own(session, offer_id=offer_id, caller=caller)
    jobs = await queries.jobs_of(session, offer_id=offer_id)
    runner, why = await judge_all(session, jobs, runner_id=caller.user_id, now=caller.now)
    gone = [job for job in jobs if why.get(job.id) in _GONE]
    if gone and len(jobs) > 1:
        raise AppError(
            "offer_broken",
            fields=tuple(FieldError(f"jobs.{job.id}", CATALOGUE[why[job.id]].zh) for job in gone),
        )
    for job in jobs:
        if job.id in why:
            raise refused(why[job.id], runner)
    await take_all(session, jobs, runner=runner, now=caller.now)
    moved = await queries.move(session, offer_id=offer_id, event="accept", now=caller.now)
    assert moved is not None, "it is locked and live"
    await emit(
        session,
        OFFER_ACCEPTED,
        subject_id=offer_id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=offer.community_id,
        from_state="offered",
        to_state="accepted",
        job_ids=[str(job.id) for job in jobs],
    )
    return jobs


async def decline(session: AsyncSession, *, offer_id: UUID, caller: Caller) -> None:
    """Say no; it never comes to this runner again.

    Raises:
        AppError: not_found, offer_over.
    """
    offer = await _own(session, offer_id=offer_id, caller=caller)
    await end(session, offer, "decline", actor=caller.actor, now=caller.now)


async def _own(session: AsyncSession, *, offer_id: UUID, caller: Caller) -> Offer:
    offer = await queries.offer(session, offer_id=offer_id)
    if offer is None or offer.runner_id != caller.user_id:
        raise AppError("not_found")
    if offer.state != "offered" or offer.until <= caller.now:
        raise AppError("offer_over")
    return offer
