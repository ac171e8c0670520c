"""Whose WeChat a runner's money goes to: one's own, also after the account was closed."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.identity.queries import openid_of
from api.kit.crypto import Vault
from api.ledger.queries import account
from api.ledger.rules import account_id
from api.people.queries import real_name
from api.people.service.verifying import NAME_COLUMN
from api.withdrawals import queries
from api.withdrawals.models import Payee

_OPENID, _NAME = "payees.openid", "payees.name"


async def accounts_of(session: AsyncSession, *, vault: Vault, caller: Caller) -> list[UUID]:
    """The caller's own account, then those that they closed while money was owed to them."""
    openid = await openid_of(session, user_id=caller.user_id)
    assert openid is not None, "whoever signed in has one"
    indexes = vault.indexes(openid, column=_OPENID)
    former = await queries.former_accounts(session, openid_indexes=indexes)
    return [caller.user_id, *former]


async def owed(session: AsyncSession, *, runner_id: UUID) -> tuple[int, int]:
    """What an account holds, and what of it is under way, in fen."""
    return await account(session, key=account_id("runner_payable", runner_id))


async def note_payee(
    session: AsyncSession, *, runner_id: UUID, vault: Vault, now: datetime
) -> bool:
    """Note whose WeChat an account belongs to; false: nobody knows any more.

    It is never another one than the account's own: nothing can be redirected.
    """
    openid = await openid_of(session, user_id=runner_id)
    if openid is None:
        return await queries.payee(session, runner_id=runner_id) is not None
    name = await _verified_name(session, runner_id=runner_id, vault=vault)
    row = Payee(
        id=runner_id,
        openid_sealed=vault.seal(openid, column=_OPENID, row=runner_id),
        openid_index=vault.index(openid, column=_OPENID),
        name_sealed=vault.seal(name, column=_NAME, row=runner_id) if name else None,
        noted_at=now,
    )
    await queries.note_payee(session, row=row)
    return True


async def keep_payee(
    session: AsyncSession, *, runner_id: UUID, vault: Vault, now: datetime
) -> None:
    """An account closes: what is owed stays theirs, so who they are at WeChat is kept with it."""
    balance_fen, _ = await owed(session, runner_id=runner_id)
    if balance_fen and not await queries.has_open(session, runner_id=runner_id):
        await note_payee(session, runner_id=runner_id, vault=vault, now=now)


async def has_name(session: AsyncSession, *, runner_id: UUID) -> bool:
    """Whether the real name is known that large amounts need."""
    found = await real_name(session, user_id=runner_id)
    if found is not None and found.state == "verified":
        return True
    kept = await queries.payee(session, runner_id=runner_id)
    # Of a living account only what is verified now counts.
    return (
        kept is not None
        and kept.name_sealed is not None
        and await openid_of(session, user_id=runner_id) is None
    )


async def opened(session: AsyncSession, *, runner_id: UUID, vault: Vault) -> tuple[str, str | None]:
    """Openid and real name that a withdrawal under way goes to."""
    kept = await queries.payee(session, runner_id=runner_id)
    assert kept is not None, "noted when it was asked for"
    openid = vault.open(bytes(kept.openid_sealed), column=_OPENID, row=runner_id)
    if kept.name_sealed is None:
        return openid, None
    return openid, vault.open(bytes(kept.name_sealed), column=_NAME, row=runner_id)


async def _verified_name(session: AsyncSession, *, runner_id: UUID, vault: Vault) -> str | None:
    found = await real_name(session, user_id=runner_id)
    if found is None or found.state != "verified" or found.name_sealed is None:
        return None
    return vault.open(bytes(found.name_sealed), column=NAME_COLUMN, row=runner_id)
