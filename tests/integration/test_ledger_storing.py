"""The stored ledger: what is booked is booked once, and no race or repeat changes that."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from random import Random
from uuid import UUID

import pytest
from pytest_asyncio import fixture as async_fixture
from sqlalchemy.exc import DBAPIError

from api.bootstrap import Parts
from api.errors import AppError
from api.kit.ids import new_id
from api.ledger.invariants import INVARIANTS
from api.ledger.policies import Legs, pay, send_refund
from api.ledger.service import Owners, kept, post, resolve_held
from tests.fixtures.builders.books import COMMUNITY, MERCHANT, RUNNER, Books, OrderOfChance
from tests.fixtures.builders.sql import rows

_PLACE_SQL = """
INSERT INTO places (id, kind, path, name, lat, lng, sheet_number, version, created_at)
VALUES ($1::uuid, 'office', ARRAY[$1::uuid], '桂花街道', 31, 121, 1, 1, now()) RETURNING id
"""
_BALANCES_SQL = "SELECT id, balance_fen, held_fen, entries FROM ledger_accounts ORDER BY id"
# What asks nothing of orders and payments, which these tests leave out.
OWN = [i for i in INVARIANTS if i.name in ("M1", "M2", "M3", "M4", "M6", "M11")]
ORDER, PAYMENT, REFUND = UUID(int=10), UUID(int=20), UUID(int=30)
OWNERS = Owners(COMMUNITY, ORDER, RUNNER, MERCHANT)


async def booked(parts: Parts, legs: Legs, subject_id: UUID, owners: Owners = OWNERS) -> None:
    """Book legs in a transaction of their own."""
    async with parts.database.transaction() as (session, now):
        await post(session, legs, owners=owners, subject_id=subject_id, now=now)


async def resolved(parts: Parts, event: str) -> bool:
    """Resolve the one refund in a transaction of its own."""
    async with parts.database.transaction() as (session, now):
        return await resolve_held(
            session, rule="refund_sent", subject_id=REFUND, event=event, now=now
        )


async def balances(parts: Parts) -> dict[UUID, tuple[int, int, int]]:
    """Balance, held and number of entries of each account."""
    return {r[0]: (r[1], r[2], r[3]) for r in await rows(parts, _BALANCES_SQL)}


@async_fixture
async def ledger(parts: Parts) -> AsyncGenerator[Parts]:
    """An empty ledger of one community; afterwards it holds together."""
    await rows(parts, _PLACE_SQL, COMMUNITY)
    yield parts
    found = {i.name: await rows(parts, i.sql) for i in OWN}
    assert {} == {name: keys for name, keys in found.items() if keys}


async def test_ten_who_book_one_thing_book_it_once(ledger: Parts) -> None:
    """The same payment from ten connections at once, and again later."""
    await asyncio.gather(*(booked(ledger, pay(500, is_counted=True), PAYMENT) for _ in range(8)))
    await booked(ledger, pay(500, is_counted=True), PAYMENT)

    assert [(-500, 0, 1), (500, 0, 1)] == sorted((await balances(ledger)).values())


async def test_an_id_is_not_used_for_another_amount(ledger: Parts) -> None:
    """The refusal has a name, and nothing was booked."""
    await booked(ledger, pay(500, is_counted=True), PAYMENT)
    before = await balances(ledger)

    with pytest.raises(AppError, match="transfer_id_reused"):
        await booked(ledger, pay(501, is_counted=True), PAYMENT)
    with pytest.raises(AppError, match="balance_too_low"):
        await booked(ledger, send_refund(1), REFUND)
    assert before == await balances(ledger)


async def test_a_refund_is_held_then_sent_once(ledger: Parts) -> None:
    """Two answers at once resolve it once; another answer later is refused."""
    await booked(ledger, pay(500, is_counted=False), PAYMENT)
    await booked(ledger, send_refund(300), REFUND)
    held = sorted((await balances(ledger)).values())
    with pytest.raises(AppError, match="balance_too_low"):
        await booked(ledger, send_refund(201), new_id())

    answers = await asyncio.gather(*(resolved(ledger, "post") for _ in range(4)))

    assert [(-500, 0, 1), (500, 300, 1)] == held
    assert [False, False, False, True] == sorted(answers)
    assert [(-200, 0, 2), (200, 0, 2)] == sorted((await balances(ledger)).values())
    with pytest.raises(AppError, match="transfer_resolved"):
        await resolved(ledger, "void")


async def test_a_refund_that_failed_is_still_owed(ledger: Parts) -> None:
    """Voided, the money is free for another attempt."""
    await booked(ledger, pay(500, is_counted=False), PAYMENT)
    await booked(ledger, send_refund(500), REFUND)
    await resolved(ledger, "void")

    await booked(ledger, send_refund(500), new_id())

    assert [(-500, 0, 1), (500, 500, 1)] == sorted((await balances(ledger)).values())


async def test_half_a_transfer_is_never_committed(ledger: Parts) -> None:
    """The database itself asks for two entries that sum to 0 when the transaction ends."""
    await booked(ledger, pay(500, is_counted=True), PAYMENT)
    half = """
WITH t AS (INSERT INTO ledger_transfers SELECT gen_random_uuid(), rule, from_id, to_id, 7, false,
    community_id, order_id, subject_id, created_at FROM ledger_transfers RETURNING id, to_id)
INSERT INTO ledger_entries SELECT to_id, 2, id, 7, 507, now() FROM t"""

    with pytest.raises(DBAPIError, match="do not sum to 0"):
        await rows(ledger, half)


class Noted(Books):
    """Books in memory that note what is done to them, so that it can be done on PostgreSQL."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        # Legs to post; or none, a rule and how what it holds was resolved.
        self.done: list[tuple[Legs, UUID, str, str]] = []
        self._subjects: dict[UUID, UUID] = {}

    def post(self, legs: Legs, *, order_id: UUID, subject: str) -> list[UUID]:
        """Book, and note it under a subject of its own."""
        subject_id = UUID(int=10_000 * (self.seed + 1) + len(self.done))
        self.done.append((legs, subject_id, "", ""))
        made = super().post(legs, order_id=order_id, subject=subject)
        self._subjects |= dict.fromkeys(made, subject_id)
        return made

    def resolve(self, key: UUID, event: str, state: str) -> None:
        """Resolve, and note it."""
        self.done.append(((), self._subjects[key], self.transfers[key].rule, event))
        super().resolve(key, event, state)


async def test_postgresql_keeps_the_books_that_the_rules_say(ledger: Parts) -> None:
    """Random histories, four at a time on one runner and one community: no fen differs."""
    wanted = await played(ledger, histories=40)

    found = {key: values[0] for key, values in (await balances(ledger)).items()}
    assert {k: v for k, v in wanted.items() if v} == {k: v for k, v in found.items() if v}
    assert len(found) > 40


@pytest.mark.storm
@pytest.mark.timeout(1800)
async def test_postgresql_keeps_the_books_of_three_thousand_histories(ledger: Parts) -> None:
    """The same for as many orders as a community has in a month."""
    wanted = await played(ledger, histories=3000)

    found = {key: values[0] for key, values in (await balances(ledger)).items()}
    assert {k: v for k, v in wanted.items() if v} == {k: v for k, v in found.items() if v}


async def played(ledger: Parts, *, histories: int) -> dict[UUID, int]:
    """Play so many histories on PostgreSQL and in memory; the balances that memory holds."""
    wanted: dict[UUID, int] = defaultdict(int)

    async def play(seed: int) -> None:
        books, chance = Noted(seed), Random(seed)
        order = OrderOfChance.placed(UUID(int=1000 + seed), chance, books)
        for _ in range(12):
            order.step()
        for legs, subject_id, rule, event in books.done:
            async with ledger.database.transaction() as (session, now):
                if event:
                    await resolve_held(
                        session, rule=rule, subject_id=subject_id, event=event, now=now
                    )
                    continue
                owners = Owners(COMMUNITY, order.id, RUNNER, MERCHANT)
                await post(session, legs, owners=owners, subject_id=subject_id, now=now)
        for account in books.accounts.values():
            wanted[account.id] += account.balance_fen
        async with ledger.database.session() as session:
            assert books.kept(order.id) == await kept(session, order_id=order.id)

    for first in range(0, histories, 4):
        await asyncio.gather(*(play(seed) for seed in range(first, first + 4)))
    return wanted
