"""What is shown of the ledger: statements, and the transfers of an order."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.pagination import PageQuery
from api.ledger import queries
from api.ledger.rules import RULES, AccountKind, account_id
from api.ledger.schemas import (
    MovementOut,
    MovementsOut,
    StatementLine,
    StatementOut,
)
from api.ledger.service import kept

_FROM_THE_END = 2**31 - 1


async def statement(
    session: AsyncSession, *, kind: AccountKind, owner_id: UUID, query: PageQuery
) -> StatementOut:
    """A page of an account; an account that nothing was ever booked on is empty.

    Raises:
        AppError: malformed_request, where the cursor is not one of ours.
    """
    key = account_id(kind, owner_id)
    last = query.last_number
    before = _FROM_THE_END if last is None else last
    lines = await queries.lines(session, key=key, before_seq=before, limit=query.limit + 1)
    shown, cursor = query.cut(lines, by=lambda line: line.seq)
    balance_fen, held_fen = await queries.account(session, key=key)
    return StatementOut(
        balance_fen=balance_fen,
        held_fen=held_fen,
        items=[StatementLine(**i._asdict(), title=RULES[i.rule].zh) for i in shown],
        next_cursor=cursor,
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
