"""Everything that waits for a time: each timer is a sweep in PostgreSQL, safe to run anywhere.

Rows are claimed with SKIP LOCKED and moved by guarded updates, so any number of workers may sweep
at once, and one that dies leaves nothing half done.
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
from api.earnings.queries import to_settle
from api.earnings.service.settling import settle_over
from api.events.log import SYSTEM
from api.events.queries import count_unpumped
from api.feed.service import forget_old
from api.jobs.queries import due_to_expire, due_to_open
from api.jobs.service.making import expire_job, open_job
from api.kit.db import is_passing
from api.notifications.service.reading import forget_old as forget_old_records
from api.notifications.service.reading import with_old_records
from api.observability.metrics import TIMER_MOVES, UNPUMPED_EVENTS
from api.orders.queries import consents_to_lapse, held_due, to_confirm, unpaid
from api.orders.service.cancelling import cancel_unpaid
from api.orders.service.completing import confirm_by_time
from api.orders.service.consenting import lapse
from api.orders.service.holding import do_held
from api.payments.asking import ask_about_payments, ask_for_refunds
from api.payments.shipping import tell_deliveries
from api.places.emergencies import end_emergency
from api.places.queries import emergencies_due
from api.privacy.queries import due as due_erasures
from api.privacy.service.erasing import erase_again
from api.privacy.service.forgetting import forget_what_is_due
from api.privacy.service.joining import join_due
from api.repeats.queries import due as repeats_due
from api.repeats.service import place_next
from api.runners.queries import to_judge
from api.runners.service.permitting import refresh_permission
from api.takeovers.queries import due as takeovers_due
from api.tips.queries import to_lapse as tips_to_lapse
from api.tips.service import lapse as lapse_tip
from api.uploads.service import due_to_remove, remove_unclaimed
from api.withdrawals.service.pursuing import pursue_due
from workers.points_timers import POINTS_TIMERS
from workers.sweeping import BATCH, Sweep, sweep
from workers.tasks.board import CHECKS_MAX, checker_of

_log = structlog.get_logger(__name__)


async def open_jobs(parts: Parts) -> int:
    """Open waiting jobs whose time has come."""

    async def move(session: AsyncSession, job_id: UUID, now: datetime) -> bool:
        return await open_job(session, job_id=job_id, now=now)

    return await sweep(parts, due_to_open, move)


async def expire_jobs(parts: Parts) -> int:
    """Give up on open jobs that nobody took."""

    async def move(session: AsyncSession, job_id: UUID, now: datetime) -> bool:
        return await expire_job(session, job_id=job_id, now=now)

    return await sweep(parts, due_to_expire, move)


async def cancel_unpaid_orders(parts: Parts) -> int:
    """Cancel orders whose time for paying is over."""

    async def move(session: AsyncSession, order_id: UUID, now: datetime) -> bool:
        return await cancel_unpaid(session, order_id=order_id, now=now)

    return await sweep(parts, unpaid, move)


async def confirm_orders(parts: Parts) -> int:
    """Complete delivered orders that nobody confirmed."""

    async def move(session: AsyncSession, order_id: UUID, now: datetime) -> bool:
        return await confirm_by_time(session, order_id=order_id, now=now)

    return await sweep(parts, to_confirm, move)


async def judge_runners(parts: Parts) -> int:
    """Judge anew what runners may take of whom a course has lapsed."""

    async def move(session: AsyncSession, runner_id: UUID, now: datetime) -> bool:
        return await refresh_permission(
            session,
            runner_id=runner_id,
            is_production=parts.settings.environment == "production",
            actor=SYSTEM,
            now=now,
        )

    return await sweep(parts, to_judge, move)


async def end_emergencies(parts: Parts) -> int:
    """End emergencies whose announced time is over."""

    async def move(session: AsyncSession, emergency_id: UUID, now: datetime) -> bool:
        return await end_emergency(session, emergency_id=emergency_id, now=now)

    return await sweep(parts, emergencies_due, move)


async def do_held_acts(parts: Parts) -> int:
    """Do what was held to be undone and was not."""

    async def move(session: AsyncSession, act_id: UUID, now: datetime) -> bool:
        return await do_held(session, act_id=act_id, vault=parts.vault, now=now)

    return await sweep(parts, held_due, move)


async def lapse_consents(parts: Parts) -> int:
    """Let consents lapse that nobody answered or paid for in time."""

    async def move(session: AsyncSession, consent_id: UUID, now: datetime) -> bool:
        return await lapse(session, consent_id=consent_id, now=now)

    return await sweep(parts, consents_to_lapse, move)


async def lapse_tips(parts: Parts) -> int:
    """Let tips lapse that nobody paid in time."""

    async def move(session: AsyncSession, tip_id: UUID, now: datetime) -> bool:
        return await lapse_tip(session, tip_id=tip_id, now=now)

    return await sweep(parts, tips_to_lapse, move)


async def place_repeats(parts: Parts) -> int:
    """Place the next orders of repeating errands, a day ahead."""

    async def move(session: AsyncSession, repeat_id: UUID, now: datetime) -> bool:
        return await place_next(session, repeat_id=repeat_id, vault=parts.vault, now=now)

    return await sweep(parts, repeats_due, move)


async def ask_payments(parts: Parts) -> int:
    """Ask about payments that no notification told of."""
    return await ask_about_payments(parts.database, parts.gateway, vault=parts.vault, limit=BATCH)


async def ask_refunds(parts: Parts) -> int:
    """Ask again for refunds without an answer."""
    return await ask_for_refunds(parts.database, parts.gateway, chaos=parts.chaos, limit=BATCH)


async def settle_days(parts: Parts) -> int:
    """Settle what runners earned on days that are over."""

    async def move(session: AsyncSession, runner_id: UUID, now: datetime) -> bool:
        return await settle_over(session, runner_id=runner_id, now=now) > 0

    return await sweep(parts, to_settle, move)


async def pursue_withdrawals(parts: Parts) -> int:
    """Ask WeChat about withdrawals that it told nothing of."""
    return await pursue_due(
        parts.database, parts.payouts, vault=parts.vault, chaos=parts.chaos, limit=BATCH
    )


async def ship_payments(parts: Parts) -> int:
    """Tell WeChat of deliveries, without which the money stays frozen there."""
    return await tell_deliveries(parts.database, parts.mini_program, limit=BATCH)


async def remove_uploads(parts: Parts) -> int:
    """Remove photos that nobody claimed in time."""

    async def move(session: AsyncSession, upload_id: UUID, now: datetime) -> bool:
        return await remove_unclaimed(session, upload_id=upload_id, now=now)

    return await sweep(parts, due_to_remove, move)


async def check_posts(parts: Parts) -> int:
    """Ask again for checks that failed, or that nobody asked for."""
    return await ask_checks(checker_of(parts), limit=CHECKS_MAX)


async def take_opinions(parts: Parts) -> int:
    """Take in what WeChat pushed before the number of its check was written."""

    async def move(session: AsyncSession, answer_id: UUID, now: datetime) -> bool:
        return await take_answer(session, answer_id=answer_id, now=now)

    return await sweep(parts, due_to_take, move)


async def give_up_opinions(parts: Parts) -> int:
    """Let a person look at photos about which WeChat said nothing."""

    async def move(session: AsyncSession, check_id: UUID, now: datetime) -> bool:
        return await give_up_waiting(session, check_id=check_id, now=now)

    return await sweep(parts, unanswered, move)


async def lapse_hidings(parts: Parts) -> int:
    """Bring back what many reports hid and nobody looked at."""

    async def move(session: AsyncSession, post_id: UUID, now: datetime) -> bool:
        return await lapse_hiding(session, post_id=post_id, now=now)

    return await sweep(parts, to_lapse, move)


async def end_piles(parts: Parts) -> int:
    """End piles that have come to rest."""

    async def move(session: AsyncSession, pile_id: UUID, now: datetime) -> bool:
        return await end_pile(session, pile_id=pile_id, now=now)

    return await sweep(parts, due_to_end, move)


async def tidy(parts: Parts) -> int:
    """Forget what has had its time, as each feature declares it; count what waits."""
    async with parts.database.transaction() as (session, now):
        await forget_what_is_due(session, now=now)
        UNPUMPED_EVENTS.set(await count_unpumped(session))
    return 0


async def forget_changes(parts: Parts) -> int:
    """Forget changes that no client still asks for."""
    async with parts.database.transaction() as (session, now):
        return await forget_old(session, now=now, limit=BATCH)


async def forget_inboxes(parts: Parts) -> int:
    """Forget what people were told long ago."""

    async def move(session: AsyncSession, user_id: UUID, now: datetime) -> bool:
        return await forget_old_records(session, user_id=user_id, now=now)

    return await sweep(parts, with_old_records, move)


async def finish_erasures(parts: Parts) -> int:
    """Erase of people who closed their account what nothing holds any more."""

    async def move(session: AsyncSession, erasure_id: UUID, now: datetime) -> bool:
        return await erase_again(session, erasure_id=erasure_id, now=now)

    return await sweep(parts, due_erasures, move)


async def join_takeovers(parts: Parts) -> int:
    """Join accounts whose day of objection is over."""

    async def move(session: AsyncSession, takeover_id: UUID, now: datetime) -> bool:
        return await join_due(session, takeover_id=takeover_id, vault=parts.vault, now=now)

    return await sweep(parts, takeovers_due, move)


# Every timer, and how many polls apart it runs.
TIMERS: tuple[tuple[str, Sweep, int], ...] = (
    ("open_jobs", open_jobs, 1),
    ("expire_jobs", expire_jobs, 1),
    ("cancel_unpaid_orders", cancel_unpaid_orders, 1),
    ("confirm_orders", confirm_orders, 1),
    ("end_emergencies", end_emergencies, 2),
    ("judge_runners", judge_runners, 20),
    ("do_held_acts", do_held_acts, 1),
    ("lapse_consents", lapse_consents, 1),
    ("lapse_tips", lapse_tips, 4),
    *POINTS_TIMERS,
    ("place_repeats", place_repeats, 4),
    ("ask_payments", ask_payments, 4),
    ("ask_refunds", ask_refunds, 4),
    ("pursue_withdrawals", pursue_withdrawals, 4),
    ("settle_days", settle_days, 120),
    ("ship_payments", ship_payments, 20),
    ("check_posts", check_posts, 4),
    ("take_opinions", take_opinions, 4),
    ("give_up_opinions", give_up_opinions, 20),
    ("lapse_hidings", lapse_hidings, 20),
    ("end_piles", end_piles, 20),
    ("remove_uploads", remove_uploads, 20),
    ("forget_changes", forget_changes, 120),
    ("forget_inboxes", forget_inboxes, 120),
    ("finish_erasures", finish_erasures, 4),
    ("join_takeovers", join_takeovers, 4),
    ("tidy", tidy, 120),
)


async def run_timers(parts: Parts, *, tick: int) -> int:
    """Run the timers whose turn it is; how many rows they moved."""
    moved = 0
    for name, look, every in TIMERS:
        if tick % every:
            continue
        try:
            count = await look(parts)
        except Exception as error:
            if not is_passing(error):
                _log.exception("timer_failed", timer=name)
            continue
        TIMER_MOVES.labels(name).inc(count)
        moved += count
    return moved


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
