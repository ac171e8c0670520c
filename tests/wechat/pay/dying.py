"""The table of what a process may die of on the way of a payment and of a refund, await by await.

Each row prepares an order of its own for every await, names the deed that is died of, and says what
the outside does afterwards by itself and how the order must end. Whatever is not in `after` must
come about without anybody. Those of withdrawals are in `dying_of_withdrawals.py`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson

from tests.fixtures.builders.recovery import left
from tests.fixtures.builders.sql import change, rows, value
from tests.fixtures.inside import ask
from tests.fixtures.storms.deeds import Deed
from tests.wechat.pay.chance import Town
from tests.wechat.pay.errands import OVERDUE_SQL, Errand

Dies = Callable[[Deed, int], Awaitable[bool]]
Outside = Callable[[Town], Awaitable[None]]

_NEWEST_SQL = "SELECT max(event_seq) FROM reactions WHERE task = $1 AND state = 'pending'"
ORDER_SQL = "SELECT state FROM orders WHERE id = $1"
_OPEN_SQL = """
SELECT (SELECT count(*) FROM refunds WHERE state = 'requested')
     + (SELECT count(*) FROM pay_notices WHERE state = 'received')
     + (SELECT count(*) FROM payments WHERE state = 'closed' AND NOT is_shut)
     + (SELECT count(*) FROM withdrawals WHERE done_at IS NULL)
     + (SELECT count(*) FROM shares WHERE done_at IS NULL)
     + (SELECT count(*) FROM share_returns WHERE done_at IS NULL)
"""
_MIND = {"reason": "changed_mind"}
# More than the longest deed has awaits.
_AWAITS_MAX = 400
_ROUNDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One deed: what comes before it, what the outside does after it, how the order ends.

    ``meanwhile``: what the outside goes on doing until all is at its end. ``state_sql``: where the
    end of what ``Errand.order`` names stands.
    """

    name: str
    before: Callable[[Town, Errand], Awaitable[Deed]]
    ends: str
    after: Callable[[Town, Errand, Deed], Awaitable[None]] | None = None
    meanwhile: Outside | None = None
    state_sql: str = ORDER_SQL


async def die(town: Town, row: Row, dies: Dies, *, first: int = 1, every: int = 1) -> int:
    """Die of one row's deed at every n-th await from the first on; how many deaths there were.

    The last time nothing dies, as the deed has no further await. Afterwards all of it must come to
    its end by itself; what did not is noted in ``town.broken``.
    """
    errands: list[Errand] = []
    deaths = 0
    for n in range(first, _AWAITS_MAX, every):
        errand = Errand(town.errands[0].resident, town.errands[0].openid)
        deed = await row.before(town, errand)
        errands.append(errand)
        has_died = await dies(deed, n)
        if row.after is not None:
            await row.after(town, errand, deed)
        if not has_died:
            break
        deaths += 1
    else:
        town.broken.append(f"{row.name}: more than {_AWAITS_MAX} awaits")
    await _recover(town, row.meanwhile)
    for n, errand in enumerate(errands):
        state = await value(town.parts, row.state_sql, errand.order["id"])
        if state != row.ends:
            town.broken.append(f"{row.name}, death {first + n * every}: {state}")
    return deaths


async def _recover(town: Town, meanwhile: Outside | None) -> None:
    """What a worker does by itself within a quarter of an hour; WeChat tells nothing more."""
    for _ in range(_ROUNDS_MAX):
        town.bank_sends_back()
        if meanwhile is not None:
            await meanwhile(town)
        await change(town.parts, OVERDUE_SQL)
        await town.work(seconds=62)
        if await left(town.parts) == 0 and (await rows(town.parts, _OPEN_SQL))[0][0] == 0:
            return
    town.broken.append("it did not come to its end")


async def _given(town: Town, errand: Errand) -> dict[str, str]:
    await town.place(errand)
    await town.prepare(errand)
    return errand.given[-1]


async def _paid(town: Town, errand: Errand) -> Deed:
    """Paid at WeChat; the deed is its notice at our door."""
    town.paid(await _given(town, errand), errand)
    return told(town)


async def _active(town: Town, errand: Errand) -> None:
    await do(town, await _paid(town, errand))
    await do(town, await bell(town, "payments.take_notice"))


async def _cancelled(town: Town, errand: Errand) -> None:
    """A paid order, cancelled: what follows is still to be done."""
    await _active(town, errand)
    await do(town, _cancelling(errand))


async def _refunding(town: Town, errand: Errand) -> Deed:
    await _cancelled(town, errand)
    await do(town, await bell(town, "payments.unwind_cancelled"))
    return await bell(town, "payments.refund")


async def _preparing(town: Town, errand: Errand) -> Deed:
    await town.place(errand)
    body = {"order_id": errand.order["id"]}
    return request(errand, "/v1/payments", body)


async def _taking(town: Town, errand: Errand) -> Deed:
    await do(town, await _paid(town, errand))
    return await bell(town, "payments.take_notice")


async def _asking(town: Town, errand: Errand) -> Deed:
    await _paid(town, errand)
    await town.pass_time(61)
    return Deed(timer="ask_payments")


async def _cancelling_paid(town: Town, errand: Errand) -> Deed:
    await _active(town, errand)
    return _cancelling(errand)


async def _unwinding(town: Town, errand: Errand) -> Deed:
    await _cancelled(town, errand)
    return await bell(town, "payments.unwind_cancelled")


async def _closing(town: Town, errand: Errand) -> Deed:
    await _given(town, errand)
    await do(town, _cancelling(errand))
    await do(town, await bell(town, "payments.unwind_cancelled"))
    return await bell(town, "payments.ask_closed")


async def _taking_late(town: Town, errand: Errand) -> Deed:
    """Paid after it was cancelled, before it was closed at WeChat."""
    given = await _given(town, errand)
    await do(town, _cancelling(errand))
    town.paid(given, errand)
    await do(town, told(town))
    return await bell(town, "payments.take_notice")


async def _asking_refund(town: Town, errand: Errand) -> Deed:
    await _refunding(town, errand)
    await town.pass_time(61)
    return Deed(timer="ask_refunds")


async def _sent_back(town: Town, errand: Errand) -> Deed:
    """The bank has sent it back; the deed is the notice of it at our door."""
    await do(town, await _refunding(town, errand))
    town.bank_sends_back()
    return told(town)


async def _taking_refund(town: Town, errand: Errand) -> Deed:
    await do(town, await _sent_back(town, errand))
    return await bell(town, "payments.take_notice")


async def _pumping(town: Town, errand: Errand) -> Deed:
    await _cancelled(town, errand)
    return Deed()


async def again(town: Town, errand: Errand, deed: Deed) -> None:
    """The client, or WeChat, insists: the same request once more."""
    await do(town, deed)


async def _again_and_pay(town: Town, errand: Errand, deed: Deed) -> None:
    """The client asks again under its key, and pays with what it is given; WeChat tells."""
    answered = await ask(
        town.app, deed.method, deed.target, headers=deed.headers, raw=deed.raw.encode()
    )
    town.paid(answered.body["request_payment"], errand)
    await do(town, told(town))


async def _lapse(town: Town, errand: Errand, deed: Deed) -> None:
    """Nobody asks again, and the time for paying passes."""
    await town.pass_time(901)


async def sweep_again(town: Town, errand: Errand, deed: Deed) -> None:
    """A minute later the timer comes by again."""
    await town.pass_time(61)
    await do(town, deed)


def _cancelling(errand: Errand) -> Deed:
    return request(errand, f"/v1/orders/{errand.order['id']}/cancel", _MIND)


def request(errand: Errand, target: str, body: dict[str, Any]) -> Deed:
    """Somebody's request, under a key of its own."""
    headers = {
        "authorization": f"Bearer {errand.resident.token}",
        "content-type": "application/json",
        "idempotency-key": str(uuid4()),
    }
    return Deed("POST", target, headers, orjson.dumps(body).decode())


def told(town: Town) -> Deed:
    """What WeChat told last, at our door."""
    notice = town.wechat.post.made[-1]
    raw, headers = town.wechat.post.written(notice, now_s=town.wechat.now())
    return Deed("POST", notice.path, headers, raw.decode())


async def bell(town: Town, task: str) -> Deed:
    """The bell of the newest event that this task reacts to; all others are answered."""
    await town.pump(but=task)
    event_seq = await value(town.parts, _NEWEST_SQL, task)
    assert event_seq is not None, task
    return Deed(task=task, event_seq=event_seq)


async def do(town: Town, deed: Deed) -> None:
    """Do it, and live."""
    await deed.work(town.app, town.parts)


ROWS = (
    Row("a payment is prepared, and asked for again", _preparing, "active", _again_and_pay),
    Row("a payment is prepared, and the client is gone", _preparing, "cancelled", _lapse),
    Row("a payment's notice at the door, which comes again", _paid, "active", again),
    Row("a payment's notice at the door, which never comes again", _paid, "active"),
    Row("a payment's notice is taken in", _taking, "active"),
    Row("a payment without a notice is asked about", _asking, "active", sweep_again),
    Row("a payment is closed at WeChat", _closing, "cancelled"),
    Row("money that came too late is taken in", _taking_late, "cancelled"),
    Row("a paid order is cancelled", _cancelling_paid, "cancelled", again),
    Row("what follows a cancellation is taken by the pump", _pumping, "cancelled"),
    Row("a cancellation is unwound", _unwinding, "cancelled"),
    Row("a refund is asked for", _refunding, "cancelled"),
    Row("a refund is asked for again", _asking_refund, "cancelled", sweep_again),
    Row("a refund's notice at the door", _sent_back, "cancelled"),
    Row("a refund's notice is taken in", _taking_refund, "cancelled"),
)
