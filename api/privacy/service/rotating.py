"""Sealing everything anew under the current keys, while people go on using it.

Nothing is noted of how far it came: what is under another key is what is left to do, so it may be
stopped and started again at any time, and two that run at once only share the work.
"""

from dataclasses import dataclass
from typing import Any

from api.kit.crypto import Unreadable, Vault
from api.kit.db import Database
from api.kit.personal import PersonalTable, Sealed
from api.privacy import queries
from api.privacy.declared import SEALED
from api.privacy.statements import bound_to

# Few rows at a time: a batch holds their locks, and somebody may be taking one of these jobs.
BATCH = 50


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of one sealed column: values sealed anew, and those no key opens."""

    column: str
    resealed: int
    unreadable: int


async def rotate_keys(database: Database, *, vault: Vault) -> list[Rotated]:
    """Bring every sealed value, and every blind index, under the current keys."""
    return [await _rotate(database, table, sealed, vault) for table, sealed in SEALED]


async def _rotate(
    database: Database, table: PersonalTable, sealed: Sealed, vault: Vault
) -> Rotated:
    """One column, batch by batch in the order of the primary key, a transaction each."""
    resealed = unreadable = 0
    after: tuple[Any, ...] | None = None
    is_every = sealed.index is not None and vault.has_old_indexes
    while True:
        async with database.transaction() as (session, _):
            rows = await queries.stale(
                session,
                table=table,
                sealed=sealed,
                key_name=vault.key_name,
                is_every=is_every,
                after=after,
                limit=BATCH,
            )
            for row in rows:
                try:
                    renewed = _renewed(sealed, row, vault)
                except Unreadable:
                    unreadable += 1
                    continue
                if renewed is None:
                    continue
                value, index = renewed
                await queries.reseal(
                    session, table=table, sealed=sealed, row=row, value=value, index=index
                )
                resealed += 1
        if len(rows) < BATCH:
            return Rotated(f"{table.name}.{sealed.column}", resealed, unreadable)
        after = tuple(rows[-1][c] for c in table.key)


def _renewed(
    sealed: Sealed, row: dict[str, Any], vault: Vault
) -> tuple[bytes, bytes | None] | None:
    """The value under the current keys with its index; ``None``: it is so already."""
    value, column = bytes(row[sealed.column]), bound_to(sealed, row)
    text = vault.open(value, column=column, row=row[sealed.row])
    index, is_indexed = _index(sealed, row, text, vault)
    if is_indexed and value.startswith(vault.key_name):
        return None
    return vault.seal(text, column=column, row=row[sealed.row]), index


def _index(
    sealed: Sealed, row: dict[str, Any], text: str, vault: Vault
) -> tuple[bytes | None, bool]:
    """The blind index of a value under the current key, and whether the row has it."""
    if sealed.index is None:
        return None, True
    indexed = sealed.index.text(text, row)
    index = None if indexed is None else vault.index(indexed, column=sealed.index.binding)
    there = row[sealed.index.column]
    return index, index == (None if there is None else bytes(there))
