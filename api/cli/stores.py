"""Which stores a command works on: those of the environment, or the embedded ones."""

import json
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from api.embedded import DataFolderInUse, EmbeddedStores, StoreUrls
from api.settings import Settings, read_settings

DATA_FOLDER = Path(os.environ.get("LINLI_DATA_FOLDER", ".linli"))
_KEYS = ("LINLI_DATA_KEY", "LINLI_INDEX_KEY")
# Where the stores of a running process answer, for commands that may join it.
_RUNNING = DATA_FOLDER / "running.json"
_TOYS = (
    "LINLI_DEV_LOGIN",
    "LINLI_SANDBOX_PAYMENTS",
    "LINLI_SANDBOX_MESSAGES",
    "LINLI_SIMULATED_CLOCK",
)


@dataclass(frozen=True, slots=True)
class OpenStores:
    """The stores in use; ``embedded`` is ``None`` where both come from the environment."""

    settings: Settings
    embedded: EmbeddedStores | None


@contextmanager
def open_stores(*, toys: bool = False, may_attach: bool = False) -> Generator[OpenStores]:
    """Settings with both store URLs set, embedded stores running for as long as needed.

    ``toys`` switches on development login, the sandboxes and the simulated clock where the
    environment says nothing of them. Child processes inherit everything through the environment.
    ``may_attach`` uses the stores of a ``linli up`` that runs on the same folder.

    Raises:
        EmbeddedError: the embedded stores cannot be started; a line for the operator.
    """
    if os.environ.get("LINLI_ENVIRONMENT") == "production":
        yield OpenStores(read_settings(), None)
        return
    if toys:
        for name in _TOYS:
            os.environ.setdefault(name, "true")
    _ensure_keys()
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        read_settings.cache_clear()
        yield OpenStores(read_settings(), None)
        return
    embedded = EmbeddedStores(DATA_FOLDER)
    try:
        urls = embedded.__enter__()
    except DataFolderInUse:
        if not may_attach or not _RUNNING.exists():
            raise
        yield _named(StoreUrls(**json.loads(_RUNNING.read_text())), None)
        return
    try:
        _RUNNING.write_text(json.dumps(asdict(urls)))
        yield _named(urls, embedded)
    finally:
        _RUNNING.unlink(missing_ok=True)
        embedded.stop()


def _named(urls: StoreUrls, embedded: EmbeddedStores | None) -> OpenStores:
    os.environ.setdefault("DATABASE_URL", urls.database_url)
    os.environ.setdefault("REDIS_URL", urls.redis_url)
    read_settings.cache_clear()
    return OpenStores(read_settings(), embedded)


def _ensure_keys() -> None:
    """Keys for development, made once and kept beside the data; production brings its own."""
    if all(os.environ.get(name) for name in _KEYS):
        return
    DATA_FOLDER.mkdir(parents=True, exist_ok=True)
    path = DATA_FOLDER / "development-keys.json"
    if not path.exists():
        made = {name: secrets.token_hex(32) for name in _KEYS}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file)
    for name, value in json.loads(path.read_text()).items():
        os.environ.setdefault(name, value)
