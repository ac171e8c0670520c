"""Booking legs into the stored ledger, in the transaction of the act that moves the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.ledger import queries
from api.ledger.booking import Transfer, book, check_same, resolve
from api.ledger.policies import Kept, Leg
from api.ledger.rules import KINDS, RULES, AccountKind, account_id, transfer_id
from api.ledger.states import TRANSFER


@dataclass(frozen=True, slots=True)
class Owners:
    """Between whose accounts legs run; needed is whoever the kinds of accounts ask for."""

    community_id: UUID
    order_id: UUID | None = None
    runner_id: UUID | None = None
    merchant_id: UUID | None = None

    def of(self, kind: AccountKind) -> UUID:
        """Whose account of this kind is meant."""
        owner_id = {
            "community": self.community_id,
            "order": self.order_id,
            "runner": self.runner_id,
            "merchant": self.merchant_id,
        }.get(KINDS[kind].owner)
        assert owner_id is not None, kind
        return owner_id


async def kept(session: AsyncSession, *, order_id: UUID) -> Kept:
    """What of an order's money is not given away; stable while the order is locked."""
    found = await queries.balances(session, kinds=("escrow", "goods_advance"), owner_id=order_id)
    return Kept(found.get("escrow", 0), found.get("goods_advance", 0))


async def owed_to_merchant(session: AsyncSession, *, merchant_id: UUID) -> int:
    """What a merchant is owed in fen and nothing holds: it may grow, but nobody else takes of it
    until the transaction ends. Booking beyond it is refused as `balance_too_low`.
    """
    await queries.take_turn(session, merchant_id=merchant_id)
    key = account_id("merchant_payable", merchant_id)
    balance_fen, held_fen = await queries.account(session, key=key)
    return balance_fen - held_fen


async def post(
    session: AsyncSession,
    legs: Sequence[Leg],
    *,
    owners: Owners,
    subject_id: UUID,
    act: str = "",
    now: datetime,
) -> None:
    """Book legs, each once for its rule, ``subject_id`` and ``act``; safe to call twice.

    ``act`` tells apart what happens to one subject more than once, such as refunds of an order.
    Legs by rules that wait for WeChat are pending until `resolve_held`. All accounts are locked at
    once, in the order of their ids, so a transaction that books twice must hold a lock of its own
    (the order's) on what the second booking needs beyond the first, or need nothing beyond it.

    Raises:
        AppError: balance_too_low, transfer_id_reused.
    """
    wanted: dict[UUID, tuple[AccountKind, UUID]] = {
        account_id(kind, owners.of(kind)): (kind, owners.of(kind))
        for leg in legs
        for kind in (RULES[leg.rule].source, RULES[leg.rule].target)
    }
    if not wanted:
        return
    asked = [_transfer(leg, owners, subject=f"{subject_id}/{act}") for leg in legs]
    accounts = await queries.lock_accounts(session, wanted=wanted, now=now)
    known = await queries.transfers(session, keys=[t.id for t in asked])
    for transfer in asked:
        if transfer.id in known:
            check_same(known[transfer.id], transfer)
    fresh = [t for t in asked if t.id not in known]
    if not fresh:
        return
    booked = book(accounts, fresh)
    await queries.add_transfers(
        session,
        added=fresh,
        community_id=owners.community_id,
        order_id=owners.order_id,
        subject_id=subject_id,
        now=now,
    )
    await queries.write(session, booked=booked, now=now)


async def booked_fen(session: AsyncSession, rule: str, *, subject_id: UUID, act: str = "") -> int:
    """What was booked by a rule for a subject and an act, as `post` knows them; 0: nothing."""
    key = transfer_id(rule, f"{subject_id}/{act}")
    found = await queries.transfers(session, keys=[key])
    return found[key].amount_fen if key in found else 0


async def resolve_held(
    session: AsyncSession, *, rule: str, subject_id: UUID, event: str, now: datetime
) -> bool:
    """Post, void or expire a pending transfer, as WeChat answered; false: it has this outcome.

    Raises:
        AppError: transfer_resolved, where it has another one.
    """
    key = transfer_id(rule, f"{subject_id}/")
    found = await queries.transfers(session, keys=[key])
    if key not in found:
        return False
    ends = (found[key].from_id, found[key].to_id)
    accounts = await queries.lock_again(session, keys=ends)
    # Again, now that nobody else can resolve it.
    transfer = (await queries.transfers(session, keys=[key]))[key]
    booked = resolve(accounts, transfer, event=event)
    if transfer.state != "pending":
        return False
    outcome = TRANSFER.target("pending", event)
    await queries.add_outcome(session, transfer_id=key, outcome=outcome, now=now)
    await queries.write(session, booked=booked, now=now)
    return True


def _transfer(leg: Leg, owners: Owners, *, subject: str) -> Transfer:
    row = RULES[leg.rule]
    return Transfer(
        id=transfer_id(leg.rule, subject),
        rule=leg.rule,
        from_id=account_id(row.source, owners.of(row.source)),
        to_id=account_id(row.target, owners.of(row.target)),
        amount_fen=leg.amount_fen,
        state=TRANSFER.target(None, "hold" if row.is_held else "book"),
    )
