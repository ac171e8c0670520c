"""What people do with accounts, sessions and grants, a module a verb."""

from api.identity.service.accounts import own_phone, rename
from api.identity.service.consoles import (
    IDLE,
    LONGEST,
    code_for,
    console_hash,
    open_by_code,
    open_console,
)
from api.identity.service.granting import grant, revoke
from api.identity.service.phones import Bound, bind_phone
from api.identity.service.registering import (
    PHONE_COLUMN,
    find_or_register,
    find_or_register_by_phone,
)
from api.identity.service.sessions import (
    Open,
    Opened,
    end_one_session,
    end_sessions,
    list_sessions,
    open_session,
)
from api.identity.service.signing_in import (
    Attempt,
    DevCodes,
    sign_in,
    sign_in_by_dev_code,
    user_by_dev_code,
)

__all__ = [
    "IDLE",
    "LONGEST",
    "PHONE_COLUMN",
    "Attempt",
    "Bound",
    "DevCodes",
    "Open",
    "Opened",
    "bind_phone",
    "code_for",
    "console_hash",
    "end_one_session",
    "end_sessions",
    "find_or_register",
    "find_or_register_by_phone",
    "grant",
    "list_sessions",
    "open_by_code",
    "open_console",
    "open_session",
    "own_phone",
    "rename",
    "revoke",
    "sign_in",
    "sign_in_by_dev_code",
    "user_by_dev_code",
]
