"""Reactions happen exactly once, whatever rings, fails, dies or is lost meanwhile."""

import asyncio

import pytest

from api.bootstrap import Parts, build
from api.embedded import EmbeddedStores, StoreUrls
from api.settings import Settings
from api.wechat.sandbox import SandboxGateway
from tests.fixtures.builders.money import refunded
from tests.fixtures.builders.processes import running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.recovery import left, recover
from tests.fixtures.builders.sql import change, rows, value
from tests.fixtures.builders.worlds import World
from workers.pump import pump_once
from workers.reacting import ATTEMPTS_MAX, react
from workers.runner import work
from workers.timers import TIMERS, run_timers

MIND = {"reason": "changed_mind"}
OVERDUE_SQL = "UPDATE reactions SET next_at = clock_timestamp() - interval '1 s'"
REFUND_SQL = "FROM reactions WHERE task = 'payments.refund'"
MONEY_TASKS = ("payments.unwind_cancelled", "payments.refund")
SCORED_SQL = "SELECT {} FROM reactions WHERE task = 'points.score_completion'"
STATES_SQL = f"SELECT task, state, attempts {REFUND_SQL} ORDER BY event_seq"


async def nothing(event_seq: int, task: str) -> None:
    """A bell that nobody hears."""


async def completed_order(world: World) -> int:
    """An order that was completed, its reaction noted and not rung; the event's number."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.completed(resident, runner)
    await pump_once(world.parts, nothing)
    return int(await value(world.parts, SCORED_SQL.format("event_seq")))


async def cancelled_orders(world: World, count: int) -> list[str]:
    """Paid orders that were cancelled, each with money to send back."""
    resident = await world.person("resident1")
    ids = [(await world.paid(resident))["id"] for _ in range(count)]
    for order_id in ids:
        await resident.post(f"/v1/orders/{order_id}/cancel", MIND)
    return ids


async def refunds_are_whole(world: World, order_ids: list[str]) -> bool:
    """Whether each order got its money back, once."""
    resident = await world.person("resident1")
    for order_id in order_ids:
        fee_fen = (await resident.get(f"/v1/orders/{order_id}"))["fee_fen"]
        if await refunded(world, order_id) != (fee_fen, 1):
            return False
    return await left(world.parts) == 0


async def test_a_reaction_rung_ten_times_at_once_happens_once(world: World) -> None:
    """One says that it did it, the others find it done; the ledger has one entry."""
    seq = await completed_order(world)
    task = "points.score_completion"

    rang = await asyncio.gather(
        *(react(world.parts, event_seq=seq, task_name=task) for _ in range(4))
    )
    again = await react(world.parts, event_seq=seq, task_name=task)

    assert any(rang)
    assert not again
    assert 1 == await value(world.parts, "SELECT count(*) FROM points_entries")
    assert "done" == await value(
        world.parts, "SELECT state FROM reactions WHERE event_seq = $1 AND task = $2", seq, task
    )


async def test_two_pumps_at_once_lose_and_double_nothing(world: World, settings: Settings) -> None:
    """Every event is taken by one of them, every reaction noted and rung once."""
    orders = await cancelled_orders(world, 6)
    rung: list[tuple[int, str]] = []

    async def ring(event_seq: int, task: str) -> None:
        rung.append((event_seq, task))

    other = build(settings)
    await other.open()
    try:
        while any(await asyncio.gather(*(pump_once(p, ring) for p in (world.parts, other) * 3))):
            pass
    finally:
        await other.close()

    assert len(set(rung)) == len(rung)
    assert len(orders) == sum(task == "payments.unwind_cancelled" for _, task in rung)
    assert 0 == await value(world.parts, "SELECT count(*) FROM events WHERE pumped_at IS NULL")
    await recover(world.parts)
    assert await refunds_are_whole(world, orders)


async def test_two_workers_timers_at_once_move_each_row_once(
    world: World, settings: Settings
) -> None:
    """Unpaid orders and jobs nobody took: two sweeps share them out."""
    resident = await world.person("resident1")
    for _ in range(4):
        await world.place(resident)
        await world.paid(resident)
    other = build(settings)
    await other.open()
    await change(
        world.parts,
        "UPDATE orders SET pay_by = pay_by - interval '1 day'",
        "UPDATE jobs SET opens_at = opens_at - interval '1 day', due_at = due_at - interval"
        " '1 day', expires_at = expires_at - interval '1 day'",
    )
    try:
        moved = [
            sum(await asyncio.gather(*(TIMERS[name].sweep(p) for p in (world.parts, other) * 2)))
            for name in ("open_jobs", "expire_jobs", "cancel_unpaid_orders")
        ]
    finally:
        await other.close()

    assert [0, 4, 4] == moved
    await recover(world.parts)


async def test_a_task_that_fails_is_tried_again_later_and_later(world: World) -> None:
    """The pause doubles with each try, the error's name is kept, and then it works."""
    order = (await cancelled_orders(world, 1))[0]
    gateway = world.parts.gateway
    assert isinstance(gateway, SandboxGateway)
    gateway.is_available = False
    pauses: list[float] = []
    pause_sql = """SELECT extract(epoch FROM next_at - clock_timestamp())::float8
                   FROM reactions WHERE task = 'payments.refund'"""
    while await pump_once(world.parts, lambda s, t: _react(world.parts, s, t)):
        pass
    for _ in range(3):
        pauses.append(await value(world.parts, pause_sql))
        await change(world.parts, OVERDUE_SQL)
        seq = await value(
            world.parts, "SELECT event_seq FROM reactions WHERE task = 'payments.refund'"
        )
        await _react(world.parts, seq, "payments.refund")
    kept = await value(
        world.parts, "SELECT last_error FROM reactions WHERE task = 'payments.refund'"
    )
    gateway.is_available = True
    await recover(world.parts)

    assert 3 == len(pauses)
    # Up to half as long again, by chance: those that failed together do not come back together.
    assert all(n - 2.5 <= p <= 1.5 * n for n, p in zip((5, 10, 20), pauses, strict=True))
    assert "GatewayUnavailable" == kept
    assert await refunds_are_whole(world, [order])


async def test_a_task_that_never_works_is_parked_as_dead(world: World) -> None:
    """After the last try it stands in nobody's way; a person sets it going again."""
    order = (await cancelled_orders(world, 1))[0]
    gateway = world.parts.gateway
    assert isinstance(gateway, SandboxGateway)
    gateway.is_available = False
    while await pump_once(world.parts, lambda s, t: _react(world.parts, s, t)):
        pass
    # All tries but one are taken as done: each is like the other.
    await change(world.parts, f"UPDATE reactions SET attempts = {ATTEMPTS_MAX - 1}")
    await change(world.parts, "UPDATE reactions SET attempts = 1 WHERE state = 'done'")
    seq = await value(world.parts, f"SELECT max(event_seq) {REFUND_SQL}")
    states = []
    for _ in range(3):
        await _react(world.parts, seq, "payments.refund")
        states.append((await rows(world.parts, STATES_SQL))[-1][1])
    gateway.is_available = True
    dead = await react(world.parts, event_seq=seq, task_name="payments.refund")
    await change(
        world.parts, "UPDATE reactions SET state = 'pending', attempts = 0 WHERE state = 'dead'"
    )
    await recover(world.parts)

    assert ["pending", "dead", "dead"] == states
    assert not dead
    assert await refunds_are_whole(world, [order])


async def test_a_timer_that_fails_does_not_stop_the_others(world: World) -> None:
    """Each timer has its own transaction; the gateway being away holds up no order."""
    assert isinstance(world.parts.gateway, SandboxGateway)
    world.parts.gateway.is_available = False
    resident = await world.person("resident1")
    order = await world.place(resident)
    await resident.post("/v1/payments", {"order_id": order["id"]})
    await world.later(minutes=16)
    world.parts.gateway.is_available = True
    await run_timers(world.parts, tick=0)
    await recover(world.parts)

    assert "cancelled" == (await resident.get(f"/v1/orders/{order['id']}"))["state"]


async def test_reactions_happen_while_redis_is_away_and_after(
    world: World,
    settings: Settings,
    running_stores: tuple[StoreUrls, EmbeddedStores | None],
) -> None:
    """Killed, orders are still served and refunds still sent; back again and empty, too."""
    _, embedded = running_stores
    if embedded is None:
        pytest.skip("Redis of the environment is not ours to kill")
    parts, stopping = build(settings), asyncio.Event()
    working = asyncio.create_task(work(parts, stopping=stopping))
    try:
        embedded.kill_redis()
        orders = await cancelled_orders(world, 2)
        await until(lambda: refunds_are_whole(world, orders), within_s=30)
        embedded.restart_redis()
        orders = await cancelled_orders(world, 2)
        await until(lambda: refunds_are_whole(world, orders), within_s=30)
    finally:
        embedded.restart_redis()
        stopping.set()
        await working

    ready = (await world.http.get("/readyz")).json()
    assert ("ok", "ok") == (ready["status"], ready["database"])


async def test_a_killed_worker_leaves_nothing_half_done(world: World, settings: Settings) -> None:
    """SIGKILL in the middle of its work; the next one finishes it, each refund once."""
    orders = await cancelled_orders(world, 12)
    done = f"SELECT count(*) FROM reactions WHERE state = 'done' AND task IN {MONEY_TASKS}"
    with running_worker(settings) as worker:

        async def has_begun() -> bool:
            return int(await value(world.parts, done)) > 0

        await until(has_begun, within_s=30)
        worker.kill()
        worker.start()
        await until(lambda: refunds_are_whole(world, orders), within_s=60)

    # The money of each cancellation, and its refund.
    assert 2 * len(orders) == await value(world.parts, done)


async def _react(parts: Parts, event_seq: int, task: str) -> None:
    await react(parts, event_seq=event_seq, task_name=task)
