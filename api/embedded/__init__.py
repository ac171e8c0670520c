"""Real PostgreSQL and Redis beside the product: in one folder, on sockets, nothing to set up."""

from api.embedded.errors import (
    DataFolderInUse,
    DataOfAnotherVersion,
    EmbeddedError,
    FolderNotUsable,
    ServerUserMissing,
    StoreDidNotStart,
    StoreMissing,
)
from api.embedded.programs import postgres_bin
from api.embedded.stores import EmbeddedStores, StoreUrls

__all__ = [
    "DataFolderInUse",
    "DataOfAnotherVersion",
    "EmbeddedError",
    "EmbeddedStores",
    "FolderNotUsable",
    "ServerUserMissing",
    "StoreDidNotStart",
    "StoreMissing",
    "StoreUrls",
    "postgres_bin",
]
