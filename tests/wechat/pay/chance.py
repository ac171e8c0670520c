"""Histories of money by chance, on the real product and a real PostgreSQL.

A batch is one neighbourhood with many orders, each a history of its own, whose steps are mixed:
what residents and staff do, what WeChat does and tells, what time does, and the worker. Any step
may die at any await, any call to WeChat may go wrong, any notice may be lost, late, repeated,
reordered or forged. One seed decides all of it.

Real: every request through the whole application (edge, keys, transactions), every reaction and
timer, PostgreSQL, our client of WeChat Pay with its signatures, and the stand-in, which checks and
signs. Played: the socket between any two of them, and deaths, which end the work and not the
process (real processes are killed in `make storm`). The pauses of our sweeps are skipped.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, get_args
from uuid import UUID

import orjson
from fastapi import FastAPI

from api.bootstrap import Parts
from api.identity.edge import read_caller
from api.identity.queries import WHO_SQL
from api.kit.crypto import token_hash
from api.kit.db import read_now, run
from api.kit.geo import Point
from api.kit.simulated import set_clock
from api.orders.service import placing, quoting
from api.orders.service.describing import Wish
from api.places.rules import Contact
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.recovery import left
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.worlds import CENTRE, World
from tests.fixtures.inside import Answered, ask
from tests.fixtures.mortal import lived
from tests.wechat.pay.entries import No, Order
from tests.wechat.pay.errands import (
    FAULTS_SQL,
    OVERDUE_SQL,
    UNREST_SQL,
    Errand,
    is_passing,
    misfit,
    openid_of,
)
from tests.wechat.pay.inside import Line, LineMishap, connect
from tests.wechat.pay.sending import Forgery, Outgoing
from tests.wechat.pay.standin import AnswerMishap, PayStandIn, Planned
from workers.pump import do_overdue, pump_once
from workers.reacting import react
from workers.timers import run_timers

RESIDENTS = 4
ROUNDS = 4
_STEPS = {
    "prepare": 6, "pay": 8, "give_up": 1, "pay_after_all": 1, "cancel": 2, "refund": 2, "bank": 2,
    "nothing": 4,
}  # fmt: skip
_DEATH, _MISHAP, _FORGERY, _MISFIT, _LOST, _AGAIN = 0.15, 0.3, 0.25, 0.1, 0.3, 0.05
# A request has some sixty awaits, a reaction some thirty.
_AWAITS_MAX = 50
# What calls WeChat, beside the timers and paying.
_CALLS = ("payments.refund", "payments.ask_closed", "withdrawals.pursue")
_TRIES = 8
_ROUNDS_TO_REST = 60


_ASKED = quoting.Asked(
    kind="fetch", pickup=Point(*CENTRE), dropoff=Point(CENTRE[0] + 0.0018, CENTRE[1]),
    weight_g=1000, floor=1, has_lift=False, window=None,
)  # fmt: skip
_WISH = Wish(item="一份午饭", pickup_place="老王面馆")
_CONTACT = Contact("2单元301", "张阿姨", "13800138000")


@dataclass(slots=True)
class Town:
    """One batch of histories under way."""

    app: FastAPI
    world: World
    wechat: PayStandIn
    line: Line
    chance: Random
    staff: Person
    errands: list[Errand]
    is_calm: bool = False
    bells: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    told: int = 0
    # What WeChat repeats until it is heard.
    insisted: list[Outgoing] = field(default_factory=list[Outgoing])
    seen: Counter[str] = field(default_factory=Counter[str])
    # What should never be answered.
    broken: list[str] = field(default_factory=list[str])
    # What else there is to do in every round, as with runners' money; while it comes to rest, too.
    besides: list[Callable[[], Awaitable[None]]] = field(
        default_factory=list[Callable[[], Awaitable[None]]]
    )

    @property
    def parts(self) -> Parts:
        """The parts of API and worker, which are one process here."""
        return self.world.parts

    async def play(self) -> None:
        """Some rounds of everything, then peace, until nothing is left to do by itself."""
        await self.place(*self.errands)
        for _ in range(ROUNDS):
            for errand in self.errands:
                await self._step(errand)
            for act in self.besides:
                await act()
            await self._tell()
            await self.work(seconds=self.chance.choice((0, 10, 61, 61, 130)))
            self.broken += [text for (text,) in await rows(self.parts, FAULTS_SQL)]
        await self.rest()

    async def _step(self, errand: Errand) -> None:
        names = list(_STEPS)
        act = self.chance.choices(names, [_STEPS[name] for name in names])[0]
        errand.steps.append(act)
        await _ACTS[act](self, errand)

    async def place(self, *errands: Errand) -> None:
        """Order something, each of these, in one transaction: no money moves yet."""
        async with self.parts.database.session() as session:
            for errand in errands:
                caller = read_caller(
                    (await run(session, WHO_SQL, token_hash(errand.resident.token)))[0]
                )
                quote = await quoting.quote(session, asked=_ASKED, caller=caller)
                order = await placing.place_order(
                    session, quote_id=quote.id, wish=_WISH, dropoff_place="3号楼",
                    pickup_contact=Contact("", "", ""), dropoff_contact=_CONTACT,
                    vault=self.parts.vault, caller=caller,
                )  # fmt: skip
                errand.order = {"id": str(order.id), "fee_fen": order.fee_fen}
            await session.commit()

    async def prepare(self, errand: Errand) -> None:
        """Get what is needed to pay."""
        body = {"order_id": errand.order["id"]}
        prepared = await self.post(errand.resident, "/v1/payments", body)
        if prepared is not None:
            errand.given.append(prepared["request_payment"])

    async def pay(self, errand: Errand) -> None:
        """Pay with anything that was ever given out for it."""
        if errand.given:
            self.paid(self.chance.choice(errand.given), errand)

    def paid(self, given: dict[str, str], errand: Errand) -> None:
        """Pay at WeChat, or be refused there."""
        try:
            self.wechat.pay(given, openid=errand.openid)
        except No:
            self.seen["not paid"] += 1
        else:
            self.seen["paid"] += 1

    async def give_up(self, errand: Errand) -> None:
        """WeChat closes what is open, so that another payment is begun."""
        for order in self._announced(errand):
            if order.state == "NOTPAY":
                order.state = "CLOSED"

    async def pay_after_all(self, errand: Errand) -> None:
        """A payment was under way while it was closed, and arrives: the first one, or a second.

        As WeChat has said that it was closed, nobody asks any more: it tells until it is heard.
        """
        for order in self._announced(errand):
            if order.state == "CLOSED":
                order.state = "NOTPAY"
                self.wechat.book.pay(next(iter(order.prepay_ids)), errand.openid)
                self.insisted.append(self.wechat.post.made[-1])
                self.seen["paid after all"] += 1

    async def cancel(self, errand: Errand) -> None:
        """The resident changes their mind."""
        path = f"/v1/orders/{errand.order['id']}/cancel"
        await self.post(errand.resident, path, {"reason": "changed_mind"})

    async def refund(self, errand: Errand) -> None:
        """Staff give a part back, or all of what they see."""
        path = f"/v1/orders/{errand.order['id']}"
        seen = await self._get(self.staff, path)
        if seen is None:
            return
        fen = self.chance.randint(1, seen["fee_fen"])
        said = {"amount_fen": fen, "reason": "late", "text": "说好的没有做到"}
        await self.post(self.staff, f"{path}/refund", said, version=seen["version"])

    async def bank(self, errand: Errand) -> None:
        """Something comes through the bank."""
        self.bank_sends_back(0.5)

    def bank_sends_back(self, share: float = 1.0) -> None:
        """The bank has sent back a share of what WeChat accepted to."""
        for number, refund in self.wechat.book.refunds.items():
            if refund.state == "PROCESSING" and self.chance.random() < share:
                self.wechat.book.finish_refund(number)

    async def nothing(self, errand: Errand) -> None:
        """Nobody does anything."""

    def _announced(self, errand: Errand) -> list[Order]:
        ids = {g["package"].removeprefix("prepay_id=") for g in errand.given}
        return [o for o in self.wechat.book.orders.values() if ids & o.prepay_ids.keys()]

    async def _tell(self) -> None:
        """What is new is told, unless it is lost; of what is old, some again; in any order."""
        post = self.wechat.post
        fresh = post.made[self.told :]
        self.told = len(post.made)
        sent = [n for n in fresh if self.chance.random() >= _LOST]
        sent += [n for n in post.made if self.chance.random() < _AGAIN]
        self.chance.shuffle(sent)
        for notice in sent:
            if self.chance.random() < _FORGERY:
                await self.knock(notice, self.chance.choice(get_args(Forgery)))
            if self.chance.random() < _MISFIT:
                await self.knock(misfit(notice, post.made, self.chance))
            for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
                await self.knock(notice)

    async def knock(self, notice: Outgoing, forgery: Forgery | None = None) -> None:
        """One notice at our door, true or forged."""
        raw, headers = self.wechat.post.written(
            notice, now_s=self.wechat.now(), forgery=forgery
        )  # fmt: skip
        answered = await ask(
            self.app, "POST", notice.path, headers=headers, raw=raw, dies_after=self._doom()
        )
        self.seen["forged" if forgery else "told"] += 1
        if answered.status not in (0, 503, 403 if forgery else 204):
            self.broken.append(f"{notice.path} {forgery}: {answered.status}")

    async def work(self, *, seconds: int) -> None:
        """The worker: what is new, what was lost; then time goes on, and what is due."""
        await self.pump()
        if self.is_calm or self.chance.random() < 0.5:
            await change(self.parts, OVERDUE_SQL)
            await self._lives(do_overdue(self.parts, self._ring))
            await self.pump()
        await self.pass_time(seconds)
        await self._lives(run_timers(self.parts, tick=0), calls=True)

    async def pump(self, *, but: str = "") -> None:
        """Take what is new and answer every bell, in any order, until none rings.

        ``but``: the task whose bells nobody hears.
        """
        await self._lives(pump_once(self.parts, self._ring))
        while self.bells:
            self.chance.shuffle(self.bells)
            bells, self.bells = self.bells, []
            for event_seq, task in bells:
                if task == but or (not self.is_calm and self.chance.random() < 0.05):
                    continue
                for _ in range(2 if self.chance.random() < 0.05 else 1):
                    done = react(self.parts, event_seq=event_seq, task_name=task)
                    await self._lives(done, calls=task in _CALLS)
            await self._lives(pump_once(self.parts, self._ring))

    async def _ring(self, event_seq: int, task: str) -> None:
        self.bells.append((event_seq, task))

    async def pass_time(self, seconds: int) -> None:
        """Move the database's clock ahead."""
        async with self.parts.database.session() as session:
            at = await read_now(session) + timedelta(seconds=seconds)
            await set_clock(session, settings=self.parts.settings, at=at, speed=1)
            await session.commit()

    async def rest(self) -> None:
        """No more deaths and mishaps: what was begun ends by itself, what nobody paid lapses."""
        self.is_calm = True
        for notice in self.insisted:
            await self.knock(notice)
        await self.pass_time(900)
        for n in range(_ROUNDS_TO_REST):
            self.bank_sends_back()
            for act in self.besides:
                await act()
            if n == 0:
                await self._tell()
            await self.work(seconds=62)
            self.broken += [text for (text,) in await rows(self.parts, FAULTS_SQL)]
            if await left(self.parts) == 0 and (await rows(self.parts, UNREST_SQL))[0][0] == 0:
                return
        self.broken.append("it did not come to rest")

    async def _lives(self, work: Coroutine[Any, Any, Any], *, calls: bool = False) -> bool:
        with self._upset(calls):
            is_alive = await lived(work, dies_after=self._doom())
        self.seen["deaths"] += not is_alive
        return is_alive

    def _doom(self) -> int | None:
        if self.is_calm or self.chance.random() >= _DEATH:
            return None
        return self.chance.randint(1, _AWAITS_MAX)

    @contextmanager
    def _upset(self, calls: bool) -> Generator[None]:
        """Maybe calls to WeChat go wrong meanwhile: the first, or its repeat too."""
        if calls and not self.is_calm and self.chance.random() < _MISHAP:
            self.seen["mishaps"] += 1
            self._spoil(self.chance.randint(1, 2))
        yield
        for queue in (self.line.mishaps, self.wechat.planned, self.wechat.on_answers):
            queue.clear()

    def _spoil(self, times: int) -> None:
        match self.chance.randrange(3):
            case 0:
                self.line.mishaps.extend([self.chance.choice(get_args(LineMishap))] * times)
            case 1:
                self.wechat.on_answers.extend([self.chance.choice(get_args(AnswerMishap))] * times)
            case _:
                said = (("SYSTEM_ERROR", 500), ("FREQUENCY_LIMITED", 429), ("NOT_ENOUGH", 403))
                code, status = self.chance.choice(said)
                acts = code == "SYSTEM_ERROR" and self.chance.random() < 0.5
                self.wechat.planned.extend([Planned(status, code, acts)] * times)

    async def _get(self, person: Person, path: str) -> Any:
        return await self._asked(person, "GET", path, None, {})

    async def post(
        self, person: Person, path: str, body: dict[str, Any], *, version: int | None = None
    ) -> Any:
        """Ask for something until there is an answer; nothing where it is refused."""
        headers = {"idempotency-key": str(UUID(int=self.chance.getrandbits(128), version=4))}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self._asked(person, "POST", path, body, headers)

    async def _asked(
        self,
        person: Person,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        headers: dict[str, str],
    ) -> Any:
        """As the mini-program: the same key until the outcome is definite, unless it gives up."""
        headers |= {"authorization": f"Bearer {person.token}", "content-type": "application/json"}
        raw = b"" if body is None else orjson.dumps(body)
        answered = Answered(0)
        for _ in range(_TRIES):
            with self._upset(path == "/v1/payments"):
                answered = await ask(
                    self.app, method, path, headers=headers, raw=raw, dies_after=self._doom()
                )
            if answered.status == 0:
                self.seen["deaths"] += 1
            elif not is_passing(answered):
                break
            if self.chance.random() < 0.2:
                return None
        if answered.status in (200, 201):
            return answered.body
        if (answered.status >= 500 and answered.status != 503) or answered.status in (400, 422):
            self.broken.append(f"{method} {path}: {answered.status} {answered.raw[:200]!r}")
        return None


_ACTS: dict[str, Callable[[Town, Errand], Awaitable[None]]] = {
    "prepare": Town.prepare,
    "pay": Town.pay,
    "give_up": Town.give_up,
    "pay_after_all": Town.pay_after_all,
    "cancel": Town.cancel,
    "refund": Town.refund,
    "bank": Town.bank,
    "nothing": Town.nothing,
}


async def town_of(
    app: FastAPI, world: World, wechat: PayStandIn, *, seed: int, histories: int
) -> Town:
    """A batch that is about to begin; the parts of ``world`` are paid through this WeChat."""
    residents = [await world.person(f"resident{n}") for n in range(RESIDENTS)]
    known = [
        f"UPDATE users SET openid = '{openid_of(n)}' WHERE openid = 'dev:resident{n}'"
        for n in range(RESIDENTS)
    ]
    await change(world.parts, *known)
    errands = [Errand(residents[n % RESIDENTS], openid_of(n % RESIDENTS)) for n in range(histories)]
    line = connect(world.parts.gateway, wechat)
    staff = await world.person("staff1")
    return Town(app, world, wechat, line, Random(seed), staff, errands)
