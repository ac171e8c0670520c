"""Everything that waits for a time: each timer is a sweep in PostgreSQL, safe to run anywhere.

Rows are claimed with SKIP LOCKED and moved by guarded updates, so any number of workers may sweep
at once, and one that dies leaves nothing half done. What is due is asked of all timers in one
transaction: most of the time the answer is nothing.
"""

import asyncio
from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.queries.checks import unanswered
from api.board.queries.posts import to_lapse
from api.board.service.checking import ask_checks, due_to_take, give_up_waiting, take_answer
from api.board.service.moderating import lapse as lapse_hiding
from api.board.service.watching import due_to_end, end_pile
from api.bootstrap import Parts
from api.cycles.queries.cycles import due_to_close as cycles_due_to_close
from api.cycles.queries.cycles import due_to_open as cycles_due_to_open
from api.cycles.queries.cycles import note_unwound, to_unwind
from api.cycles.queries.standing import due as standing_due
from api.cycles.service.opening import close as close_cycle
from api.cycles.service.opening import open_due as open_cycle
from api.cycles.service.opening import unwind
from api.cycles.service.standing import place_due
from api.earnings.queries import to_settle
from api.earnings.service.settling import settle_over
from api.events.log import SYSTEM
from api.events.queries import count_unpumped
from api.feed.service import forget_old
from api.jobs.queries import due_to_expire, due_to_open, to_learn
from api.jobs.service.learning import learn
from api.jobs.service.making import expire_job, open_job
from api.kit.db import is_passing
from api.merchants.queries import to_lapse as invitations_to_lapse
from api.merchants.service.staffing import lapse as lapse_invitation
from api.notifications.service.reading import forget_old as forget_old_records
from api.notifications.service.reading import with_old_records
from api.observability.metrics import TIMER_MOVES, UNPUMPED_EVENTS
from api.offers.queries.offers import to_end as offers_to_end
from api.offers.queries.weights import to_weigh
from api.offers.service.ending import end_offer
from api.offers.service.weighing import weigh
from api.orders.queries import consents_to_lapse, held_due, to_confirm, unpaid
from api.orders.service.cancelling import cancel_unpaid
from api.orders.service.completing import confirm_by_time
from api.orders.service.consenting import lapse as lapse_consent
from api.orders.service.holding import do_held
from api.packing.queries.leaving import to_complete
from api.packing.service.collecting import lapse as lapse_collection
from api.packing.service.collecting import to_lapse as to_lapse_collections
from api.packing.service.finishing import complete as complete_cycle
from api.packing.service.finishing import give_up, to_give_up
from api.payments.asking import ask_about_payments, ask_for_refunds
from api.payments.shipping import tell_deliveries
from api.places.emergencies import end_emergency
from api.places.queries import emergencies_due
from api.privacy.queries import due as due_erasures
from api.privacy.service.erasing import erase_again
from api.privacy.service.forgetting import forget_what_is_due
from api.privacy.service.joining import join_due
from api.remedies.queries import concerned as recalls_to_tell
from api.remedies.queries import due as reports_to_decide
from api.remedies.service.deciding import grant_by_time
from api.remedies.service.recalling import call_back
from api.repeats.queries import due as repeats_due
from api.repeats.service import place_next
from api.runners.queries import to_judge
from api.runners.service.permitting import refresh_permission
from api.shares.queries import to_plan as shares_to_plan
from api.shares.service.planning import plan
from api.shares.service.pursuing import pursue_due as pursue_shares_due
from api.shares.service.receiving import make_due_known
from api.shares.service.returning import pursue_returns_due
from api.takeovers.queries import due as takeovers_due
from api.tips.queries import to_lapse as tips_to_lapse
from api.tips.service import lapse as lapse_tip
from api.uploads.service import due_to_remove, remove_unclaimed
from api.withdrawals.service.pursuing import pursue_due
from workers.case_timers import CASE_TIMERS
from workers.points_timers import POINTS_TIMERS
from workers.sweeping import BATCH, RowTimer, Timer
from workers.tasks.board import CHECKS_MAX, checker_of

_log = structlog.get_logger(__name__)


async def settle_days(session: AsyncSession, runner_id: UUID, now: datetime, parts: Parts) -> bool:
    """Settle what a runner earned on days that are over."""
    return await settle_over(session, runner_id=runner_id, now=now) > 0


async def judge(session: AsyncSession, runner_id: UUID, now: datetime, parts: Parts) -> bool:
    """Judge anew what a runner may take of whom a course has lapsed."""
    return await refresh_permission(
        session,
        runner_id=runner_id,
        is_production=parts.settings.environment == "production",
        actor=SYSTEM,
        now=now,
    )


async def ask_payments(parts: Parts) -> int:
    """Ask about payments that no notification told of."""
    return await ask_about_payments(parts.database, parts.gateway, vault=parts.vault, limit=BATCH)


async def ask_refunds(parts: Parts) -> int:
    """Ask again for refunds without an answer."""
    return await ask_for_refunds(parts.database, parts.gateway, chaos=parts.chaos, limit=BATCH)


async def pursue_withdrawals(parts: Parts) -> int:
    """Ask WeChat about withdrawals that it told nothing of."""
    return await pursue_due(
        parts.database, parts.payouts, vault=parts.vault, chaos=parts.chaos, limit=BATCH
    )


async def plan_share(session: AsyncSession, payment_id: UUID, now: datetime, parts: Parts) -> bool:
    """Decide what becomes of a payment that WeChat keeps."""
    return await plan(
        session,
        payment_id=payment_id,
        percent=parts.settings.wechat_pay_sharing_percent,
        fee_ppm=parts.settings.wechat_pay_fee_ppm,
        now=now,
    )


async def pursue_shares(parts: Parts) -> int:
    """Ask WeChat about shares and what is given back of them, where it told nothing yet."""
    asked = await pursue_shares_due(parts.database, parts.shares, chaos=parts.chaos, limit=BATCH)
    return asked + await pursue_returns_due(
        parts.database, parts.shares, chaos=parts.chaos, limit=BATCH
    )


async def make_receivers_known(parts: Parts) -> int:
    """Tell WeChat of receivers that it did not take yet."""
    return await make_due_known(parts.database, parts.shares, limit=BATCH)


async def ship_payments(parts: Parts) -> int:
    """Tell WeChat of deliveries, without which the money stays frozen there."""
    return await tell_deliveries(parts.database, parts.mini_program, limit=BATCH)


async def check_posts(parts: Parts) -> int:
    """Ask again for checks that failed, or that nobody asked for."""
    return await ask_checks(checker_of(parts), limit=CHECKS_MAX)


async def forget_changes(parts: Parts) -> int:
    """Forget changes that no client still asks for."""
    async with parts.database.transaction() as (session, now):
        return await forget_old(session, now=now, limit=BATCH)


async def tidy(parts: Parts) -> int:
    """Forget what has had its time, as each feature declares it; count what waits."""
    async with parts.database.transaction() as (session, now):
        await forget_what_is_due(session, now=now)
        UNPUMPED_EVENTS.set(await count_unpumped(session))
    return 0


async def note_unwound_cycles(parts: Parts) -> int:
    """Note of cycles that do not happen that no order of theirs is left."""
    async with parts.database.transaction() as (session, _):
        await note_unwound(session)
    return 0


# In this order, each at its polls: what people wait for at every one, what may take minutes seldom.
# fmt: off
TIMERS: dict[str, RowTimer | Timer] = {
    "open_jobs": RowTimer(due_to_open,
          lambda s, key, now, _: open_job(s, job_id=key, now=now)),
    "expire_jobs": RowTimer(due_to_expire,
          lambda s, key, now, _: expire_job(s, job_id=key, now=now)),
    "cancel_unpaid_orders": RowTimer(unpaid,
          lambda s, key, now, _: cancel_unpaid(s, order_id=key, now=now)),
    "confirm_orders": RowTimer(to_confirm,
          lambda s, key, now, _: confirm_by_time(s, order_id=key, now=now)),
    "end_emergencies": RowTimer(emergencies_due,
          lambda s, key, now, _: end_emergency(s, emergency_id=key, now=now), every=2),
    "judge_runners": RowTimer(to_judge, judge, every=20),
    "end_offers": RowTimer(offers_to_end,
          lambda s, key, now, _: end_offer(s, offer_id=key, now=now)),
    "learn_from_the_past": RowTimer(to_learn,
          lambda s, key, now, _: learn(s, community_id=key, now=now), every=120),
    "weigh_runners": RowTimer(to_weigh,
          lambda s, key, now, _: weigh(s, community_id=key, now=now), every=120),
    "do_held_acts": RowTimer(held_due,
          lambda s, key, now, parts: do_held(s, act_id=key, vault=parts.vault, now=now)),
    "lapse_consents": RowTimer(consents_to_lapse,
          lambda s, key, now, _: lapse_consent(s, consent_id=key, now=now)),
    "lapse_tips": RowTimer(tips_to_lapse,
          lambda s, key, now, _: lapse_tip(s, tip_id=key, now=now), every=4),
    "place_repeats": RowTimer(repeats_due,
          lambda s, key, now, parts: place_next(s, repeat_id=key, vault=parts.vault, now=now),
          every=4),
    "ask_payments": Timer(ask_payments, every=4),
    "ask_refunds": Timer(ask_refunds, every=4),
    "pursue_withdrawals": Timer(pursue_withdrawals, every=4),
    "make_receivers_known": Timer(make_receivers_known, every=20),
    "plan_shares": RowTimer(shares_to_plan, plan_share, every=20),
    "pursue_shares": Timer(pursue_shares, every=4),
    "settle_days": RowTimer(to_settle, settle_days, every=120),
    "ship_payments": Timer(ship_payments, every=20),
    "check_posts": Timer(check_posts, every=4),
    "take_opinions": RowTimer(due_to_take,
          lambda s, key, now, _: take_answer(s, answer_id=key, now=now), every=4),
    "give_up_opinions": RowTimer(unanswered,
          lambda s, key, now, _: give_up_waiting(s, check_id=key, now=now), every=20),
    "lapse_hidings": RowTimer(to_lapse,
          lambda s, key, now, _: lapse_hiding(s, post_id=key, now=now), every=20),
    "end_piles": RowTimer(due_to_end,
          lambda s, key, now, _: end_pile(s, pile_id=key, now=now), every=20),
    **CASE_TIMERS,
    **POINTS_TIMERS,
    "lapse_invitations": RowTimer(invitations_to_lapse,
          lambda s, key, now, _: lapse_invitation(s, member_id=key, now=now), every=30),
    "open_cycles": RowTimer(cycles_due_to_open,
          lambda s, key, now, _: open_cycle(s, cycle_id=key, now=now)),
    "place_standing": RowTimer(standing_due,
          lambda s, key, now, parts: place_due(s, standing_id=key, vault=parts.vault, now=now),
          every=2),
    "close_cycles": RowTimer(cycles_due_to_close,
          lambda s, key, now, _: close_cycle(s, cycle_id=key, now=now)),
    "unwind_cycles": RowTimer(to_unwind,
          lambda s, key, now, _: unwind(s, order_id=key, now=now)),
    "note_unwound_cycles": Timer(note_unwound_cycles, every=2),
    "lapse_collections": RowTimer(to_lapse_collections,
          lambda s, key, now, _: lapse_collection(s, order_id=key, now=now), every=4),
    "give_up_bags": RowTimer(to_give_up,
          lambda s, key, now, _: give_up(s, order_id=key, now=now), every=120),
    "complete_cycles": RowTimer(to_complete,
          lambda s, key, now, _: complete_cycle(s, cycle_id=key, now=now), every=4),
    "call_back_lots": RowTimer(recalls_to_tell,
          lambda s, key, now, _: call_back(s, order_id=key, now=now), every=20),
    "grant_reports": RowTimer(reports_to_decide,
          lambda s, key, now, _: grant_by_time(s, report_id=key, now=now), every=20),
    "remove_uploads": RowTimer(due_to_remove,
          lambda s, key, now, _: remove_unclaimed(s, upload_id=key, now=now), every=20),
    "forget_changes": Timer(forget_changes, every=120),
    "forget_inboxes": RowTimer(with_old_records,
          lambda s, key, now, _: forget_old_records(s, user_id=key, now=now), every=120),
    "finish_erasures": RowTimer(due_erasures,
          lambda s, key, now, _: erase_again(s, erasure_id=key, now=now), every=4),
    "join_takeovers": RowTimer(takeovers_due,
          lambda s, key, now, parts: join_due(s, takeover_id=key, vault=parts.vault, now=now),
          every=4),
    "tidy": Timer(tidy, every=120),
}
# fmt: on


async def run_timers(parts: Parts, *, tick: int) -> int:
    """Run the timers whose turn it is; how many rows they moved."""
    turn = {name: timer for name, timer in TIMERS.items() if tick % timer.every == 0}
    due = await _due(parts, {n: t for n, t in turn.items() if isinstance(t, RowTimer)})
    moved = 0
    for name, timer in turn.items():
        try:
            if isinstance(timer, Timer) or due is None:
                count = await timer.sweep(parts)
            else:
                count = await timer.move_each(parts, due[name])
        except Exception as error:
            if not is_passing(error):
                _log.exception("timer_failed", timer=name)
            continue
        TIMER_MOVES.labels(name).inc(count)
        moved += count
    return moved


async def _due(parts: Parts, timers: dict[str, RowTimer]) -> dict[str, list[UUID]] | None:
    """What is due of each; ``None``: one question failed, and each is to be asked by itself."""
    try:
        async with parts.database.transaction() as (session, now):
            return {n: await t.due(session, now=now, limit=BATCH) for n, t in timers.items()}
    except Exception:
        return None


async def time_forever(parts: Parts, *, stopping: asyncio.Event) -> None:
    """Run timers until told to stop."""
    tick = 0
    while not stopping.is_set():
        moved = await run_timers(parts, tick=tick)
        tick += 1
        if moved >= BATCH:
            continue
        try:
            async with asyncio.timeout(parts.settings.timer_poll_s):
                await stopping.wait()
        except TimeoutError:
            pass
