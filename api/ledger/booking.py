"""Double entry, pure: accounts and transfers in, entries and new balances out.

A transfer that is booked or posted makes two entries that sum to 0; one that is pending makes none
and holds its amount back, so that nothing else can use it. What is posted is never edited.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from api.errors import AppError
from api.ledger.rules import MAY_BE_NEGATIVE, AccountKind
from api.ledger.states import TRANSFER


@dataclass(frozen=True, slots=True)
class Account:
    """A balance in fen, what of it is held for pending transfers, and how many entries made it."""

    id: UUID
    kind: AccountKind
    owner_id: UUID
    balance_fen: int = 0
    held_fen: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount in fen from one account to another; ``state`` as it is or shall be."""

    id: UUID
    rule: str
    from_id: UUID
    to_id: UUID
    amount_fen: int
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account: its number there, what it changed, and the balance after it."""

    account_id: UUID
    seq: int
    transfer_id: UUID
    amount_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Booked:
    """What is to be written: the entries, and the accounts as they are after them."""

    entries: tuple[Entry, ...]
    accounts: Mapping[UUID, Account]


def book(accounts: Mapping[UUID, Account], transfers: Iterable[Transfer]) -> Booked:
    """Book new transfers one after another; none of them overdraws what may not be negative.

    Raises:
        AppError: balance_too_low.
    """
    after, entries = dict(accounts), list[Entry]()
    for transfer in transfers:
        assert transfer.amount_fen > 0
        assert transfer.from_id != transfer.to_id
        if transfer.state == "pending":
            source = after[transfer.from_id]
            after[source.id] = _within_limit(
                replace(source, held_fen=source.held_fen + transfer.amount_fen)
            )
        else:
            assert transfer.state == "posted"
            entries += _post(after, transfer)
    return Booked(tuple(entries), after)


def resolve(accounts: Mapping[UUID, Account], transfer: Transfer, *, event: str) -> Booked:
    """Post, void or expire a pending transfer: what was held is free again, or goes over.

    Raises:
        AppError: transfer_resolved, where it has an outcome already and it is another one.
    """
    if transfer.state != "pending":
        if TRANSFER.target("pending", event) != transfer.state:
            raise AppError("transfer_resolved")
        return Booked((), accounts)
    after = dict(accounts)
    source = after[transfer.from_id]
    after[source.id] = replace(source, held_fen=source.held_fen - transfer.amount_fen)
    posts = TRANSFER.target("pending", event) == "posted"
    return Booked(tuple(_post(after, transfer)) if posts else (), after)


def check_same(known: Transfer, asked: Transfer) -> None:
    """Refuse another transfer under an id that is taken; the same one again is none at all.

    Raises:
        AppError: transfer_id_reused.
    """
    if replace(known, state=asked.state) != asked:
        raise AppError("transfer_id_reused")


def _post(after: dict[UUID, Account], transfer: Transfer) -> list[Entry]:
    made: list[Entry] = []
    for key, amount_fen in (
        (transfer.from_id, -transfer.amount_fen),
        (transfer.to_id, transfer.amount_fen),
    ):
        account = after[key]
        account = replace(
            account, balance_fen=account.balance_fen + amount_fen, entries=account.entries + 1
        )
        after[key] = _within_limit(account)
        made.append(Entry(key, account.entries, transfer.id, amount_fen, account.balance_fen))
    return made


def _within_limit(account: Account) -> Account:
    """Refuse an account that would give what it does not have, counting what is held."""
    if account.kind not in MAY_BE_NEGATIVE and account.balance_fen < account.held_fen:
        raise AppError("balance_too_low", f"{account.kind}: {account.balance_fen} fen")
    return account
