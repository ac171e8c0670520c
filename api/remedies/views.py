"""How reports leave, with what was said and shown."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.jobs.service.stating import COLUMN, said_in
from api.kit.crypto import Vault
from api.remedies import queries
from api.remedies.models import GoodsReport
from api.remedies.schemas import ReportOut
from api.uploads.schemas import PhotoOut
from api.uploads.service import links


async def reports_out(
    session: AsyncSession, rows: Sequence[GoodsReport], *, vault: Vault, caller: Caller
) -> list[ReportOut]:
    """Reports for whoever may see them, by two more queries."""
    told = await queries.told_of(session, reports=rows)
    photos = await links(
        session, subject_ids=[r.statement_id for r in rows], vault=vault, now=caller.now
    )
    shown = list[ReportOut]()
    for row in rows:
        name, number, said = told[row.id]
        shown.append(
            ReportOut(
                id=row.id,
                order_id=row.order_id,
                number=number,
                merchant_id=row.merchant_id,
                item_id=row.item_id,
                name=name,
                state=row.state,  # pyright: ignore[reportArgumentType]
                wrong=row.wrong,  # pyright: ignore[reportArgumentType]
                count=row.count,
                real_g=row.real_g,
                asked_fen=row.asked_fen,
                refund_fen=row.refund_fen,
                text=said_in(said.text_sealed, row=said.id, column=COLUMN, vault=vault),
                photos=[PhotoOut.model_validate(link) for link in photos[row.statement_id]],
                reported_at=row.reported_at,
                decide_by=row.decide_by,
                decided_at=row.decided_at,
                version=row.version,
            )
        )
    return shown
