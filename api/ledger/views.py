"""What is shown of the ledger: statements, and the transfers of an order."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.pagination import decode_cursor, encode_cursor
from api.ledger import queries
from api.ledger.rules import RULES, AccountKind, account_id
from api.ledger.schemas import (
    MovementOut,
    MovementsOut,
    StatementLine,
    StatementOut,
    StatementQuery,
)
from api.ledger.service import kept

_FROM_THE_END = 2**31 - 1


async def statement(
    session: AsyncSession, *, kind: AccountKind, owner_id: UUID, query: StatementQuery
) -> StatementOut:
    """A page of an account; an account that nothing was ever booked on is empty.

    Raises:
        AppError: malformed_request, where the cursor is not one of ours.
    """
    key = account_id(kind, owner_id)
    before = decode_cursor(query.cursor, (int,))[0] if query.cursor else _FROM_THE_END
    assert isinstance(before, int)
    lines = await queries.lines(session, key=key, before_seq=before, limit=query.limit + 1)
    shown = lines[: query.limit]
    balance_fen, held_fen = await queries.account(session, key=key)
    return StatementOut(
        balance_fen=balance_fen,
        held_fen=held_fen,
        items=[StatementLine(**i._asdict(), title=RULES[i.rule].zh) for i in shown],
        next_cursor=encode_cursor(shown[-1].seq) if len(lines) > query.limit else None,
    )


async def movements(session: AsyncSession, *, order_id: UUID) -> MovementsOut:
    """Every transfer of an order, and what of its money is still kept."""
    there = await kept(session, order_id=order_id)
    items = [
        MovementOut(
            **m._asdict(),
            title=RULES[m.rule].zh,
            source=RULES[m.rule].source,
            target=RULES[m.rule].target,
        )
        for m in await queries.of_order(session, order_id=order_id)
    ]
    return MovementsOut(escrow_fen=there.escrow_fen, advance_fen=there.advance_fen, items=items)
