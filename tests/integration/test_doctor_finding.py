"""The doctor finds each fault that there can be, and nothing where there is none."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import pytest
from pytest_asyncio import fixture as async_fixture
from sqlalchemy.exc import DBAPIError, IntegrityError

from api.bootstrap import Parts, build
from api.doctor import INVARIANTS, examine
from api.embedded import StoreUrls
from api.migrations.apply import migrate
from api.settings import Settings
from tests.fixtures.builders.faults import FAULTS, Fault
from tests.fixtures.builders.faults_money import MONEY_ATTEMPTS, MONEY_FAULTS
from tests.fixtures.builders.faults_people import PEOPLE_FAULTS
from tests.fixtures.builders.finished import finish_world
from tests.fixtures.builders.guards import ATTEMPTS, GUARDS_SQL, IMPLIED
from tests.fixtures.builders.guards_people import PEOPLE_ATTEMPTS
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.worlds import make_world
from tests.fixtures.serving import serving
from tests.fixtures.stores import on_server, with_database

ALL_FAULTS = FAULTS | PEOPLE_FAULTS | MONEY_FAULTS
ALL_ATTEMPTS = ATTEMPTS | PEOPLE_ATTEMPTS | MONEY_ATTEMPTS
PLANTED = [(name, n, f) for name, faults in ALL_FAULTS.items() for n, f in enumerate(faults)]
IDS = [f"{name}.{n}" for name, n, _ in PLANTED]
BOOKED_SQL = "SELECT kind, sum(balance_fen) FROM ledger_accounts GROUP BY kind ORDER BY kind"
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
async def finished(stores: StoreUrls) -> AsyncGenerator[str]:
    """The name of a database in which a whole world has happened; nobody is connected to it."""
    name = f"linli_finished_{uuid4().hex[:8]}"
    await on_server(stores.database_url, f"CREATE DATABASE {name}")
    url = with_database(stores.database_url, name)
    await migrate(url)
    parts = build(toys(url, stores))
    await parts.open()
    try:
        async with (
            serving(build(toys(url, stores))) as served,
            httpx.AsyncClient(base_url=served, timeout=20) as http,
        ):
            await finish_world(await make_world(http, parts))
    finally:
        await parts.close()
    yield name
    await on_server(stores.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def patient(finished: str, stores: StoreUrls) -> AsyncGenerator[Parts]:
    """A copy of the finished world, to be made ill."""
    name = f"linli_test_{uuid4().hex[:12]}"
    await on_server(stores.database_url, f"CREATE DATABASE {name} TEMPLATE {finished}")
    parts = build(toys(with_database(stores.database_url, name), stores))
    await parts.open()
    yield parts
    await parts.close()
    await on_server(stores.database_url, f"DROP DATABASE {name} WITH (FORCE)")


def test_every_invariant_has_a_planted_fault() -> None:
    """An invariant that never failed has not been shown to see anything."""
    assert {i.name for i in INVARIANTS} == ALL_FAULTS.keys()
    assert len(INVARIANTS) == len({i.name for i in INVARIANTS})


async def test_a_healthy_world_has_no_finding(patient: Parts) -> None:
    """Everything has happened once, and everything holds."""
    assert [] == await examine(patient.database)


@pytest.mark.parametrize(("name", "n", "fault"), PLANTED, ids=IDS)
async def test_a_planted_fault_is_found(patient: Parts, name: str, n: int, fault: Fault) -> None:
    """With its guard taken off and its fault planted, exactly this invariant is reported."""
    await change(patient, *fault.unguard, *fault.plant)

    findings = await examine(patient.database)

    assert {name} == {f.invariant.name for f in findings} - set(fault.implies)
    assert all(f.rows > 0 and f.keys for f in findings)


async def test_a_guard_refuses_each_fault_that_it_is_there_for(patient: Parts) -> None:
    """While its guard is on, the database itself does not let the fault in."""
    for _, _, fault in GUARDED:
        with pytest.raises(DBAPIError, match=r"only grows|violates check constraint"):
            await change(patient, *fault.plant)

    assert [] == await examine(patient.database)


async def test_every_guard_of_the_schema_refuses_what_it_guards_against(patient: Parts) -> None:
    """Each CHECK, each unique column and each unique index says no, under its own name."""
    there = {r[0] for r in await rows(patient, GUARDS_SQL)}
    said: dict[str, str] = {}
    for name, statement in ALL_ATTEMPTS.items():
        with pytest.raises(IntegrityError) as refused:
            await change(patient, statement)
        said[name] = str(refused.value.orig.__cause__.constraint_name)  # type: ignore[union-attr]

    assert there == ALL_ATTEMPTS.keys()
    assert {name: IMPLIED.get(name, name) for name in ALL_ATTEMPTS} == said


async def test_what_only_grows_is_never_changed(patient: Parts) -> None:
    """Neither events nor points nor money are edited or deleted, by whomever."""
    for ledger in ("events", "points_entries", "ledger_entries", "ledger_outcomes"):
        for statement in (f"DELETE FROM {ledger}", f"UPDATE {ledger} SET at = at"):
            with pytest.raises(DBAPIError, match=f"{ledger} only grows"):
                await change(patient, statement)
    for statement in ("DELETE FROM ledger_transfers", "UPDATE ledger_transfers SET rule = rule"):
        with pytest.raises(DBAPIError, match="ledger_transfers only grows"):
            await change(patient, statement)


async def test_money_of_before_the_ledger_is_booked_when_it_is_upgraded(patient: Parts) -> None:
    """Without a ledger, as an older release left it: the migration books it, every fen of it."""
    fell = await rows(patient, BOOKED_SQL)
    await change(
        patient,
        "TRUNCATE ledger_entries, ledger_outcomes, ledger_transfers, ledger_accounts",
        "UPDATE alembic_version SET version_num = '0101'",
    )
    broken = {f.invariant.name for f in await examine(patient.database)}

    await migrate(patient.settings.database_url)

    assert {"M7", "M8", "M9", "M10", "M12"} == broken
    assert [] == await examine(patient.database)
    assert fell == await rows(patient, BOOKED_SQL)
