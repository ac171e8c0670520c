"""What can keep the embedded stores from starting; each message is one line for the operator."""


class EmbeddedError(Exception):
    """The embedded stores cannot serve; the message says why and, where possible, what to do."""


class StoreMissing(EmbeddedError):
    """A program that the stores need is not installed."""


class DataFolderInUse(EmbeddedError):
    """Another process holds this data folder."""


class FolderNotUsable(EmbeddedError):
    """The data folder cannot be made, written, or is on a disk without room."""


class ServerUserMissing(EmbeddedError):
    """Root may not run PostgreSQL, and the system user for it could not be made."""


class DataOfAnotherVersion(EmbeddedError):
    """The data were written by another major version of PostgreSQL."""


class StoreDidNotStart(EmbeddedError):
    """A server ended or stayed silent while starting; the message carries its last log lines."""
