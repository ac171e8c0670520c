"""Giving a person everything that is held of them, page by page and at once.

No copy is made and kept: a store of everybody's data would be one more to guard.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.crypto import Vault
from api.kit.pagination import decode_cursor, encode_cursor
from api.kit.personal import PersonalTable
from api.privacy import queries
from api.privacy.declared import SHOWN
from api.privacy.statements import bound_to

_SUFFIX = "_sealed"


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one table, as what the person stands in them, and what stays after erasure."""

    table: str
    title: str
    role: str
    stays: str
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


async def export_page(
    session: AsyncSession, *, user_id: UUID, cursor: str | None, limit: int, vault: Vault
) -> tuple[list[Section], str | None]:
    """Up to ``limit`` rows in the order of the declarations, and where the next page begins.

    Raises:
        AppError: malformed_request.
    """
    place, offset = _read(cursor)
    sections: list[Section] = []
    for n in range(place, len(SHOWN)):
        table, person = SHOWN[n]
        rows = await queries.shown(
            session, table=table, person=person, user_id=user_id, limit=limit + 1, offset=offset
        )
        shown = [_opened(table, person.shows, row, vault) for row in rows[:limit]]
        if shown:
            sections.append(Section(table.name, table.title, person.role, table.stays, shown))
        if len(rows) > limit:
            return sections, encode_cursor(n, offset + limit)
        limit, offset = limit - len(shown), 0
        if limit == 0:
            return sections, encode_cursor(n + 1, 0) if n + 1 < len(SHOWN) else None
    return sections, None


def _read(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    place, offset = decode_cursor(cursor, (int, int))
    assert isinstance(place, int)
    assert isinstance(offset, int)
    return max(place, 0), min(max(offset, 0), 2**31 - 1)


def _opened(
    table: PersonalTable, shows: tuple[str, ...], row: dict[str, Any], vault: Vault
) -> dict[str, Any]:
    """A row as the person reads it: sealed values opened, then everything as JSON has it."""
    sealed = {s.column: s for s in table.sealed}
    readable: dict[str, Any] = {}
    for name in shows:
        value = row[name]
        if name not in sealed:
            readable[name] = value
            continue
        how = sealed[name]
        text = None
        if value:
            text = vault.open(bytes(value), column=bound_to(how, row), row=row[how.row])
        readable[name.removesuffix(_SUFFIX)] = _value(text)
    return orjson.loads(orjson.dumps(readable, default=str))


def _value(text: str | None) -> Any:
    """What was sealed: a text as it is, what was written as JSON as what it was."""
    return orjson.loads(text) if text is not None and text[:1] in ("[", "{") else text
