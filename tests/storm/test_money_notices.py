"""F15 to F17: notices repeated, reordered, late, forged, and lost."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI

from api.observability.metrics import REGISTRY
from tests.fixtures.builders.lags import percentile
from tests.fixtures.builders.processes import running_api, running_worker
from tests.fixtures.builders.recovery import recover
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.serving import client_of
from tests.fixtures.storms.draining import drained
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.tables import MONEY, fingerprints
from tests.fixtures.working import drain
from tests.wechat.pay.chance import Town, town_of
from tests.wechat.pay.errands import Errand
from tests.wechat.pay.judging import wrongs
from tests.wechat.pay.sending import Forgery, Outgoing
from tests.wechat.pay.world import PayWorld

pytestmark = [pytest.mark.storm, pytest.mark.timeout(1800)]

SEED = int(os.environ.get("LINLI_STORM_SEED", "20261121"))
PAYMENTS = int(os.environ.get("LINLI_STORM_PAYMENTS", "1000"))
COPIES = 20
# Of all payments, those that are sent back before anybody told of them.
BACK = PAYMENTS // 10
GROUPS_AT_ONCE = 3
FORGERIES_EACH = 100
LOST = 20

_HOLDS_SQL = "SELECT count(*) FROM ledger_transfers WHERE rule = 'payment_captured'"
_PAID_AT_SQL = """
SELECT p.out_trade_no, extract(epoch FROM e.written_at)::float8 FROM payments AS p
JOIN events AS e ON e.subject_id = p.id AND e.name = 'payment.paid'
"""
_REFUSED_SQL = "SELECT why, count(*) FROM pay_notices WHERE state = 'refused' GROUP BY why"


async def pay(town: Town, errands: list[Errand]) -> list[Outgoing]:
    """Pay these at WeChat; the notices of it, which nobody has sent yet."""
    told = len(town.wechat.post.made)
    for errand in errands:
        await town.place(errand)
        await town.prepare(errand)
        town.paid(errand.given[-1], errand)
    assert len(town.wechat.post.made) == told + len(errands)
    return town.wechat.post.made[told:]


async def calm_town(bank: PayWorld, server: tuple[FastAPI, str], *, payments: int) -> Town:
    """Where nothing goes wrong but what the test does."""
    town = await town_of(server[0], bank.world, bank.wechat, seed=SEED, histories=payments)
    town.is_calm = True
    return town


async def test_f15_notices_repeated_reordered_and_late(
    bank: PayWorld, server: tuple[FastAPI, str], figures: Figures, tmp_path: Path
) -> None:
    """Twenty copies of each at once; some after the notice of their refund; some a day later."""
    began_s = time.monotonic()
    town = await calm_town(bank, server, payments=PAYMENTS)
    notices = await pay(town, town.errands[:BACK])
    told_last = await _sent_back(town, town.errands[:BACK])
    notices += await pay(town, town.errands[BACK:])
    figures.told("paid at WeChat after", time.monotonic() - began_s, "s")
    settings = bank.world.parts.settings
    took_s: list[float] = []
    statuses: set[int] = set()

    def written(notice: Outgoing) -> list[tuple[bytes, dict[str, str]]]:
        now_s = town.wechat.now()
        return [town.wechat.post.written(notice, now_s=now_s) for _ in range(COPIES)]

    async def copies(http: httpx.AsyncClient, notice: Outgoing) -> None:
        async def one(raw: bytes, headers: dict[str, str]) -> None:
            began_s = time.monotonic()
            answer = await http.post(notice.path, content=raw, headers=headers)
            took_s.append(time.monotonic() - began_s)
            statuses.add(answer.status_code)

        # WeChat signs elsewhere: its time is not ours, nor that of those who wait for an answer.
        sealed = await asyncio.to_thread(written, notice)
        await asyncio.gather(*(one(*copy) for copy in sealed))

    with (
        running_api(settings, log=tmp_path / "api.log") as (_, url),
        running_worker(settings, log=tmp_path / "worker.log"),
    ):
        limits = httpx.Limits(max_connections=GROUPS_AT_ONCE * COPIES)
        async with client_of(url, limits=limits) as http:
            # Refunds are told first, the payments that they are of afterwards.
            began_s = time.monotonic()
            await _few_at_once([*told_last, *notices], lambda n: copies(http, n))
            figures.told("all answered after", time.monotonic() - began_s, "s")
            drain_s = await drained(bank.world.parts, within_s=300)
            await town.pass_time(86_400)
            late = notices[:: max(1, PAYMENTS // 50)]
            await _few_at_once(late, lambda n: copies(http, n))
            await drained(bank.world.parts, within_s=300)
    await recover(bank.world.parts)
    holds = int(await value(bank.world.parts, _HOLDS_SQL))
    await town.rest()
    wrong = town.broken + await wrongs(town.parts, bank.wechat.book)

    figures.told("notices sent", len(took_s))
    figures.told("of payments that were sent back before", BACK)
    figures.exactly("answers", sorted(statuses), [204])
    figures.exactly("ledger holds", holds, PAYMENTS)
    figures.exactly("DUP, or found by the doctor", wrong[:5], [])
    figures.at_most("answered, p99", percentile(sorted(took_s), 0.99), 1.0, "s")
    figures.at_most("answered, at most", max(took_s), 3.0, "s")
    figures.told("all consequences done after", drain_s, "s")
    figures.judge("F15")


async def test_f16_forged_notices(
    bank: PayWorld, server: tuple[FastAPI, str], figures: Figures
) -> None:
    """A hundred of each kind, true ones mixed in: none is kept, counted is each.

    What WeChat signed and we did not ask for is kept, refused and told to staff, and moves nothing.
    """
    chance = Random(SEED)
    town = await calm_town(bank, server, payments=FORGERIES_EACH)
    notices = await pay(town, town.errands)
    http, kinds = bank.world.http, get_args(Forgery)
    plan = [(notice, kind) for notice in notices for kind in kinds]
    chance.shuffle(plan)
    before, counted = await fingerprints(town.parts), _counted()
    statuses = {
        (await town.wechat.post.send(http, n, now_s=town.wechat.now(), forgery=kind)).status_code
        for n, kind in plan
    }
    after, refused = await fingerprints(town.parts), _counted() - counted
    still = await fingerprints(town.parts, *MONEY)
    wrong_ones = [w for n, notice in enumerate(notices) for w in _unfit(notice, notices, n)]
    accepted = {(await bank.send(w)).status_code for w, _ in wrong_ones}
    await drain(town.parts)
    whys = dict(list(await rows(town.parts, _REFUSED_SQL)))
    moved = await fingerprints(town.parts, *MONEY)
    # The true ones, then an old one with the very words and signature of before.
    valid = [(await bank.send(notice)).status_code for notice in notices]
    await drain(town.parts)
    holds = int(await value(bank.world.parts, _HOLDS_SQL))
    replays = [(await bank.send(notice)).status_code for notice in notices]
    stale = [(await bank.send(notice, "stale")).status_code for notice in notices]
    await drain(town.parts)
    holds_after = int(await value(bank.world.parts, _HOLDS_SQL))
    await town.rest()
    wrong = town.broken + await wrongs(town.parts, bank.wechat.book)

    figures.exactly("forged", len(plan), len(kinds) * FORGERIES_EACH)
    figures.exactly("answers to them", statuses, {403})
    figures.exactly("tables that changed", [n for n in before if before[n] != after[n]], [])
    figures.exactly("counted as refused", refused, len(plan))
    figures.told("signed, and not what we asked for", len(wrong_ones))
    figures.exactly("answers to these", accepted, {204})
    figures.exactly("refused of these, by reason", whys, _by_reason(wrong_ones))
    figures.exactly("money that these moved", moved, still)
    figures.exactly("true ones afterwards", set(valid), {204})
    figures.exactly("ledger holds", holds, len(notices))
    figures.exactly("replays, fresh and old", (set(replays), set(stale)), ({204}, {403}))
    figures.exactly("ledger holds after them", holds_after, holds)
    figures.exactly("lost, doubled, or found by the doctor", wrong[:5], [])
    figures.judge("F16")


async def test_f17_a_notice_that_never_comes(
    bank: PayWorld, server: tuple[FastAPI, str], figures: Figures, tmp_path: Path
) -> None:
    """At default timing the poller finds each payment within ninety seconds of its being made."""
    chance = Random(SEED)
    town = await calm_town(bank, server, payments=LOST)
    paid_at_s: dict[str, float] = {}

    async def pay_some_time(errand: Errand) -> None:
        await asyncio.sleep(chance.uniform(0, 70))
        known = set(bank.wechat.book.acts)
        town.paid(errand.given[-1], errand)
        act = next(a for a in bank.wechat.book.acts if a not in known)
        paid_at_s[act.removeprefix("pay ")] = time.time()

    with running_worker(bank.world.parts.settings, log=tmp_path / "worker.log"):
        for errand in town.errands:
            await town.place(errand)
            await town.prepare(errand)
        await asyncio.gather(*(pay_some_time(e) for e in town.errands))
        await asyncio.sleep(90)
        found = {r[0]: r[1] for r in await rows(bank.world.parts, _PAID_AT_SQL)}
    took_s = [found[n] - paid_at_s[n] for n in found]
    await town.rest()
    wrong = town.broken + await wrongs(town.parts, bank.wechat.book)

    figures.exactly("paid, and found", len(found), LOST)
    figures.at_most("found after, at most", max(took_s), 90.0, "s")
    figures.exactly("lost, doubled, or found by the doctor", wrong[:5], [])
    figures.judge("F17")


async def _sent_back(town: Town, errands: list[Errand]) -> list[Outgoing]:
    """Found by asking, cancelled, and sent back: the notices of the refunds."""
    await town.work(seconds=61)
    for errand in errands:
        await town.cancel(errand)
    while len(town.wechat.book.refunds) < len(errands):
        await town.work(seconds=5)
    told = len(town.wechat.post.made)
    town.bank_sends_back()
    return town.wechat.post.made[told:]


async def _few_at_once(
    notices: list[Outgoing], send: Callable[[Outgoing], Awaitable[None]]
) -> None:
    waiting = iter(notices)

    async def carry() -> None:
        for notice in waiting:
            await send(notice)

    await asyncio.gather(*(carry() for _ in range(GROUPS_AT_ONCE)))


def _unfit(notice: Outgoing, notices: list[Outgoing], n: int) -> list[tuple[Outgoing, str]]:
    """Signed and fresh: another amount, merchant, app, payer, order, transaction."""
    other: dict[str, Any] = notices[n - 1].inner
    amount = {**notice.inner["amount"], "total": 1}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"amount": amount}, "amount_differs"),
        ({"mchid": "1900000002"}, "merchant_differs"),
        ({"appid": "wx0000000000000002"}, "merchant_differs"),
        ({"payer": {"openid": "oTEST99999999999999999999999"}}, "payer_differs"),
        ({"out_trade_no": "nobody-s-number"}, "number_unknown"),
        ({"out_trade_no": other["out_trade_no"]}, "payer_differs"),
        ({"transaction_id": ""}, "unreadable"),
        ({"trade_state": "NOTPAY"}, "not_paid"),
    ]
    return [
        (notice.saying(id=f"EV-{n}-{i}", **instead), why) for i, (instead, why) in enumerate(wrong)
    ]


def _by_reason(wrong: list[tuple[Outgoing, str]]) -> dict[str, int]:
    return {why: sum(w == why for _, w in wrong) for _, why in wrong}


def _counted() -> float:
    """How many notices were refused so far, by the metric that operators see."""
    return sum(
        s.value
        for metric in REGISTRY.collect()
        for s in metric.samples
        if s.name == "linli_wechat_calls_total"
        and s.labels.get("call") == "pay_notice"
        and s.labels.get("outcome", "").startswith("refused_")
    )
