"""A dispatch round: all of it in one transaction, under the lock of the community's turn.

Whoever dies in it leaves nothing behind: the turn is still due, and the next one to look makes the
round. Only a worker loads this: it brings the arrays with it.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.jobs.queries import past_visits
from api.kit.clock import monotonic_s
from api.kit.db import Database, read_now
from api.kit.geo import Point, geodesic_m
from api.matching.dispatch.objective import published_objective
from api.matching.dispatch.plan import Offer as Planned
from api.matching.dispatch.plan import Plan
from api.matching.dispatch.solving import solve
from api.matching.rules import Reach
from api.matching.signing import runner_now
from api.offers.events import OFFER_MADE
from api.offers.models import DispatchRound, Offer
from api.offers.moment import Scene, able, moment_of, times_of, with_answering
from api.offers.queries import rounds as queries
from api.offers.queries.weights import weights as weights_by_runner
from api.offers.rules import next_round_at, today_began
from api.places.rules import Community
from api.places.service import community_of_place

_NOTHING = Plan((), ())


async def make_round(database: Database, *, community_id: UUID) -> DispatchRound | None:
    """Make the round of a community whose turn has come; ``None``: it has not, or another is at it.

    However many workers ask at once, one of them makes it.
    """
    async with database.session() as session:
        now = await read_now(session)
        made = await queries.claim_turn(session, community_id=community_id, now=now)
        if made is None:
            return None
        began_s = monotonic_s()
        community = await community_of_place(session, place_id=community_id)
        scene = await _look(session, community, now=now)
        plan = await _solve(scene, community)
        number = made + 1
        for planned in plan.offers:
            await _offer(session, planned, scene, community, run=number)
        row = DispatchRound(
            community_id=community_id,
            n=number,
            at=now,
            jobs=len(scene.jobs),
            runners=len(scene.runners),
            offers=len(plan.offers),
            took_ms=(monotonic_s() - began_s) * 1000,
            objective=community.settings.objective,
        )
        next_at = next_round_at(now, community.settings.dispatch_period_s)
        await queries.end_round(session, made=row, next_at=next_at)
        await session.commit()
        return row


async def _look(session: AsyncSession, community: Community, *, now: datetime) -> Scene:
    """Read the open jobs, who may take anything, and what these have in hand."""
    settings = community.settings
    reach = Reach(settings.radius_m, settings.position_max_age_s)
    jobs = await queries.open_jobs(session, community_id=community.id, now=now)
    rows = await queries.able_runners(
        session,
        community_id=community.id,
        now=now,
        seen_since=now - timedelta(seconds=settings.position_max_age_s),
        today=today_began(now),
        refusals_max=settings.offer_refusals_free,
    )
    runners = able([runner_now(row) for row in rows], reach, now=now)
    runner_ids = [r.id for r in runners]
    weights = await weights_by_runner(session, runner_ids=runner_ids)
    return Scene(
        now=now,
        sheet=community.sheet,
        reach=reach,
        walk_m_per_min=settings.walk_m_per_min,
        jobs=jobs,
        runners=runners,
        at_hand=await queries.at_hand(session, runner_ids=runner_ids),
        weights={key: w.dearness for key, w in weights.items()},
        past=await past_visits(session, community_id=community.id, spots=[]),
    )


async def _solve(scene: Scene, community: Community) -> Plan:
    """In a thread: a round of hundreds takes longer than the worker's other loops may wait."""
    if not scene.jobs or not scene.runners:
        return _NOTHING
    published = published_objective(community.settings.objective)
    objective = with_answering(published, offer_s=community.settings.offer_s, pace=scene.pace)
    return await asyncio.to_thread(lambda: solve(moment_of(scene), objective))


async def _offer(
    session: AsyncSession, planned: Planned, scene: Scene, community: Community, *, run: int
) -> None:
    runner = scene.runners[planned.runner]
    jobs = [scene.jobs[key] for key in planned.jobs]
    assert runner.position is not None, "the predicate asks for it"
    pickup_min, done_min = times_of(planned)
    now, reason = scene.now, planned.reason
    offer = Offer(
        community_id=community.id,
        runner_id=runner.id,
        run=run,
        reason={},
        pickup_at=now + timedelta(minutes=pickup_min),
        done_at=now + timedelta(minutes=done_min),
        made_at=now,
        until=now + timedelta(seconds=community.settings.offer_s),
    )
    told = {
        "code": reason.code,
        "pickup_in_min": round(reason.pickup_in_min, 1),
        "waits_min": round(reason.waits_min, 1),
        "compared": reason.compared,
        "bundled": reason.bundled,
    }
    await queries.add_offer(
        session,
        offer=offer,
        reason=orjson.dumps(told).decode(),
        job_ids=[job["id"] for job in jobs],
        distances_m=[
            geodesic_m(runner.position, Point(job["pickup_lat"], job["pickup_lng"])) for job in jobs
        ],
    )
    await emit(
        session,
        OFFER_MADE,
        subject_id=offer.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=community.id,
        to_state="offered",
        runner_id=str(runner.id),
        job_ids=[str(job["id"]) for job in jobs],
        run=run,
        until=offer.until.isoformat(),
    )
