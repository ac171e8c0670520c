"""The doctor finds each fault that there can be, and nothing where there is none."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from pytest_asyncio import fixture as async_fixture
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import build
from api.doctor import INVARIANTS, examine, findings
from api.embedded import StoreUrls
from api.kit.db import Database, run
from api.migrations.apply import alembic_config
from api.settings import Settings
from tests.fixtures.builders.faults import FAULTS, Fault
from tests.fixtures.builders.faults_agreements import AGREEMENT_ATTEMPTS, AGREEMENT_FAULTS
from tests.fixtures.builders.faults_board import BOARD_ATTEMPTS, BOARD_FAULTS
from tests.fixtures.builders.faults_cases import CASE_ATTEMPTS, CASE_FAULTS
from tests.fixtures.builders.faults_cycles import CYCLE_ATTEMPTS, CYCLE_FAULTS
from tests.fixtures.builders.faults_merchants import MERCHANT_ATTEMPTS, MERCHANT_FAULTS
from tests.fixtures.builders.faults_money import MONEY_ATTEMPTS, MONEY_FAULTS
from tests.fixtures.builders.faults_offers import OFFER_ATTEMPTS, OFFER_FAULTS
from tests.fixtures.builders.faults_packing import PACKING_ATTEMPTS, PACKING_FAULTS
from tests.fixtures.builders.faults_pay import PAY_ATTEMPTS, PAY_FAULTS
from tests.fixtures.builders.faults_people import PEOPLE_FAULTS
from tests.fixtures.builders.faults_points import POINTS_ATTEMPTS, POINTS_FAULTS
from tests.fixtures.builders.faults_reconciling import RECONCILING_ATTEMPTS, RECONCILING_FAULTS
from tests.fixtures.builders.faults_remedies import REMEDY_ATTEMPTS, REMEDY_FAULTS
from tests.fixtures.builders.faults_sharing import SHARING_ATTEMPTS, SHARING_FAULTS
from tests.fixtures.builders.finished import finish_world
from tests.fixtures.builders.guards import ATTEMPTS, GUARDS_SQL, IMPLIED
from tests.fixtures.builders.guards_people import PEOPLE_ATTEMPTS
from tests.fixtures.builders.worlds import make_world
from tests.fixtures.databases import Databases
from tests.fixtures.doctoring import broken, learn
from tests.fixtures.serving import client_of, serving
from tests.fixtures.stores import on_server, with_database

ALL_FAULTS = (
    FAULTS | PEOPLE_FAULTS | MONEY_FAULTS | PAY_FAULTS | RECONCILING_FAULTS | BOARD_FAULTS
    | MERCHANT_FAULTS | CYCLE_FAULTS | PACKING_FAULTS | CASE_FAULTS | AGREEMENT_FAULTS
    | OFFER_FAULTS | POINTS_FAULTS | SHARING_FAULTS | REMEDY_FAULTS
)  # fmt: skip
ALL_ATTEMPTS = (
    ATTEMPTS | PEOPLE_ATTEMPTS | MONEY_ATTEMPTS | PAY_ATTEMPTS | RECONCILING_ATTEMPTS
    | BOARD_ATTEMPTS | MERCHANT_ATTEMPTS | CYCLE_ATTEMPTS | PACKING_ATTEMPTS
    | CASE_ATTEMPTS | AGREEMENT_ATTEMPTS | OFFER_ATTEMPTS | POINTS_ATTEMPTS
    | SHARING_ATTEMPTS | REMEDY_ATTEMPTS
)  # fmt: skip
PLANTED = [(name, n, f) for name, faults in ALL_FAULTS.items() for n, f in enumerate(faults)]
IDS = [f"{name}.{n}" for name, n, _ in PLANTED]
# As an older release would have booked it: without what it did not know.
BOOKED_SQL = """
SELECT a.kind, sum(e.amount_fen) FROM ledger_accounts AS a
JOIN ledger_entries AS e ON e.account_id = a.id JOIN ledger_transfers AS t ON t.id = e.transfer_id
WHERE t.rule NOT IN ('tip_earned', 'withdrawal_sent', 'goods_topped_up',
    'advance_reopened',
    'goods_sold', 'goods_shared', 'share_returned', 'refund_recovered')
  AND NOT EXISTS (SELECT FROM orders AS o WHERE o.id = t.order_id AND o.kind = 'vegetables')
GROUP BY a.kind HAVING sum(e.amount_fen) <> 0 ORDER BY a.kind"""
WITHOUT_NEWER = (
    "DELETE FROM share_returns",
    "DELETE FROM shares",
    "DELETE FROM receivers",
    "DELETE FROM payments WHERE tip_id IS NOT NULL",
    "DELETE FROM tips",
    "DELETE FROM settlements",
    "DELETE FROM withdrawals",
)
GUARDED = [(name, n, f) for name, n, f in PLANTED if f.unguard]


def toys(database_url: str, stores: StoreUrls) -> Settings:
    """Settings of a development process on a database."""
    return Settings.model_validate(
        {
            "DATABASE_URL": database_url, "REDIS_URL": stores.redis_url,
            "data_key": "01" * 32, "index_key": "02" * 32, "dev_login": True,
            "sandbox_payments": True, "sandbox_messages": True, "simulated_clock": True,
            "orders_per_minute": 1000, "database_connections": 4, "hot_connections": 2,
        }
    )  # fmt: skip


@async_fixture(scope="module", loop_scope="session")
async def finished(stores: StoreUrls, databases: Databases) -> AsyncGenerator[str]:
    """The name of a database in which a whole world has happened; nobody is connected to it."""
    name = f"linli_finished_{uuid4().hex[:8]}"
    await on_server(stores.database_url, f"CREATE DATABASE {name} TEMPLATE {databases.template}")
    url = with_database(stores.database_url, name)
    parts = build(toys(url, stores))
    await parts.open()
    try:
        async with (
            serving(build(toys(url, stores))) as served,
            client_of(served) as http,
        ):
            await finish_world(await make_world(http, parts))
    finally:
        await parts.close()
    yield name
    await on_server(stores.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@async_fixture(scope="module", loop_scope="session")
async def patient(finished: str, stores: StoreUrls) -> AsyncGenerator[Database]:
    """The finished world; each test leaves it as it was."""
    url = with_database(stores.database_url, finished)
    database = Database(url, connections=1, hot_connections=0)
    await database.open()
    async with database.session() as session:
        await learn(session)
        await session.commit()
    yield database
    await database.close()


@asynccontextmanager
async def ill(patient: Database, *statements: str) -> AsyncGenerator[AsyncSession]:
    """A transaction with these changes, checked as at its commit; it is not kept."""
    async with patient.session() as session:
        for statement in (*statements, "SET CONSTRAINTS ALL IMMEDIATE"):
            await run(session, statement)
        yield session


async def tried(patient: Database, *statements: str) -> None:
    """Try changes without keeping them."""
    async with ill(patient, *statements):
        pass


def upgrade_once(connection: Connection, revision: str) -> None:
    """Apply the changes of one migration in this transaction, those after it being there."""
    script = ScriptDirectory.from_config(alembic_config()).get_revision(revision)
    with Operations.context(MigrationContext.configure(connection)):
        script.module.upgrade()


def test_every_invariant_has_a_planted_fault() -> None:
    """An invariant that never failed has not been shown to see anything."""
    assert {i.name for i in INVARIANTS} == ALL_FAULTS.keys()
    assert len(INVARIANTS) == len({i.name for i in INVARIANTS})


async def test_a_healthy_world_has_no_finding(patient: Database) -> None:
    """Everything has happened once, and everything holds."""
    assert [] == await examine(patient)


@pytest.mark.parametrize(("name", "n", "fault"), PLANTED, ids=IDS)
async def test_a_planted_fault_is_found(patient: Database, name: str, n: int, fault: Fault) -> None:
    """With its guard taken off and its fault planted, exactly this invariant is reported."""
    async with ill(patient, *fault.unguard, *fault.plant) as session:
        found = await broken(session)

    assert {name} == found.keys() - set(fault.implies)


async def test_a_finding_says_how_many_rows_and_which(patient: Database) -> None:
    """What the doctor tells is what stands there; it asks as the questions after each test do."""
    sick = FAULTS["E1"][0]
    async with ill(patient, *sick.unguard, *sick.plant) as session:
        found = await findings(session)
        told = await broken(session)

    assert told == {f.invariant.name: list(f.keys) for f in found}
    assert all(f.rows >= len(f.keys) > 0 for f in found)
    assert found


async def test_a_guard_refuses_each_fault_that_it_is_there_for(patient: Database) -> None:
    """While its guard is on, the database itself does not let the fault in."""
    for _, _, fault in GUARDED:
        with pytest.raises(DBAPIError, match=r"only grows|violates check constraint"):
            await tried(patient, *fault.plant)

    assert [] == await examine(patient)


async def test_every_guard_of_the_schema_refuses_what_it_guards_against(patient: Database) -> None:
    """Each CHECK, each unique column and each unique index says no, under its own name."""
    async with patient.session() as session:
        there = {r[0] for r in await run(session, GUARDS_SQL)}
    said: dict[str, str] = {}
    for name, statement in ALL_ATTEMPTS.items():
        with pytest.raises(IntegrityError) as refused:
            await tried(patient, statement)
        said[name] = str(refused.value.orig.__cause__.constraint_name)  # type: ignore[union-attr]

    assert there == ALL_ATTEMPTS.keys()
    assert {name: IMPLIED.get(name, name) for name in ALL_ATTEMPTS} == said


async def test_what_only_grows_is_never_changed(patient: Database) -> None:
    """Neither events nor points nor money are edited or deleted, by whomever."""
    columns = {
        "events": "at", "points_entries": "at", "ledger_entries": "at", "ledger_outcomes": "at",
        "ledger_transfers": "rule",
    }  # fmt: skip
    for ledger, column in columns.items():
        for statement in (f"DELETE FROM {ledger}", f"UPDATE {ledger} SET {column} = {column}"):
            with pytest.raises(DBAPIError, match=f"{ledger} only grows"):
                await tried(patient, statement)


async def test_money_of_before_the_ledger_is_booked_when_it_is_upgraded(patient: Database) -> None:
    """Without a ledger, as an older release left it: the migration books it, every fen of it."""
    async with ill(patient) as session:
        fell = await run(session, BOOKED_SQL)
        await run(
            session, "TRUNCATE ledger_entries, ledger_outcomes, ledger_transfers, ledger_accounts"
        )
        for statement in WITHOUT_NEWER:
            await run(session, statement)
        broken = {f.invariant.name for f in await findings(session)}
        # At their commit, as in an upgrade: an entry is written before its counterpart.
        await run(session, "SET CONSTRAINTS ALL DEFERRED")

        await (await session.connection()).run_sync(upgrade_once, "0102")

        await run(session, "SET CONSTRAINTS ALL IMMEDIATE")
        assert {"M7", "M8", "M9", "M10", "M12", "M14"} == broken
        # Goods of a merchant came long after the ledger.
        assert {"M14"} == {f.invariant.name for f in await findings(session)}
        assert fell == await run(session, BOOKED_SQL)
