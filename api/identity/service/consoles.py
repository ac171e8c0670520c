"""The console in a browser: its sessions, and the code by which a phone opens one there.

The browser makes up the secret of its session and keeps it in a cookie. What it shows as a QR code
is the hash of that secret, signed with its minute; the phone of somebody who may work there sends
it, and the session exists. So nothing is stored before, and whoever sees the code has nothing.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity import queries
from api.identity.caller import CONSOLE_ROLES, Caller
from api.identity.models import Session
from api.kit.clock import unix_s
from api.kit.crypto import Vault, same, token_hash

DEVICE = "工作台"
CODE_TTL = timedelta(minutes=2)
# Left alone, a console closes itself after two hours; after twelve whoever works signs in again.
IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
_PREFIX = "linli-console:"
_AUDIENCE = "console|"


def console_hash(token: str) -> bytes:
    """The hash of a console's token; no other door takes it, and it opens no other."""
    return token_hash(_AUDIENCE + token)


def code_for(token: str, *, vault: Vault, now: datetime) -> str:
    """What a phone reads off the screen to open the session of this token; good for two minutes."""
    text = f"{console_hash(token).hex()}.{unix_s(now)}"
    return f"{_PREFIX}{text}.{vault.sign(text, purpose='console.code')}"


async def open_by_code(
    session: AsyncSession, *, code: str, vault: Vault, caller: Caller
) -> datetime:
    """Open the console whose code was read, for the caller; when it ends if nobody works there.

    Raises:
        AppError: console_code_invalid (not ours, too old, used), role_missing.
    """
    text, _, signature = code.removeprefix(_PREFIX).rpartition(".")
    if not same(signature, vault.sign(text, purpose="console.code")):
        raise AppError("console_code_invalid")
    hashed, _, made_at = text.partition(".")
    age = caller.now - datetime.fromtimestamp(int(made_at), UTC)
    if age > CODE_TTL:
        raise AppError("console_code_invalid")
    roles = [role for role, _ in caller.grants]
    return await open_console(
        session, user_id=caller.user_id, hashed=bytes.fromhex(hashed), roles=roles, now=caller.now
    )


async def open_console(
    session: AsyncSession, *, user_id: UUID, hashed: bytes, roles: list[str], now: datetime
) -> datetime:
    """A session of the console under the hash of a token that its browser holds.

    Raises:
        AppError: role_missing, none of the roles has work there; console_code_invalid, the token
            has opened a session before.
    """
    if not set(roles) & set(CONSOLE_ROLES):
        raise AppError("role_missing")
    row = Session(
        token_hash=hashed,
        # Once: a token whose session ended opens none again.
        code_hash=token_hash(hashed.hex()),
        user_id=user_id,
        device=DEVICE,
        created_at=now,
        seen_at=now,
        expires_at=now + IDLE,
    )
    if not await queries.open_session(session, row=row):
        raise AppError("console_code_invalid")
    return row.expires_at
