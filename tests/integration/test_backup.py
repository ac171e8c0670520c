"""A backup taken while people work, restored elsewhere: all of one moment, or nothing at all."""

import asyncio
import resource
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import uuid4

import pytest

from api.bootstrap import Parts, build
from api.cli.backup.copying import BackupRefused, back_up, restore
from api.doctor import examine
from api.embedded import StoreUrls
from api.migrations.apply import migrate
from api.settings import Settings
from tests.contract.rows import row_counts
from tests.fixtures.builders.finished import photographed
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.worlds import World
from tests.fixtures.stores import on_server, with_database

_PICTURES_SQL = "SELECT upload_id, size, jpeg FROM upload_pictures ORDER BY 1, 2"


@pytest.fixture
async def spare_url(stores: StoreUrls) -> AsyncGenerator[str]:
    """A database with nothing in it."""
    name = f"linli_spare_{uuid4().hex[:8]}"
    await on_server(stores.database_url, f"CREATE DATABASE {name}")
    yield with_database(stores.database_url, name)
    await on_server(stores.database_url, f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_backup_taken_while_people_order_is_whole_elsewhere(
    world: World, settings: Settings, spare_url: str, tmp_path: Path
) -> None:
    """F27: every table as of one moment, photos to the byte, and the doctor finds nothing."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.completed(resident, runner)
    await photographed(world.parts, resident)
    file, is_done = tmp_path / "linli.backup", asyncio.Event()

    async def order_on() -> None:
        while not is_done.is_set():
            await world.paid(resident)

    before = await row_counts(world.parts.database)
    ordering = asyncio.create_task(order_on())
    size_bytes = await back_up(settings.database_url, file)
    is_done.set()
    await ordering
    after = await row_counts(world.parts.database)
    await restore(spare_url, file, replace=False)
    await migrate(spare_url)
    copy = build(settings.model_copy(update={"database_url": spare_url}))
    await copy.open()
    try:
        copied = await row_counts(copy.database)
        findings = await examine(copy.database)
        orders = await value(copy, "SELECT count(*) FROM orders")
        placed = await value(copy, "SELECT count(*) FROM events WHERE name = 'order.placed'")
        pictures = await rows(copy, _PICTURES_SQL)
    finally:
        await copy.close()

    assert [] == findings
    assert (orders, 0o600) == (placed, file.stat().st_mode & 0o777)
    assert size_bytes == file.stat().st_size > 1_000
    assert [] == [t for t in copied if not before[t] <= copied[t] <= after[t]]
    assert before["orders"] < after["orders"]
    assert pictures == await rows(world.parts, _PICTURES_SQL)
    assert len(pictures) == 4


async def test_what_is_there_is_replaced_only_when_told_and_alone(
    parts: Parts, settings: Settings, spare_url: str, tmp_path: Path
) -> None:
    """Not empty, or in use: refused and untouched. Replaced, it is what the backup says."""
    file, url = tmp_path / "empty.backup", settings.database_url
    await back_up(url, file)
    await migrate(spare_url)
    await on_server(spare_url, "CREATE TABLE newer (id int)", "INSERT INTO newer VALUES (7)")

    with pytest.raises(BackupRefused, match="not empty"):
        await restore(spare_url, file, replace=False)
    async with parts.database.session() as session:
        await session.connection()
        with pytest.raises(BackupRefused, match="connected"):
            await restore(url, file, replace=True)
    with pytest.raises(BackupRefused, match="there already"):
        await back_up(url, file)
    await on_server(spare_url, "DELETE FROM newer WHERE id <> 7")
    await restore(spare_url, file, replace=True)

    copy = build(settings.model_copy(update={"database_url": spare_url}))
    await copy.open()
    try:
        newer = await value(copy, "SELECT to_regclass('public.newer')::text")
        revision = await value(copy, "SELECT version_num FROM alembic_version")
    finally:
        await copy.close()
    assert (None, await value(parts, "SELECT version_num FROM alembic_version")) == (
        newer,
        revision,
    )


async def test_a_damaged_backup_changes_nothing(
    settings: Settings, spare_url: str, tmp_path: Path
) -> None:
    """Cut short, or no backup: a line that says so, the old data still there."""
    file, damaged = tmp_path / "whole.backup", tmp_path / "damaged.backup"
    await back_up(settings.database_url, file)
    await on_server(spare_url, "CREATE TABLE newer (id int)")
    whole = file.read_bytes()

    for content in (whole[: len(whole) // 2], whole[:-20], b"no backup", b""):
        damaged.write_bytes(content)
        with pytest.raises(BackupRefused, match=r"pg_restore|restored"):
            await restore(spare_url, damaged, replace=True)
        # It is there: to make it anew is refused.
        await on_server(spare_url, "ALTER TABLE newer ADD COLUMN a int")
        await on_server(spare_url, "ALTER TABLE newer DROP COLUMN a")
    with pytest.raises(BackupRefused, match="no backup"):
        await restore(spare_url, tmp_path / "nowhere", replace=True)


async def test_a_backup_that_does_not_fit_leaves_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    """The file may not grow beyond 8 KB, as on a full disk: refused, nothing left behind."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, hard))
    try:
        with pytest.raises(BackupRefused, match=r"pg_dump: .*(could not|File too large)"):
            await back_up(settings.database_url, tmp_path / "large.backup")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [] == list(tmp_path.iterdir())
    with pytest.raises(BackupRefused, match="no folder"):
        await back_up(settings.database_url, tmp_path / "nowhere" / "a.backup")
