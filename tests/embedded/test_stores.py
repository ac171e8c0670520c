"""The embedded stores start, stop, survive and refuse as their operator expects."""

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisUnreachable

from api.embedded import (
    DataFolderInUse,
    EmbeddedStores,
    FolderNotUsable,
    StoreDidNotStart,
)
from tests.embedded.owner import (
    Owner,
    answer,
    await_no_servers,
    postmaster_of,
    process_with_owner_of,
    servers_of,
)

OwnerOf = Callable[[Path], Owner]


def test_a_folder_that_cannot_be_made_is_refused(new_folder: Path) -> None:
    """A path through a file is refused in one line that names it."""
    (new_folder / "file").touch()

    with pytest.raises(FolderNotUsable, match=r"^The data folder .*/file/stores .*$"):
        EmbeddedStores(new_folder / "file" / "stores").__enter__()


def test_a_folder_in_use_is_refused_and_its_holder_named(
    shared_folder: Path, owner_of: OwnerOf
) -> None:
    """A second start on one folder names the folder and the process that holds it."""
    owner = owner_of(shared_folder)

    with pytest.raises(
        DataFolderInUse,
        match=f"{shared_folder} is in use by process {owner.process.pid}:",
    ):
        EmbeddedStores(shared_folder).__enter__()


def test_a_server_that_cannot_start_says_why(shared_folder: Path) -> None:
    """The message carries the last line of the server's own log, and nothing stays running."""
    with EmbeddedStores(shared_folder):
        pass
    settings = shared_folder / "pg" / "postgresql.auto.conf"
    before = settings.read_text()
    settings.write_text("nonsense = on\n")

    with pytest.raises(StoreDidNotStart, match='unrecognized configuration parameter "nonsense"'):
        EmbeddedStores(shared_folder).__enter__()

    settings.write_text(before)

    assert servers_of(shared_folder) == []


def test_the_first_start_makes_a_database_that_is_safe_and_private(
    new_folder: Path,
) -> None:
    """A folder never seen before serves a UTF-8 database with checksums and without network."""
    with EmbeddedStores(new_folder) as urls:
        told = answer(
            urls.database_url,
            "SELECT current_database(), current_setting('server_encoding'),"
            " current_setting('data_checksums'), current_setting('fsync'),"
            " current_setting('listen_addresses'), current_setting('TimeZone')",
        )

    assert told == "linli|UTF8|on|on||UTC"


def test_what_was_written_is_there_after_a_stop(shared_folder: Path) -> None:
    """A second start keeps the data of the first."""
    with EmbeddedStores(shared_folder) as urls:
        answer(urls.database_url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS seven")

    with EmbeddedStores(shared_folder) as urls:
        told = answer(urls.database_url, "SELECT seven FROM kept")

    assert told == "7"


def test_a_stop_leaves_no_server_and_no_socket(shared_folder: Path) -> None:
    """After a stop nothing of the folder runs; stopping again changes nothing."""
    stores = EmbeddedStores(shared_folder)
    with stores:
        stores.stop()
        stores.stop()

    assert (servers_of(shared_folder), (shared_folder / "run").exists()) == ([], False)


def test_servers_end_with_an_owner_that_is_killed(shared_folder: Path, owner_of: OwnerOf) -> None:
    """Kill -9 of the owner ends its servers without anybody's help."""
    owner_of(shared_folder).kill()

    assert await_no_servers(shared_folder) == []


def test_a_killed_owner_loses_no_row_and_a_new_start_does_not_wait_for_the_operator(
    shared_folder: Path, owner_of: OwnerOf
) -> None:
    """A start right after kill -9 finds the committed row, even while old servers still end."""
    owner = owner_of(shared_folder)
    answer(owner.database_url, "CREATE TABLE IF NOT EXISTS survived AS SELECT 8 AS eight")
    owner.kill()

    with EmbeddedStores(shared_folder) as urls:
        told = answer(urls.database_url, "SELECT eight FROM survived")

    assert told == "8"


def test_a_crash_of_owner_and_server_loses_no_row(shared_folder: Path, owner_of: OwnerOf) -> None:
    """What was committed is replayed when PostgreSQL itself was killed, as in a power cut."""
    owner = owner_of(shared_folder)
    answer(owner.database_url, "CREATE TABLE IF NOT EXISTS replayed AS SELECT 9 AS nine")
    os.kill(postmaster_of(shared_folder / "pg"), signal.SIGKILL)
    owner.kill()

    with EmbeddedStores(shared_folder) as urls:
        told = answer(urls.database_url, "SELECT nine FROM replayed")

    assert told == "9"


def test_a_server_without_its_owner_is_stopped_by_the_next_start(
    shared_folder: Path, owner_of: OwnerOf
) -> None:
    """A PostgreSQL that cannot end while its owner dies is ended before a new one starts."""
    owner = owner_of(shared_folder)
    old = postmaster_of(shared_folder / "pg")
    os.kill(old, signal.SIGSTOP)
    owner.kill()
    os.kill(old, signal.SIGCONT)

    with EmbeddedStores(shared_folder):
        told = postmaster_of(shared_folder / "pg") in servers_of(shared_folder)

    assert (told, servers_of(shared_folder)) == (True, [])


def test_a_reused_process_number_does_not_prevent_a_start(shared_folder: Path) -> None:
    """A lock file left by a crash may name a stranger; the stranger is left alone."""
    lock_file = shared_folder / "pg" / "postmaster.pid"
    with EmbeddedStores(shared_folder):
        lines = lock_file.read_text().splitlines()
    stranger = process_with_owner_of(shared_folder / "pg")
    lock_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

    with EmbeddedStores(shared_folder) as urls:
        told = answer(urls.database_url, "SELECT 1")

    assert (told, stranger.poll()) == ("1", None)
    stranger.kill()
    stranger.wait()


def test_data_half_made_are_made_again(new_folder: Path) -> None:
    """A crash in the middle of making the data leaves a folder that the next start replaces."""
    (new_folder / "pg.new" / "base").mkdir(parents=True)
    (new_folder / "pg.new" / "PG_VERSION").write_text("18\n")

    with EmbeddedStores(new_folder) as urls:
        told = answer(urls.database_url, "SELECT 1")

    assert (told, (new_folder / "pg.new").exists()) == ("1", False)


def test_a_long_path_or_one_in_chinese_has_its_sockets_elsewhere(
    new_folder: Path,
) -> None:
    """A socket's path has 107 bytes at most; a short private folder is made and removed."""
    folder = new_folder / ("邻里" * 20)
    new_folder.chmod(0o755)

    with EmbeddedStores(folder) as urls:
        told = answer(urls.database_url, "SELECT 1")
        sockets = (folder / "run").resolve()

    assert ("1", Path(tempfile.gettempdir()), False) == (
        told,
        sockets.parent,
        sockets.exists(),
    )


def test_servers_do_not_hear_the_terminal(shared_folder: Path) -> None:
    """A Ctrl-C reaches the owner's session alone, so that it can stop its servers in order."""
    with EmbeddedStores(shared_folder):
        sessions = {os.getsid(pid) for pid in servers_of(shared_folder)}

    assert os.getsid(0) not in sessions


def test_stores_entered_in_a_passing_thread_outlive_it(shared_folder: Path) -> None:
    """The kernel ties a child to the thread that made it; the stores must not end with that one."""
    stores = EmbeddedStores(shared_folder)
    with ThreadPoolExecutor(max_workers=1) as passing:
        urls = passing.submit(stores.__enter__).result()

    time.sleep(0.3)
    told = answer(urls.database_url, "SELECT 1")
    stores.stop()

    assert told == "1"


def test_redis_that_was_killed_comes_back_empty_at_the_same_address(
    shared_folder: Path,
) -> None:
    """Redis forgets by design; what uses it must live with that."""
    stores = EmbeddedStores(shared_folder)
    with stores as urls:
        # redis-py leaves the keyword arguments of from_url untyped.
        redis = Redis.from_url(urls.redis_url)  # pyright: ignore[reportUnknownMemberType]
        redis.set("bell", "rung")
        stores.kill_redis()
        with pytest.raises(RedisUnreachable):
            redis.get("bell")
        stores.restart_redis()
        told = redis.get("bell")
        redis.close()

    assert told is None


def test_postgres_that_was_killed_comes_back_with_everything(shared_folder: Path) -> None:
    """What was committed is there again, at the same address; nothing of the old server is left."""
    embedded = EmbeddedStores(shared_folder)
    with embedded as urls:
        answer(urls.database_url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 8 AS n")
        embedded.kill_postgres()
        left = servers_of(shared_folder)
        embedded.restart_postgres()
        told = answer(urls.database_url, "SELECT n FROM kept")
        running = servers_of(shared_folder)

    # Redis alone outlived the kill.
    assert ("8", 1) == (told, len(left))
    assert len(running) > len(left)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the servers to another user")
def test_a_private_home_stays_private(new_folder: Path) -> None:
    """In a home with mode 0700 root's stores serve, and the home's mode is as before."""
    folder = new_folder / "checkout" / ".linli"
    new_folder.chmod(0o700)

    with EmbeddedStores(folder) as urls:
        told = answer(urls.database_url, "SELECT 1")
    stores = (folder / "stores").resolve()

    assert (told, stat.S_IMODE(new_folder.stat().st_mode)) == ("1", 0o700)
    shutil.rmtree(stores)
