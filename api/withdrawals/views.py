"""What is shown of withdrawals, to whose money it is and to staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.wechat.payouts import Payouts
from api.withdrawals.models import Withdrawal
from api.withdrawals.rules import CONFIRM_WITHIN
from api.withdrawals.schemas import AccountOut, StaffWithdrawalOut, WithdrawalOut
from api.withdrawals.service.payees import owed


def withdrawal_out(row: Withdrawal, payouts: Payouts) -> WithdrawalOut:
    """One withdrawal as its runner sees it."""
    return WithdrawalOut(
        id=row.id,
        amount_fen=row.amount_fen,
        state=row.state,  # pyright: ignore[reportArgumentType]
        why=row.why,
        created_at=row.created_at,
        confirm_by=row.offered_at + CONFIRM_WITHIN
        if row.state == "offered" and row.offered_at is not None
        else None,
        done_at=row.done_at,
        request_transfer=payouts.client_request(row.package) if row.package else None,
    )


def staff_out(row: Withdrawal, payouts: Payouts) -> StaffWithdrawalOut:
    """One withdrawal as staff see it: what confirms it only where they asked for somebody."""
    shown = StaffWithdrawalOut.model_validate(row)
    if row.package and row.asked_by_id != row.runner_id:
        shown.request_transfer = payouts.client_request(row.package)
    return shown


async def accounts_out(session: AsyncSession, *, runner_ids: Sequence[UUID]) -> list[AccountOut]:
    """What each account is owed, the first being the caller's own."""
    found: list[AccountOut] = []
    for number, runner_id in enumerate(runner_ids):
        balance_fen, held_fen = await owed(session, runner_id=runner_id)
        if number and not balance_fen:
            continue
        found.append(
            AccountOut(
                account_id=runner_id,
                is_former=number > 0,
                balance_fen=balance_fen,
                held_fen=held_fen,
                available_fen=balance_fen - held_fen,
            )
        )
    return found
